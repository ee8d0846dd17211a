"""Which rows one walk of a stream has sent, for its second walk."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from itertools import islice

from source_zendesk_support.state.packed_ids import Id

REMEMBERED_IDS = 300_000
"""The last ones, in some 30 MB; a row that is forgotten is sent twice."""


class DeliveredIds:
    """Ids of rows that have been sent, as far as this sync has met them, and the greatest of earlier syncs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: dict[Id, None] = {}
        self._greatest: int | None = None

    def begin(self, known: Iterable[Id]) -> None:
        """Rows of the bookmark's second; Zendesk's ids ascend, so that what is greater has come since."""
        self._greatest = max((key for key in known if isinstance(key, int)), default=None)

    def are_older(self, key: Id) -> bool:
        """Whether a row may be one of an earlier sync, by its id; also if nothing is known of them."""
        return self._greatest is None or not isinstance(key, int) or key <= self._greatest

    def add(self, keys: Iterable[Id]) -> None:
        """Remember rows that are emitted."""
        with self._lock:
            self._ids.update(dict.fromkeys(keys))
            for key in tuple(islice(self._ids, max(0, len(self._ids) - REMEMBERED_IDS))):
                del self._ids[key]

    def __contains__(self, key: Id) -> bool:
        """Whether a row was sent."""
        with self._lock:
            return key in self._ids
