"""Which parents a substream has visited, and which of them Zendesk has refused.

STATE remembers a refused parent until its children could be read. The bookmark moves on while a parent is refused, so
its older children would be skipped once Zendesk shows it; they are therefore read from the start. A parent that is gone
(404) is forgotten: at the end of a pass over a list that no longer has it, or at the second 404 if only events name it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable
from itertools import islice
from typing import Any

import requests

from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import Id, stored_bytes
from source_zendesk_support.state.position import Position

logger = logging.getLogger("airbyte")

PARENTS_REMEMBERED, PARENTS_STORED = 50_000, 4_000
"""The last visited ones, in memory and in STATE. A forgotten one costs a request if it is named again."""
REFUSED_STORED_BYTES = 20_000
"""Of STATE, for refused parents; enough for more than a thousand ids."""
RETRIED_PER_SYNC = 100
"""Requests that a sync spends on refused parents that nothing else names."""


class VisitedParents:
    """The parents that a pass has visited, if many rows may name one parent.

    Args:
        position: where the stream starts. A resumed pass has visited its parents some time after it began.
    """

    def __init__(self, position: Position) -> None:
        self._visited_at = dict.fromkeys(position.visited, position.requested_at or 0)

    def is_due(self, parent: Id, named_at: int | None) -> bool:
        """Whether a parent that was named at a time (epoch seconds; None if unknown) must be visited after that."""
        last = self._visited_at.get(id_key(parent))
        return last is None or named_at is None or named_at >= last

    def add(self, parent: Id, now: int) -> None:
        """Remember that a parent is visited, not before that second."""
        key = id_key(parent)
        self._visited_at.pop(key, None)
        self._visited_at[key] = now
        if len(self._visited_at) > PARENTS_REMEMBERED:
            del self._visited_at[next(iter(self._visited_at))]

    @property
    def last(self) -> frozenset[Id]:
        """Parents for STATE to remember."""
        return frozenset(islice(reversed(self._visited_at), PARENTS_STORED))


class RefusedParents:
    """The parents whose children Zendesk has refused to one stream.

    Args:
        stream: for messages.
        position: where the stream starts.
        listed: whether every pass visits all parents, not only those that an event names.
    """

    def __init__(self, stream: str, position: Position, *, listed: bool) -> None:
        self._stream = stream
        self._listed = listed
        self._before = position.refused
        self._resumed = bool(position.token and position.requested_at)
        self._refused: set[Id] = set()
        self._read: set[Id] = set()

    def retried(self) -> list[Id]:
        """Parents to visit although nothing names them; others of them each time, if they are many."""
        if self._listed or not self._before:
            return []
        return random.sample(  # which ones is no secret
            sorted(self._before, key=str), min(len(self._before), RETRIED_PER_SYNC)
        )

    def add(self, parent: object, status: int) -> None:
        """Remember that Zendesk has refused a parent's children."""
        key = id_key(parent)
        if status == requests.codes.not_found and key in self._before and not self._listed:
            self._read.add(key)
        else:
            self._refused.add(key)
            self._read.discard(key)

    def discard(self, parent: object) -> None:
        """Forget a parent, as all its children have been read."""
        key = id_key(parent)
        if key in self._refused or key in self._before:
            self._read.add(key)

    def are_reopened(self, parents: Iterable[Any]) -> bool:
        """Whether any of a child's parents was refused before, so that no bookmark holds for the child."""
        keys = {id_key(parent) for parent in parents}
        return not (keys.isdisjoint(self._before) and keys.isdisjoint(self._refused))

    def stored(self, *, done: bool) -> frozenset[Id]:
        """Parents for STATE to remember; at the end of a pass, one WARN tells how many it cannot."""
        complete = done and self._listed and not self._resumed
        known = frozenset(self._refused if complete else self._refused | self._before) - self._read
        kept = _as_many_as_fit(known)
        forgotten = len(known) - len(kept)
        if done and forgotten:
            logger.warning(
                "Stream %s: Zendesk denied access to %d more parents than the state can store. When access is "
                "granted, run a full refresh of this stream to fetch their records.",
                self._stream,
                forgotten,
            )
        return kept


def _as_many_as_fit(ids: Iterable[Id]) -> frozenset[Id]:
    kept = sorted(ids, key=lambda item: (isinstance(item, str), item))
    while (size := stored_bytes(frozenset(kept))) > REFUSED_STORED_BYTES:
        kept = kept[: min(len(kept) - 1, len(kept) * REFUSED_STORED_BYTES // size)]
    return frozenset(kept)
