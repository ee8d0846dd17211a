"""Builds the manifest's components with the CDK's own factory, and takes their parts for our engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airbyte_cdk.sources.declarative.auth.declarative_authenticator import DeclarativeAuthenticator
from airbyte_cdk.sources.declarative.extractors import RecordSelector
from airbyte_cdk.sources.declarative.models import (
    CustomAuthenticator,
    DatetimeBasedCursor,
    DefaultPaginator,
    HttpRequester,
    SelectiveAuthenticator,
    SimpleRetriever,
)
from airbyte_cdk.sources.declarative.models import RecordSelector as DeclaredSelector
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import ModelToComponentFactory
from airbyte_cdk.sources.declarative.requesters import HttpRequester as BuiltRequester
from airbyte_cdk.sources.declarative.requesters.paginators import DefaultPaginator as BuiltPaginator

from source_zendesk_support.api.oauth import TokenRenewal
from source_zendesk_support.api.templates import one_thread_at_a_time
from source_zendesk_support.components.cursor_spec import CursorSpec
from source_zendesk_support.components.lists import ListRetriever

Config = Mapping[str, Any]


class ComponentFactory(ModelToComponentFactory):
    """The CDK's factory, but for six components.

    - ``SimpleRetriever`` is built as declared; then its parts are handed to ``ListRetriever``, which emits STATE after
      every page and decodes a page once.
    - ``DatetimeBasedCursor`` becomes a ``CursorSpec``: the walk moves the state, page by page.
    - ``HttpRequester`` with ``use_cache`` gets no database of its own: api/page_cache.py keeps all pages in one file.
    - Authenticators are built once and shared by all streams, so that a token is renewed once.
    - ``DefaultPaginator`` and ``RecordSelector`` may be in a custom component without the arguments that
      ``SimpleRetriever`` would hand them; none of them is used there.

    Args:
        renewal: how access tokens are renewed; None: they are used as they are.
    """

    def __init__(self, renewal: TokenRenewal | None) -> None:
        one_thread_at_a_time()
        super().__init__(disable_cache=True)
        self._renewal = renewal
        self._authenticators: list[DeclarativeAuthenticator] = []
        self._selected: dict[tuple[str, ...], DeclarativeAuthenticator] = {}
        self.PYDANTIC_MODEL_TO_CONSTRUCTOR = {
            **self.PYDANTIC_MODEL_TO_CONSTRUCTOR,
            DatetimeBasedCursor: CursorSpec.of,
            CustomAuthenticator: self._create_authenticator,
        }
        self.TYPE_NAME_TO_MODEL = {**self.TYPE_NAME_TO_MODEL, "DatetimeBasedCursor": DatetimeBasedCursor}

    def create_simple_retriever(self, model: SimpleRetriever, config: Config, **words: Any) -> ListRetriever:  # type: ignore[override]
        """A list of the parts that the CDK has built; ``words`` are the stream's that only our engine knows."""
        shared = model.parameters or {}
        name = words.pop("name", shared.get("name", ""))
        simple = super().create_simple_retriever(model, config, name=name, primary_key=None, transformations=[])
        paginator, reduction = simple.paginator, model.page_size_reduction
        parts = {
            "requester": simple.requester,
            "record_selector": simple.record_selector,
            "paginator": paginator if isinstance(paginator, BuiltPaginator) else None,
            "primary_key": shared.get("primary_key") or "",
            "endpoint": shared.get("endpoint", ""),
            "records": shared.get("records", ""),
        }
        if reduction:
            parts["minimum_page_size"] = reduction.minimum_page_size
        return ListRetriever(config=config, name=name, **parts, **words)

    def create_http_requester(self, model: HttpRequester, config: Config, **others: Any) -> BuiltRequester:  # type: ignore[override]
        """As declared; ``use_cache`` is for our engine to read."""
        others.setdefault("name", _shared(model).get("name", ""))
        requester = super().create_http_requester(model, config, **others)
        requester.use_cache = bool(model.use_cache)
        return requester

    def create_default_paginator(self, model: DefaultPaginator, config: Config, **others: Any) -> Any:
        """As declared, also in a custom component."""
        return super().create_default_paginator(model, config, **{"url_base": "", **others})

    def create_record_selector(self, model: DeclaredSelector, config: Config, **others: Any) -> RecordSelector:
        """As declared, also in a custom component."""
        others.setdefault("name", _shared(model).get("name", ""))
        return super().create_record_selector(model, config, **{"transformations": [], **others})

    def create_selective_authenticator(
        self, model: SelectiveAuthenticator, config: Config, **_: Any
    ) -> DeclarativeAuthenticator:
        """The one that the config selects; the same for all streams."""
        path = tuple(model.authenticator_selection_path)
        if path not in self._selected:
            self._selected[path] = super().create_selective_authenticator(model, config)
        return self._selected[path]

    def _create_authenticator(self, model: CustomAuthenticator, config: Config, **_: Any) -> DeclarativeAuthenticator:
        built = self.create_custom_component(model, config, renewal=self._renewal)
        known = next((other for other in self._authenticators if other == built), built)
        if known is built:
            self._authenticators.append(built)
        return known


def _shared(model: Any) -> Mapping[str, Any]:
    return model.parameters or {}
