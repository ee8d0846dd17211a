"""The rows of a page. A doubtful page is fetched again, but not forever."""

from __future__ import annotations

import logging
from typing import Any

from source_zendesk_support.errors import MalformedResponse

logger = logging.getLogger("airbyte")

RETRIES_WITHOUT_KEYS = 1
"""Of a page some of whose rows lack their key."""
RETRIES_IF_DOUBTFUL = 2
"""Of a page that cannot be the requested one."""


class RowCheck:
    """Checks the rows of the responses to one request.

    Args:
        records: key of the envelope under which the rows are; empty if the body is the list (or the one row).
        primary_key: what every row must have; empty if only an empty object is wrong.
    """

    def __init__(self, records: str, primary_key: str) -> None:
        self._records = records
        self._key = primary_key
        self._doubts = 0

    def __call__(self, envelope: Any) -> None:
        """Accept a page, or raise MalformedResponse to have it fetched again."""
        rows = self.all(envelope)
        broken = len(rows) - len(self.complete(envelope))
        reason = f"{broken} of {len(rows)} rows lack their {self._key or 'content'}"
        if broken and broken == len(rows):
            raise MalformedResponse(reason)
        if broken:
            self.doubt(reason, RETRIES_WITHOUT_KEYS)

    def doubt(self, reason: str, most: int = RETRIES_IF_DOUBTFUL) -> None:
        """Have a page fetched again; accept it if that has been done often enough.

        Raises:
            MalformedResponse: with the reason.
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
        return self._with_key(self.all(envelope))

    def complete_rows(self, envelope: Any, streams: str) -> list[dict[str, Any]]:
        """The rows that have their key; a WARN reports the others, with the names of these streams."""
        rows = self.all(envelope)
        complete = self.complete(envelope)
        if len(complete) < len(rows):
            logger.warning(
                "Stream %s: skipped %d rows without their %s; a retry returned the same.",
                streams,
                len(rows) - len(complete),
                self._key or "content",
            )
        return complete

    def _with_key(self, rows: list[Any]) -> list[dict[str, Any]]:
        key = self._key
        if not key:
            return [row for row in rows if row and isinstance(row, dict)]
        return [row for row in rows if isinstance(row, dict) and row.get(key) not in (None, "")]
