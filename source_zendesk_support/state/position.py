"""A stream's position in its walk: changed by each page, stored in STATE.

State format, version 1: one small flat object per stream, whose size does not depend on the account. A second walk of
the same stream has its own object inside it (``archived``, see ``components/cursor_spec.py``).

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

from source_zendesk_support.state.failed_files import FailedFile, read_failed, write_failed
from source_zendesk_support.state.known_rows import KnownRows
from source_zendesk_support.state.packed_ids import Id, pack, unpack
from source_zendesk_support.times import MIN_EPOCH_MILLISECONDS, epoch, iso

VERSION = 1
MICROSECONDS = "%epoch_microseconds"
"""The CDK's name of a time in epoch microseconds."""


@dataclass(frozen=True)
class Position:
    """One stream's position in its walk; all times are epoch seconds.

    Attributes:
        bookmark: everything before this second has been emitted (or precedes start_date).
        token: the server's opaque cursor of the next page; None: resume by time or from the first page.
        high: in lists, the greatest cursor value seen in the current pass; becomes the bookmark when it ends. In
            exports by time, the second from which the next page is requested, if that is not the bookmark.
        requested_at: server time of the request for the first page of the current pass.
        ids: rows of the bookmark's second (with a lookback: of the complete lookback) that have been emitted.
        high_ids: rows of the ``high`` second that have been emitted in the current pass.
        visited: parents whose children have been emitted in the current pass, if it may return a parent again.
        refused: parents whose children Zendesk refused; they are read from the start when it grants access.
        deleted: rows whose deletion mark has been emitted.
        known: the rows that the destination has; None if deleted rows are not looked for.
        failed_files: files to download again; the rows have been emitted without them.
        full: the current pass was started as full_refresh.
        done: the pass has ended (never stored).
        memory: what a family knows besides until the walk ends (never stored).
    """

    bookmark: int
    token: str | None = None
    high: int | None = None
    requested_at: int | None = None
    ids: frozenset[Id] = field(default_factory=frozenset)
    high_ids: frozenset[Id] = field(default_factory=frozenset)
    visited: frozenset[Id] = field(default_factory=frozenset)
    refused: frozenset[Id] = field(default_factory=frozenset)
    deleted: frozenset[Id] = field(default_factory=frozenset)
    known: KnownRows | None = None
    failed_files: frozenset[FailedFile] = field(default_factory=frozenset)
    full: bool = False
    done: bool = False
    memory: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class StateFormat:
    """The format of one stream's positions.

    Attributes:
        key: the bookmark's name in existing states.
        notation: ``%s`` for epoch seconds as a string, ``MICROSECONDS`` for epoch microseconds as a string, anything
            else for ISO 8601.
        token: the name of the stored token: ``cursor`` if it outlives the pass, otherwise ``next``.
    """

    key: str
    notation: str
    token: str = "next"  # noqa: S105  the name of a field, not a secret

    def write(self, position: Position) -> dict[str, Any]:
        """The STATE blob of a position; ``read`` accepts it whatever Zendesk has sent.

        Invalid seconds are not stored: without them a pass starts again, which loses nothing.
        """
        bookmark = min(position.bookmark, MIN_EPOCH_MILLISECONDS - 1)
        optional = {
            self.token: position.token,
            "high": _second(position.high),
            "asked": _second(position.requested_at),
            "ids": pack(position.ids) or None,
            "high_ids": pack(position.high_ids) or None,
            "visited": pack(position.visited) or None,
            "refused": pack(position.refused) or None,
            "deleted": pack(position.deleted) or None,
            "known": position.known.write() if position.known else None,
            "failed_files": write_failed(position.failed_files) or None,
            "full": position.full or None,
        }
        return {self.key: self._written(bookmark), **{k: v for k, v in optional.items() if v is not None}, "v": VERSION}

    def _written(self, bookmark: int) -> str:
        if self.notation == MICROSECONDS:
            return str(bookmark * 1_000_000)
        return str(bookmark) if self.notation == "%s" else iso(bookmark)

    def read(self, state: Mapping[str, Any]) -> Position:
        """The position of a version 1 blob.

        Raises:
            ValueError, TypeError: the blob was not made by ``write``.
        """
        return Position(
            bookmark=epoch(state[self.key]),
            token=_text(state.get(self.token)),
            high=_optional_second(state.get("high")),
            requested_at=_optional_second(state.get("asked")),
            ids=unpack(state.get("ids", [])),
            high_ids=unpack(state.get("high_ids", [])),
            visited=unpack(state.get("visited", [])),
            refused=unpack(state.get("refused", [])),
            deleted=unpack(state.get("deleted", [])),
            known=KnownRows.read(state.get("known")),
            failed_files=read_failed(state.get("failed_files", [])),
            full=bool(state.get("full")),
        )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"not a cursor: {value!r}")


def _second(value: object) -> int | None:
    """Epoch seconds that STATE may contain, or None."""
    return (
        value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MIN_EPOCH_MILLISECONDS
        else None
    )


def _optional_second(value: object) -> int | None:
    if value is None or _second(value) is not None:
        return _second(value)
    raise ValueError(f"not epoch seconds: {value!r}")
