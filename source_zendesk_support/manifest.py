"""Finds and reads ``manifest.yaml``, and builds each stream's parts with the CDK's own factory.

Resolving and checking all streams costs as much CPU time as reading 8,000 tickets, so a command only pays for those
that it needs; the tests compare them with what the CDK makes of the whole manifest, and check that against its schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from airbyte_cdk.sources.declarative.models import (
    AddFields,
    CustomRetriever,
    CustomTransformation,
    DatetimeBasedCursor,
    DeclarativeStream,
    HTTPAPIBudget,
    JsonFileSchemaLoader,
    SelectiveAuthenticator,
    SimpleRetriever,
)
from airbyte_cdk.sources.declarative.parsers.manifest_component_transformer import ManifestComponentTransformer
from airbyte_cdk.sources.declarative.parsers.manifest_reference_resolver import ManifestReferenceResolver
from airbyte_cdk.sources.declarative.transformations import RecordTransformation
from airbyte_cdk.utils.yaml_loader import safe_load_yaml

from source_zendesk_support.api.authenticators import ZendeskAuthenticator
from source_zendesk_support.api.oauth import TokenRenewal
from source_zendesk_support.component_factory import ComponentFactory
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_spec import CursorSpec
from source_zendesk_support.components.custom_objects import ObjectRecordsRetriever
from source_zendesk_support.components.list_form import LazyListForm, ListForm
from source_zendesk_support.files.declared_files import DeclaredFiles
from source_zendesk_support.object_tables import OBJECT_RECORDS, table_names

HERE = Path(__file__).parent
PARAMETERS = "$parameters"
REFERENCE = "$ref"
TRANSFORMATIONS: Mapping[str, Any] = {"AddFields": AddFields, "CustomTransformation": CustomTransformation}
RETRIEVERS: Mapping[str, Any] = {"SimpleRetriever": SimpleRetriever, "CustomRetriever": CustomRetriever}


@cache
def load_manifest() -> Mapping[str, Any]:
    """The manifest: beside the package's files in a wheel, one folder up in a checkout."""
    path = next(path for path in (HERE / "manifest.yaml", HERE.parent / "manifest.yaml") if path.exists())
    return cast("Mapping[str, Any]", safe_load_yaml(path.read_text("utf-8")))


def frame() -> dict[str, Any]:
    """The manifest without its streams: what spec, check and concurrency are made of."""
    return {**{name: part for name, part in load_manifest().items() if name != "definitions"}, "streams": []}


@cache
def written() -> Mapping[str, Mapping[str, Any]]:
    """The streams as they are written, by name and in the manifest's order."""
    return {stream[PARAMETERS]["name"]: stream for stream in load_manifest()["streams"]}


@cache
def resolved(name: str) -> Mapping[str, Any]:
    """One stream with references resolved and parameters handed on, just as the CDK does it for all of them."""
    streams = _dereferenced([written()[name]])
    whole = {"type": load_manifest()["type"], "streams": streams}
    propagated = ManifestComponentTransformer().propagate_types_and_parameters("", whole, {})
    return cast("Mapping[str, Any]", propagated["streams"][0])


def words(name: str) -> dict[str, Any]:
    """What a stream says to our engine alone: all that is neither a field of the CDK's nor one of its parameters."""
    stream = resolved(name)
    known = DeclarativeStream.__fields__.keys() | stream[PARAMETERS].keys() | {PARAMETERS}
    return {word: value for word, value in stream.items() if word not in known}


