"""Exports by time: the next page starts at the second in which the last one ended, and repeats that second.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from source_zendesk_support.components.pages import Pages, Row
from source_zendesk_support.components.position import Id, Position, too_many
from source_zendesk_support.components.zendesk import Answer
from source_zendesk_support.times import epoch, iso

logger = logging.getLogger("airbyte")


@dataclass
class TimeExport(Pages):
    """Families ``time_export``, ``talk_export`` and ``chat_export``.

    Ids of the rows already sent from the last second travel in the state, so that the repeated second sends nothing
    twice, across pages and across syncs. With a lookback the ids of that whole window do.

    Args:
        tie_param: parameter that takes the page's ``end_id`` where a second does not fit on a page; empty if none.
        immutable: rows never change, so a known id needs no second look at its time.
    """

    tie_param: str = ""
    immutable: bool = False
    _sent: dict[Id, int] = field(default_factory=dict)
    _tie: str | None = None
    _told: bool = False

    @property
    def shared_by(self) -> object:
        """All streams of one endpoint."""
        return self.endpoint

    def begin(self, position: Position) -> Position:
        """A new pass looks back for late rows; one that is resumed, or has nothing behind it, does not."""
        self._sent = dict.fromkeys(position.ids, position.bookmark)
        lookback = self.cursor.lookback if self.cursor else 0
        if position.asked or not lookback or position.bookmark == self.start:
            return position
        return replace(position, high=position.bookmark - lookback)

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """``start_time``, and the tie-breaker where the last page ended in the second in which it began."""
        if not self.cursor:
            return {}
        params: dict[str, Any] = {self.cursor.start_param: self.youngest(_at(position), now)}
        return {**params, self.tie_param: self._tie} if self._tie else params

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows that are not known to have been sent."""
        if not self._sent:
            return rows
        return [row for row in rows if self._is_unsent(row)]

    def advance(self, position: Position, answer: Answer, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """To the page's end time; the bookmark follows, but never into the time that may still change."""
        turn = self.turn_of(answer)
        end, at = int(turn.token) if turn.token else _at(position), _at(position)
        settled = self.settled(answer)
        done = turn.ended or end >= settled
        stuck = not done and end <= at
        self._tie = self._next_tie(answer) if stuck else None
        if stuck and not self._tie:
            end = self._step(at, len(rows))
        bookmark = max(position.bookmark, min(end, settled))
        ids = self._remember(sent, bookmark)
        if done:
            return Position(bookmark=bookmark, ids=ids, done=True)
        return replace(position, bookmark=bookmark, ids=ids, asked=answer.asked, high=end if end < bookmark else None)

    def where(self, position: Position) -> str:
        """A position in words."""
        return f"the page from {iso(_at(position))}"

    def _key(self, row: Row) -> Id:
        """A row's id; a row that has since been marked as deleted is another row, or its mark would be dropped."""
        key: Id = row[self.primary_key]
        if not row.get("deleted"):
            return key
        return -key if isinstance(key, int) else f"-{key}"

    def _is_unsent(self, row: Row) -> bool:
        known = self._sent.get(self._key(row))
        if known is None or self.immutable:
            return known is None
        moment = self.time_of(row)
        return moment is not None and moment > known

    def _remember(self, sent: Sequence[Row], bookmark: int) -> frozenset[Id]:
        """Ids that the next page may repeat: those from the bookmark's second (or the lookback) on.

        Of rows that may change, those younger than the bookmark are not among them: a second change within their
        second would go unnoticed. They are sent again.
        """
        since = bookmark - (self.cursor.lookback if self.cursor else 0)
        self._sent = {key: moment for key, moment in self._sent.items() if moment >= since}
        for row in sent:
            moment = self.time_of(row)
            if moment is not None and since <= moment and (self.immutable or moment <= bookmark):
                self._sent[self._key(row)] = moment
        ids = frozenset(self._sent)
        if not self._told and too_many(ids):
            self._told = True
            logger.warning("Stream %s: %d rows from %s on will be sent again.", self.name, len(ids), iso(since))
        return ids

    def _next_tie(self, answer: Answer) -> str | None:
        end_id = answer.envelope.get("end_id") if self.tie_param and isinstance(answer.envelope, dict) else None
        return str(end_id) if end_id and str(end_id) != self._tie else None

    def _step(self, at: int, count: int) -> int:
        """One second on, past a second that holds more rows than the API hands out."""
        logger.warning(
            "Stream %s: the second %s holds more rows than the %d that Zendesk hands out at once; the rest of that "
            "second cannot be read from this export.",
            self.name,
            iso(at),
            count,
        )
        return at + 1


def _at(position: Position) -> int:
    """The second from which the next page is asked for."""
    return position.bookmark if position.high is None else position.high
