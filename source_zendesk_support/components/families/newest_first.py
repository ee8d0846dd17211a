"""Lists that begin with the newest row.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from source_zendesk_support.components.families.listing import Listing
from source_zendesk_support.components.families.pages import Pages, Row
from source_zendesk_support.components.families.turn import Turn
from source_zendesk_support.components.state.position import Position
from source_zendesk_support.components.wire.ask import Answer
from source_zendesk_support.times import ZENDESK_BEGAN


@dataclass
class NewestFirst(Listing):
    """Family ``newest_first``: walked back until the bookmark is reached.

    The paginator cannot say this: the walk ends at a row that is older than the state. Until then the old bookmark
    stays, because the rows between it and the page have not been read yet.

    Args:
        archived: a second walk for what the list leaves out, made on request.
    """

    archived: Pages | None = None

    def advance(self, position: Position, answer: Answer, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """One page further back; at the bookmark the greatest value of the pass takes its place.

        The last row decides: an odd time of a row that newer ones follow proves nothing.
        """
        oldest = next((time for row in reversed(rows) if (time := self.time_of(row)) is not None), position.bookmark)
        self._reached = ZENDESK_BEGAN <= oldest < position.bookmark
        return super().advance(position, answer, rows, sent)

    def turn_of(self, answer: Answer) -> Turn:
        """The paginator's verdict, or the end at the bookmark."""
        turn = super().turn_of(answer)
        return Turn(ended=turn.ended or self._reached, token=turn.token)


@dataclass
class ArchivedAudits(Listing):
    """Audits of one closed ticket, if it is archived.

    Archived tickets answer without paging. A closed ticket that is not archived yet answers with it, and is left out
    here, because the list of all audits holds it.
    """

    def rows(self, answer: Answer, streams: Sequence[str] = ()) -> list[Row]:
        """The audits; none where the list has them."""
        return [] if "meta" in answer.envelope else super().rows(answer, streams)
