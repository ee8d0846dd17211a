"""Which rows one walk of a stream has emitted, for its second walk."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from itertools import islice

from source_zendesk_support.state.packed_ids import Id

REMEMBERED_IDS = 300_000
"""The last ones, in some 30 MB. A forgotten row is emitted twice."""


class DeliveredIds:
    """Ids of the rows that this sync has emitted, and the greatest id of earlier syncs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: dict[Id, None] = {}
        self._greatest: int | None = None

    def begin(self, known: Iterable[Id]) -> None:
        """Start with the rows of the bookmark's second. Zendesk's ids ascend, so greater ones are later rows."""
        self._greatest = max((number for key in known if (number := _number(key)) is not None), default=None)

    @property
    def can_tell_age(self) -> bool:
        """Whether an id of an earlier sync is known, with which others can be compared."""
        return self._greatest is not None

    def are_older(self, key: Id) -> bool:
        """Whether a row may be from an earlier sync, by its id; also if no id of one is known."""
        number = _number(key)
        return self._greatest is None or number is None or number <= self._greatest

    def add(self, keys: Iterable[Id]) -> None:
        """Remember rows that are emitted."""
        with self._lock:
            self._ids.update(dict.fromkeys(keys))
            for key in tuple(islice(self._ids, max(0, len(self._ids) - REMEMBERED_IDS))):
                del self._ids[key]

    def __contains__(self, key: Id) -> bool:
        """Whether a row was emitted."""
        with self._lock:
            return key in self._ids


def _number(key: Id) -> int | None:
    """An id as a number. An id of more than 64 bits is stored as text."""
    try:
        return int(key)
    except ValueError:
        return None
