"""Lists: every pass reads every row. If rows have a cursor field, only those at or after the bookmark are emitted."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from airbyte_cdk.sources.declarative.requesters.request_path import RequestPath

from source_zendesk_support.api.clock import CLOCK_ERROR_SECONDS
from source_zendesk_support.api.request import NUMBER_PARAM, PageResponse, int_param
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.named_page import is_link, named_page, numbered_token
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.components.sideloads import SideloadExtractor
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso

logger = logging.getLogger("airbyte")

DELETION_MARKS_STORED = 4_000
"""Deleted rows that STATE remembers. A forgotten one is emitted in every sync."""
SECOND_PAGE = "2"
RANGE_END_MARGIN_SECONDS = 3600
"""A range ends so long after now, because before the first response this machine's clock may be slow."""


@dataclass
class ListRetriever(PagedRetriever):
    """Lists that are declared with ``SimpleRetriever``: the parts that the CDK has built from it, read by our engine.

        type: SimpleRetriever
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/cursor_paginator"}
        page_size_reduction: {type: PageSizeReduction, minimum_page_size: 25}

    No stock cursor can do this: a client-filtered list may change on page 1 while page 2 is read, so its bookmark
    must not pass the server time at which the first page was requested, also if the pass was resumed.
    """

    @property
    def shared_by(self) -> object:
        """One response may hold rows of several streams; those with bookmarks of their own read it from the cache."""
        is_sideload = isinstance(self.record_selector.extractor, SideloadExtractor)
        return (self.endpoint, "sideloads") if is_sideload and not self.cursor else self.name

    def begin(self, position: Position) -> Position:
        """An unfinished pass is resumed, a finished one starts again.

        So does one whose state does not say when it began, because its bookmark must not pass that time. If pages have
        numbers, it is resumed one page earlier: rows deleted since then have moved others to that page.
        """
        if position.token is None or position.requested_at is None:
            known = position.known.at_first_page() if position.known else None
            return replace(self.without_token(position), known=known)
        position = replace(position, known=position.known.at_later_page() if position.known else None)
        return self._a_page_earlier(position) if self._numbered(position) else position

    def without_token(self, position: Position) -> Position:
        """A new pass, which may end at the account's present time."""
        return replace(position, token=None, high=None, requested_at=None, high_ids=frozenset(), memory=None)

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """The bookmark, if the API filters by it."""
        if not self.cursor or not self.cursor.start_param:
            return {}
        return {self.cursor.start_param: self.youngest(position.bookmark, now)}

    def interval(self, position: Position, now: int) -> Mapping[str, str]:
        """From the bookmark, less the lookback, to an end that stays the same for all pages of a pass."""
        if not self.cursor:
            return {}
        lookback = 0 if position.bookmark == self.start else self.cursor.lookback
        until = (now if position.requested_at is None else position.requested_at) + RANGE_END_MARGIN_SECONDS
        return {
            "start_time": iso(self.youngest(position.bookmark - lookback, now)),
            "end_time": str(position.memory or iso(until)),
        }

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows after the bookmark, those of its second that are not known, and those without a cursor value."""
        if not self.cursor:
            return rows
        return [row for row in rows if self._is_new(row, position)]

    def advance(self, position: Position, page: PageRows) -> PageResult:
        """Remember the greatest value. At the end it becomes the bookmark, if it is not later than the pass began."""
        return PageResult(self._after(position, page, self.next_page_of(page.response, position)), page.rows)

    def _after(self, position: Position, page: PageRows, next_page: NextPage) -> Position:
        if self.cursor:
            requested_at = page.response.requested_at if position.requested_at is None else position.requested_at
            position = replace(position, requested_at=requested_at, memory=self._range_end(page.response))
            position = self._note_rows(_bounded(self._raise_high(position, page.rows)), page.rows)
        return self._finish(position) if next_page.is_last else replace(position, token=next_page.token)

    def _range_end(self, response: PageResponse) -> str | None:
        """The end of the range, which stays the same for all pages of a pass."""
        return response.request.range_end or None

    def next_page(self, envelope: Any, size: int) -> NextPage:
        """What the paginator says, unless the response contradicts it: a page that links to another is not the last.

        Raises:
            MalformedResponse: the page neither says that it is the last nor links to the next one.
        """
        named = named_page(envelope)
        try:
            next_page = super().next_page(envelope, size)
        except MalformedResponse:
            if named.token is None or named.more is False:
                raise
            return NextPage(is_last=False, token=named.token)
        if not next_page.is_last and not self._follows_links:
            return NextPage(is_last=False, token=self._sized(next_page.token or "", size))
        if next_page.is_last and not named.more:
            return next_page
        if named.token is None:
            raise MalformedResponse("the page says that more pages follow but has no link to the next one")
        return NextPage(is_last=False, token=named.token)

    @property
    def _follows_links(self) -> bool:
        return self.paginator is not None and isinstance(self.paginator.page_token_option, RequestPath)

    def _sized(self, token: str, size: int) -> str:
        """The token; of a page that has a number also an unusual size, without which it would mean another page."""
        if size == self._size.declared or not self._size.name or not self._numbered(Position(0, token=token)):
            return token
        return numbered_token({NUMBER_PARAM: token, self._size.name: size})

    @property
    def has_numbered_pages(self) -> bool:
        """Whether pages have numbers, so that a row may move to another page while the list is read."""
        return self._numbered(Position(0, token=SECOND_PAGE))

    def _numbered(self, position: Position) -> bool:
        return NUMBER_PARAM in self._paging(position)

    def _a_page_earlier(self, position: Position) -> Position:
        paging = dict(self._paging(position))
        number = int_param(paging[NUMBER_PARAM]) - 1
        if number < 2:  # noqa: PLR2004  page 1 has no token
            return replace(position, token=None)
        linked = is_link(position.token)
        return replace(position, token=numbered_token({**paging, NUMBER_PARAM: number}) if linked else str(number))

    def _is_new(self, row: Row, position: Position) -> bool:
        if self.deletion_mark and self._mark_has_moved(row, position):
            return True
        moment = self.time_of(row)
        if moment is None or moment > position.bookmark or self._has_returned(row, position):
            return True
        return moment == position.bookmark and self.key_of(row) not in position.ids

    def _mark_has_moved(self, row: Row, position: Position) -> bool:
        """Whether a thing was deleted or restored, which need not move its time.

        The first pass goes by time alone: what was deleted before ``start_date`` is not wanted.
        """
        first = position.bookmark == self.start and not position.deleted
        return not first and bool(row.get(self.deletion_mark)) != (self.key_of(row) in position.deleted)

    def _has_returned(self, row: Row, position: Position) -> bool:
        """Whether the destination does not have a row, or has it as deleted, although it is older than the bookmark."""
        known = position.known
        if known is None or known.learning or known.count or not self._is_wanted(row):
            return False
        return self.key_of(row) not in known.ids

    def _is_wanted(self, row: Row) -> bool:
        """Whether a row is not older than ``start_date``."""
        moment = self.time_of(row)
        return moment is None or moment >= self.start

    def _note_rows(self, position: Position, rows: Sequence[Row]) -> Position:
        """Remember which rows are there, and which of them are marked as deleted."""
        if known := position.known:
            seen = (self.key_of(row) for row in rows if self._is_wanted(row) or self.key_of(row) in known.ids)
            position = replace(position, known=known.with_seen(seen, position.requested_at or 0))
        return self._note_marks(position, rows)

    def _note_marks(self, position: Position, rows: Sequence[Row]) -> Position:
        if not self.deletion_mark:
            return position
        marked: set[Id] = {self.key_of(row) for row in rows if row.get(self.deletion_mark)}
        deleted = position.deleted.difference(map(self.key_of, rows)) | marked
        return replace(position, deleted=frozenset(sorted(deleted, key=str)[-DELETION_MARKS_STORED:]))

    def _raise_high(self, position: Position, rows: Sequence[Row]) -> Position:
        times = [(moment, row) for row in rows if (moment := self.time_of(row)) is not None]
        high = max((moment for moment, _ in times), default=None)
        if high is None or (position.high is not None and high < position.high):
            return position
        ids: frozenset[Id] = frozenset(self.key_of(row) for moment, row in times if moment == high)
        return replace(position, high=high, high_ids=ids | position.high_ids if high == position.high else ids)

    def _finish(self, position: Position) -> Position:
        """All rows of the bookmark's second are known only if that second was over at the time of the request."""
        latest, high = (position.requested_at or 0) - self.minimum_age, position.high
        finished = Position(
            bookmark=position.bookmark, ids=position.ids, deleted=position.deleted, known=position.known, done=True
        )
        if high is None or high < position.bookmark:
            return finished
        bookmark = max(position.bookmark, min(high, latest))
        settled = bookmark == high and bookmark < latest - CLOCK_ERROR_SECONDS
        return replace(finished, bookmark=bookmark, ids=position.high_ids if settled else frozenset())


def _bounded(position: Position) -> Position:
    """A pass proves nothing later than its beginning, so nothing later is remembered, whatever a row is dated."""
    if position.high is None or 0 <= position.high <= (position.requested_at or 0):
        return position
    return replace(position, high=position.requested_at if position.high > 0 else None, high_ids=frozenset())
