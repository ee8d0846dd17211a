"""One stream in a walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from airbyte_cdk.models import AirbyteMessage, AirbyteStream, AirbyteStreamStatus
from airbyte_cdk.utils.stream_status_utils import as_airbyte_message

from source_zendesk_support.components.base import Row
from source_zendesk_support.components.cursor_spec import BranchCursor, WalkCursor
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.sideloads import RecordSelection, rows_as_they_are
from source_zendesk_support.custom_fields.key_watch import KeyWatch
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position, StateFormat
from source_zendesk_support.walk.record_batch import BatchBuffer

ChildBatches = Callable[[Iterable[Row]], Iterable[Sequence[Row]]]
"""Makes batches of a stream's records of all of a page's rows, asking for more."""


def nothing_further(rows: Iterable[Row]) -> Iterable[Sequence[Row]]:
    """What most streams ask for."""
    return ()


@dataclass
class StreamReader:
    """A stream, its place, and what it takes from a page.

    Args:
        name: the stream.
        cursor: its STATE.
        form: how it writes STATE; None without a cursor field.
        position: where it stands.
        extract: says, with a page's envelope, what the stream takes from the page's rows; None if nothing.
        further: what it asks for because of a page.
        finish: what is to be done to each record that it takes; None if nothing.
        include: the sideload it needs.
        asks: whether it asks for anything.
        full: configured full_refresh.
        prepare: what must be known before the first page; it may ask Zendesk.
        ended: what is to be said when the walk has ended.
        refused_parents: how many parents Zendesk has refused so far.
        visited: parents that STATE must remember until the pass ends.
        refused: parents whose children STATE must remember as not read.
        saved: whether the position comes from a saved state.
        keys: looks for keys without a column; None where nobody wants to know.
    """

    name: str
    cursor: WalkCursor | BranchCursor
    form: StateFormat | None
    position: Position
    extract: Callable[[Any], RecordSelection] | None = rows_as_they_are
    child_batches: ChildBatches = nothing_further
    finish: Callable[[Row], Row] | None = None
    include: str = ""
    asks: bool = False
    full: bool = False
    prepare: Callable[[], None] = field(default=lambda: None)
    ended: Callable[[], None] = field(default=lambda: None)
    refused_parents: Callable[[], int] = field(default=lambda: 0)
    visited: Callable[[], frozenset[Id]] = frozenset
    refused: Callable[[bool], frozenset[Id]] = field(default=lambda _done: frozenset())
    saved: bool = False
    keys: KeyWatch | None = None
    caught_up: bool = True

    def __post_init__(self) -> None:
        """Have the stream's first STATE say where it starts."""
        self.odd = OddMembers(self.name)
        self.lines = BatchBuffer(self.name)
        self.cursor.begin(self.position)

    def running(self) -> Iterator[AirbyteMessage]:
        """The status that precedes a stream's first record."""
        if not self.cursor.running:
            self.cursor.running = True
            yield as_airbyte_message(AirbyteStream(self.name, {}, []), AirbyteStreamStatus.RUNNING)

    def checkpoint(self, position: Position) -> AirbyteMessage | None:
        """STATE after a page."""
        visited = frozenset() if position.done else self.visited()
        refused = self.refused(position.done)
        self.position = replace(position, full=self.full and not position.done, visited=visited, refused=refused)
        return self.cursor.checkpoint(self.position)
