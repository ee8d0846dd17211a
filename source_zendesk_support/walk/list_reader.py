"""Reads the streams of a closed export by lists: all ids that are due, then changes, then deletions."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.components.audit_form import AuditCrossCheck, AuditListForm
from source_zendesk_support.components.base import CLOCK_ERROR_SECONDS, PagedRetriever
from source_zendesk_support.components.list_form import DAY_SECONDS, DeletionList, IdBlockRetriever, ListForm
from source_zendesk_support.components.page_reader import FailureHandler, read_pages
from source_zendesk_support.components.page_result import PageResult, Row
from source_zendesk_support.components.paging import blames_size
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.errors import BadRequest, EndpointUnavailable, config_error
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.id_sweep import GAP_SECONDS, IdSweep
from source_zendesk_support.walk.list_streams import ListStreams

logger = logging.getLogger("airbyte")


class ListPage(NamedTuple):
    """One page of a list.

    Attributes:
        response: the page as it came.
        rows: its rows.
        after: the position behind it.
    """

    response: PageResponse
    rows: Sequence[Row]
    after: Position


ListPages = Iterator[ListPage]


class ListReader:
    """One sync of some streams.

    Args:
        form: the lists.
        streams: what the rows are for.
        zendesk: fetches pages.
        threads: the sync's pool.
    """

    def __init__(self, form: ListForm, streams: ListStreams, zendesk: ZendeskClient, threads: ChildThreads) -> None:
        self._form = form
        self._streams = streams
        self._zendesk = zendesk
        self._threads = threads

    def messages(self) -> Iterator[AirbyteMessage]:
        """Records and STATE; none if nothing replaces the export."""
        if not self._form.changes or not self._streams.standings:
            return
        self._streams.begin()
        if self._form.by_id:
            yield from self._sweep(self._form.by_id)
        yield from self._changes(self._form.changes)
        if self._form.deletions:
            yield from self._deletions(self._form.deletions)
        yield from self._end()

    def _end(self) -> Iterator[AirbyteMessage]:
        """The last STATE. Everything is delivered up to the round of ids that has ended; without ids, up to now."""
        place = self._streams.place
        if not (self._form.by_id and self._form.rolls):
            self._streams.complete(place.changes.bookmark - self._form.overlap)
        elif place.sweep.ended is not None:
            self._streams.complete(place.sweep.ended - GAP_SECONDS)
        yield from self._streams.move(replace(place, sweep=replace(place.sweep, ended=None)), done=True)

    def _sweep(self, rules: IdBlockRetriever) -> Iterator[AirbyteMessage]:
        sweep = IdSweep(rules, self._streams, self._zendesk, self._threads)
        yield from sweep.due()

    def _changes(self, rules: PagedRetriever) -> Iterator[AirbyteMessage]:
        before = self._streams.place.changes
        check = self._form.cross_check(self._zendesk) if isinstance(self._form, AuditListForm) else None
        try:
            for page in self._pages(rules, before, before.bookmark):
                rows = self._form.rows(page.rows)
                envelope = {**page.response.envelope, rules.records: rows}
                yield from self._streams.emit(envelope, self._streams.unsent(rows))
                yield from self._cross_checked(check, rows, page.after, before.bookmark - self._form.overlap)
                yield from self._streams.move(replace(self._streams.place, changes=page.after))
        except EndpointUnavailable as refused:
            raise config_error(
                f"Stream {self._streams.names}: the export is closed, and the list that is read instead was refused "
                f"({refused}). Use the credentials of an administrator with the scope read.",
                stream=rules.name,
            ) from refused

    def _cross_checked(
        self, check: AuditCrossCheck | None, rows: Sequence[Row], after: Position, since: int
    ) -> Iterator[AirbyteMessage]:
        """What the list lacks, at the end of a pass, before its STATE."""
        if check is None:
            return
        check.add(rows)
        for missing in check.missing_rows(since) if after.done else ():
            yield from self._streams.emit({self._streams.rules.records: missing}, self._streams.unsent(missing))

    def _deletions(self, deletions: DeletionList) -> Iterator[AirbyteMessage]:
        if deletions.count:
            yield from self._all_deletions(deletions, deletions.count)
            return
        before = self._streams.place.deletions
        try:
            for page in self._pages(deletions.pages, before, before.bookmark):
                fresh = [row for row in page.rows if _is_fresh(deletions.pages, row, before, self._form.overlap)]
                yield from self._emit_deleted(deletions, fresh)
                yield from self._streams.move(replace(self._streams.place, deletions=page.after))
        except EndpointUnavailable as refused:
            logger.warning(_NO_DELETIONS, self._streams.names, refused, deletions.lost)

    def _all_deletions(self, deletions: DeletionList, count: PagedRetriever) -> Iterator[AirbyteMessage]:
        """A list without an order in time: all of it, if it has grown or shrunk; once a day at most."""
        place, now = self._streams.place, self._zendesk.clock.now()
        if place.deleted is not None and now < place.deletions.bookmark + DAY_SECONDS:
            return
        number = self._count(count)
        if number == place.deleted:
            return
        since = place.deletions.bookmark
        for page in self._pages(deletions.pages, Position(0), None):
            fresh = [row for row in page.rows if (deletions.pages.time_of(row) or since) >= since - self._form.overlap]
            yield from self._emit_deleted(deletions, fresh)
        yield from self._streams.move(replace(place, deletions=Position(bookmark=now), deleted=number))

    def _count(self, count: PagedRetriever) -> int:
        answer = self._zendesk.page(count.ask(Position(0), self._zendesk.clock.latest()))
        answer.release()
        found = answer.envelope.get("count") if isinstance(answer.envelope, dict) else None
        value = found.get("value") if isinstance(found, dict) else None
        return value if isinstance(value, int) else 0

    def _emit_deleted(self, deletions: DeletionList, rows: Sequence[Row]) -> Iterator[AirbyteMessage]:
        records = [deletions.row(row) for row in rows]
        if records:
            names = [each.reader.name for each in self._streams.standings]
            yield from self._streams.emit({self._streams.rules.records: records}, dict.fromkeys(names, records))

    def _pages(self, rules: PagedRetriever, place: Position, floor: int | None) -> ListPages:
        """Pages of a pass, each with the position behind it; newest first down to a floor, or to the end."""
        start = (
            replace(place, done=False)
            if place.token and place.requested_at
            else replace(place, token=None, requested_at=None)
        )
        include = self._streams.include if rules is self._form.changes else ()

        def request_at(position: Position) -> PageRequest:
            return rules.ask(position, self._zendesk.clock.latest(), include)

        def read_page(response: PageResponse, position: Position) -> Generator[ListPage, None, PageResult]:
            response.release()
            rows = rules.rows(response)
            after = self._after(rules, response, position, rows, floor)
            yield ListPage(response, rows, after)
            return PageResult(after, rows)

        return read_pages(rules, self._zendesk, _ListFailures(rules), start, request_at, read_page)

    def _after(
        self, rules: PagedRetriever, response: PageResponse, position: Position, rows: Sequence[Row], floor: int | None
    ) -> Position:
        """The position behind a page; the pass has ended if it has led past the floor, or is the last."""
        asked = response.requested_at if position.requested_at is None else position.requested_at
        times = [rules.time_of(row) for row in rows]
        ids = {rules.key_of(row) for row, time in zip(rows, times, strict=True) if self._comes_again(time, asked)}
        high_ids = position.high_ids | ids
        next_page = rules.next_page_of(response, position)
        if next_page.is_last or (floor is not None and self._form.has_passed(times, floor - self._form.overlap)):
            return Position(bookmark=max(position.bookmark, asked), ids=high_ids, done=True)
        return replace(position, token=next_page.token, requested_at=asked, high_ids=high_ids)

    def _comes_again(self, time: int | None, asked: int) -> bool:
        """Whether the next pass will meet a row again."""
        return time is not None and time >= asked - self._form.overlap


class _ListFailures(FailureHandler):
    """A parameter that the account does not know is left out, and a page that is refused becomes smaller."""

    def on_bad_request(self, error: BadRequest, request: PageRequest, position: Position) -> Position:
        """The same position, or the error."""
        if blames_size(str(error)) and self._retriever.shrink(request, position):
            return position
        if self._retriever.drop_optional_param() or self._retriever.shrink(request, position):
            return position
        raise error


def _is_fresh(rules: PagedRetriever, row: Row, before: Position, overlap: int) -> bool:
    time = rules.time_of(row)
    if time is None or time >= before.bookmark - CLOCK_ERROR_SECONDS:
        return True
    return time >= before.bookmark - overlap and rules.key_of(row) not in before.ids


_NO_DELETIONS = "Streams %s: what has been deleted is not listed (%s). %s"
