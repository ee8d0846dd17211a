"""What leaves a walk: its members' records, some hundred to a message."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.api.decode import decode_in_chunks
from source_zendesk_support.components.base import Row
from source_zendesk_support.progress import SyncProgress
from source_zendesk_support.walk.record_batch import ROWS_AT_ONCE
from source_zendesk_support.walk.stream_reader import StreamReader

Share = tuple[StreamReader, Sequence[Row]]
"""A member, and the rows of a page that it has not had."""


class RecordEmitter:
    """Makes messages.

    Args:
        progress: counts them.
        outbox: bounds those that wait for the main thread.
    """

    def __init__(self, progress: SyncProgress, write_slots: threading.Semaphore) -> None:
        self._progress = progress
        self._outbox = write_slots

    def page(self, envelope: Any, shares: Sequence[Share]) -> Iterator[AirbyteMessage]:
        """All that members take from a page; rows that several of them want are decoded once.

        Raises:
            Malformed: a row cannot be decoded.
        """
        alike: dict[int, list[Share]] = {}
        for member, fresh in shares:
            alike.setdefault(id(fresh), []).append((member, fresh))
        for group in alike.values():
            takers = [(member, member.extract(envelope)) for member, _ in group if member.extract]
            for rows in decode_in_chunks(group[0][1]) if takers else ():
                for member, take in takers:
                    yield from self._gathered(member, take(rows))
            for member, take in takers:
                yield from self._gathered(member, take(()))
                yield from self._sent(member)

    def records(self, member: StreamReader, records: Sequence[Row]) -> Iterator[AirbyteMessage]:
        """Records of one member."""
        yield from self._gathered(member, records)
        yield from self._sent(member)

    def _gathered(self, member: StreamReader, records: Sequence[Row]) -> Iterator[AirbyteMessage]:
        """Messages as soon as there is enough for one."""
        if member.keys:
            member.keys.collect(records)
        for first in range(0, len(records), ROWS_AT_ONCE):
            member.lines.add(records[first : first + ROWS_AT_ONCE], member.finish)
            if member.lines.enough:
                yield from self._sent(member)

    def _sent(self, member: StreamReader) -> Iterator[AirbyteMessage]:
        """A message with what was gathered."""
        if not member.lines.count:
            return
        yield from member.running()
        self._outbox.acquire()
        self._progress.of(member.name).rows += member.lines.count
        yield member.lines.page(self._outbox.release)
