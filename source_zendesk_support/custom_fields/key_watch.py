"""Finds keys of a stream's records without a column, so that new keys are noticed early."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

logger = logging.getLogger("airbyte")

MAX_KEYS = 1_000
"""After this many different keys, no more are collected; no stream has a tenth of it."""
MAX_NAMES_SHOWN = 20
_SHOWABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,59}")
"""Other keys are counted, not shown: they may contain personal data."""


class KeyWatch:
    """Collects the top-level keys of all records of a stream.

    Every record is checked: adding a dict's keys to a set takes a hundredth of the time to decode and encode the
    record.

    Args:
        stream: the stream's name.
        configured: the columns of the user's catalog.
        columns: all possible columns; called only if there are keys that the catalog does not contain.
    """

    def __init__(self, stream: str, configured: Collection[str], columns: Callable[[], Collection[str]]) -> None:
        self._stream = stream
        self._configured = frozenset(configured)
        self._columns = columns
        self._seen: set[str] = set()
        self._told: set[str] = set()

    def collect(self, records: Sequence[dict[str, Any]]) -> None:
        """Collect the keys of some records, before custom fields have become columns."""
        if len(self._seen) >= MAX_KEYS:
            return
        try:
            self._seen.update(*records)
        except TypeError:  # a record is not an object
            self._seen.update(*filter(_is_object, records))

    def log_summary(self) -> None:
        """Log one INFO line with the keys that have no column: names only, each name once."""
        unknown = self._seen - self._configured - self._told
        unknown = unknown.difference(self._columns()) if unknown else unknown
        if not unknown:
            return
        self._told |= unknown
        shown = sorted(filter(_SHOWABLE.fullmatch, unknown))[:MAX_NAMES_SHOWN]
        rest = len(unknown) - len(shown)
        logger.info(
            "Stream %s: these keys have no column: %s. The records contain them, but destinations with typed columns "
            "drop them. Please report them.",
            self._stream,
            ", ".join([*shown, *([f"{rest} not shown"] if rest else [])]),
        )


def _is_object(record: object) -> bool:
    return isinstance(record, dict)
