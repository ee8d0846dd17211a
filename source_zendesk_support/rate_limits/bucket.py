"""One rate limit and its current window, as announced by responses.

Limits: https://developer.zendesk.com/api-reference/introduction/rate-limits/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from source_zendesk_support.rate_limits.header_numbers import MAX_HEADER_CHARACTERS, header_number

MAX_WAIT_SECONDS = 600.0
"""No documented window is longer; after a longer one in a header, the limit is checked again after this time."""
NEW_WINDOW_SECONDS = 1.0
"""``resets`` is in whole seconds, so an end that moves by less than this belongs to the same window."""
SLACK_STEP_SECONDS = 0.5
NETWORK_DELAY_SECONDS = 0.25
"""Seconds."""
ACCOUNT_WIDE_LIMITS = frozenset({"account", "help-center", "chat"})
"""Limits without a named header use the generic headers, because no path counts toward two of them."""
_NAMED = re.compile(r"(total|remaining|resets)\s*=\s*([^;,\s]+)")


@dataclass
class RateLimitReading:
    """One response's information about a bucket: calls per window, calls left, seconds until the window ends."""

    total: float | None = None
    remaining: float | None = None
    resets: float | None = None


class Bucket:
    """One rate limit. Not thread-safe: the budget's lock guards it. All times are seconds on one monotonic clock.

    Until the first response it allows the documented number of calls. Then headers decide. If an API sends none (Chat
    and Talk may not), calls are not limited until a 429 shows that there is a limit and how long its window is.

    Args:
        name: the limit's name in Zendesk's headers, or our own if it has none.
        burst: the documented number of calls per window.
        window: the documented length of the window, in seconds.
        share: share of the limit (0 to 1) that this connector may use.

    Attributes:
        announced: calls per window according to the headers; None if there were none.
        pace: real window length divided by the documented one, according to other buckets' headers; used only if a
            bucket's own headers never say when its window ends, as for the Help Center.
    """

    def __init__(self, name: str, burst: int, window: float, share: float) -> None:
        self.name = name
        self.total = float(burst)
        self.announced: float | None = None
        self.window = window
        self.pace = 1.0
        self._share = share
        self._announced_left = float(burst)
        self._calls_made = self._in_flight = 0
        self._began: float | None = None
        self._resets_at: float | None = None
        self._blocked_until = self._refilled_at = 0.0
        self._limited = True
        self._has_response = False
        self._slack = 0.0

    @property
    def left(self) -> int:
        """Calls that may still be made in this window."""
        kept_back = min(self.total * (1 - self._share), self.total - 1)
        return max(0, int(min(self._announced_left, self.total - self._calls_made) - kept_back))

    def wait(self, now: float) -> float:
        """Seconds until a call may be made; 0 if now."""
        if now < self._blocked_until:
            return self._blocked_until - now
        if self._resets_at is not None and now >= self._resets_at:
            self._announced_left, self._calls_made, self._began, self._resets_at = self.total, 0, None, None
            self._refilled_at = now
        if self.left > 0 or not self._limited:
            return 0.0
        return MAX_WAIT_SECONDS if self._resets_at is None else self._resets_at - now

    def count_call(self, now: float) -> None:
        """Count a call that is about to be made."""
        self._began = now if self._began is None else self._began
        self._announced_left -= 1
        self._calls_made += 1
        self._in_flight += 1
        if self._has_response and self._limited and self._resets_at is None:
            self._resets_at = self._estimated_end(now)

    def update(self, reading: RateLimitReading, now: float, sent: float | None = None) -> None:
        """Update from a response, or from a call without one (an empty reading).

        Args:
            reading: the response's information.
            now: when the response arrived.
            sent: when the call was sent; the reading was true at some time between the two.
        """
        sent = now if sent is None else sent
        self._in_flight -= 1
        if sent < self._refilled_at:
            return
        if reading.remaining is None:
            self._limited = self._limited and self._has_response
            self._has_response = True
            return
        self._limited = self._has_response = True
        self.announced = reading.total or self.announced
        self.total = self.announced or self.total
        self._move_window(reading, now, sent)

    def on_rate_limited(self, seconds: float, now: float) -> None:
        """After a 429, no call is made before the time the server named, and the window is at least that long."""
        surprised = self._has_response and self._limited and self.left > 0
        self._slack = min(self._slack + SLACK_STEP_SECONDS, NEW_WINDOW_SECONDS) if surprised else self._slack
        seconds = min(seconds, MAX_WAIT_SECONDS)
        if not self._limited:
            began = now if self._began is None else self._began
            self.window = (max(1.0, now - began) + seconds) / self.pace
            self._limited = True
        self._blocked_until = max(self._blocked_until, now + seconds)
        self._resets_at = self._blocked_until

    def _move_window(self, reading: RateLimitReading, now: float, sent: float) -> None:
        """A later end is a new window; within one window, the lower remaining count and the earlier end count."""
        remaining = reading.remaining or 0.0
        ends = self._end(reading, now)
        if self._resets_at is not None and ends - (now - sent) > self._resets_at + NEW_WINDOW_SECONDS:
            self._calls_made, self._announced_left, self._resets_at = self._in_flight, remaining, ends
        elif self._resets_at is None:
            self._announced_left, self._resets_at = remaining, ends
        else:
            self._announced_left, self._resets_at = min(self._announced_left, remaining), min(self._resets_at, ends)

    def _end(self, reading: RateLimitReading, now: float) -> float:
        if reading.resets is not None:
            return now + min(reading.resets, MAX_WAIT_SECONDS) + self._slack
        return self._resets_at if self._resets_at is not None else self._estimated_end(now)

    def _estimated_end(self, now: float) -> float:
        """Used if headers do not say. The server counts from the call's arrival, slightly later than here."""
        return (now if self._began is None else self._began) + self.window * self.pace + NETWORK_DELAY_SECONDS


def read_headers(headers: Mapping[str, str], name: str) -> RateLimitReading:
    """A response's header values for a bucket.

    Named limits have their own header, ``zendesk-ratelimit-<name>: total=10; remaining=9; resets=41`` (seconds);
    product-wide limits share ``ratelimit-*`` and ``X-Rate-Limit*``.
    """
    named = headers.get(f"zendesk-ratelimit-{name}")
    if named:
        found = {key: header_number(value) for key, value in _NAMED.findall(named[:MAX_HEADER_CHARACTERS])}
        return RateLimitReading(found.get("total"), found.get("remaining"), found.get("resets"))
    if name not in ACCOUNT_WIDE_LIMITS:
        return RateLimitReading()
    return RateLimitReading(
        total=_first(headers, "ratelimit-limit", "X-Rate-Limit"),
        remaining=_first(headers, "ratelimit-remaining", "X-Rate-Limit-Remaining"),
        resets=header_number(headers.get("ratelimit-reset"), max),
    )


def _first(headers: Mapping[str, str], *names: str) -> float | None:
    numbers = (header_number(headers.get(name)) for name in names)
    return next((number for number in numbers if number is not None), None)
