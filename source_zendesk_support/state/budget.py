"""The size of STATE: one stream's blob, with all its branches, stays below 64 KB whatever Zendesk sends.

Platforms refuse larger states. Each list and each cursor has a limit of its own; if all of them together are still too
large, what costs least to lose is dropped first.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson

logger = logging.getLogger("airbyte")

MAX_STATE_BYTES = 64_000
MAX_TOKEN_BYTES = 8_000
"""Of one cursor; Zendesk's have about a hundred."""
DROP_ORDER = ("visited", "high_ids", "ids")
"""Lists by what their loss costs: requests for parents that were visited, then rows that are sent again."""
ROW_LISTS = {"high_ids", "ids"}


def is_storable(token: str | None) -> bool:
    """Whether a cursor can be stored; one that cannot is used in this sync, and the next one goes on by time."""
    return len(orjson.dumps(token)) <= MAX_TOKEN_BYTES


class StateBudget:
    """Keeps one stream's STATE small, and says once what that costs.

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
                "Stream %s: Zendesk's cursor is too long to be saved. The next sync resumes without it, by time, and "
                "may send rows again.",
                self._stream,
            )
        return None

    def limited_blob(self, root: Mapping[str, Any], branches: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The complete blob, without as many of its lists as are too much."""
        if "v" not in root:
            return {**root, **branches}  # of another connector, and emitted as it came
        blob = {**root, **{name: dict(branch) for name, branch in branches.items()}}
        dropped = [name for name in DROP_ORDER if _size(blob) >= MAX_STATE_BYTES and _drop(name, blob, branches)]
        if set(dropped) & ROW_LISTS and self._is_first("rows"):
            logger.warning(
                "Stream %s: too many rows share one second to be named in the state; they may be sent again.",
                self._stream,
            )
        return blob

    def _is_first(self, topic: str) -> bool:
        first = topic not in self._told
        self._told.add(topic)
        return first


def _drop(name: str, blob: dict[str, Any], branches: Mapping[str, Any]) -> bool:
    """Whether a list was there to be dropped, in any part."""
    dropped = [part.pop(name, None) for part in (blob, *(blob[branch] for branch in branches))]
    return any(dropped)


def _size(blob: Mapping[str, Any]) -> int:
    return len(orjson.dumps(blob))
