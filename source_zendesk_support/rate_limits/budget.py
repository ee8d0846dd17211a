"""Who may call when: all limits of the account, and the slots in which pages are held.

The CDK's own budget reads ``ratelimit-reset`` as an epoch (Zendesk sends seconds to go), cannot read
``zendesk-ratelimit-<name>: total=10; remaining=9; resets=41``, takes the first matching limit only (a call draws on
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
    """One for the whole process; thread-safe.

    Args:
        limits: the manifest's ``api_budget``: the documented limits and the paths that draw on each.
        slots: how many pages may be in hand at once (``num_workers``).
        share: the part of every limit (0 to 1) that may be used (``max_quota_percent``).
    """

    def __init__(self, limits: HTTPAPIBudget, slots: int, share: float = 1.0) -> None:
        self.buckets: dict[str, Bucket] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        for policy in cast("list[MovingWindowCallRatePolicy]", limits.policies):
            name, rate = str(getattr(policy, "bucket")), policy.rates[0]  # noqa: B009  a word of ours beside the CDK's
            window = isodate.parse_duration(rate.interval).total_seconds()
            self.buckets[name] = Bucket(name, int(rate.limit), window, share)
            self._patterns += [(re.compile(str(matcher.url_path_pattern)), name) for matcher in policy.matchers]
        self._free = slots
        self._pace = 0.0
        self._lock = threading.Lock()
        self._limits_changed = threading.Condition(self._lock)
        self._slots = threading.Condition(self._lock)

    def buckets_of(self, path: str) -> list[str]:
        """The names of all limits that a call of this path (``/api/v2/…``) draws on."""
        return [name for pattern, name in self._patterns if pattern.search(path)]

    def left(self, names: Iterable[str]) -> dict[str, int]:
        """Calls left in each of these buckets."""
        with self._lock:
            return {name: self.buckets[name].left for name in names}

    def announced_limit(self, name: str) -> int | None:
        """Calls in a window as Zendesk's headers have told it; None where they have not."""
        with self._lock:
            announced = self.buckets[name].announced
            return None if announced is None else int(announced)

    def acquire(self, names: Sequence[str]) -> None:
        """Wait until every bucket has a call left and a slot is free, then take all of them.

        Nothing is held while waiting, so a walk that waits for its limit keeps no other from working. A slot wakes one
        of those that wait for it, which hands the call on if its limit has closed meanwhile.
        """
        began, told = time.monotonic(), 0.0
        with self._lock:
            while (wait := self._closed_for(names)) or self._free <= 0:
                if wait:
                    self._slots.notify(min(self._free, 1))
                    told = self._log_wait(names, wait, time.monotonic() - began, told)
                    self._limits_changed.wait(timeout=max(wait, MIN_WAIT_SECONDS))
                else:
                    self._slots.wait(timeout=WAIT_LOG_INTERVAL_SECONDS)
            self._free -= 1
            for name in names:
                self.buckets[name].count_call(time.monotonic())

    def release(self) -> None:
        """Give a slot back."""
        with self._lock:
            self._free += 1
            self._slots.notify()

    def update(self, names: Iterable[str], headers: Mapping[str, str], sent: float | None = None) -> None:
        """Learn from an answer of any status; with no headers, from a call that got no answer.

        Args:
            names: the buckets that the call drew on.
            headers: the answer's headers.
            sent: when the call went out, in monotonic seconds.
        """
        with self._lock:
            for name in names:
                reading = read_headers(headers, name)
                self.buckets[name].update(reading, time.monotonic(), sent)
                self._learn_pace(reading, self.buckets[name].window)
            self._limits_changed.notify_all()

    def on_rate_limited(self, names: Sequence[str], headers: Mapping[str, str], seconds: float) -> None:
        """A 429. It closes the bucket whose headers say that it is empty; all of the call's if none does.

        Args:
            names: the buckets that the call drew on.
            headers: the refusal's headers.
            seconds: how long the server asked to wait.
        """
        with self._lock:
            empty = [name for name in names if read_headers(headers, name).remaining == 0]
            for name in empty or names:
                self.buckets[name].on_rate_limited(seconds, time.monotonic())

    def _learn_pace(self, reading: RateLimitReading, window: float) -> None:
        """The longest time to go that was ever told, over the documented window."""
        pace = (reading.resets or 0) / window
        if pace > self._pace:
            self._pace = pace
            for bucket in self.buckets.values():
                bucket.pace = min(1.0, pace)

    def _closed_for(self, names: Sequence[str]) -> float:
        """Seconds until the slowest bucket opens; 0 if all are open."""
        now = time.monotonic()
        return max((0.0, *(self.buckets[name].wait(now) for name in names)))

    def _log_wait(self, names: Sequence[str], wait: float, waited: float, told: float) -> float:
        """Say which limit is being waited for: at once if the wait is long, then once a minute."""
        if wait < LOGGED_WAIT_SECONDS or (told and waited - told < WAIT_LOG_INTERVAL_SECONDS):
            return told
        now = time.monotonic()
        slow = [name for name in names if self.buckets[name].wait(now) > 0]
        if not slow:
            return told
        logger.info("Waiting %.0f s for Zendesk's limit %s", wait, ", ".join(slow))
        return max(waited, MIN_WAIT_SECONDS)
