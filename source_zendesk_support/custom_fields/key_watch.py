"""Which keys of a stream's records have no column, so that a new one is noticed by its first user."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

logger = logging.getLogger("airbyte")

KEYS_KEPT = 1_000
"""Different keys after which no more are looked at; no stream has a tenth of it."""
NAMES_SHOWN = 20
_SHOWABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,59}")
"""Other keys are counted, not shown: they may be data of people."""


class KeyWatch:
    """Gathers the top-level keys of all records of a stream.

    Every record is looked at: to put the keys of a dict into a set takes CPython a hundredth of what it takes to decode
    and encode the record.

    Args:
        stream: whose records they are.
        configured: the columns of the user's catalog.
        columns: all columns that there could be; called only if there are other keys than those.
    """

    def __init__(self, stream: str, configured: Collection[str], columns: Callable[[], Collection[str]]) -> None:
        self._stream = stream
        self._configured = frozenset(configured)
        self._columns = columns
        self._seen: set[str] = set()
        self._told: set[str] = set()

    def collect(self, records: Sequence[dict[str, Any]]) -> None:
        """Gather the keys of some records, before custom fields have become columns."""
        if len(self._seen) >= KEYS_KEPT:
            return
        try:
            self._seen.update(*records)
        except TypeError:  # something else than an object is among them
            self._seen.update(*filter(_is_object, records))

    def log_summary(self) -> None:
        """One INFO line with the keys that have no column, if there are any: names only, and each name once."""
        unknown = self._seen - self._configured - self._told
        unknown = unknown.difference(self._columns()) if unknown else unknown
        if not unknown:
            return
        self._told |= unknown
        shown = sorted(filter(_SHOWABLE.fullmatch, unknown))[:NAMES_SHOWN]
        rest = len(unknown) - len(shown)
        logger.info(
            "Stream %s: these keys came without a column: %s. The records hold them, but destinations with typed "
            "columns leave them out. Please report them.",
            self._stream,
            ", ".join([*shown, *([f"{rest} not shown"] if rest else [])]),
        )


def _is_object(record: object) -> bool:
    return isinstance(record, dict)
