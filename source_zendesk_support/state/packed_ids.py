"""The notation of ids in STATE.

[1000000066500, 6, 1] numbers: the first one, then differences ["700", "a", "b"] text; numbers among it are text, too

Every id is a key (``ids.py``), so text that contains a number is read as that number again.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import cast

import orjson

from source_zendesk_support.state.ids import id_key

Id = int | str

MAX_IDS = 10_000
MAX_ID_BYTES = 30_000
"""Limit of one list; 10,000 neighboring ids need less, scattered ones more."""


def too_many(ids: frozenset[Id]) -> bool:
    """Whether these are too many ids for a STATE message."""
    return len(ids) > MAX_IDS or stored_bytes(ids) > MAX_ID_BYTES


def stored_bytes(ids: frozenset[Id]) -> int:
    """Size of these ids in STATE."""
    return len(orjson.dumps(_stored(ids)))


def pack(ids: frozenset[Id]) -> list[Id]:
    """Ids as they are stored; empty if they are too many."""
    return [] if too_many(ids) else _stored(ids)


def unpack(stored: object) -> frozenset[Id]:
    """The ids that ``pack`` stored, as keys.

    Raises:
        ValueError: the value was not made by ``pack``.
    """
    if not isinstance(stored, list):
        raise ValueError("ids: not a list of ids")  # noqa: TRY004  the state is wrong, not the caller
    if all(isinstance(item, str) for item in stored):
        return frozenset(map(id_key, stored))
    if not all(isinstance(item, int) and not isinstance(item, bool) for item in stored):
        raise ValueError("ids: neither all numbers nor all strings")
    return frozenset(map(id_key, accumulate(stored)))


def _stored(ids: frozenset[Id]) -> list[Id]:
    keys = {id_key(item) for item in ids}
    if not all(isinstance(key, int) for key in keys):
        return sorted(str(key) for key in keys)
    numbers = sorted(cast("set[int]", keys))
    return [*numbers[:1], *(after - before for before, after in pairwise(numbers))]
