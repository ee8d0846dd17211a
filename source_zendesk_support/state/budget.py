"""Keeps STATE small: one stream's blob, with all branches, stays below 64 KB whatever Zendesk sends.

Platforms reject larger states. Each list and each cursor has its own limit. If all of them together are still too
large, the lists whose loss costs least are dropped first.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson

logger = logging.getLogger("airbyte")

MAX_STATE_BYTES = 64_000
MAX_TOKEN_BYTES = 8_000
"""Limit of one cursor; Zendesk's have about a hundred bytes."""
DROP_ORDER = ("visited", "known", "high_ids", "ids")
"""Lists by the cost of losing them: requests for visited parents, then deletions, then rows that are emitted again."""
PARTS_DROP_ORDER = (frozenset({"high_ids", "ids", "passes"}), frozenset({"cursor", "next", "asked"}))
"""Fields of each part of a state: without the first ones rows are emitted again, without the others a part is resumed
by time."""
ROW_LISTS = {"high_ids", "ids"}


def is_storable(token: str | None) -> bool:
    """Whether a cursor can be stored; otherwise this sync uses it, and the next one resumes by time."""
    return len(orjson.dumps(token)) <= MAX_TOKEN_BYTES


class StateBudget:
    """Keeps one stream's STATE small, and logs once what that costs.

    Args:
        stream: for messages.
    """

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._told: set[str] = set()

    def stored_token(self, token: str | None) -> str | None:
        """A cursor that may be stored, or None."""
        if is_storable(token):
            return token
        if self._is_first("token"):
            logger.warning(
                "Stream %s: Zendesk's cursor is too long to store. The next sync resumes by time and may emit rows "
                "again.",
                self._stream,
            )
        return None

    def limited_blob(self, root: Mapping[str, Any], branches: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The complete blob, without the lists that exceed the limit."""
        if "v" not in root:
            return {**root, **branches}  # another connector's state, emitted unchanged
        blob = {**root, **{name: dict(branch) for name, branch in branches.items()}}
        dropped = [name for name in DROP_ORDER if _size(blob) >= MAX_STATE_BYTES and _drop(name, blob, branches)]
        if "known" in dropped and self._is_first("known"):
            logger.warning(
                "Stream %s: the state has no room for the rows that are known, so rows that are deleted before the "
                "next sync keep their last copy. Run a full refresh to remove them.",
                self._stream,
            )
        if set(dropped) & ROW_LISTS and self._is_first("rows"):
            logger.warning(
                "Stream %s: too many rows share one second to store their ids in the state; they may be emitted again.",
                self._stream,
            )
        return blob

    def limited_parts(self, parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The parts of a state without what exceeds the limit: first ids of rows, then cursors, of all parts."""
        kept: dict[str, Any] = dict(parts)
        for names in PARTS_DROP_ORDER:
            if _size(kept) < MAX_STATE_BYTES:
                break
            kept = {key: _without(part, names) for key, part in kept.items()}
            if self._is_first("parts"):
                logger.warning(
                    "Stream %s: the state has no room for everything that is known of each custom object; some records "
                    "may be emitted again.",
                    self._stream,
                )
        return kept

    def _is_first(self, topic: str) -> bool:
        first = topic not in self._told
        self._told.add(topic)
        return first


def _drop(name: str, blob: dict[str, Any], branches: Mapping[str, Any]) -> bool:
    """Drop a list from the blob and its branches; whether there was one."""
    dropped = [part.pop(name, None) for part in (blob, *(blob[branch] for branch in branches))]
    return any(dropped)


def _size(blob: Mapping[str, Any]) -> int:
    return len(orjson.dumps(blob))


def _without(part: Any, names: frozenset[str]) -> Any:
    """A part of a state without some fields, at any depth."""
    if not isinstance(part, Mapping):
        return part
    return {name: _without(value, names) for name, value in part.items() if name not in names}
