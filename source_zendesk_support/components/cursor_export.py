"""Exports with a server cursor: tickets and users.

Facts: docs/zendesk-api.md#cursor-exports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.list_form import LazyListForm
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.proven_times import ProvenTimes
from source_zendesk_support.state.budget import is_storable
from source_zendesk_support.state.position import Position


@dataclass
class CursorExportRetriever(PagedRetriever):
    """Exports that are resumed by the server's cursor, across syncs.

        type: CustomRetriever
        class_name: source_zendesk_support.components.cursor_export.CursorExportRetriever
        minimum_age: 60
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/cursor_export_paginator"}

    Not ``SimpleRetriever``: no stock cursor keeps the server's cursor in STATE.

    The first page is requested by ``start_time``, all others by the server's cursor.

    The cursor outlives the sync: the next one starts with it and gets exactly what has changed since. The bookmark
    travels along for the day on which Zendesk forgets the cursor, and for other connectors.

    Args:
        alone: shares its pages with no other stream; it is walked for another stream's sake, and moves by ``row_time``.
        list_form: what is read if the export is closed.
    """

    alone: bool = False
    list_form: LazyListForm | None = None
    token_key = "cursor"  # noqa: S105  the name of a field, not a secret

    def __post_init__(self) -> None:
        """One judge of times a stream."""
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
        """``start_time``, if there is no cursor yet."""
        if position.token or not self.cursor:
            return {}
        return {self.cursor.start_param: self.youngest(position.bookmark, now)}

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """All rows, because a cursor repeats nothing; without one, all but the known rows of the bookmark's second."""
        if position.token or not position.ids:
            return rows
        return [row for row in rows if self.time_of(row) != position.bookmark or self.key_of(row) not in position.ids]

    def advance(self, position: Position, page: PageRows) -> PageResult:
        """To the page's cursor; the bookmark follows the rows, but never into the time that may still change."""
        after = self._after(position, page)
        return PageResult(after, page.rows, reached=after.bookmark)

    def _after(self, position: Position, page: PageRows) -> Position:
        """The next position.

        A last page that names no cursor would come again by the one before, so the next sync starts by time instead. It
        also does if the cursor is too long for STATE. A last page without rows moves nothing; the export may be closed.
        """
        next_page, rows = self.next_page_of(page.response, position), page.rows
        if next_page.is_last and not rows and position.token:
            return replace(position, done=True)
        newest = max(self._times.of_rows(map(self.time_of, rows), self.latest(page.response)), default=0)
        bookmark = max(position.bookmark, min(newest, self.settled(page.response)))
        after = replace(position, bookmark=bookmark, token=next_page.token, ids=frozenset(), done=next_page.is_last)
        if next_page.token and is_storable(next_page.token):
            return after
        if not rows:
            return replace(after, token=next_page.token or position.token, ids=position.ids)
        return replace(after, ids=frozenset(self.key_of(row) for row in rows if self.time_of(row) == bookmark))

    def position_text(self, position: Position) -> str:
        """A position in words."""
        by_cursor = super().position_text(position)
        return by_cursor if position.token else f"the page from start_time {position.bookmark}"
