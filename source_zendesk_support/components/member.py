"""One stream in a walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from airbyte_cdk.models import AirbyteMessage, AirbyteStream, AirbyteStreamStatus
from airbyte_cdk.utils.stream_status_utils import as_airbyte_message

from source_zendesk_support.components.cursor import WalkCursor
from source_zendesk_support.components.pages import Row
from source_zendesk_support.components.position import Position, StateFormat


class PageExtractor(Protocol):
    """Makes a stream's records of a page's rows."""

    def records(self, rows: Sequence[Row], envelope: Any) -> list[Row]:
        """The records of those rows; ``envelope`` is the whole page, for sideloads."""


class Member:
    """A stream, its place, and what it takes from a page.

    Args:
        name: the stream.
        cursor: its STATE.
        form: how it writes STATE; None without a cursor field.
        position: where it stands.
        extractor: what it takes from a page; None for the rows as they are.
        include: the sideload it needs.
        full: configured full_refresh.
    """

    def __init__(
        self,
        name: str,
        cursor: WalkCursor,
        form: StateFormat | None,
        position: Position,
        extractor: PageExtractor | None = None,
        include: str = "",
        full: bool = False,
    ) -> None:
        self.name = name
        self.form = form
        self.position = position
        self.include = include
        self.joined = True
        self._cursor = cursor
        self._extractor = extractor
        self._full = full
        self._running = False
        cursor.begin(position)

    def records(self, rows: Sequence[Row], envelope: Any) -> Sequence[Row]:
        """The stream's records of these rows."""
        return self._extractor.records(rows, envelope) if self._extractor and rows else rows

    def running(self) -> Iterator[AirbyteMessage]:
        """The status that precedes a stream's first record."""
        if not self._running:
            self._running = True
            yield as_airbyte_message(AirbyteStream(self.name, {}, []), AirbyteStreamStatus.RUNNING)

    def checkpoint(self, position: Position) -> AirbyteMessage | None:
        """STATE after a page."""
        self.position = replace(position, full=self._full and not position.done)
        return self._cursor.checkpoint(self.position)
