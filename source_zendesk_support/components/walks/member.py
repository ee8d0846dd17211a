"""One stream in a walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from airbyte_cdk.models import AirbyteMessage, AirbyteStream, AirbyteStreamStatus
from airbyte_cdk.utils.stream_status_utils import as_airbyte_message

from source_zendesk_support.components.families.cursor import BranchCursor, WalkCursor
from source_zendesk_support.components.families.pages import Row
from source_zendesk_support.components.state.position import Position, StateFormat

Extract = Callable[[Sequence[Row], Any], Iterable[Sequence[Row]]]
"""Makes batches of a stream's records of a page's rows and the whole page."""


@dataclass
class Member:
    """A stream, its place, and what it takes from a page.

    Args:
        name: the stream.
        cursor: its STATE.
        form: how it writes STATE; None without a cursor field.
        position: where it stands.
        extract: what it takes from a page.
        finish: what is to be done to each record that it takes; None if nothing.
        include: the sideload it needs.
        asks: taking it needs further requests.
        full: configured full_refresh.
        prepare: what must be known before the first page; it may ask Zendesk.
        ended: what is to be said when the walk has ended.
        refused_parents: how many parents Zendesk has refused so far.
    """

    name: str
    cursor: WalkCursor | BranchCursor
    form: StateFormat | None
    position: Position
    extract: Extract
    finish: Callable[[Row], Row] | None = None
    include: str = ""
    asks: bool = False
    full: bool = False
    prepare: Callable[[], None] = field(default=lambda: None)
    ended: Callable[[], None] = field(default=lambda: None)
    refused_parents: Callable[[], int] = field(default=lambda: 0)
    joined: bool = True

    def __post_init__(self) -> None:
        """Have the stream's first STATE say where it starts."""
        self.cursor.begin(self.position)

    def batches(self, rows: Sequence[Row], envelope: Any) -> Iterable[Sequence[Row]]:
        """The stream's records of these rows."""
        return self.extract(rows, envelope) if rows else ()

    def running(self) -> Iterator[AirbyteMessage]:
        """The status that precedes a stream's first record."""
        if not self.cursor.running:
            self.cursor.running = True
            yield as_airbyte_message(AirbyteStream(self.name, {}, []), AirbyteStreamStatus.RUNNING)

    def checkpoint(self, position: Position) -> AirbyteMessage | None:
        """STATE after a page."""
        self.position = replace(position, full=self.full and not position.done)
        return self.cursor.checkpoint(self.position)
