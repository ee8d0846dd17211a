"""Ids as STATE stores them.

[1000000066500, 6, 1]                            numbers: the first one, then differences
["a", "b"]                                       text
[[5], ["a"], ["1000000000000000000000000"]]      where kinds are mixed or numbers are huge: each kind by itself
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import orjson

Id = int | str

MOST_IDS = 10_000
MOST_ID_BYTES = 30_000
"""Of one list; 10,000 neighbouring ids need less than this, scattered ones more."""
PLAIN_BELOW = 2**62
"""Larger numbers are stored as text: they, or their differences, would not fit into 64 bits."""
LONGEST_NUMBER_BITS = 1_024
"""CPython refuses to read a number of thousands of digits."""
_KINDS = 3


def as_id(value: object) -> Id | None:
    """A key that STATE can name; None for any other value, whose row is never known to have been sent."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return None if isinstance(value, int) and value.bit_length() > LONGEST_NUMBER_BITS else value


def too_many(ids: frozenset[Id]) -> bool:
    """Whether these ids are more than a STATE message can carry."""
    return len(ids) > MOST_IDS or stored_bytes(ids) > MOST_ID_BYTES


def stored_bytes(ids: frozenset[Id]) -> int:
    """Bytes that these ids take in STATE."""
    return len(orjson.dumps(_by_kind(ids)))


def pack(ids: frozenset[Id]) -> list[object]:
    """Ids as they are stored; none if they are too many."""
    return [] if too_many(ids) else _by_kind(ids)


def unpack(stored: object) -> frozenset[Id]:
    """The ids that ``pack`` stored.

    Raises:
        ValueError: anything else than what it makes.
    """
    if not isinstance(stored, list):
        raise ValueError("ids: not a list of ids")  # noqa: TRY004  a state, not a caller's fault
    if len(stored) == _KINDS and all(isinstance(kind, list) for kind in stored):
        return _numbers(stored[0]) | _texts(stored[1]) | frozenset(int(text) for text in _texts(stored[2]))
    return _texts(stored) if stored and isinstance(stored[0], str) else _numbers(stored)


def _by_kind(ids: Iterable[Id]) -> list[object]:
    texts = sorted(item for item in ids if isinstance(item, str))
    numbers = sorted(int(item) for item in ids if isinstance(item, int))
    huge = [str(item) for item in numbers if abs(item) >= PLAIN_BELOW]
    deltas = _deltas([item for item in numbers if abs(item) < PLAIN_BELOW])
    if huge or (texts and deltas):
        return [deltas, texts, huge]
    return [*deltas, *texts]


def _deltas(numbers: list[int]) -> list[int]:
    return [*numbers[:1], *(after - before for before, after in pairwise(numbers))]


def _numbers(stored: list[object]) -> frozenset[Id]:
    total, found = 0, set[Id]()
    for delta in stored:
        if not isinstance(delta, int) or isinstance(delta, bool):
            raise ValueError("ids: neither all numbers nor all strings")  # noqa: TRY004  a state, not a caller's fault
        total += delta
        found.add(total)
    return frozenset(found)


def _texts(stored: list[object]) -> frozenset[Id]:
    if not all(isinstance(item, str) for item in stored):
        raise ValueError("ids: neither all numbers nor all strings")
    return frozenset(str(item) for item in stored)
