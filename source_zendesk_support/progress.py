"""Logs progress: a line when a stream starts, at most one a minute while it runs, one table at the end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from source_zendesk_support.times import iso

logger = logging.getLogger("airbyte")

LOG_INTERVAL_SECONDS = 60.0
TABLE_COLUMNS = ("stream", "rows", "pages", "calls", "retries", "waited s", "skipped parents", "gated", "seconds")


@dataclass
class StreamStats:
    """The counts of one stream so far. Times are in seconds."""

    stream: str
    rows: int = 0
    pages: int = 0
    calls: int = 0
    retries: int = 0
    waited: float = 0.0
    skipped: int = 0
    gated: bool = False
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    last_logged_at: float = field(default_factory=time.monotonic)

    def columns(self) -> tuple[str, ...]:
        """One line of the final table."""
        seconds = (time.monotonic() if self.ended is None else self.ended) - self.began
        counts = (self.rows, self.pages, self.calls, self.retries, round(self.waited), self.skipped)
        return (self.stream, *map(str, counts), "yes" if self.gated else "", f"{seconds:.1f}")


class SyncProgress:
    """The statistics of all streams of one sync."""

    def __init__(self) -> None:
        self._stats: dict[str, StreamStats] = {}
        self._lock = threading.Lock()

    def of(self, stream: str) -> StreamStats:
        """The statistics of a stream, created at the first call."""
        with self._lock:
            return self._stats.setdefault(stream, StreamStats(stream))

    @property
    def calls(self) -> int:
        """Calls of all streams."""
        with self._lock:
            return sum(stats.calls for stats in self._stats.values())

    def started(self, stream: str, since: str, buckets: Iterable[str]) -> None:
        """Log where a stream's walk starts and which limits it uses."""
        self.of(stream)
        logger.info("Stream %s: reading from %s; limits: %s", stream, since, ", ".join(buckets) or "none")

    def page(self, stream: str, at: int | None, left: dict[str, int]) -> None:
        """Count a page; log progress if the last line is a minute old.

        Args:
            stream: the stream's name.
            at: position in time, in epoch seconds, if the walk has one.
            left: calls left in each of the walk's buckets.
        """
        stats = self.of(stream)
        stats.pages += 1
        if time.monotonic() - stats.last_logged_at < LOG_INTERVAL_SECONDS:
            return
        stats.last_logged_at = time.monotonic()
        rest = ", ".join(f"{name} {calls}" for name, calls in left.items())
        where = "" if at is None else f", at {iso(at)}"
        logger.info("Stream %s: %d rows, %d pages%s; calls left: %s", stream, stats.rows, stats.pages, where, rest)

    def ended(self, stream: str, skipped: int) -> None:
        """Record a stream's end; log the number of parents whose children Zendesk refused."""
        stats = self.of(stream)
        stats.ended, stats.skipped = time.monotonic(), skipped
        if skipped:
            logger.warning(
                "Stream %s: Zendesk denied access to %d parents; their records are skipped.", stream, skipped
            )

    def table(self) -> str:
        """The final table, as aligned text."""
        lines = [TABLE_COLUMNS, *(stats.columns() for _, stats in sorted(self._stats.items()))]
        widths = [max(len(line[column]) for line in lines) for column in range(len(TABLE_COLUMNS))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        )