class StreamDefinitions:
    """The manifest's streams, each resolved when it is first needed.

    Args:
        config: the connector's config as templates see it.
        renewal: how access tokens are renewed; None: they are used as they are.

    Attributes:
        tables: the key of the custom object of each stream that only this account has; empty if the object is not
            listed. Not the CDK's ``dynamic_streams``: these are requested in every command, whatever the config, and
            emit their state at the end only.
    """

    def __init__(self, config: Mapping[str, Any], renewal: TokenRenewal | None = None) -> None:
        self.tables: Mapping[str, str] = {}
        self._config = config
        self._factory = ComponentFactory(renewal)

    def add_tables(self, keys: Iterable[str], names: Iterable[str] = ()) -> None:
        """Add a stream for each of these custom objects, and streams of these names, whose objects may be gone."""
        self.tables = {**dict.fromkeys(names, ""), **table_names(keys, written())}

    @property
    def names(self) -> tuple[str, ...]:
        """All streams: those of the manifest in its order, then those of custom objects."""
        return (*written(), *self.tables)

    def _written(self, name: str) -> str:
        """The stream of the manifest that says how a stream is read."""
        return OBJECT_RECORDS if name in self.tables else name

    @property
    def limits(self) -> HTTPAPIBudget:
        """The documented limits."""
        return HTTPAPIBudget.parse_obj(load_manifest()["api_budget"])

    @cached_property
    def authenticator(self) -> ZendeskAuthenticator:
        """The main credentials: the same object that signs the streams' requests."""
        return cast(
            "ZendeskAuthenticator",
            self._factory.create_component(SelectiveAuthenticator, _authenticator_definition(), self._config),
        )

    def cursor(self, name: str) -> CursorSpec | None:
        """A stream's declared cursor."""
        declared = resolved(self._written(name)).get("incremental_sync")
        if not declared:
            return None
        return cast("CursorSpec", self._factory.create_component(DatetimeBasedCursor, declared, self._config))

    def primary_key(self, name: str) -> list[str]:
        """A stream's primary key; empty where its rows have none."""
        key = resolved(self._written(name)).get("primary_key") or []
        return [key] if isinstance(key, str) else list(key)

    def requires(self, name: str) -> str:
        """The product, plan or add-on without which Zendesk refuses a stream; empty for the base product."""
        return _requirement(name)

    def pages(self, name: str) -> PagedRetriever:
        """A stream's retriever, all its parts built from the manifest.

        That of a custom object is the export of its records; that of all records if there is no such object.
        """
        if name in self.tables:
            records = cast("ObjectRecordsRetriever", self.pages(OBJECT_RECORDS))
            return records.export_of(self.tables[name], name) or replace(records, name=name)
        retriever = dict(resolved(name)["retriever"])
        ours = {**words(name), "name": name, "cursor": self.cursor(name)}
        if list_form := retriever.pop("list_form", None):
            ours["list_form"] = LazyListForm(partial(self._list_form, list_form))
        if declared := resolved(name).get("transformations"):
            ours["transformations"] = [self._transformation(each) for each in declared]
        model = RETRIEVERS[retriever["type"]]
        return cast("PagedRetriever", self._factory.create_component(model, retriever, self._config, **ours))

    def _transformation(self, definition: Mapping[str, Any]) -> RecordTransformation:
        model = TRANSFORMATIONS[definition["type"]]
        return cast("RecordTransformation", self._factory.create_component(model, definition, self._config))

    def _list_form(self, definition: Mapping[str, Any]) -> ListForm:
        return cast("ListForm", self._factory.create_component(CustomRetriever, definition, self._config))

    def fields(self, name: str) -> str:
        """The stream that defines the custom fields of a stream's rows; empty if they have none."""
        return "" if name in self.tables else str(words(name).get("custom_fields", ""))

    def files(self, name: str) -> DeclaredFiles | None:
        """Where the files of a stream's records are; None if they have none."""
        uploader = None if name in self.tables else resolved(name).get("file_uploader")
        return DeclaredFiles.of(name, uploader, words(name)["file_record"]) if uploader else None

    def schema(self, name: str) -> Callable[[], Mapping[str, Any]]:
        """Reads a stream's JSON schema when it is first needed, and only once."""
        definition = resolved(self._written(name))["schema_loader"]

        @cache
        def load() -> Mapping[str, Any]:
            loader = self._factory.create_component(JsonFileSchemaLoader, definition, self._config)
            return cast("Mapping[str, Any]", loader.get_json_schema())

        return load


@cache
def _requirement(name: str) -> str:
    """A stream's ``requires``, or its family's; without resolving all the rest, as `check` wants it of every stream."""
    node = written()[name]
    while "requires" not in node and REFERENCE in node:
        node = _at(node[REFERENCE])
    return str(_dereferenced(node.get("requires", "")))


@cache
def _authenticator_definition() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", _dereferenced(load_manifest()["definitions"]["authenticator"]))


def _at(reference: str) -> Mapping[str, Any]:
    found: Any = load_manifest()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return cast("Mapping[str, Any]", found)


class SharedReferenceResolver(ManifestReferenceResolver):
    """The CDK's resolver, which resolves a reference once: streams share the definitions that they name."""

    def __init__(self) -> None:
        self._resolved: dict[str, Any] = {}

    def _evaluate_node(self, node: Any, manifest: Mapping[str, Any], visited: set[Any]) -> Any:
        if not self._is_ref(node):
            return super()._evaluate_node(node, manifest, visited)
        if node not in self._resolved:
            self._resolved[node] = super()._evaluate_node(node, manifest, visited)
        return self._resolved[node]


_resolver = cache(SharedReferenceResolver)


def _dereferenced(part: Any) -> Any:
    """A part of the manifest with what its references name in their place; references of equal name share a value."""
    # References find what they name behind a proxy, while the resolver only walks through dicts.
    definitions = MappingProxyType(load_manifest()["definitions"])
    return _resolver().preprocess_manifest({"part": part, "definitions": definitions})["part"]
