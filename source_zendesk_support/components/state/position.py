"""Where a walk stands: what a page moves, and what STATE stores.

State format, version 1: one small flat object a stream, whose size does not depend on the account.

    {"generated_timestamp": "1793491199", "cursor": "MTc5MzQ5...", "v": 1}                 cursor export
    {"time": "1793491186", "ids": [1000000066506], "v": 1}                                time export
    {"updated_at": "2026-09-01T00:00:00Z", "next": "bzoyMDA=", "high": 1793482292, "asked": 1793491200, "v": 1}
                                                                                          list, under way
    {"updated_at": "2026-10-31T21:31:32Z", "v": 1}                                        list, finished
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import orjson

from source_zendesk_support.times import MILLISECONDS_FROM, epoch, iso

VERSION = 1
MOST_IDS = 10_000
MOST_ID_BYTES = 30_000
"""STATE may be 64 KB at most and holds two lists; 10,000 neighbouring ids need less than this, scattered ones more."""

Id = int | str


@dataclass(frozen=True)
class Position:
    """One stream's place in its walk; all times are epoch seconds.

    Attributes:
        bookmark: everything before this second has been sent in an earlier, finished pass (or precedes start_date).
        token: the server's opaque cursor of the next page, or None to ask by time or from the first page.
        high: greatest cursor value seen in the pass under way; becomes the bookmark when it ends.
        asked: server time at which the first page of the pass under way was asked for.
        ids: rows of the bookmark's second that have been sent.
        high_ids: rows of the ``high`` second that have been sent in the pass under way.
        visited: parents whose children have been sent in the pass under way, where it may name a parent again.
        deleted: rows whose mark of deletion has been sent.
        full: the pass under way was begun as full_refresh.
        done: the pass has ended (never stored).
    """

    bookmark: int
    token: str | None = None
    high: int | None = None
    asked: int | None = None
    ids: frozenset[Id] = field(default_factory=frozenset)
    high_ids: frozenset[Id] = field(default_factory=frozenset)
    visited: frozenset[Id] = field(default_factory=frozenset)
    deleted: frozenset[Id] = field(default_factory=frozenset)
    full: bool = False
    done: bool = False


@dataclass(frozen=True)
class StateFormat:
    """How one stream writes its position.

    Attributes:
        key: the name under which existing states hold the bookmark.
        notation: ``%s`` for epoch seconds as a string, anything else for ISO 8601.
        token: the name of the stored token: ``cursor`` where it outlives the pass, ``next`` where it does not.
    """

    key: str
    notation: str
    token: str = "next"  # noqa: S105  the name of a field, not a secret

    def write(self, position: Position) -> dict[str, Any]:
        """The STATE blob of a position."""
        bookmark = str(position.bookmark) if self.notation == "%s" else iso(position.bookmark)
        optional = {
            self.token: position.token,
            "high": position.high,
            "asked": position.asked,
            "ids": pack(position.ids),
            "high_ids": pack(position.high_ids),
            "visited": pack(position.visited),
            "deleted": pack(position.deleted),
            "full": position.full,
        }
        return {self.key: bookmark, **{k: v for k, v in optional.items() if v}, "v": VERSION}

    def read(self, state: Mapping[str, Any]) -> Position:
        """The position that a version 1 blob holds.

        Raises:
            ValueError, TypeError: the blob is not one that ``write`` makes.
        """
        return Position(
            bookmark=epoch(state[self.key]),
            token=_text(state.get(self.token)),
            high=_whole(state.get("high")),
            asked=_whole(state.get("asked")),
            ids=unpack(state.get("ids", [])),
            high_ids=unpack(state.get("high_ids", [])),
            visited=unpack(state.get("visited", [])),
            deleted=unpack(state.get("deleted", [])),
            full=bool(state.get("full")),
        )


def too_many(ids: frozenset[Id]) -> bool:
    """Whether these ids are more than a STATE message can carry."""
    return len(ids) > MOST_IDS or len(orjson.dumps(_deltas(ids))) > MOST_ID_BYTES


def pack(ids: frozenset[Id]) -> list[Id]:
    """Ids as they are stored: numbers as differences to the one before, strings as they are; none if too many."""
    return [] if too_many(ids) else _deltas(ids)


def unpack(stored: object) -> frozenset[Id]:
    """The ids that ``pack`` stored.

    Raises:
        ValueError: anything else than a list of numbers or a list of strings.
    """
    if not isinstance(stored, list) or any(isinstance(item, bool) for item in stored):
        raise ValueError("ids: not a list of ids")
    if all(isinstance(item, str) for item in stored):
        return frozenset(stored)
    if not all(isinstance(item, int) for item in stored):
        raise ValueError("ids: neither all numbers nor all strings")
    return frozenset(_running_sum(stored))


def _deltas(ids: Iterable[Id]) -> list[Id]:
    numbers = sorted(item for item in ids if isinstance(item, int))
    if not numbers:
        return sorted(str(item) for item in ids)
    return [numbers[0], *(after - before for before, after in pairwise(numbers))]


def _running_sum(deltas: list[int]) -> Iterable[int]:
    total = 0
    for delta in deltas:
        total += delta
        yield total


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"not a cursor: {value!r}")


def _whole(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MILLISECONDS_FROM):
        return value
    raise ValueError(f"not epoch seconds: {value!r}")
