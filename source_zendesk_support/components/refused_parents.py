"""Parents whose children Zendesk has refused: STATE remembers them until their children could be read.

The bookmark moves on while a parent is refused, so once Zendesk shows it, its older children would be filtered away.
They are therefore read from the start. A parent that is gone (404) is forgotten: at the end of a pass over a list in
which it no longer stands, or at the second 404 if only events name it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Mapping
from typing import Any

import requests

from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import Id, stored_bytes
from source_zendesk_support.state.position import Position

logger = logging.getLogger("airbyte")

REFUSED_BYTES = 20_000
"""Of STATE; more than a thousand ids."""
RETRIED_PER_SYNC = 100
"""Calls that a sync spends on refused parents which nothing else would have it visit."""


class RefusedParents:
    """Remembers for one stream.

    Args:
        stream: for messages.
        position: where the stream stands.
        listed: every pass visits all parents; without, only those that something names.
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

    def refuse(self, parent: object, status: int) -> None:
        """Zendesk has refused a parent's children."""
        key = id_key(parent)
        if status == requests.codes.not_found and key in self._before and not self._listed:
            self._read.add(key)
        else:
            self._refused.add(key)
            self._read.discard(key)

    def read(self, parent: object) -> None:
        """All children of a parent have been read."""
        key = id_key(parent)
        if key in self._refused or key in self._before:
            self._read.add(key)

    def are_reopened(self, parents: Mapping[str, Any]) -> bool:
        """Whether any of a child's parents was refused before, so that no bookmark holds for the child."""
        keys = {id_key(parent) for parent in parents.values()}
        return not (keys.isdisjoint(self._before) and keys.isdisjoint(self._refused))

    def stored(self, *, done: bool) -> frozenset[Id]:
        """Parents for STATE to remember; at the end of a pass, one WARN tells how many it cannot."""
        complete = done and self._listed and not self._resumed
        known = frozenset(self._refused if complete else self._refused | self._before) - self._read
        kept = _as_many_as_fit(known)
        forgotten = len(known) - len(kept)
        if done and forgotten:
            logger.warning(
                "Stream %s: Zendesk refused %d more parents than the state can remember. Run a full refresh of this "
                "stream to fetch what belongs to them when access is granted.",
                self._stream,
                forgotten,
            )
        return kept


def _as_many_as_fit(ids: Iterable[Id]) -> frozenset[Id]:
    kept = sorted(ids, key=lambda item: (isinstance(item, str), item))
    while (size := stored_bytes(frozenset(kept))) > REFUSED_BYTES:
        kept = kept[: min(len(kept) - 1, len(kept) * REFUSED_BYTES // size)]
    return frozenset(kept)
