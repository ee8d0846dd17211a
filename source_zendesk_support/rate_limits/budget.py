"""All rate limits of the account, and the slots that limit concurrent pages.

The CDK's budget reads ``ratelimit-reset`` as an epoch (Zendesk sends remaining seconds), cannot read
``zendesk-ratelimit-<name>: total=10; remaining=9; resets=41``, uses only the first matching limit (a call counts toward
several), and sleeps while it holds a worker.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import isodate
from airbyte_cdk.sources.declarative.models import HTTPAPIBudget, MovingWindowCallRatePolicy

from source_zendesk_support.rate_limits.bucket import Bucket, RateLimitReading, read_headers

logger = logging.getLogger("airbyte")

LOGGED_WAIT_SECONDS = 5.0
WAIT_LOG_INTERVAL_SECONDS = 60.0
MIN_WAIT_SECONDS = 0.005


class Budget:
    """One instance per process; thread-safe.

    Args:
        limits: the manifest's ``api_budget``: the documented limits and the paths that count toward each.
        slots: maximum number of pages fetched or processed concurrently (``num_workers``).
        share: share of every limit (0 to 1) that may be used (``max_quota_percent``).
    """

    def __init__(self, limits: HTTPAPIBudget, slots: int, share: float = 1.0) -> None:
        self.buckets: dict[str, Bucket] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        for policy in cast("list[MovingWindowCallRatePolicy]", limits.policies):
            name, rate = str(getattr(policy, "bucket")), policy.rates[0]  # noqa: B009  our own field, not the CDK's
            window = isodate.parse_duration(rate.interval).total_seconds()
            self.buckets[name] = Bucket(name, int(rate.limit), window, share)
            self._patterns += [(re.compile(str(matcher.url_path_pattern)), name) for matcher in policy.matchers]
        self._free = slots
        self._pace = 0.0
        self._lock = threading.Lock()
        self._limits_changed = threading.Condition(self._lock)
        self._slots = threading.Condition(self._lock)

    def buckets_of(self, path: str) -> list[str]:
        """The names of all limits that a call to this path (``/api/v2/…``) counts toward."""
        return [name for pattern, name in self._patterns if pattern.search(path)]

    def left(self, names: Iterable[str]) -> dict[str, int]:
        """Calls left in each of these buckets."""
        with self._lock:
            return {name: self.buckets[name].left for name in names}

    def announced_limit(self, name: str) -> int | None:
        """Calls per window according to Zendesk's headers; None if there were none."""
        with self._lock:
            announced = self.buckets[name].announced
            return None if announced is None else int(announced)

    def acquire(self, names: Sequence[str]) -> None:
        """Wait until every bucket has a call left and a slot is free, then claim them.

        Nothing is held while waiting, so a walk that waits for its limit does not block others. A free slot wakes one
        waiting thread, which passes it on if its limit has closed in the meantime.
        """
        began, logged_at = time.monotonic(), 0.0
        with self._lock:
            while (wait := self._closed_for(names)) or self._free <= 0:
                if wait:
                    self._slots.notify(min(self._free, 1))
                    logged_at = self._log_wait(names, wait, time.monotonic() - began, logged_at)
                    self._limits_changed.wait(timeout=max(wait, MIN_WAIT_SECONDS))
                else:
                    self._slots.wait(timeout=WAIT_LOG_INTERVAL_SECONDS)
            self._free -= 1
            for name in names:
                self.buckets[name].count_call(time.monotonic())

    def release(self) -> None:
        """Release a slot."""
        with self._lock:
            self._free += 1
            self._slots.notify()

    def update(self, names: Iterable[str], headers: Mapping[str, str], sent: float | None = None) -> None:
        """Update from a response of any status; without headers, from a call without a response.

        Args:
            names: the buckets of the call.
            headers: the response's headers.
            sent: when the call was sent, in monotonic seconds.
        """
        with self._lock:
            for name in names:
                reading = read_headers(headers, name)
                self.buckets[name].update(reading, time.monotonic(), sent)
                self._learn_pace(reading, self.buckets[name].window)
            self._limits_changed.notify_all()

    def on_rate_limited(self, names: Sequence[str], headers: Mapping[str, str], seconds: float) -> None:
        """Close the buckets that are empty by a 429's headers; if none is, all of the call's buckets.

        Args:
            names: the buckets of the call.
            headers: the response's headers.
            seconds: the time to wait, from the response.
        """
        with self._lock:
            empty = [name for name in names if read_headers(headers, name).remaining == 0]
            for name in empty or names:
                self.buckets[name].on_rate_limited(seconds, time.monotonic())

    def _learn_pace(self, reading: RateLimitReading, window: float) -> None:
        """The longest remaining time seen so far, divided by the documented window."""
        pace = (reading.resets or 0) / window
        if pace > self._pace:
            self._pace = pace
            for bucket in self.buckets.values():
                bucket.pace = min(1.0, pace)

    def _closed_for(self, names: Sequence[str]) -> float:
        """Seconds until the slowest bucket opens; 0 if all are open."""
        now = time.monotonic()
        return max((0.0, *(self.buckets[name].wait(now) for name in names)))

    def _log_wait(self, names: Sequence[str], wait: float, waited: float, logged_at: float) -> float:
        """Log the limit being waited for: at once if the wait is long, then once a minute."""
        if wait < LOGGED_WAIT_SECONDS or (logged_at and waited - logged_at < WAIT_LOG_INTERVAL_SECONDS):
            return logged_at
        now = time.monotonic()
        slow = [name for name in names if self.buckets[name].wait(now) > 0]
        if not slow:
            return logged_at
        logger.info("Waiting %.0f s for Zendesk's limit %s", wait, ", ".join(slow))
        return max(waited, MIN_WAIT_SECONDS)
