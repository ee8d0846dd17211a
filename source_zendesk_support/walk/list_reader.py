"""Reads the streams of a closed export by lists: all ids that are due, then changes, then deletions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import CLOCK_ERROR, PagedRetriever, Row
from source_zendesk_support.components.list_form import DAY_SECONDS, DeletionList, ListForm, is_descending
from source_zendesk_support.components.paging import blames_size
from source_zendesk_support.components.thread_pool import crew
from source_zendesk_support.errors import BadRequest, EndpointUnavailable, config_error
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.id_sweep import IdSweep
from source_zendesk_support.walk.list_streams import ListStreams

logger = logging.getLogger("airbyte")

ListPages = Iterator[tuple[PageResponse, list[Row], Position]]


class ListReader:
    """One sync of some streams.

    Args:
        form: the lists.
        streams: what the rows are for.
        zendesk: fetches pages.
        workers: requests at a time where the order does not matter.
    """

    def __init__(self, form: ListForm, streams: ListStreams, zendesk: ZendeskClient, workers: int) -> None:
        self._form = form
        self._streams = streams
        self._zendesk = zendesk
        self._workers = workers

    def messages(self) -> Iterator[AirbyteMessage]:
        """Records and STATE; none if nothing replaces the export."""
        if not self._form.changes:
            return
        self._streams.begin()
        if self._form.by_id:
            yield from self._sweep()
        yield from self._changes(self._form.changes)
        if self._form.deletions:
            yield from self._deletions(self._form.deletions)
        if not self._form.by_id:  # nothing else is left to be read
            self._streams.complete(self._streams.place.changes.bookmark - self._form.overlap)
        yield from self._streams.move(self._streams.place, done=True)

    def _sweep(self) -> Iterator[AirbyteMessage]:
        rules = self._form.by_id
        if rules is None:
            return
        pool = crew(self._workers)
        try:
            yield from IdSweep(rules, self._streams, self._zendesk, pool, self._workers).due()
        finally:
            pool.shutdown(cancel_futures=True)

    def _changes(self, rules: PagedRetriever) -> Iterator[AirbyteMessage]:
        before = self._streams.place.changes
        for answer, listed, position in self._pages(rules, before, before.bookmark):
            rows = self._form.rows(listed)
            yield from self._streams.emit({**answer.envelope, rules.records: rows}, self._streams.unsent(rows))
            yield from self._streams.move(replace(self._streams.place, changes=position), at=position.bookmark)

    def _deletions(self, deletions: DeletionList) -> Iterator[AirbyteMessage]:
        if deletions.count:
            yield from self._all_deletions(deletions, deletions.count)
            return
        before = self._streams.place.deletions
        try:
            for _, listed, position in self._pages(deletions.pages, before, before.bookmark):
                fresh = [row for row in listed if _is_fresh(deletions.pages, row, before, self._form.overlap)]
                yield from self._emit_deleted(deletions, fresh)
                yield from self._streams.move(replace(self._streams.place, deletions=position))
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
        for _, listed, _ in self._pages(deletions.pages, Position(0), None):
            fresh = [row for row in listed if (deletions.pages.time_of(row) or since) >= since - self._form.overlap]
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
            names = [each.member.name for each in self._streams.standings]
            yield from self._streams.emit({self._streams.rules.records: records}, dict.fromkeys(names, records))

    def _pages(self, rules: PagedRetriever, place: Position, floor: int | None) -> ListPages:
        """Pages of a pass, each with the position behind it; newest first down to a floor, or to the end."""
        position = replace(place, done=False) if place.token and place.asked else replace(place, token=None, asked=None)
        guard = rules.guard()
        while True:
            answer = self._fetched(rules, position, lambda ask, at=position: guard.watch(ask, at.token))
            rows, turn = rules.rows(answer), rules.next_page_of(answer)
            asked = answer.asked if position.asked is None else position.asked
            times = [rules.time_of(row) for row in rows]
            known = [time for time in times if time is not None]
            reached = floor is not None and is_descending(times) and known[-1] < floor - self._form.overlap
            ids = {
                key
                for key, time in zip(map(rules.key_of, rows), times, strict=True)
                if _is_late(time, asked, self._form.overlap)
            }
            high_ids = position.high_ids | ids
            if turn.ended or reached:
                after = Position(bookmark=max(position.bookmark, asked), ids=high_ids, done=True)
                yield answer, rows, after
                return
            after = replace(position, token=turn.token, asked=asked, high_ids=high_ids)
            guard.note(position.token, rules.where(position), None, rows)
            yield answer, rows, after
            position = after

    def _fetched(self, rules: PagedRetriever, position: Position, watched: Callable[..., object]) -> PageResponse:
        """A page; a parameter that the account does not know is left out, a page that is refused becomes smaller."""
        while True:
            ask = rules.ask(
                position, self._zendesk.clock.latest(), self._streams.include if rules is self._form.changes else ()
            )
            watched(ask)
            try:
                answer = self._zendesk.page(ask)
            except BadRequest as bad:
                if blames_size(str(bad)) and rules.shrink(ask, position):
                    continue
                if rules.drop_optional_param() or rules.shrink(ask, position):
                    continue
                raise
            except EndpointUnavailable as refused:
                if rules is not self._form.changes:
                    raise
                raise config_error(
                    f"Stream {self._streams.names}: the export is closed, and the list that is read instead was "
                    f"refused ({refused}). Use the credentials of an administrator with the scope read.",
                    stream=rules.name,
                ) from refused
            rules.learn_size(answer)
            answer.release()
            return answer


def _is_late(time: int | None, asked: int, overlap: int) -> bool:
    """Whether the next pass will meet a row again."""
    return time is not None and time >= asked - overlap


def _is_fresh(rules: PagedRetriever, row: Row, before: Position, overlap: int) -> bool:
    time = rules.time_of(row)
    if time is None or time >= before.bookmark - CLOCK_ERROR:
        return True
    return time >= before.bookmark - overlap and rules.key_of(row) not in before.ids


_NO_DELETIONS = "Streams %s: what has been deleted is not listed (%s). %s"
