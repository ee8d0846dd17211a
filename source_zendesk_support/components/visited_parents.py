"""Which parents a pass has visited, where many of its rows may name one parent."""

from __future__ import annotations

from itertools import islice

from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position

REMEMBERED, STORED = 50_000, 4_000
"""Parents that are kept in memory and in STATE, the last ones; one forgotten costs a request if it is named again."""


class VisitedParents:
    """The last visits of a pass.

    Args:
        position: where the stream stands; a pass that goes on has visited its parents some time after it began.
    """

    def __init__(self, position: Position) -> None:
        self._at = dict.fromkeys(position.visited, position.requested_at or 0)

    def are_due(self, parent: Id, named: int | None) -> bool:
        """Whether a parent must be visited, which was named then (epoch seconds; None: nobody knows)."""
        last = self._at.get(id_key(parent))
        return last is None or named is None or named >= last

    def note(self, parent: Id, now: int) -> None:
        """A parent is visited, not before that second."""
        key = id_key(parent)
        self._at.pop(key, None)
        self._at[key] = now
        if len(self._at) > REMEMBERED:
            del self._at[next(iter(self._at))]

    @property
    def last(self) -> frozenset[Id]:
        """Parents for STATE to remember."""
        return frozenset(islice(reversed(self._at), STORED))
