"""Many sources in one process: the CDK does for each of them, again, what comes out the same every time."""

import gettext
import importlib.metadata
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from airbyte_cdk import entrypoint
from airbyte_cdk.sources.declarative import concurrent_declarative_source as cdk
from airbyte_cdk.sources.declarative.parsers import model_to_component_factory as factory
from airbyte_cdk.sources.declarative.requesters.paginators.strategies import cursor_pagination_strategy as paging
from airbyte_cdk.sources.utils.schema_helpers import ResourceSchemaLoader
from jsonschema import Draft7Validator
from pydantic.v1 import BaseModel

from source_zendesk_support.api import transport


def once_for_equal(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which works once for equal arguments; each caller gets a copy of its own.

    Arguments or results that cannot be pickled are worked on each time.
    """
    results = dict[bytes, bytes]()

    def remembered(*arguments: Any, **options: Any) -> Any:
        try:
            key = pickle.dumps((arguments, options))
            if key not in results:
                results[key] = pickle.dumps(work(*arguments, **options))
        except (pickle.PicklingError, TypeError, AttributeError):
            return work(*arguments, **options)
        return pickle.loads(results[key])  # noqa: S301  written three lines above

    return remembered


@contextmanager
def cdk_work_once() -> Iterator[None]:
    """Have the CDK read its schema of components once, and resolve, check and parse what is equal once."""
    source, schema_of_components = cdk.ConcurrentDeclarativeSource, cache(cdk.get_declarative_component_schema)
    validate, resolve = cdk.validate_manifest, source._pre_process_manifest
    parse, check = BaseModel.parse_obj.__func__, Draft7Validator.check_schema.__func__  # type: ignore[attr-defined]
    validated = once_for_equal(lambda manifest: validate(manifest, schema_of_components()))
    resolved = once_for_equal(lambda manifest: resolve(source.__new__(source), manifest))
    schema = ResourceSchemaLoader._resolve_schema_references
    schema_of = once_for_equal(lambda package, raw: schema(ResourceSchemaLoader(package), raw))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cdk, "get_declarative_component_schema", schema_of_components)
        patch.setattr(cdk, "validate_manifest", lambda manifest, _schema: validated(manifest))
        patch.setattr(source, "_pre_process_manifest", lambda _source, manifest: resolved(manifest))
        patch.setattr(BaseModel, "parse_obj", classmethod(once_for_equal(parse)))
        patch.setattr(Draft7Validator, "check_schema", classmethod(once_for_equal(check)))
        patch.setattr(
            ResourceSchemaLoader, "_resolve_schema_references", lambda loader, raw: schema_of(loader.package_name, raw)
        )
        patch.setattr(paging, "references_requested_page_size", cache(paging.references_requested_page_size))
        patch.setattr(factory, "classify_stop_condition", cache(factory.classify_stop_condition))
        patch.setattr(factory, "TypeTransformer", cache(factory.TypeTransformer))  # compiles a class for each selector
        patch.setattr(entrypoint, "get_secrets", once_for_equal(entrypoint.get_secrets))
        # argparse looks for translations of each of its words
        patch.setattr(gettext, "find", once_for_equal(gettext.find))
        patch.setattr(transport, "version", cache(importlib.metadata.version))
        yield
