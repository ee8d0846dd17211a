"""Embedded values that are not what Zendesk documents. Each is skipped alone, and a stream reports them once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

logger = logging.getLogger("airbyte")

Members = Sequence[dict[str, Any]]
_OBJECT = frozenset({dict})
_NOTHING = (type(None), dict)


class OddMembers:
    """Counts a stream's odd embedded values.

    Args:
        stream: whose values they are.
    """

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._counts: dict[str, int] = {}

    def add(self, place: str, count: int = 1) -> None:
        """Count values of that place: the name of a field, never its content."""
        self._counts[place] = self._counts.get(place, 0) + count

    def members(self, holder: dict[str, Any], name: str, key: str = "") -> Members:
        """The objects of a list inside a row or a page; all else in it is counted.

        Args:
            holder: the row or the page.
            name: of the list.
            key: what each object must have.
        """
        found = holder.get(name)
        if found is None:
            return ()
        if type(found) is not list:
            self.add(name)
            return ()
        if not key and _OBJECT.issuperset(map(type, found)):  # nearly always, and without a look at each
            return found
        sound = [member for member in found if type(member) is dict and (not key or member.get(key) is not None)]
        if len(sound) < len(found):
            self.add(name, len(found) - len(sound))
        return sound

    def member(self, holder: dict[str, Any], name: str, key: str) -> Members:
        """An object inside a row, as a list of one; none, and counted, if it is anything else or lacks its key."""
        found = holder.get(name)
        if not found and type(found) in _NOTHING:
            return ()
        if type(found) is dict and found.get(key) is not None:
            return (found,)
        self.add(name)
        return ()

    def log_summary(self) -> None:
        """One WARN with the counts, if there are any."""
        if self._counts:
            logger.warning(
                "Stream %s: %d embedded values did not match Zendesk's documentation (%s). They were skipped; "
                "everything else was read.",
                self._stream,
                sum(self._counts.values()),
                ", ".join(f"{place}: {count}" for place, count in sorted(self._counts.items())),
            )
        self._counts = {}
