"""The CDK resolves and validates the manifest for every source, in a third of a second; tests make hundreds."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from airbyte_cdk.sources.declarative import concurrent_declarative_source as cdk


@contextmanager
def manifest_resolved_once() -> Iterator[None]:
    """Have the CDK do it for the first source only."""
    source = cdk.ConcurrentDeclarativeSource
    resolve, schema = source._pre_process_manifest, cache(cdk.get_declarative_component_schema)
    resolved: list[dict[str, Any]] = []

    def resolved_once(self: cdk.ConcurrentDeclarativeSource, manifest: dict[str, Any]) -> dict[str, Any]:
        if not resolved:
            resolved.append(resolve(self, manifest))
            cdk.validate_manifest(resolved[0], schema())
        return resolved[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cdk, "get_declarative_component_schema", schema)
        patch.setattr(source, "_pre_process_manifest", resolved_once)
        patch.setattr(source, "_validate_source", lambda _self: None)
        yield
