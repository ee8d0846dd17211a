"""Finds and reads ``manifest.yaml``, and builds each stanza's parts with the CDK's own factory.

Resolving and checking all stanzas costs as much CPU time as reading 8,000 tickets, so a command only pays for those
that it needs; the tests compare them with what the CDK makes of the whole manifest, and check that against its schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from airbyte_cdk.sources.declarative.models import CustomRetriever, HTTPAPIBudget, JsonFileSchemaLoader
from airbyte_cdk.sources.declarative.parsers.manifest_component_transformer import ManifestComponentTransformer
from airbyte_cdk.sources.declarative.parsers.manifest_reference_resolver import ManifestReferenceResolver
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import ModelToComponentFactory
from airbyte_cdk.utils.yaml_loader import safe_load_yaml

from source_zendesk_support.api.oauth import OAuthTokens, SaveTokens
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_spec import CursorSpec

HERE = Path(__file__).parent
PARAMETERS = "$parameters"


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
    """The stanzas as they are written, by their streams' names and in the manifest's order."""
    return {stanza[PARAMETERS]["name"]: stanza for stanza in load_manifest()["streams"]}


@cache
def resolved(name: str) -> Mapping[str, Any]:
    """One stanza with references resolved and parameters handed on, just as the CDK does it for all of them."""
    manifest = load_manifest()
    # References find what they name behind a proxy, while the resolver only walks through dicts.
    definitions = MappingProxyType(manifest["definitions"])
    alone = {"streams": [written()[name]], "definitions": definitions}
    streams = ManifestReferenceResolver().preprocess_manifest(alone)["streams"]
    whole = {"type": manifest["type"], "streams": streams}
    propagated = ManifestComponentTransformer().propagate_types_and_parameters("", whole, {})
    return cast("Mapping[str, Any]", propagated["streams"][0])


class StreamDefinitions:
    """The manifest's streams, each resolved when it is first needed.

    Args:
        config: the connector's config as templates see it.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.names = tuple(written())
        self._config = config
        self._factory = ModelToComponentFactory()

    @property
    def limits(self) -> HTTPAPIBudget:
        """The documented limits."""
        return HTTPAPIBudget.parse_obj(load_manifest()["api_budget"])

    def cursor(self, name: str) -> CursorSpec | None:
        """A stream's declared cursor."""
        return CursorSpec.of(resolved(name).get("incremental_sync"), self._config)

    def primary_key(self, name: str) -> list[str]:
        """A stream's primary key; empty where its rows have none."""
        key = resolved(name).get("primary_key") or []
        return [key] if isinstance(key, str) else list(key)

    def requires(self, name: str) -> str:
        """The product, plan or add-on without which Zendesk refuses a stream; empty for the base product."""
        return str(written()[name][PARAMETERS]["requires"])

    def pages(self, name: str) -> PagedRetriever:
        """A stream's retriever, all its parts built from the manifest."""
        retriever = _with_shared_parameters(resolved(name)["retriever"])
        handed_on: dict[str, Any] = {"name": name, "cursor": self.cursor(name)}
        return cast(
            "PagedRetriever", self._factory.create_component(CustomRetriever, retriever, self._config, **handed_on)
        )

    def fields(self, name: str) -> str:
        """The stream that defines the custom fields of a stream's rows; empty where they have none."""
        return str(resolved(name)["retriever"].get("fields", ""))

    def sign_in(
        self, connection: HttpTransport, save: SaveTokens, *, chat_apart: bool, lazy: bool = False
    ) -> OAuthTokens:
        """What keeps the token fresh that all streams' authenticators read from the one config."""
        url = f"{self._config['base_url']}/oauth/tokens"
        return OAuthTokens(self._config["credentials"], url, connection, save, chat_apart=chat_apart, lazy=lazy)

    def schema(self, name: str) -> Callable[[], Mapping[str, Any]]:
        """Reads a stream's JSON schema when it is first needed, and only once."""
        definition = resolved(name)["schema_loader"]

        @cache
        def load() -> Mapping[str, Any]:
            loader = self._factory.create_component(JsonFileSchemaLoader, definition, self._config)
            return cast("Mapping[str, Any]", loader.get_json_schema())

        return load


def _with_shared_parameters(node: Any) -> Any:
    """A copy in which every component has what the factory demands of parents other than SimpleRetriever.

    It looks for these in ``$parameters``; we use neither, but a paginator and a selector are not built without.
    """
    if isinstance(node, list):
        return [_with_shared_parameters(item) for item in node]
    if not isinstance(node, dict):
        return node
    copied = {key: _with_shared_parameters(value) for key, value in node.items() if key != PARAMETERS}
    if PARAMETERS in node:
        copied[PARAMETERS] = {**node[PARAMETERS], "url_base": "", "transformations": []}
    return copied
