"""One stream in a walk: its position, its STATE, and its records as messages."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from airbyte_cdk.models import AirbyteMessage, AirbyteStream, AirbyteStreamStatus
from airbyte_cdk.utils.stream_status_utils import as_airbyte_message

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_spec import BranchCursor, WalkCursor
from source_zendesk_support.components.deletions import DeletionFinder
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.record_reader import PageSelection, RecordReader
from source_zendesk_support.custom_fields.key_watch import KeyWatch
from source_zendesk_support.custom_fields.object_columns import ObjectFieldReader
from source_zendesk_support.custom_fields.reader import FieldReader
from source_zendesk_support.files.stream_files import StreamFiles
from source_zendesk_support.progress import StreamStats
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.record_batch import ROWS_AT_ONCE, BatchBuffer


class StreamShare(NamedTuple):
    """A stream's share of a page.

    Attributes:
        reader: the stream.
        new_rows: the page's rows that the stream has not had.
        selection: what it takes from them.
    """

    reader: StreamReader
    new_rows: Sequence[Row]
    selection: PageSelection


class StreamReader:
    """Reads one stream in one walk.

    Args:
        retriever: the stream's rules.
        cursor: writes its STATE.
        position: where it starts.
        records: makes its records.
        odd_members: counts embedded values that are not what Zendesk documents.
        stats: counts its records.
        write_slots: bounds the messages that wait for the main thread.
        is_saved: the position comes from a saved state.
        is_full_refresh: the stream is configured full_refresh.
        fields: makes columns of its custom fields; None if it has none.
        key_watch: looks for keys that have no column; None if nobody wants to know.
        deletions: finds deleted rows; None if they are not looked for.
        files: downloads its records' files; None if nobody wants them.

    Attributes:
        caught_up: the walk has reached the stream's position.
    """

    def __init__(
        self,
        retriever: PagedRetriever,
        cursor: WalkCursor | BranchCursor,
        position: Position,
        records: RecordReader,
        odd_members: OddMembers,
        stats: StreamStats,
        write_slots: threading.Semaphore,
        *,
        is_saved: bool = False,
        is_full_refresh: bool = False,
        fields: FieldReader | ObjectFieldReader | None = None,
        key_watch: KeyWatch | None = None,
        deletions: DeletionFinder | None = None,
        files: StreamFiles | None = None,
    ) -> None:
        self.name = retriever.name
        self.retriever = retriever
        self.cursor = cursor
        self.position = position
        self.records = records
        self.is_saved = is_saved
        self.caught_up = True
        self._is_full_refresh = is_full_refresh
        self._stats = stats
        self._write_slots = write_slots
        self._odd_members = odd_members
        self._key_watch = key_watch
        self._fields = fields
        self._deletions = deletions
        self._files = files
        self._failed_files = position.failed_files
        self._transform = fields.transform if fields else deletions.living if deletions else None
        self._buffer = BatchBuffer(self.name)
        cursor.begin(position)

    @property
    def downloads_files(self) -> bool:
        """Whether its records get files; the other streams of a walk do not wait for those of the same page."""
        return self._files is not None

    def prepare(self) -> None:
        """Fetch what must be known before the first page; the caller must not hold a slot."""
        if self._fields:
            self._fields.prepare()

    def share_of(self, page: PageRows) -> StreamShare:
        """What the stream takes from a page.

        A stream that is ahead of the walk joins at its own second, and skips the rows of it that it has emitted.
        """
        new_rows = page.new_rows if self.caught_up else self._rows_from_own_second(page.rows)
        return StreamShare(self, new_rows, self.records.select(page.response.envelope))

    def emit(self, records: Sequence[Row]) -> Iterator[AirbyteMessage]:
        """Messages with records, as soon as there are enough for one; ``flush`` emits the others.

        Records that get files are emitted by ``checkpoint``: a download must not hold the page's slot.
        """
        if self._key_watch:
            self._key_watch.collect(records)
        if self._files:
            self._files.add(records)
            return
        for first in range(0, len(records), ROWS_AT_ONCE):
            self._buffer.add(records[first : first + ROWS_AT_ONCE], self._transform)
            if self._buffer.is_full:
                yield from self.flush()

    def flush(self) -> Iterator[AirbyteMessage]:
        """A message with all records that wait for one; the first one follows the status RUNNING."""
        count = self._buffer.count
        if not count:
            return
        if not self.cursor.running:
            self.cursor.running = True
            yield as_airbyte_message(AirbyteStream(self.name, {}, []), AirbyteStreamStatus.RUNNING)
        self._write_slots.acquire()
        self._stats.rows += count
        yield self._buffer.batch(self._write_slots.release)

    def checkpoint(self, position: Position) -> Iterator[AirbyteMessage]:
        """Records with files, then STATE after a page; no STATE for streams without a cursor field."""
        yield from self._emit_with_files(done=position.done)
        self.position = replace(
            position,
            full=self._is_full_refresh and not position.done,
            visited=frozenset() if position.done else self.records.visited_parents,
            refused=self.records.refused_parents(done=position.done),
            failed_files=self._files.failed if self._files else self._failed_files,
        )
        yield from filter(None, [self.cursor.checkpoint(self.position)])

    def _emit_with_files(self, *, done: bool) -> Iterator[AirbyteMessage]:
        """Each file follows at once in a message, so that the destination may remove it from the staging folder."""
        for row, file in self._files.emitted(done=done) if self._files else ():
            self._buffer.add([row], self._transform, file)
            if file or self._buffer.is_full:
                yield from self.flush()
        yield from self.flush()

    def emit_deletions(self, result: PageResult) -> Generator[AirbyteMessage, None, PageResult]:
        """Records of the rows that have been deleted, if the page was the last one; the result without them."""
        known = result.after.known
        if not (self._deletions and known and result.after.done):
            return result
        refused = bool(self.records.refused_parents(done=True))
        tombstones, known = self._deletions.deletions(known, is_refused=refused)
        yield from self.emit(tombstones)
        yield from self.flush()
        return replace(result, after=replace(result.after, known=known))

    def on_end(self) -> None:
        """Report what was odd, once the walk has ended."""
        self._odd_members.log_summary()
        self.records.on_end()
        if self._files:
            self._files.on_end()
        if self._fields:
            self._fields.on_end()
        if self._key_watch:
            self._key_watch.log_summary()

    def _rows_from_own_second(self, rows: Sequence[Row]) -> Sequence[Row]:
        time_of, second = self.retriever.time_of, self.position.bookmark
        first = next((index for index, row in enumerate(rows) if (time_of(row) or 0) >= second), None)
        self.caught_up = first is not None
        known = self.position.ids
        return [row for row in rows[first or 0 :] if time_of(row) != second or self.retriever.key_of(row) not in known]
