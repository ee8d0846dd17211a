"""Exports with a server cursor: tickets and users.

Facts: docs/zendesk-api.md#cursor-exports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import PagedRetriever, Row
from source_zendesk_support.components.cursor_spec import CursorSpec
from source_zendesk_support.components.list_form import ListForm
from source_zendesk_support.components.proven_times import ProvenTimes
from source_zendesk_support.state.budget import fits
from source_zendesk_support.state.position import Position


@dataclass
class CursorExportRetriever(PagedRetriever):
    """Family ``cursor_export`` and all that are made from it.

    The first page is requested by ``start_time``, all others by the server's cursor.

    The cursor outlives the sync: the next one starts with it and gets exactly what has changed since. The bookmark
    travels along for the day on which Zendesk forgets the cursor, and for other connectors.

    Args:
        alone: shares its pages with no other stream; it is walked for another stream's sake, and moves by ``row_time``.
        list_form: what is read if the export is closed.
    """

    alone: bool = False
    list_form: ListForm | None = None
    token_key = "cursor"  # noqa: S105  the name of a field, not a secret

    def __post_init__(self) -> None:
        """A walk for another stream's sake has no stanza that declares its cursor."""
        if self.alone and not self.cursor:
            self.cursor = CursorSpec(field=self.row_time, notation="%s", start_param="start_time")
        super().__post_init__()
        self._times = ProvenTimes(self.name)

    @property
    def shared_by(self) -> object:
        """All streams of one endpoint, but for those that would keep the others waiting."""
        return (self.name, self.endpoint) if self.alone else self.endpoint

    def begin(self, position: Position) -> Position:
        """As stored."""
        return position

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """``start_time`` where there is no cursor yet."""
        if position.token or not self.cursor:
            return {}
        return {self.cursor.start_param: self.youngest(position.bookmark, now)}

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """All: the cursor repeats nothing. Without one the bookmark's second comes again, less what was sent of it."""
        if position.token or not position.ids:
            return rows
        return [row for row in rows if self.time_of(row) != position.bookmark or self.key_of(row) not in position.ids]

    def advance(self, position: Position, answer: PageResponse, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """To the page's cursor; the bookmark follows the rows, but never into the time that may still change.

        A last page that names no cursor would come again by the one before, so the next sync asks by time instead. So
        it does if the cursor is too long for STATE.
        """
        turn = self.next_page_of(answer)
        reached = max(self._times.of_rows(map(self.time_of, rows), self.latest(answer)), default=0)
        bookmark = max(position.bookmark, min(reached, self.settled(answer)))
        after = replace(position, bookmark=bookmark, token=turn.token, ids=frozenset(), done=turn.ended)
        if turn.token and fits(turn.token):
            return after
        if not rows:
            return replace(after, token=turn.token or position.token, ids=position.ids)
        return replace(after, ids=frozenset(self.key_of(row) for row in rows if self.time_of(row) == bookmark))

    def reached(self, position: Position, answer: PageResponse) -> int | None:
        """The bookmark, which follows the rows."""
        return position.bookmark

    def where(self, position: Position) -> str:
        """A position in words."""
        from_time = super().where(position)
        return from_time if position.token else f"the page from start_time {position.bookmark}"
