"""The place of a stream that is read by lists because its export is closed, or by ids before its export.

It is a branch of the stream's one state, beside the bookmark of the export:

    {"generated_timestamp": "1793491140", "lists": {
        "changes": {"updated_at": "2026-10-31T21:31:32Z", "ids": [4711], "v": 1}, "passes": [1793400000, 1793482292],
        "deletions": {"deleted_at": "2026-10-31T21:31:32Z", "v": 1},
        "sweep": {"id": 4200, "top": 10000, "began": 1793491200, "paced": 1793404800},
        "v": 1}, "v": 1}

The bookmark beside it says up to when everything has been delivered, also what lists cannot show. So an export that
opens again, and older versions of this connector, resume from it without a gap.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from source_zendesk_support.state.packed_ids import Id, pack, unpack
from source_zendesk_support.state.position import VERSION, Position, StateFormat
from source_zendesk_support.times import MIN_EPOCH_MILLISECONDS

LISTS = "lists"
"""The branch's name."""
ISO = "%Y-%m-%dT%H:%M:%SZ"
MAXIMUM_PASSES = 200
"""In STATE: a week of hourly syncs."""
MAXIMUM_IDS = 1_500
"""Of one pass in STATE; if more rows share the minutes that are read again, they are emitted again."""


@dataclass(frozen=True)
class SweepPlace:
    """How far all ids have been read.

    Attributes:
        id: up to this id, all blocks of the round under way are complete.
        top: the greatest id that is known.
        began: server time at which the round under way began; None between two rounds.
        paced: server time from which the pace of the round counts: it must be complete ``sweep_days`` later.
        first: the round goes before the export, which has not been read yet.
        ended: server time at which the last round began, if it has ended and the changes since have not been read yet.
    """

    id: int = 0
    top: int = 0
    began: int | None = None
    paced: int = 0
    first: bool = False
    ended: int | None = None


@dataclass(frozen=True)
class ListPlace:
    """A stream's place in the lists.

    Attributes:
        changes: the pass over the changes; its bookmark is the time up to which they are complete.
        deletions: the same for deletions.
        sweep: the reading of all ids.
        deleted: how many deleted things there were when they were last read; None if that is not known.
        known: ids of rows that exist, if only their absence shows that they have been deleted.
        compared: server time at which they were last compared with the list; None if they have not been.
        passes: server times at which passes over the changes began that are complete, in order; the first one is the
            time up to which changes had been delivered before them.
    """

    changes: Position
    deletions: Position
    sweep: SweepPlace = field(default_factory=SweepPlace)
    deleted: int | None = None
    known: frozenset[Id] = frozenset()
    compared: int | None = None
    passes: tuple[int, ...] = ()

    def with_changes(self, after: Position) -> ListPlace:
        """Behind one more page of changes; a pass that is complete is noted."""
        if not after.done:
            return replace(self, changes=after)
        passes = (*(self.passes or (self.changes.bookmark,)), after.bookmark)
        return replace(self, changes=after, passes=passes[-MAXIMUM_PASSES:])

    def without_passes_before(self, second: int) -> ListPlace:
        """Without the passes of a time from which on nothing will be read again."""
        first = max(0, bisect_right(self.passes, second) - 1)
        return replace(self, passes=self.passes[first:])


@dataclass(frozen=True)
class ListPlaceFormat:
    """How a place is written.

    Attributes:
        changed_at: name of the time by which changes are listed.
        deleted_at: name of the time by which deletions are listed.
    """

    changed_at: str
    deleted_at: str

    def write(self, place: ListPlace) -> dict[str, Any]:
        """The branch of a place, which ``read`` accepts."""
        sweep = place.sweep
        numbers = {"id": sweep.id, "top": sweep.top, "began": sweep.began, "paced": sweep.paced, "ended": sweep.ended}
        written: dict[str, Any] = {**numbers, "first": sweep.first}
        swept = {name: value for name, value in written.items() if value}
        blob: dict[str, Any] = {
            "changes": StateFormat(self.changed_at, ISO).write(_bounded(place.changes)),
            "deletions": StateFormat(self.deleted_at, ISO).write(_bounded(place.deletions)),
        }
        blob |= {"sweep": swept} if swept else {}
        optional = {
            "deleted": place.deleted,
            "known": pack(place.known) or None,
            "compared": place.compared,
            "passes": list(place.passes) or None,
        }
        return {**blob, **{name: value for name, value in optional.items() if value is not None}, "v": VERSION}

    def read(self, blob: object) -> ListPlace:
        """The place that a branch holds.

        Raises:
            ValueError, TypeError, KeyError: the branch is not one that ``write`` makes.
        """
        if not isinstance(blob, Mapping) or blob.get("v") != VERSION:
            raise ValueError("not a place in the lists")
        sweep = _object(blob.get("sweep", {}))
        return ListPlace(
            changes=StateFormat(self.changed_at, ISO).read(_object(blob["changes"])),
            deletions=StateFormat(self.deleted_at, ISO).read(_object(blob["deletions"])),
            sweep=SweepPlace(
                id=_number(sweep.get("id", 0)),
                top=_number(sweep.get("top", 0)),
                began=_second(sweep["began"]) if "began" in sweep else None,
                paced=_second(sweep.get("paced", 0)),
                first=bool(sweep.get("first")),
                ended=_second(sweep["ended"]) if "ended" in sweep else None,
            ),
            deleted=_number(blob["deleted"]) if "deleted" in blob else None,
            known=unpack(blob.get("known", [])),
            compared=_second(blob["compared"]) if "compared" in blob else None,
            passes=tuple(sorted(map(_second, blob.get("passes", [])))),
        )


def _bounded(position: Position) -> Position:
    """A position without lists of ids that are too long to be stored."""
    kept = {name: ids if len(ids) <= MAXIMUM_IDS else frozenset() for name, ids in _ids_of(position).items()}
    return replace(position, **kept)


def _ids_of(position: Position) -> dict[str, Any]:
    return {"ids": position.ids, "high_ids": position.high_ids}


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    return value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"not a number: {value!r}")
    return value


def _second(value: object) -> int:
    if _number(value) >= MIN_EPOCH_MILLISECONDS:
        raise ValueError(f"not epoch seconds: {value!r}")
    return _number(value)
