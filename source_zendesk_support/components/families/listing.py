"""Lists: every row is read in every pass; where rows have a cursor, only those that it passed are sent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from source_zendesk_support.components.families.pages import CLOCK_ERROR, Pages, Row
from source_zendesk_support.components.families.riders import Embedded
from source_zendesk_support.components.state.packed_ids import Id
from source_zendesk_support.components.state.position import Position
from source_zendesk_support.components.wire.ask import Answer
from source_zendesk_support.components.wire.templates import TEMPLATES
from source_zendesk_support.times import iso

logger = logging.getLogger("airbyte")

AHEAD = 3600
"""Seconds after now at which a range ends: before the first answer, this machine's clock may be the slower one."""


@dataclass
class Listing(Pages):
    """Families ``single_page``, ``offset_list``, ``cursor_list`` and all that are made from them.

    No stock cursor can do this: a client-filtered list may change on page 1 while page 2 is read, so its bookmark
    must not pass the server time at which the first page was asked for, also if the pass was resumed.

    Args:
        range: the API filters by a range, whose two ends go under one name, in ISO.
    """

    range: bool = False
    _until: int = 0

    @property
    def shared_by(self) -> object:
        """One answer may hold the rows of several streams."""
        return self.endpoint if isinstance(self.record_selector.extractor, Embedded) else self.name

    def begin(self, position: Position) -> Position:
        """An unfinished pass goes on, a finished one starts again.

        So does one that does not say when it began, as it could not know where its bookmark must stop. Where pages have
        numbers, it goes on one page earlier: rows deleted since have moved others to the page that is behind us.
        """
        if position.token is None or position.asked is None:
            return self.without_token(position)
        return self._a_page_earlier(position) if self._numbered(position) else position

    def without_token(self, position: Position) -> Position:
        """A new pass: it may end where the account is now, not where it was when the other one began."""
        self._until = 0
        return replace(position, token=None, high=None, asked=None, high_ids=frozenset())

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """The bookmark, where the API filters by it."""
        if not self.cursor or not self.cursor.start_param:
            return {}
        if self.range:
            self._until = self._until or (now if position.asked is None else position.asked) + AHEAD
            ends = (self.youngest(position.bookmark, now), self._until)
            return {self.cursor.start_param: [iso(end) for end in ends]}
        return {self.cursor.start_param: self.youngest(position.bookmark, now)}

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows at or after the bookmark; of its own second those not sent before. Without a cursor value: always."""
        if not self.cursor:
            return rows
        return [row for row in rows if self._is_unsent(row, position)]

    def advance(self, position: Position, answer: Answer, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """Remember the greatest value; at the end it becomes the bookmark, unless it is younger than the pass."""
        turn = self.turn_of(answer)
        if self.cursor:
            asked = answer.asked if position.asked is None else position.asked
            position = _bounded(self._raise_high(replace(position, asked=asked), rows))
        if not turn.ended:
            return replace(position, token=turn.token)
        return self._finish(position)

    def _numbered(self, position: Position) -> bool:
        with TEMPLATES:
            return "page" in self._paging(position)

    def _a_page_earlier(self, position: Position) -> Position:
        token = position.token or ""
        number = int(token) if token.isdecimal() else 0
        return replace(position, token=str(number - 1) if number > 2 else None)  # noqa: PLR2004  page 1 has no token

    def _is_unsent(self, row: Row, position: Position) -> bool:
        moment = self.time_of(row)
        if moment is None or moment > position.bookmark:
            return True
        return moment == position.bookmark and self.key_of(row) not in position.ids

    def _raise_high(self, position: Position, rows: Sequence[Row]) -> Position:
        times = [(moment, row) for row in rows if (moment := self.time_of(row)) is not None]
        high = max((moment for moment, _ in times), default=None)
        if high is None or (position.high is not None and high < position.high):
            return position
        ids: frozenset[Id] = frozenset(self.key_of(row) for moment, row in times if moment == high)
        return replace(position, high=high, high_ids=ids | position.high_ids if high == position.high else ids)

    def _finish(self, position: Position) -> Position:
        """Rows of the bookmark's second are known to be all sent only if that second was over when we asked."""
        asked, high = (position.asked or 0) - self.minimum_age, position.high
        finished = Position(bookmark=position.bookmark, ids=position.ids, done=True)
        if high is None or high < position.bookmark:
            return finished
        bookmark = max(position.bookmark, min(high, asked))
        settled = bookmark == high and bookmark < asked - CLOCK_ERROR
        return replace(finished, bookmark=bookmark, ids=position.high_ids if settled else frozenset())


def _bounded(position: Position) -> Position:
    """A pass proves nothing later than its beginning, so nothing later is remembered, whatever a row is dated."""
    if position.high is None or 0 <= position.high <= (position.asked or 0):
        return position
    return replace(position, high=position.asked if position.high > 0 else None, high_ids=frozenset())
