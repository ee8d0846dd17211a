"""The account's clock, from Date headers: this machine's clock, or a single response's, may be minutes off."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from statistics import median_low

from source_zendesk_support.times import ZENDESK_FOUNDED_SECONDS, http_date

MAX_OFFSETS = 9
"""Number of recent responses whose median is the account's clock."""
CLOCK_ERROR_SECONDS = 2
"""Most that an estimate is early: a round trip and a second."""
CLOCK_TOLERANCE_SECONDS = 300
"""Clocks that differ by no more than this agree."""
PLAUSIBLE_LAG_SECONDS = 86_400
"""A response this far behind the others' clock still dates itself; an early time is safe."""
MAX_AGE_SECONDS = 366 * 86_400
MAX_AGE_DIGITS = 10
"""RFC 9111: a larger Age than 2^31 means no more than that."""


class ServerClock:
    """Server time, estimated from responses; local time until the first response.

    A Date header has whole seconds and is written before the response arrives. So every estimate is early by up to a
    round trip and a second, which is safe: bookmarks may only lag.

    No single header is trusted. The last responses vote, and this machine's clock is one more vote; the lower median
    wins. So one odd response changes nothing, and a wrong machine clock is outvoted by the second response.
    """

    def __init__(self) -> None:
        self._offsets: deque[float] = deque(maxlen=MAX_OFFSETS)
        self._offset = 0.0
        self._lock = threading.Lock()

    @property
    def known(self) -> bool:
        """Whether any response had a valid Date header."""
        return bool(self._offsets)

    @property
    def confirmed(self) -> bool:
        """Whether two clocks agree: those of two responses, or of a response and this machine."""
        with self._lock:
            return self._is_confirmed()

    def update(self, headers: Mapping[str, str], sent: float, received: float) -> int:
        """Update from a response.

        Args:
            headers: the response's headers, in any case.
            sent: local epoch seconds of the request.
            received: local epoch seconds of the response.

        Returns:
            Server time of the request, never late: by its own Date (not all of Zendesk's machines agree), but not after
                the time that the responses agree on. A cached response is as old as its Age says.
        """
        age = _age(headers)
        server_time = _date(headers)
        if server_time is None:
            return self.at(sent) - age
        own = server_time + age - received
        with self._lock:
            self._offsets.append(own)
            self._offset = self._agreed()
            behind = self._offset - PLAUSIBLE_LAG_SECONDS <= own < self._offset
            return int(sent + (own if behind else self._offset)) - age

    def at(self, local: float) -> int:
        """Server time in epoch seconds at a local time in epoch seconds."""
        return int(local + self._offset)

    def now(self) -> int:
        """Server time now, in epoch seconds; if in doubt, the earlier one."""
        return self.at(time.time())

    def latest_at(self, local: float) -> int:
        """Latest possible server time: the estimate if it is confirmed, otherwise by the clock that is ahead."""
        with self._lock:
            confirmed = self._is_confirmed()
            return int(local + (self._offset if confirmed else max(0.0, *self._offsets, self._offset)))

    def latest(self) -> int:
        """Latest possible server time now."""
        return self.latest_at(time.time())

    def contradicts(self, moment: int) -> bool:
        """Whether this is in the future by all responses so far."""
        with self._lock:
            if not self._offsets:
                return False
            ahead = self._offset if self._is_confirmed() else max(self._offsets)
        return moment > time.time() + ahead + CLOCK_TOLERANCE_SECONDS

    def _agreed(self) -> float:
        """The lower median of all votes, or the response just below it: responses are early, which is safe."""
        middle = median_low([0.0, *self._offsets])
        return max((own for own in self._offsets if 0 <= middle - own <= CLOCK_TOLERANCE_SECONDS), default=middle)

    def _is_confirmed(self) -> bool:
        votes = (0.0, *self._offsets)
        agreeing = sum(abs(own - self._offset) <= CLOCK_TOLERANCE_SECONDS for own in votes)
        return len(votes) > 1 and agreeing > 1


def _date(headers: Mapping[str, str]) -> int | None:
    """The Date header's time; None if it is before 2007, when Zendesk did not exist."""
    try:
        server_time = http_date(headers.get("Date", ""))
    except ValueError:
        return None
    return server_time if server_time >= ZENDESK_FOUNDED_SECONDS else None


def _age(headers: Mapping[str, str]) -> int:
    """Seconds that a cache has kept the response since its Date; 0 if the header is missing or invalid."""
    age = headers.get("Age", "").strip()
    seconds = int(age) if age.isascii() and age.isdecimal() and len(age) <= MAX_AGE_DIGITS else 0
    return min(seconds, MAX_AGE_SECONDS)
