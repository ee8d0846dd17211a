"""How the pages of a family are requested, and how each page moves the position.

One instance belongs to one stream of the manifest and is built from its stanza by the CDK's own factory. Requester,
paginator and extractor are the stock components that the manifest declares. This executes them page by page, because
SimpleRetriever emits no state before the last page, decodes a page twice, and holds its worker while it sleeps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import orjson
from airbyte_cdk.sources.declarative.extractors import DpathExtractor, RecordSelector
from airbyte_cdk.sources.declarative.interpolation import InterpolatedString
from airbyte_cdk.sources.declarative.requesters import HttpRequester
from airbyte_cdk.sources.declarative.requesters.error_handlers import DefaultErrorHandler
from airbyte_cdk.sources.declarative.requesters.paginators import DefaultPaginator
from airbyte_cdk.sources.declarative.transformations import RecordTransformation
from airbyte_cdk.sources.types import StreamSlice

from source_zendesk_support.api.authenticators import ZendeskAuthenticator
from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import CLOCK_TOLERANCE_SECONDS
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.api.request_path import path_segments
from source_zendesk_support.api.templates import TEMPLATES
from source_zendesk_support.components.cursor_spec import CursorSpec
from source_zendesk_support.components.named_page import is_link, link_params
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.paging import AdaptivePageSize, NextPage, next_page_from
from source_zendesk_support.components.paging_fields import check_paging, paging_fields
from source_zendesk_support.components.row_check import RowCheck
from source_zendesk_support.components.row_transformations import RowTransformations
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position, StateFormat
from source_zendesk_support.times import MIN_EPOCH_MILLISECONDS, moment

Slice = Mapping[str, Any]
CLOCK_ERROR_SECONDS = 2
PROBE_AGE_SECONDS = 3600
"""Seconds before now from which on a probe looks for a row."""


@dataclass
class PagedRetriever(ABC):
    """How the pages of one kind of endpoint are requested and read.

    The walk calls ``begin``, then ``ask``, ``read`` and ``advance`` for each page, and ``overfull_rows`` for a second
    that does not fit on one. After a 400 it calls ``shrink``, ``drop_optional_param`` and ``without_token``. Substreams
    call ``new_children`` and ``after_children``. What a page leads to is a ``PageResult``, and its ``after`` is the
    position for the next calls. Apart from that, only the page size and dropped parameters are remembered.

    Args:
        requester: url, parameters, authenticator and error handler.
        record_selector: its extractor, if it is one of ours, makes the stream's records of a page's rows.
        config: the connector's config, for templates.
        name: the stream.
        paginator: token and size of a page; None where one answer holds everything.
        cursor: the stream's cursor; None where its data has none.
        endpoint: path below ``/api/v2/``.
        records: key of the envelope under which the page's rows are; a declared ``DpathExtractor`` says it itself.
        primary_key: what every row must have; of a key of several fields the last one.
        key_fields: all fields of the primary key.
        requires: product, plan or add-on without which Zendesk refuses; empty for the base product.
        include: sideload that this stream needs in the page.
        row_time: field of a page's rows that says where the page stands in time; the cursor field if empty.
        state_key: name of the bookmark in STATE; the cursor field if empty.
        optional_param: a request parameter that older accounts answer with 400.
        minimum_age: seconds; the endpoint serves or settles nothing younger.
        immutable: rows never change, so a known id needs no second look at its time.
        deletion_mark: field of a row that says that the thing is deleted; empty if nothing does.
        transformations: change every row before anything else sees it.
        note: what a user should know before selecting the stream; for docs/streams.md.
        archived: how the rows are read that these pages leave out; a second walk, on request.
        max_pages_without_progress: pages in a row that may bring neither a new row nor a later time.
        minimum_page_size: rows; smaller pages are not requested after a timeout.
        rows_expire: rows leave the list by their age, so one that does not come need not have been deleted.
    """

    requester: HttpRequester
    record_selector: RecordSelector
    config: Mapping[str, Any]
    name: str
    paginator: DefaultPaginator | None = None
    cursor: CursorSpec | None = None
    endpoint: str = ""
    records: str = ""
    primary_key: str = ""
    key_fields: tuple[str, ...] = ()
    requires: str = ""
    include: str = ""
    row_time: str = ""
    state_key: str = ""
    optional_param: str = ""
    minimum_age: int = 0
    immutable: bool = False
    deletion_mark: str = ""
    max_pages_without_progress: int = 50
    minimum_page_size: int = 25
    rows_expire: bool = False
    transformations: list[RecordTransformation] = field(default_factory=list)
    note: str = ""
    dropped_params: set[str] = field(default_factory=set)
    archived: PagedRetriever | None = None
    visits_all_parents = False
    token_key = "next"  # noqa: S105  the name of a field, not a secret

    def __post_init__(self) -> None:
        """Fill what follows from other fields."""
        declared: object = self.primary_key
        self.key_fields = self.key_fields or (tuple(declared) if isinstance(declared, list) else (self.primary_key,))
        self.primary_key = self.key_fields[-1] if self.key_fields else ""
        self.row_time = self.row_time or (self.cursor.field if self.cursor else "")
        if isinstance(self.record_selector.extractor, DpathExtractor):
            self.records = declared_path(self.record_selector.extractor)
        self._size = AdaptivePageSize(self.paginator, self.config, self.minimum_page_size)
        self._paging_fields = paging_fields(self.paginator)
        self._transform = RowTransformations(self.transformations, self.records, self.config)

    @property
    def form(self) -> StateFormat | None:
        """How this stream writes STATE; None where it has no cursor field."""
        if not self.cursor:
            return None
        return StateFormat(self.state_key or self.cursor.field, self.cursor.notation, self.token_key)

    @property
    def row_key(self) -> str:
        """What every row of a page must have."""
        return self.primary_key

    @property
    def start(self) -> int:
        """Epoch seconds from which this stream is read if there is no state; 0 if it has no cursor."""
        return self.cursor.start if self.cursor else 0

    def youngest(self, moment: int, now: int) -> int:
        """A start time that the endpoint allows, at server time ``now``; 1 is the least that it understands."""
        return max(1, min(moment, now - self.minimum_age))

    def settled(self, answer: PageResponse) -> int:
        """The latest second about which a page is final; a little early, as the server's clock is known to a second."""
        return answer.requested_at - self.minimum_age - CLOCK_ERROR_SECONDS

    def present(self, answer: PageResponse) -> int:
        """The second after which an export has nothing more to serve; never early, also if the clock is in doubt."""
        return max(answer.requested_at, answer.latest_requested_at) - self.minimum_age - CLOCK_ERROR_SECONDS

    def latest(self, answer: PageResponse) -> int:
        """The last second that anything in an answer can be dated."""
        return max(answer.requested_at, answer.latest_requested_at) + CLOCK_TOLERANCE_SECONDS

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
        """Why a complete page cannot be the one that was requested; empty if it can."""
        return ""

    def overfull_rows(
        self, position: Position, page: PageRows, result: PageResult, client: ZendeskClient
    ) -> Iterator[Sequence[Row]]:
        """The other rows of an overfull second, from another endpoint; usually none."""
        yield from ()

    def new_children(self, children: Sequence[Row], position: Position) -> Sequence[Row]:
        """The children of a page's rows that have not been emitted before this position."""
        return children

    def reach_back(self, second: int) -> None:  # noqa: B027  most families have no archived rows
        """Read on until the second at which the walk over archived rows begins."""

    def after_children(self, position: Position, children: Sequence[Row]) -> Position:
        """The position once some children of a page's rows have been emitted."""
        return position

    def ask(
        self, position: Position, now: int, include: Sequence[str] = (), parent: Slice | None = None
    ) -> PageRequest:
        """The request for the page at a position."""
        with TEMPLATES:
            return self._ask(position, now, include, parent)

    def _ask(self, position: Position, now: int, include: Sequence[str], parent: Slice | None) -> PageRequest:
        interval = self.interval(position, now)
        stream_slice = StreamSlice(partition=path_segments(parent or {}), cursor_slice=interval)
        params = {**self._paging(position), **self.requester.get_request_params(stream_slice=stream_slice)}
        params.update(self.params(position, now))
        if include:
            params["include"] = ",".join(include)
        ask = PageRequest(
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
        return self._size.shrinkable(self._checked(ask, position))

    def first_page(self, now: int) -> PageRequest:
        """The request for the first page, at server time ``now``."""
        return self.ask(self.begin(Position(bookmark=self.start)), now)

    @property
    def has_numbered_pages(self) -> bool:
        """Whether pages have numbers, so that a row may move to another page while the list is read."""
        return False

    def probe(self, now: int) -> PageRequest:
        """A request that brings a row at most and shows whether the endpoint may be read, at server time ``now``."""
        ask = self.ask(self.begin(Position(bookmark=now - PROBE_AGE_SECONDS)), now)
        small = {self._size.name: 1} if self._size.name else {}
        return replace(ask, params={**ask.params, **small}, check=lambda _envelope, _ask: None)

    @property
    def path(self) -> str:
        """Path of the endpoint, which decides on the limits."""
        return f"/api/v2/{self.endpoint}"

    @property
    def shared_by(self) -> object:
        """Streams for which this is equal are read in one walk."""
        return self.name

    def walk_key(self, position: Position) -> object:
        """Readers for which this is equal share a walk."""
        return self.shared_by

    @property
    def row_fields(self) -> tuple[str, ...]:
        """The fields of a row that rules judge by; none, so all, if rows have no key or are changed."""
        lazy = self.primary_key and not self.transformations
        return (*self.key_fields, self.row_time, self.deletion_mark) if lazy else ()

    def drop_optional_param(self) -> str | None:
        """Leave out, from now on, a parameter that older accounts do not know; its name, or None if there is none."""
        if self.optional_param in ("", *self.dropped_params):
            return None
        self.dropped_params.add(self.optional_param)
        return self.optional_param

    def without_token(self, position: Position) -> Position:
        """The same place, found without the server's cursor."""
        return replace(position, token=None)

    def time_of(self, row: Row) -> int | None:
        """The row's place in time in epoch seconds; None where it has none that can be read."""
        value = row.get(self.row_time)
        seconds = type(value) is int and 0 <= value < MIN_EPOCH_MILLISECONDS
        return value if seconds else moment(value)

    def key_of(self, row: Row) -> Id:
        """By which a row is known again in another page, sync or list, also if its id came in another notation."""
        if len(self.key_fields) > 1:
            return "/".join(str(row.get(name)) for name in self.key_fields)
        return id_key(row.get(self.primary_key))

    def position_text(self, position: Position) -> str:
        """A position in words, for messages."""
        return f"the page at {position.token}" if position.token else "the first page"

    def rows(self, answer: PageResponse, streams: Sequence[str] = ()) -> list[Row]:
        """The rows of a page that have their key; a WARN names the streams that lack the others."""
        return RowCheck(self.records, self.row_key).complete_rows(answer.envelope, ", ".join(streams) or self.name)

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

    def fingerprints(self, rows: Iterable[Row]) -> set[int]:
        """One number a row, made of its key and time; of all its fields if it has no key."""
        if not self.primary_key:
            return {hash(orjson.dumps(row, default=str)) for row in rows}
        return {hash((self.key_of(row), str(row.get(self.row_time)))) for row in rows}

    def next_page_of(self, response: PageResponse, position: Position) -> NextPage:
        """``next_page`` of a response, which its check has usually found already."""
        request, envelope = response.request, response.envelope
        return response.next_page or self.next_page(envelope, self.full_page_rows(request, position, envelope))

    def full_page_rows(self, request: PageRequest, position: Position, envelope: Any) -> int:
        """The number of rows of a full page, as far as the decoded page and the pages before it show."""
        return self._size.of(request)

    def was_sent(self, row: Row) -> bool:
        """Whether another walk of this sync has sent a row."""
        return False

    def shrink(self, ask: PageRequest, position: Position) -> bool:
        """Request smaller pages from now on, because this size was refused; False if none smaller can be requested."""
        return not is_link(position.token) and self._size.lower(ask)

    def _paging(self, position: Position) -> Mapping[str, Any]:
        if position.token and is_link(position.token):
            return link_params(position.token)
        if not self.paginator:
            return {}
        token = {"next_page_token": position.token} if position.token else None
        return self.paginator.get_request_params(next_page_token=token, page_size_override=self._size.current or None)

    def _checked(self, ask: PageRequest, position: Position) -> PageRequest:
        rows = RowCheck(self.records, self.row_key)

        def check(envelope: Any, asked: PageRequest) -> NextPage:
            rows(envelope)
            next_page = self.next_page(envelope, self.full_page_rows(asked, position, envelope))
            if self.names_itself(position, next_page):
                raise MalformedResponse("the page links to itself as the next page")
            if reason := self.doubt(position, rows.all(envelope), next_page):
                rows.doubt(reason)
            return next_page

        ask.check = check
        return ask


def declared_path(extractor: DpathExtractor) -> str:
    """The one key that an extractor looks for rows under; empty if the body itself is the list or the row."""
    path = extractor._field_path  # noqa: SLF001  the CDK shows only the template, without its parameters
    return str(InterpolatedString.create(path[0], parameters={}).eval(extractor.config)) if path else ""
