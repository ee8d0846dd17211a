"""How the pages of a family are requested, and how each page moves the position.

One instance belongs to one stream of the manifest and is built from its stanza by the CDK's own factory. Requester,
paginator and extractor are the stock components that the manifest declares. This executes them page by page, because
SimpleRetriever emits no state before the last page, decodes a page twice, and holds its worker while it sleeps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from airbyte_cdk.sources.declarative.requesters.error_handlers import DefaultErrorHandler
from airbyte_cdk.sources.types import StreamSlice

from source_zendesk_support.api.authenticators import ZendeskAuthenticator
from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.api.request_path import path_segments
from source_zendesk_support.components.declared_stream import DeclaredStream
from source_zendesk_support.components.named_page import is_link, link_params
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.paging import AdaptivePageSize, NextPage, next_page_from
from source_zendesk_support.components.paging_fields import check_paging, paging_fields
from source_zendesk_support.components.row_check import RowCheck
from source_zendesk_support.components.row_transformations import RowTransformations
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position

Slice = Mapping[str, Any]
PROBE_AGE_SECONDS = 3600
"""Seconds before now from which on a probe looks for a row."""


@dataclass
class PagedRetriever(DeclaredStream, ABC):
    """How the pages of one kind of endpoint are requested and read.

    The walk calls ``begin``, then ``page_request``, ``read`` and ``advance`` for each page, and ``overfull_rows`` for a
    second that does not fit on one. After a 400 it calls ``shrink``, ``drop_optional_param`` and ``without_token``.
    Substreams call ``new_children`` and ``after_children``. What a page leads to is a ``PageResult``, and its ``after``
    is the position for the next calls. Apart from that, only the page size and dropped parameters are remembered.

    Args, besides those of ``DeclaredStream``:
        archived: how the rows that these pages lack are read; a second walk, if the user wants it.
        parent_ids: ids in the url of an endpoint that belongs to one parent, if its pages are walked.
        part: which of the stream's records these are, for messages; empty: all.
    """

    dropped_params: set[str] = field(default_factory=set)
    parent_ids: Slice = field(default_factory=dict)
    part: str = ""
    archived: PagedRetriever | None = None
    visits_all_parents = False

    def __post_init__(self) -> None:
        """Build what follows from the declared fields."""
        super().__post_init__()
        self._size = AdaptivePageSize(self.paginator, self.config, self.minimum_page_size)
        self._paging_fields = paging_fields(self.paginator)
        self._transform = RowTransformations(self.transformations, self.records, self.config)

    @abstractmethod
    def begin(self, position: Position) -> Position:
        """The position as a new run takes it up."""

    @abstractmethod
    def params(self, position: Position, now: int) -> dict[str, Any]:
        """Request parameters that the position makes, at server time ``now``."""

    def read(self, response: PageResponse, position: Position, streams: Sequence[str] = ()) -> PageRows:
        """A page that was requested at a position; ``streams`` are named in warnings about its rows."""
        rows = self.rows(response, streams)
        self._size.learn(response.request)
        return PageRows(response, rows, self.new_rows(rows, position))

    def interval(self, position: Position, now: int) -> Mapping[str, str]:
        """The values of ``stream_interval`` in templates; most endpoints take no range."""
        return {}

    @abstractmethod
    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """The rows that have not been emitted before this position, in the page's order."""

    @abstractmethod
    def advance(self, position: Position, page: PageRows) -> PageResult:
        """What a page leads to that was requested at a position, once its rows have been emitted."""

    def doubt(self, position: Position, rows: Sequence[Row], next_page: NextPage) -> str:
        """Why a complete page cannot be the one that was requested; empty if it can.

        A page without rows that leads to another one may be a page whose rows were lost.
        """
        return "" if rows or next_page.is_last else "no rows, although more pages follow"

    def overfull_rows(
        self, position: Position, page: PageRows, result: PageResult, client: ZendeskClient
    ) -> Iterator[Sequence[Row]]:
        """The other rows of an overfull second, from another endpoint; usually none."""
        yield from ()

    def new_children(self, children: Sequence[Row], position: Position) -> Sequence[Row]:
        """The children of a page's rows that have not been emitted before this position."""
        return children

    def reach_back(self, second: int) -> None:
        """Read on until the second at which the walk over archived rows begins."""

    def after_children(self, position: Position, children: Sequence[Row]) -> Position:
        """The position once some children of a page's rows have been emitted."""
        return position

    def page_request(
        self, position: Position, now: int, include: Sequence[str] = (), parent: Slice | None = None
    ) -> PageRequest:
        """The request for the page at a position."""
        interval = self.interval(position, now)
        stream_slice = StreamSlice(partition=path_segments(parent or self.parent_ids), cursor_slice=interval)
        params = {**self._paging(position), **self.requester.get_request_params(stream_slice=stream_slice)}
        params.update(self.params(position, now))
        if include:
            params["include"] = ",".join(include)
        request = PageRequest(
            stream=self.name,
            url=self.requester.get_url(stream_slice=stream_slice),
            params={name: value for name, value in params.items() if name not in self.dropped_params},
            auth=cast("ZendeskAuthenticator", self.requester.get_authenticator()),
            handler=cast("DefaultErrorHandler", self.requester.error_handler),
            records=self.records,
            transform=self._transform,
            position_text=self.position_text(position),
            cached=self.requester.use_cache,
            gates=parent is None,
            range_end=interval.get("end_time", ""),
        )
        return self._size.shrinkable(self._checked(request, position))

    def first_page(self, now: int) -> PageRequest:
        """The request for the first page, at server time ``now``."""
        return self.page_request(self.begin(Position(bookmark=self.start)), now)

    @property
    def has_numbered_pages(self) -> bool:
        """Whether pages have numbers, so that a row may move to another page while the list is read."""
        return False

    def probe(self, now: int) -> PageRequest:
        """A request that brings a row at most and shows whether the endpoint may be read, at server time ``now``."""
        request = self.page_request(self.begin(Position(bookmark=now - PROBE_AGE_SECONDS)), now)
        small = {self._size.name: 1} if self._size.name else {}
        return replace(request, params={**request.params, **small}, check=lambda _envelope, _request: None)

    @property
    def shared_by(self) -> object:
        """Streams for which this is equal are read in one walk."""
        return self.name

    def walk_key(self, position: Position) -> object:
        """Readers for which this is equal share a walk."""
        return self.shared_by

    def drop_optional_param(self) -> str | None:
        """Send no longer a parameter that older accounts do not know; its name, or None if there is none."""
        if self.optional_param in ("", *self.dropped_params):
            return None
        self.dropped_params.add(self.optional_param)
        return self.optional_param

    def without_token(self, position: Position) -> Position:
        """The same place, found without the server's cursor."""
        return replace(position, token=None)

    def position_text(self, position: Position) -> str:
        """A position in words, for messages."""
        return f"the page at {position.token}" if position.token else "the first page"

    def rows(self, response: PageResponse, streams: Sequence[str] = ()) -> list[Row]:
        """The rows of a page that have their key; a WARN names the streams that lack the others."""
        return RowCheck(self.records, self.row_key).complete_rows(response.envelope, ", ".join(streams) or self.name)

    def next_page(self, envelope: Any, size: int) -> NextPage:
        """What the paginator makes of a page; without a paginator there is one page only.

        Raises:
            MalformedResponse: the page says neither that it is the last nor where the next one is.
        """
        self.check_paging(envelope)
        return next_page_from(self.paginator, self.config, envelope, RowCheck(self.records, "").all(envelope), size)

    def check_paging(self, envelope: Any) -> None:
        """Bring the paging fields of a page into their types; raises MalformedResponse if one has another type."""
        check_paging(envelope, self._paging_fields)

    def names_itself(self, position: Position, next_page: NextPage) -> bool:
        """Whether the page at a position names itself as the next one."""
        return bool(position.token) and next_page.token == position.token and not next_page.is_last

    def next_page_of(self, response: PageResponse, position: Position) -> NextPage:
        """``next_page`` of a response, which its check has usually found already."""
        request, envelope = response.request, response.envelope
        return response.next_page or self.next_page(envelope, self.full_page_rows(request, position, envelope))

    def ends_at(self, response: PageResponse, position: Position) -> bool:
        """Whether a page without rows is the last."""
        return self.next_page_of(response, position).is_last

    def full_page_rows(self, request: PageRequest, position: Position, envelope: Any) -> int:
        """The number of rows of a full page, judged by the decoded page and those before it."""
        return self._size.of(request)

    def was_sent(self, row: Row) -> bool:
        """Whether another walk of this sync has sent a row."""
        return False

    def shrink(self, request: PageRequest, position: Position) -> bool:
        """Request smaller pages from now on, because this size was refused; False if none smaller can be requested."""
        return not is_link(position.token) and self._size.lower(request)

    def _paging(self, position: Position) -> Mapping[str, Any]:
        if position.token and is_link(position.token):
            return link_params(position.token)
        if not self.paginator:
            return {}
        token = {"next_page_token": position.token} if position.token else None
        return self.paginator.get_request_params(next_page_token=token, page_size_override=self._size.current or None)

    def _checked(self, request: PageRequest, position: Position) -> PageRequest:
        rows = RowCheck(self.records, self.row_key)

        def check(envelope: Any, sent: PageRequest) -> NextPage:
            rows(envelope)
            next_page = self.next_page(envelope, self.full_page_rows(sent, position, envelope))
            if self.names_itself(position, next_page):
                raise MalformedResponse("the page links to itself as the next page")
            if reason := self.doubt(position, rows.all(envelope), next_page):
                rows.doubt(reason)
            return next_page

        request.check = check
        return request
