"""Finds and reads ``manifest.yaml``, and builds each stanza's parts with the CDK's own factory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from airbyte_cdk.sources.declarative.models import CustomRetriever, HTTPAPIBudget, JsonFileSchemaLoader
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import ModelToComponentFactory
from airbyte_cdk.utils.yaml_loader import safe_load_yaml

from source_zendesk_support.components.connection import Connection
from source_zendesk_support.components.cursor import CursorRules
from source_zendesk_support.components.pages import Pages
from source_zendesk_support.components.sign_in import Save, SignIn

HERE = Path(__file__).parent
PARAMETERS = "$parameters"


@cache
def load_manifest() -> Mapping[str, Any]:
    """The manifest: beside the package's files in a wheel, one folder up in a checkout."""
    path = next(path for path in (HERE / "manifest.yaml", HERE.parent / "manifest.yaml") if path.exists())
    return cast("Mapping[str, Any]", safe_load_yaml(path.read_text("utf-8")))


class Stanzas:
    """The manifest's streams, with all references resolved.

    Args:
        manifest: as the CDK resolves it (``resolved_manifest``).
        config: the connector's config as templates see it.
    """

    def __init__(self, manifest: Mapping[str, Any], config: Mapping[str, Any]) -> None:
        self._streams = {stream["name"]: stream for stream in manifest["streams"]}
        self._limits = manifest["api_budget"]
        self._config = config
        self._factory = ModelToComponentFactory()

    @property
    def names(self) -> list[str]:
        """All streams, in the manifest's order."""
        return list(self._streams)

    @property
    def limits(self) -> HTTPAPIBudget:
        """The documented limits."""
        return HTTPAPIBudget.parse_obj(self._limits)

    def cursor(self, name: str) -> CursorRules | None:
        """A stream's declared cursor."""
        return CursorRules.of(self._streams[name].get("incremental_sync"), self._config)

    def primary_key(self, name: str) -> list[str]:
        """A stream's primary key; empty where its rows have none."""
        key = self._streams[name].get("primary_key") or []
        return [key] if isinstance(key, str) else list(key)

    def pages(self, name: str) -> Pages:
        """A stream's retriever, all its parts built from the manifest."""
        retriever = _with_shared_parameters(self._streams[name]["retriever"])
        handed_on: dict[str, Any] = {"name": name, "cursor": self.cursor(name)}
        return cast("Pages", self._factory.create_component(CustomRetriever, retriever, self._config, **handed_on))

    def fields(self, name: str) -> str:
        """The stream that defines the custom fields of a stream's rows; empty where they have none."""
        return str(self._streams[name]["retriever"].get("fields", ""))

    def requires(self, name: str) -> str:
        """The product, plan or add-on without which Zendesk refuses a stream; empty for the base product."""
        return str(self._streams[name]["retriever"].get("requires", ""))

    def sign_in(self, connection: Connection, save: Save, *, chat_apart: bool) -> SignIn:
        """What keeps the token fresh that all streams' authenticators read from the one config."""
        url = f"{self._config['base_url']}/oauth/tokens"
        return SignIn(self._config["credentials"], url, connection, save, chat_apart=chat_apart)

    def schema(self, name: str) -> Callable[[], Mapping[str, Any]]:
        """Reads a stream's JSON schema when it is first needed, and only once."""
        definition = self._streams[name]["schema_loader"]

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
