"""The rows of a page: one that is doubtful is asked for again, but not for ever."""

from __future__ import annotations

import logging
from typing import Any

from source_zendesk_support.errors import MalformedResponse

logger = logging.getLogger("airbyte")

BROKEN = 1
"""Times that a page is asked for again because of rows that lack their key."""
DOUBTS = 2
"""Times that a page is asked for again because it cannot be the one that was asked for."""


class RowCheck:
    """Judges the rows of one request's answers.

    Args:
        records: key of the envelope under which the rows are; empty where the body is the list (or the one row).
        primary_key: what every row must have; empty where only an empty object is wrong.
    """

    def __init__(self, records: str, primary_key: str) -> None:
        self._records = records
        self._key = primary_key
        self._doubts = 0

    def __call__(self, envelope: Any) -> None:
        """Accept a page, or raise Malformed to have it asked for again."""
        rows = self.all(envelope)
        broken = len(rows) - len(self.complete(envelope))
        reason = f"{broken} of {len(rows)} rows lack their {self._key or 'content'}"
        if broken and broken == len(rows):
            raise MalformedResponse(reason)
        if broken:
            self.doubt(reason, BROKEN)

    def doubt(self, reason: str, most: int = DOUBTS) -> None:
        """Have a page asked for again; accept it where that has been done often enough.

        Raises:
            Malformed: with the reason.
        """
        if self._doubts < most:
            self._doubts += 1
            raise MalformedResponse(reason)

    def all(self, envelope: Any) -> list[Any]:
        """Every row of a page."""
        rows = envelope[self._records] if self._records else envelope
        return rows if isinstance(rows, list) else [rows]

    def complete(self, envelope: Any) -> list[dict[str, Any]]:
        """The rows that have their key; a page that is its own row need only have the field, which may be a list."""
        if isinstance(envelope, dict) and not self._records and self._key:
            return [envelope] if envelope.get(self._key) is not None else []
        return self._whole(self.all(envelope))

    def whole(self, envelope: Any, streams: str) -> list[dict[str, Any]]:
        """The rows that have their key; the others are told of, under the names of these streams."""
        rows = self.all(envelope)
        whole = self.complete(envelope)
        if len(whole) < len(rows):
            logger.warning(
                "Stream %s: skipped %d rows without their %s; a retry returned the same.",
                streams,
                len(rows) - len(whole),
                self._key or "content",
            )
        return whole

    def _whole(self, rows: list[Any]) -> list[dict[str, Any]]:
        key = self._key
        if not key:
            return [row for row in rows if row and isinstance(row, dict)]
        return [row for row in rows if isinstance(row, dict) and row.get(key) not in (None, "")]
