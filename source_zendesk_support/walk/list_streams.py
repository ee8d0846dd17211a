"""The streams of a walk while they are read by lists: the place that they share, and what each lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import CLOCK_ERROR_SECONDS
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_spec import WalkCursor
from source_zendesk_support.components.list_form import ListForm
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.errors import config_error
from source_zendesk_support.state.legacy_state import invalid_state_error
from source_zendesk_support.state.list_place import LISTS, ListPlace, SweepPlace
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso
from source_zendesk_support.walk.stream_reader import StreamReader

CLOSED = "closed"
"""The status that a ticket has for some months before it is archived, and no list shows it any more."""
RECENT_SECONDS = 3 * 3600
"""Before the beginning of a sync; younger rows may be met twice in it. Longer than any lookback."""


@dataclass(frozen=True)
class Standing:
    """The place of one stream when the sync began.

    Attributes:
        reader: the stream.
        since: epoch seconds up to which everything had been delivered.
        place: its place in the lists.
        known: ids of rows that it has had, of the time that is read again.
    """

    reader: StreamReader
    since: int
    place: ListPlace
    known: frozenset[Id] = frozenset()

    def unsent(self, streams: ListStreams, rows: Sequence[Row], floor: int) -> list[Row]:
        """The rows of a list of changes that the stream has not had; ``floor``: up to then, it has had everything."""
        changes, rules, overlap = self.place.changes, streams.rules, streams.form.overlap
        settled = changes.bookmark - CLOCK_ERROR_SECONDS
        lookback = rules.cursor.lookback if rules.cursor else 0
        since = max(self.since if self.since == rules.start else self.since - lookback, floor - lookback)

        def is_unsent(row: Row) -> bool:
            time, exported = streams.changed_at(row), rules.time_of(row)
            if time is None or exported is None:
                return True
            if exported < since or time < changes.bookmark - overlap:
                return False
            if rules.immutable:
                return rules.key_of(row) not in self.known
            return time >= settled or rules.key_of(row) not in changes.ids

        return [row for row in rows if is_unsent(row)]

    def unsent_by_id(self, streams: ListStreams, rows: Sequence[Row]) -> list[Row]:
        """The rows of a block that the stream has not had: those that have moved since all ids were read.

        What came with an update of the row itself was in the list of changes, or will be in this sync, unless it was
        archived before that.
        """
        settled = self.place.changes.bookmark - CLOCK_ERROR_SECONDS

        def is_unsent(row: Row) -> bool:
            exported, changed = streams.rules.time_of(row), streams.changed_at(row)
            if streams.rules.immutable and streams.rules.key_of(row) in self.known:
                return False
            if exported is None or changed is None or row.get("status") == CLOSED:
                return exported is None or exported >= self.since
            will_be_listed = changed >= settled and not streams.replaces_changes
            was_listed = self.since <= changed < settled and exported - changed <= CLOCK_ERROR_SECONDS
            return exported >= self.since and not was_listed and not will_be_listed

        return [row for row in rows if is_unsent(row)]


class ListStreams:
    """All streams of a walk.

    Args:
        rules: the export's rules.
        form: the lists.
        readers: the streams.
        zendesk: counts.
        include: the sideloads that they need.

    Attributes:
        replaces_changes: all rows are being read by their ids, so the list of changes is needed from then on only.
    """

    def __init__(
        self,
        rules: PagedRetriever,
        form: ListForm,
        readers: Sequence[StreamReader],
        zendesk: ZendeskClient,
        include: Sequence[str],
    ) -> None:
        self.rules = rules
        self.form = form
        self.include = include
        self.replaces_changes = False
        self.names = ", ".join(reader.name for reader in readers)
        self._zendesk = zendesk
        self.place = ListPlace(Position(0), Position(0))
        self._sent: dict[tuple[int, Position], set[Id]] = {}
        self._recent = 0
        self._read(readers)
        self.were_read_by_lists = any(
            _branch(standing.reader) and not standing.place.sweep.first for standing in self.standings
        )

    def _read(self, readers: Sequence[StreamReader]) -> None:
        self.standings = [self._standing(reader) for reader in readers if reader.name not in self.form.left_out]
        self.since = 0
        if not self.standings:
            return
        least = min(self.standings, key=lambda standing: standing.since)
        behind = min(self.standings, key=lambda standing: standing.place.changes.bookmark)
        self.place = replace(least.place, changes=behind.place.changes, passes=self._common_passes())
        self.since = least.since
        self._complete_until = 0

    def _common_passes(self) -> tuple[int, ...]:
        """The passes that all streams have had; if they differ, those to come, from the earliest position."""
        passes = {standing.place.passes for standing in self.standings}
        if len(passes) == 1:
            return passes.pop()
        return (max(standing.place.changes.bookmark for standing in self.standings),)

    @property
    def are_new(self) -> bool:
        """Whether nothing has been read of them yet, or by ids only."""
        return bool(self.standings) and all(_is_new(standing) for standing in self.standings)

    def changed_at(self, row: Row) -> int | None:
        """The time by which a row is found in the list of changes."""
        return self.form.changed_at(row)

    @property
    def have_no_changes(self) -> bool:
        """Whether no list of changes has been read since everything had been delivered."""
        unread = all(standing.place.changes.bookmark == standing.since for standing in self.standings)
        return self.place.changes.token is None and (unread or not self.form.rolls)

    def begin(self) -> None:
        """Take over the positions that the export has reached."""
        self._read([standing.reader for standing in self.standings])
        self._recent = (self.place.sweep.began or self._zendesk.clock.now()) - RECENT_SECONDS

    def check_future(self) -> None:
        """Raise a configuration error if a place lies in the server's future, for then it would skip everything."""
        for standing in self.standings:
            latest = max(standing.place.changes.bookmark, standing.place.deletions.bookmark)
            if _branch(standing.reader) and self._zendesk.clock.contradicts(latest):
                raise config_error(
                    f"The saved state of stream {standing.reader.name} lies in the future: {iso(latest)}; the "
                    f"account's clock says {iso(self._zendesk.clock.latest())}. Correct the state or reset the stream.",
                    stream=standing.reader.name,
                )

    def emit(self, envelope: Any, rows: dict[str, Sequence[Row]]) -> Iterator[AirbyteMessage]:
        """The records that the streams make of rows, which are given by the streams' names."""
        for standing in self.standings:
            reader = standing.reader
            own = rows[reader.name]
            selection = reader.records.select(envelope)
            if not own:
                continue
            yield from reader.emit(selection.records(own))
            yield from reader.emit(selection.remaining_records())
            for batch in selection.child_batches(own, reader.position):
                yield from reader.emit(batch.records)
            yield from reader.flush()

    def move(self, place: ListPlace, *, at: int | None = None, done: bool = False) -> Iterator[AirbyteMessage]:
        """STATE of every stream at a place; ``done``: nothing else is read in this sync."""
        self.place = place
        for standing in self.standings:
            reader = standing.reader
            self._zendesk.progress.page(reader.name, at, {})
            if isinstance(reader.cursor, WalkCursor):
                reader.cursor.move_branch(LISTS, self.form.state_format.write(place))
                yield from reader.checkpoint(replace(reader.position, done=done))

    def complete(self, until: int) -> None:
        """Everything up to a time has been delivered: from there an export resumes, by time."""
        self._complete_until = until
        for standing in self.standings:
            reader = standing.reader
            if until > reader.position.bookmark:
                reader.position = Position(bookmark=until)

    def forget_lists(self) -> Iterator[AirbyteMessage]:
        """STATE of every stream without a place in the lists."""
        for standing in self.standings:
            reader = standing.reader
            if isinstance(reader.cursor, WalkCursor):
                reader.cursor.drop_branch(LISTS)
                yield from reader.checkpoint(reader.position)

    def unsent(self, rows: Sequence[Row]) -> dict[str, Sequence[Row]]:
        """Rows of a list of changes that each stream has not had."""
        return self._by_stream(lambda standing: standing.unsent(self, rows, self._complete_until))

    def unsent_by_id(self, rows: Sequence[Row]) -> dict[str, Sequence[Row]]:
        """Rows of a block that each stream has not had."""
        return self._by_stream(lambda standing: standing.unsent_by_id(self, rows))

    def _by_stream(self, unsent: Callable[[Standing], Sequence[Row]]) -> dict[str, Sequence[Row]]:
        """Rows by streams; streams at the same place get the same list, so that it is serialised at once."""
        made: dict[tuple[int, Position], Sequence[Row]] = {}
        found: dict[str, Sequence[Row]] = {}
        for standing in self.standings:
            key = (standing.since, standing.place.changes)
            if key not in made:
                made[key] = self._once(key, unsent(standing))
            found[standing.reader.name] = made[key]
        return found

    def _once(self, key: tuple[int, Position], rows: Sequence[Row]) -> Sequence[Row]:
        """Rows that have not been emitted in this sync, if such rows never change; some are met twice."""
        if not self.rules.immutable:
            return rows
        sent = self._sent.setdefault(key, set())
        fresh = [row for row in rows if self.rules.key_of(row) not in sent]
        sent.update(self.rules.key_of(row) for row in fresh if (self.rules.time_of(row) or 0) >= self._recent)
        return fresh

    def _standing(self, reader: StreamReader) -> Standing:
        since = reader.position.bookmark
        blob = _branch(reader)
        start = Position(bookmark=since)
        if not blob:
            return Standing(reader, since, ListPlace(start, start, SweepPlace(paced=since)), reader.position.ids)
        try:
            place = self.form.state_format.read(blob)
            return Standing(reader, since, place, place.changes.ids | place.changes.high_ids | reader.position.ids)
        except (ValueError, TypeError, KeyError) as error:
            raise invalid_state_error(reader.name, blob) from error


def has_list_place(reader: StreamReader) -> bool:
    """Whether the saved state says that a stream has been read by lists, or by ids."""
    return bool(_branch(reader))


def _branch(reader: StreamReader) -> Any:
    return reader.cursor.branch(LISTS) if isinstance(reader.cursor, WalkCursor) else None


def _is_new(standing: Standing) -> bool:
    """Whether a stream has no state, or one that says no more than up to which id it has been read."""
    return standing.place.sweep.first or not (standing.reader.is_saved or _branch(standing.reader))
