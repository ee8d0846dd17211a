"""Exports by time: the next page starts at the second in which the last one ended, and repeats that second.

Facts: docs/zendesk-api.md#time-based-exports, docs/zendesk-api.md#exports-without-an-end-mark.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.export_memory import ExportMemory, TimedKey
from source_zendesk_support.components.export_report import ExportReport
from source_zendesk_support.components.list_form import LazyListForm
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.paging import NextPage, next_page_from
from source_zendesk_support.components.paging_fields import end_id, is_marked_last, is_marked_unfinished
from source_zendesk_support.components.proven_times import ProvenTimes, claimed
from source_zendesk_support.components.row_check import RowCheck
from source_zendesk_support.errors import EndpointUnavailable, transient_error
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso, moment

DOCUMENTED_PAGE_ROWS = 10
"""The smallest page size that Zendesk documents. A first page of fewer rows is the last if it does not say."""
FULL_PAGE_MIN_ROWS = 2
"""One row alone is no full page anywhere."""


@dataclass
class TimeExportRetriever(PagedRetriever):
    """Exports that are resumed from the second in which the last page ended.

        type: CustomRetriever
        class_name: source_zendesk_support.components.time_export.TimeExportRetriever
        ends_at_repeat: true
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/time_export_paginator"}

    Not ``SimpleRetriever``: no stock cursor knows which rows of that second have been emitted.

    The ids of the last second's rows are kept in STATE, so that no row of the repeated second is emitted twice, across
    pages and across syncs. With a lookback, the ids of that complete window are kept.

    Args:
        tie_param: parameter that takes the page's ``end_id`` if a second does not fit on a page; empty if none.
        ends_at_repeat: the endpoint does not say when it ends: a page that only repeats the last second is the last.
        overflow: a list of the same rows, from which a second is completed that holds more than a page.
        revised_by: field of a row that changes while its time does not; a row with another value is emitted again.
        list_form: what is read if the export is closed.
    """

    tie_param: str = ""
    ends_at_repeat: bool = False
    overflow: PagedRetriever | None = None
    revised_by: str = ""
    list_form: LazyListForm | None = None

    def __post_init__(self) -> None:
        """Each stream has its own judge of times, and its own report."""
        super().__post_init__()
        self._times = ProvenTimes(self.name)
        self._report = ExportReport(self.name, DOCUMENTED_PAGE_ROWS if self.ends_at_repeat else 0)

    @property
    def shared_by(self) -> object:
        """All streams of one endpoint."""
        return self.endpoint

    @property
    def row_fields(self) -> tuple[str, ...]:
        """Also the field that shows that a row has changed."""
        fields = super().row_fields
        return (*fields, self.revised_by) if fields and self.revised_by else fields

    def begin(self, position: Position) -> Position:
        """A pass looks back for late rows, except the first one, and one that resumes before any row can be late.

        A pass that was interrupted while it looked back, or close to its present, looks back again.
        """
        lookback = self.cursor.lookback if self.cursor else 0
        settled = position.high is None and position.bookmark <= (position.requested_at or 0) - lookback
        looks_back = bool(lookback) and not settled and position.bookmark != self.start
        high = position.bookmark - lookback if looks_back else None
        return replace(position, token=None, high=high, memory=ExportMemory.at(position, looks_back=looks_back))

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """``start_time``, and the tie-breaker if the last page ended in the second in which it began."""
        if not self.cursor:
            return {}
        params: dict[str, Any] = {self.cursor.start_param: self.cursor.start_value(self.youngest(_at(position), now))}
        tie = ExportMemory.of(position).tie
        return {**params, self.tie_param: tie} if tie else params

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows that are not known to have been emitted."""
        memory = ExportMemory.of(position)
        return [row for row in rows if self._is_new(row, memory)] if memory.emitted else rows

    def doubt(self, position: Position, rows: Sequence[Row], next_page: NextPage) -> str:
        """A page begins with the requested second, so it has that second's known rows, and none before."""
        at = _at(position)
        if not rows:
            if ExportMemory.of(position).has_row_from(at):
                return "no rows, not even known ones"
            return "" if next_page.is_last else "no rows and no end time"
        claim = moment(next_page.token)
        if claim is None or next_page.is_last:
            return ""
        times = [time for row in rows if (time := self.time_of(row)) is not None]
        if claim <= at and min(times, default=at) < at:
            return "rows from before the requested time"
        return "an end time that no row reaches" if max(times, default=None) == at < claim else ""

    def advance(self, position: Position, page: PageRows) -> PageResult:
        """To the page's end time; the bookmark follows, but never into the time that may still change.

        A last page without rows moves nothing, whatever end it claims: the export may have closed.
        """
        response, at = page.response, _at(position)
        memory = ExportMemory.of(position).with_page([*map(self.key_of, page.rows)])
        next_page = self.next_page_of(response, position)
        full = len(page.rows) >= self.full_page_rows(response.request, position, response.envelope)
        end = start = self._end(next_page, at, response, page.rows, full=full)
        fills = self._fills_second(at, end, page)
        stays = end <= at and not next_page.is_last
        waits = stays and self._ends_at_repeat(response) and not full and not fills
        repeats, memory = memory.with_repeat(at, map(self.key_of, page.rows)) if waits else (False, memory)
        repeats = repeats or (waits and not page.new_rows)
        done = next_page.is_last or end >= self.present(response) or repeats
        if fills and (is_marked_last(response.envelope) or not page.new_rows):
            start = end + 1  # no more rows, or announced by the pass that brought these
        elif fills and next_page.is_last:
            start = self._step_over(end, page, memory)
        elif not done and (fills or (stays and not waits)):
            start, memory = self._past(end, page, memory)
        proven = start if page.rows or not done else at
        bookmark = max(position.bookmark, min(proven, self.settled(response)))
        memory = self._remember(memory.at_end() if next_page.is_last or repeats else memory, page.new_rows, bookmark)
        after = self._after(position, start, bookmark, memory, requested_at=response.requested_at, done=done)
        return PageResult(after, page.rows, moment(next_page.token), overfull_second=end if start > end else None)

    @staticmethod
    def _after(
        position: Position, end: int, bookmark: int, memory: ExportMemory, *, requested_at: int, done: bool
    ) -> Position:
        ids = frozenset(memory.emitted)
        if done:
            return Position(bookmark=bookmark, ids=ids, done=True)
        requested_at = requested_at if position.requested_at is None else position.requested_at
        high = end if end != bookmark else None
        return replace(position, bookmark=bookmark, ids=ids, requested_at=requested_at, high=high, memory=memory)

    def _end(self, next_page: NextPage, at: int, response: PageResponse, rows: Sequence[Row], *, full: bool) -> int:
        """The second that this page proves to have been read up to.

        Raises:
            AirbyteTracedException: transient; the page has no rows, is not the last, and names no time that can be.
        """
        latest = self.latest(response)
        if not rows and not next_page.is_last and claimed(next_page, latest) is None:
            raise transient_error(
                f"Stream {self.name}: {response.request.position_text} has no rows and an impossible end time: "
                f"{(next_page.token or '')[:40]}. All earlier pages are saved; the next sync resumes there.",
                stream=self.name,
            )
        times = self._times.of_rows(map(self.time_of, rows), latest)
        return self._times.end(next_page, at, times, latest, full=full)

    def overfull_rows(
        self, position: Position, page: PageRows, result: PageResult, client: ZendeskClient
    ) -> Iterator[Sequence[Row]]:
        """The other rows of a second that does not fit on a page, from the list that may be read instead."""
        second = result.overfull_second
        if not self.overflow or second is None:
            return
        known = {*position.ids, *map(self.key_of, page.rows)}
        try:
            for listed in read_list(self.overflow, client):
                yield [row for row in listed.rows if self.time_of(row) == second and self.key_of(row) not in known]
        except EndpointUnavailable:
            self._report.overfull(second, len(page.rows))

    def next_page(self, envelope: Any, size: int) -> NextPage:
        """What the page says about the next one. If it says nothing, a page that is not full is the last.

        Raises:
            MalformedResponse: the page neither says that it is the last nor links to the next one.
        """
        self.check_paging(envelope)
        return next_page_from(self.paginator, self.config, envelope, RowCheck(self.records, "").all(envelope), size)

    def ends_at(self, response: PageResponse, position: Position) -> bool:
        """Also if its end time is the present."""
        next_page = self.next_page_of(response, position)
        return next_page.is_last or (claimed(next_page, self.latest(response)) or 0) >= self.present(response)

    def position_text(self, position: Position) -> str:
        """A position in words."""
        return f"the page from {iso(_at(position))}"

    def full_page_rows(self, request: PageRequest, position: Position, envelope: Any) -> int:
        """From how many rows a page may be full; the longest page of this walk shows what Zendesk returns.

        A walk's first page cannot be compared with another. It is not the last if later rows have been emitted, nor if
        a pass that looks back finds nothing new in it: a server that returns no more rows at once would begin every
        sync with this very page.
        """
        memory = ExportMemory.of(position)
        compared = self.ends_at_repeat and (memory.longest or self._says_too_little(envelope, memory))
        least = FULL_PAGE_MIN_ROWS if compared else DOCUMENTED_PAGE_ROWS
        return min(self._size.of(request), max(memory.longest, least))

    def _says_too_little(self, envelope: Any, memory: ExportMemory) -> bool:
        """Whether rows have been emitted that are later than the last one of a page, or all that it looked back for."""
        rows = RowCheck(self.records, self.primary_key).complete(envelope) if memory.emitted else ()
        last = max((time for row in rows if (time := self.time_of(row)) is not None), default=None)
        if last is None:
            return False
        looks_back = bool(self.cursor and self.cursor.lookback)
        return memory.has_row_from(last + 1) or (looks_back and not any(self._is_new(row, memory) for row in rows))

    def _fills_second(self, at: int, end: int, page: PageRows) -> bool:
        """Whether a page of few rows is all of its last second.

        Requested from that second, it might only come again. A full one would end every later sync. Known rows of the
        second that was requested are the last, as Talk repeats them.
        """
        few = FULL_PAGE_MIN_ROWS <= len(page.rows) < DOCUMENTED_PAGE_ROWS
        is_repeated = not page.new_rows and end <= at and not is_marked_last(page.response.envelope)
        if is_repeated or not few or not self._ends_at_repeat(page.response):
            return False
        return {self.time_of(row) for row in page.rows} == {end}

    def _ends_at_repeat(self, response: PageResponse) -> bool:
        """Whether a page that repeats is the last; not if it says that it is not."""
        return self.ends_at_repeat and not is_marked_unfinished(response.envelope)

    def key_of(self, row: Row) -> Id:
        """A row that has since been marked as deleted, or revised, is another row, or its change would be dropped."""
        key = super().key_of(row)
        if self.revised_by:
            return f"{key}/{row.get(self.revised_by)}"
        if not row.get(self.deletion_mark):
            return key
        return -key if isinstance(key, int) else f"-{key}"

    def _is_new(self, row: Row, memory: ExportMemory) -> bool:
        return not memory.has_emitted(self._timed_key(row), is_immutable=self.immutable)

    def _timed_key(self, row: Row) -> TimedKey:
        return self.key_of(row), self.time_of(row)

    def _remember(self, memory: ExportMemory, new_rows: Sequence[Row], bookmark: int) -> ExportMemory:
        """With the ids that the next page may repeat: those from the bookmark's second (or the lookback) on.

        Rows that may change and are later than the bookmark are not remembered: a second change within their second
        would go unnoticed. They are emitted again.
        """
        since = bookmark - (self.cursor.lookback if self.cursor else 0)
        until = None if self.immutable else bookmark
        memory = memory.with_rows(map(self._timed_key, new_rows), since, until)
        self._report.if_too_many(memory, since)
        return memory

    def _past(self, at: int, page: PageRows, memory: ExportMemory) -> tuple[int, ExportMemory]:
        """Where to continue after a page that began and ended in one second, because that second fills it.

        The API's own tie-breaker and the largest page are tried first; then the walk steps on by one second.
        """
        requested, tie = (
            self._size.of(page.response.request),
            end_id(page.response.envelope) if self.tie_param else None,
        )
        if tie and tie != memory.tie:
            return at, replace(memory, tie=tie)
        if requested < self._size.full and memory.raised_at != at:
            self._size.restore()
            return at, replace(memory, tie=tie, raised_at=at)
        return self._step_over(at, page, memory), replace(memory, tie=None)

    def _step_over(self, second: int, page: PageRows, memory: ExportMemory) -> int:
        """The second after one that fills a page."""
        complete = len(page.rows) > self._size.of(page.response.request)  # some exports complete a page's last second
        if not self.overflow and not complete:
            is_cap = bool(page.new_rows) and len(page.rows) == memory.earlier
            self._report.overfull(second, len(page.rows), logging.WARNING if is_cap else logging.INFO)
        return second + 1


def _at(position: Position) -> int:
    """The second from which the next page is requested."""
    return position.bookmark if position.high is None else position.high
