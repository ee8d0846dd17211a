"""Lists that begin with the newest row.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from source_zendesk_support.api.request import Answer
from source_zendesk_support.components.families.delivered import DeliveredIds
from source_zendesk_support.components.families.listing import Listing
from source_zendesk_support.components.families.named_page import link_token
from source_zendesk_support.components.families.pages import Pages, Row
from source_zendesk_support.components.families.per_parent import MARGIN, PerParent
from source_zendesk_support.components.families.turn import Turn
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import ZENDESK_BEGAN

OLD_TAIL_SHARE = 10
"""The walk has reached the bookmark where the last tenth of a page, or more, is older."""


@dataclass
class NewestFirst(Listing):
    """Family ``newest_first``: walked back until the bookmark is reached.

    The paginator cannot say this: the walk ends at rows that are older than the state. Until then the old bookmark
    stays, because the rows between it and the page have not been read yet. One old row is no end: audits of imported
    tickets carry the times of the tickets' past. Their ids are new, which tells them apart where ids are known.

    Args:
        archived: a second walk for what the list leaves out, made on request.
    """

    archived: Pages | None = None
    _reached: bool = False
    _back_to: int | None = None

    def __post_init__(self) -> None:
        """Let the second walk know what this one has sent."""
        super().__post_init__()
        self._delivered = DeliveredIds()
        extractor = self.archived.record_selector.extractor if self.archived else None
        if isinstance(extractor, PerParent) and isinstance(extractor.pages, ArchivedAudits):
            extractor.pages.delivered = self._delivered

    def begin(self, position: Position) -> Position:
        """As any list; the ids of the bookmark's second tell old rows from new ones."""
        self._delivered.begin(position.ids)
        return super().begin(position)

    def reach_back(self, second: int) -> None:
        """Go on behind the bookmark as far as the second walk begins: what this one has sent must be known there."""
        self._back_to = second - MARGIN

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows that are not older than the bookmark, by their time or their id."""
        if self._back_to is not None:
            self._delivered.note(map(self.key_of, rows))
        bookmark = position.bookmark
        return [row for row in rows if not self._is_old(row, bookmark) and self.key_of(row) not in position.ids]

    def advance(self, position: Position, answer: Answer, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """One page further back; at the bookmark the greatest value of the pass takes its place."""
        end = position.bookmark if self._back_to is None else min(position.bookmark, self._back_to)
        tail = sum(1 for _ in takewhile(lambda row: self._is_old(row, end), reversed(rows)))
        self._reached = bool(tail) and tail * OLD_TAIL_SHARE >= len(rows)
        return super().advance(position, answer, rows, sent)

    def turn(self, envelope: Any, size: int) -> Turn:
        """The paginator's verdict; what leads to newer rows leads nowhere here."""
        if isinstance(envelope, dict) and "before_cursor" not in envelope:
            return super().turn(envelope, size)
        turn = Pages.turn(self, envelope, size)
        link = link_token(envelope.get("before_url")) if turn.ended and isinstance(envelope, dict) else None
        return Turn(ended=False, token=link) if link else turn

    def turn_of(self, answer: Answer) -> Turn:
        """The paginator's verdict, or the end at the bookmark."""
        turn = super().turn_of(answer)
        return Turn(ended=turn.ended or self._reached, token=turn.token)

    def _is_old(self, row: Row, bookmark: int) -> bool:
        moment = self.time_of(row)
        return moment is not None and ZENDESK_BEGAN <= moment < bookmark and self._delivered.are_older(self.key_of(row))


@dataclass
class ArchivedAudits(Listing):
    """Audits of one closed ticket, which is archived or will be.

    The list of all audits leaves out those of archived tickets, and nothing in an answer tells for certain whether a
    ticket is archived. So only those audits are dropped that the list has sent.

    Args:
        delivered: what the list has sent.
    """

    delivered: DeliveredIds = field(default_factory=DeliveredIds)

    def was_sent(self, row: Row) -> bool:
        """Whether the list has sent an audit in this sync."""
        return self.key_of(row) in self.delivered

    def may_be_known(self, row: Row) -> bool:
        """Whether an audit may have been sent in an earlier sync, by its id."""
        return self.delivered.are_older(self.key_of(row))
