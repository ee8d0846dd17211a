"""Where a walk stands: what a page moves, and what STATE stores.

State format, version 1: one small flat object a stream, whose size does not depend on the account. A second walk of the
same stream has an object of its own inside of it (``archived``, see ``components/cursor_spec.py``).

    {"generated_timestamp": "1793491199", "cursor": "MTc5MzQ5...", "v": 1}                 cursor export
    {"time": "1793491186", "ids": [1000000066506], "v": 1}                                time export
    {"updated_at": "2026-09-01T00:00:00Z", "next": "bzoyMDA=", "high": 1793482292, "asked": 1793491200, "v": 1}
                                                                                          list, under way
    {"updated_at": "2026-10-31T21:31:32Z", "v": 1}                                        list, finished
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from source_zendesk_support.state.packed_ids import Id, pack, unpack
from source_zendesk_support.times import MILLISECONDS_FROM, epoch, iso

VERSION = 1


@dataclass(frozen=True)
class Position:
    """One stream's place in its walk; all times are epoch seconds.

    Attributes:
        bookmark: everything before this second has been sent (or precedes start_date).
        token: the server's opaque cursor of the next page, or None to ask by time or from the first page.
        high: in lists, the greatest cursor value seen in the pass under way; becomes the bookmark when it ends. In
            exports by time, the second from which the next page is requested, if that is not the bookmark.
        asked: server time at which the first page of the pass under way was asked for.
        ids: rows of the bookmark's second (with a lookback: of all of it) that have been sent.
        high_ids: rows of the ``high`` second that have been sent in the pass under way.
        visited: parents whose children have been sent in the pass under way, where it may name a parent again.
        refused: parents whose children Zendesk has refused; they are read from the start when it shows them.
        deleted: rows whose mark of deletion has been sent.
        full: the pass under way was begun as full_refresh.
        done: the pass has ended (never stored).
        memory: what a family knows besides until the walk ends (never stored).
    """

    bookmark: int
    token: str | None = None
    high: int | None = None
    asked: int | None = None
    ids: frozenset[Id] = field(default_factory=frozenset)
    high_ids: frozenset[Id] = field(default_factory=frozenset)
    visited: frozenset[Id] = field(default_factory=frozenset)
    refused: frozenset[Id] = field(default_factory=frozenset)
    deleted: frozenset[Id] = field(default_factory=frozenset)
    full: bool = False
    done: bool = False
    memory: Any = field(default=None, compare=False, repr=False)


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
        """The STATE blob of a position, which ``read`` accepts whatever Zendesk has sent.

        Seconds that are none are not stored: without them a pass begins again, which loses nothing.
        """
        bookmark = min(position.bookmark, MILLISECONDS_FROM - 1)
        optional = {
            self.token: position.token,
            "high": _second(position.high),
            "asked": _second(position.asked),
            "ids": pack(position.ids) or None,
            "high_ids": pack(position.high_ids) or None,
            "visited": pack(position.visited) or None,
            "refused": pack(position.refused) or None,
            "deleted": pack(position.deleted) or None,
            "full": position.full or None,
        }
        written = str(bookmark) if self.notation == "%s" else iso(bookmark)
        return {self.key: written, **{k: v for k, v in optional.items() if v is not None}, "v": VERSION}

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
            refused=unpack(state.get("refused", [])),
            deleted=unpack(state.get("deleted", [])),
            full=bool(state.get("full")),
        )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"not a cursor: {value!r}")


def _second(value: object) -> int | None:
    """Epoch seconds as STATE may hold them, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MILLISECONDS_FROM else None


def _whole(value: object) -> int | None:
    if value is None or _second(value) is not None:
        return _second(value)
    raise ValueError(f"not epoch seconds: {value!r}")
