"""Reads the streams of a closed export by lists: all ids that are due, then changes, then deletions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.audit_form import AuditCrossCheck, AuditListForm
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.list_form import ListForm
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.components.ticket_children_form import TicketChildrenForm
from source_zendesk_support.errors import EndpointUnavailable, config_error
from source_zendesk_support.state.list_place import ListPlace, SweepPlace
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.deletion_reader import DeletionReader
from source_zendesk_support.walk.id_sweep import GAP_SECONDS, IdSweep
from source_zendesk_support.walk.list_pages import ListPass
from source_zendesk_support.walk.list_streams import ListStreams


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
            yield from IdSweep(self._form.by_id, self._streams, self._zendesk, self._threads).due()
        yield from self._changes(self._form.changes)
        if self._form.deletions:
            yield from DeletionReader(self._form.deletions, self._streams, self._zendesk).messages()
        yield from self._end()
        if isinstance(self._form, TicketChildrenForm):
            self._form.log_summary(self._streams.names)

    def _end(self) -> Iterator[AirbyteMessage]:
        """The last STATE. Everything is delivered up to the round of ids that has ended; without ids, up to now."""
        place = self._streams.place
        sweep = replace(place.sweep, ended=None)
        if not (self._form.by_id and self._form.rolls):
            if self._form.shows_deletions:
                self._streams.complete(self._delivered_until(place))
            sweep = SweepPlace(paced=place.changes.bookmark)
        elif place.sweep.ended is not None:
            self._streams.complete(place.sweep.ended - GAP_SECONDS)
        place = replace(place, sweep=sweep).without_passes_before(self._streams.since)
        yield from self._streams.move(place, done=True)

    def _delivered_until(self, place: ListPlace) -> int:
        """Up to when changes and deletions have been read. The export knows deletions that no list has shown yet."""
        deletions = place.deletions if self._form.deletions else place.changes
        return min(place.changes.bookmark, deletions.bookmark) - self._form.overlap

    def _changes(self, rules: PagedRetriever) -> Iterator[AirbyteMessage]:
        before = self._streams.place.changes
        since = before.bookmark - self._form.overlap
        check = self._form.cross_check(self._zendesk) if isinstance(self._form, AuditListForm) else None
        try:
            for page in self._pass(rules, since).pages(before, since):
                envelope = {**page.response.envelope, self._streams.rules.records: page.records}
                yield from self._streams.emit(envelope, self._streams.unsent(page.records))
                yield from self._cross_checked(check, page.records, page.after, since)
                yield from self._streams.move(self._behind(page.records, page.after))
        except EndpointUnavailable as refused:
            raise config_error(
                f"Stream {self._streams.names}: the export is closed, and the list that is read instead was refused "
                f"({refused}). Use the credentials of an administrator with the scope read.",
                stream=rules.name,
            ) from refused

    def _pass(self, rules: PagedRetriever, since: int) -> ListPass:
        form, streams = self._form, self._streams

        def records_of(rows: Sequence[Row]) -> list[Row]:
            return form.rows_of_page(rows, since, self._zendesk, self._threads)

        def returning(records: Sequence[Row], requested_at: int) -> frozenset[Id]:
            times = [(streams.changed_at(record), record) for record in records]
            return frozenset(
                streams.rules.key_of(record)
                for time, record in times
                if time is not None and time >= requested_at - form.overlap
            )

        return ListPass(rules, self._zendesk, returning, form.has_passed, records_of, streams.include)

    def _behind(self, records: Sequence[Row], after: Position) -> ListPlace:
        """The place behind a page; rows that exist are remembered if only their absence will show a deletion."""
        place = self._streams.place.with_changes(after)
        if self._form.deletions and self._form.deletions.otherwise:
            place = replace(place, known=place.known | {self._streams.rules.key_of(record) for record in records})
        return place

    def _cross_checked(
        self, check: AuditCrossCheck | None, rows: Sequence[Row], after: Position, since: int
    ) -> Iterator[AirbyteMessage]:
        """What the list lacks, at the end of a pass, before its STATE."""
        if check is None:
            return
        check.add(rows)
        for missing in check.missing_rows(since) if after.done else ():
            yield from self._streams.emit({self._streams.rules.records: missing}, self._streams.unsent(missing))
