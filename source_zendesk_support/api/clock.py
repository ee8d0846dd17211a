"""The account's clock, learnt from Date headers: this machine's clock may be minutes off, and so may one answer's."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from statistics import median_low

from source_zendesk_support.times import ZENDESK_FOUNDED_SECONDS, http_date

MAX_OFFSETS = 9
"""The last answers, whose median is the account's clock."""
CLOCK_TOLERANCE_SECONDS = 300
"""Clocks that differ by no more than this agree."""
PLAUSIBLE_LAG_SECONDS = 86_400
"""An answer may be so much behind the others' clock and still be believed about itself; early is the safe side."""
MAX_AGE_SECONDS = 366 * 86_400
MAX_AGE_DIGITS = 10
"""RFC 9111: a larger Age than 2^31 means no more than that."""


class ServerClock:
    """Server time, as far as answers have told it; local time until the first answer.

    A Date header is cut to whole seconds and written before the answer arrives, so every estimate made from it is
    early by up to a round trip and a second. Early is the safe side: bookmarks may only lag.

    No header is believed alone. The last answers vote, and this machine's clock is one more vote; the lower median
    wins. So one odd answer moves nothing, and a machine whose clock is wrong is outvoted by the second answer.
    """

    def __init__(self) -> None:
        self._offsets: deque[float] = deque(maxlen=MAX_OFFSETS)
        self._offset = 0.0
        self._lock = threading.Lock()

    @property
    def known(self) -> bool:
        """Whether any answer has told the time yet."""
        return bool(self._offsets)

    @property
    def confirmed(self) -> bool:
        """Whether two clocks agree on it: those of two answers, or of an answer and this machine."""
        with self._lock:
            return self._is_confirmed()

    def update(self, headers: Mapping[str, str], sent: float, received: float) -> int:
        """Learn from an answer.

        Args:
            headers: the answer's headers, by any case.
            sent: local epoch seconds at which it was asked for.
            received: local epoch seconds at which it arrived.

        Returns:
            Server time at which it was asked for, never late: by its own Date (not all of Zendesk's machines agree),
            but not after the time that the answers agree on. What a cache kept is as old as it says (Age).
        """
        age = _age(headers)
        told = _date(headers)
        if told is None:
            return self.at(sent) - age
        own = told + age - received
        with self._lock:
            self._offsets.append(own)
            self._offset = self._agreed()
            behind = self._offset - PLAUSIBLE_LAG_SECONDS <= own < self._offset
            return int(sent + (own if behind else self._offset)) - age

    def at(self, local: float) -> int:
        """Server time in epoch seconds at a local time in epoch seconds."""
        return int(local + self._offset)

    def now(self) -> int:
        """Server time now, in epoch seconds; where it is in doubt, the earlier one."""
        return self.at(time.time())

    def latest_at(self, local: float) -> int:
        """The latest that server time can have been: the same once it is confirmed, else by the clock that is ahead."""
        with self._lock:
            confirmed = self._is_confirmed()
            return int(local + (self._offset if confirmed else max(0.0, *self._offsets, self._offset)))

    def latest(self) -> int:
        """The latest that server time can be now."""
        return self.latest_at(time.time())

    def contradicts(self, moment: int) -> bool:
        """Whether this lies in the future of all that answers have told."""
        with self._lock:
            if not self._offsets:
                return False
            ahead = self._offset if self._is_confirmed() else max(self._offsets)
        return moment > time.time() + ahead + CLOCK_TOLERANCE_SECONDS

    def _agreed(self) -> float:
        """The lower median of all votes, or the answer's that is just below it: answers are early, and safe."""
        middle = median_low([0.0, *self._offsets])
        return max((own for own in self._offsets if 0 <= middle - own <= CLOCK_TOLERANCE_SECONDS), default=middle)

    def _is_confirmed(self) -> bool:
        votes = (0.0, *self._offsets)
        agreeing = sum(abs(own - self._offset) <= CLOCK_TOLERANCE_SECONDS for own in votes)
        return len(votes) > 1 and agreeing > 1


def _date(headers: Mapping[str, str]) -> int | None:
    """What the Date header says; None if that cannot be: there is no Zendesk before 2007."""
    try:
        told = http_date(headers.get("Date", ""))
    except ValueError:
        return None
    return told if told >= ZENDESK_FOUNDED_SECONDS else None


def _age(headers: Mapping[str, str]) -> int:
    """Seconds that a cache has kept the answer since its Date; 0 where none has, or where the header makes no sense."""
    age = headers.get("Age", "").strip()
    seconds = int(age) if age.isascii() and age.isdecimal() and len(age) <= MAX_AGE_DIGITS else 0
    return min(seconds, MAX_AGE_SECONDS)
