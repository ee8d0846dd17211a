"""Rate limits: fixed windows per documented bucket (docs/zendesk-api.md#rate-limits).

Limits are off at first: every bucket then has a million calls, and the headers say so. When they are on, `speed`
divides the length of every window; all headers speak of real seconds, as a client on a fast clock needs them.
"""

import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from .responses import HTML, ApiResponse

UNLIMITED = 1_000_000


@dataclass(frozen=True)
class LimitRule:
    """So many calls in so many seconds; `header` is the name in its header, if it has one."""

    total: int
    seconds: int = 60
    header: str = ""


_BUCKETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("chat/", ("chat",)),
    ("help_center/incremental/", ("help-center", "incremental-exports")),
    ("(?:help_center|community)/", ("help-center",)),
    ("(?:guide|gather)/", ("account", "help-center")),
    ("channels/voice/stats/incremental/", ("account", "talk", "talk-incremental")),
    ("channels/voice/", ("account", "talk")),
    ("incremental/users/cursor", ("account", "incremental-exports-cursor")),
    ("incremental/custom_objects/", ("account", "incremental-custom-objects")),
    ("incremental/", ("account", "incremental-exports")),
    ("ticket_fields", ("account", "ticket-fields-index")),
    ("deleted_tickets", ("account", "deleted-tickets")),
    ("search/export", ("account", "search-export")),
    ("tickets$", ("account", "tickets-index")),
    ("tickets/side_conversations/events", ("account", "side-conversation-events")),
    ("tickets/[^/]+/conversation_log", ("account", "omnilog-index")),
    ("", ("account",)),
)
"""With which buckets a path begins; the first that fits."""


@cache
def buckets_of(path: str) -> tuple[str, ...]:
    """The buckets that a call of this path, below `/api/v2/`, draws on."""
    return next(buckets for start, buckets in _BUCKETS if re.match(start, path))


RULES: Mapping[str, LimitRule] = {
    "account": LimitRule(700),
    "help-center": LimitRule(700),
    "incremental-exports": LimitRule(10, header="incremental-exports"),
    "incremental-exports-cursor": LimitRule(20, header="incremental-exports-cursor"),
    "incremental-custom-objects": LimitRule(10),
    "ticket-fields-index": LimitRule(300, header="ticket-fields-index"),
    "deleted-tickets": LimitRule(10),
    "search-export": LimitRule(100),
    "tickets-index": LimitRule(20_000, header="tickets-index"),
    "omnilog-index": LimitRule(100, header="omnilog-index"),
    "side-conversation-events": LimitRule(600, 600),
    "talk": LimitRule(15_000, 300),
    "talk-incremental": LimitRule(10),
    "chat": LimitRule(200),
}


@dataclass
class LimitWindow:
    """How many calls a bucket has seen in its present window, which ends at `ends` (monotonic seconds)."""

    ends: float
    used: int = 0


@dataclass
class RateLimits:
    """All buckets of the account; `body` chooses what a 429 looks like: "json", "text" or "html"."""

    enabled: bool = False
    speed: float = 1.0
    totals: dict[str, int] = field(default_factory=dict)
    body: str = "text"
    headers: bool = True
    windows: dict[str, LimitWindow] = field(default_factory=dict)

    def total(self, bucket: str) -> int:
        """The calls that a window of this bucket holds."""
        if not self.enabled:
            return UNLIMITED
        if bucket in self.totals:
            return self.totals[bucket]
        return RULES[bucket].total

    def draw(self, buckets: Iterable[str]) -> tuple[str | None, dict[str, str]]:
        """Counts a call on the buckets; gives the first one over its limit, if any, and the headers of the answer."""
        now, longest = time.monotonic(), 0
        over: str | None = None
        headers: dict[str, str] = {}
        for bucket in buckets:
            window = self._window(bucket, now)
            window.used += 1
            total, rest = self.total(bucket), math.ceil(window.ends - now)
            headers |= _headers(bucket, total, max(0, total - window.used), rest) if self.headers else {}
            if window.used > total:
                over, longest = over or bucket, max(longest, rest)
                headers["Retry-After"] = str(longest)
        return over, headers

    def _window(self, bucket: str, now: float) -> LimitWindow:
        window = self.windows.get(bucket)
        if window is None or now >= window.ends:
            window = self.windows[bucket] = LimitWindow(now + RULES[bucket].seconds / self.speed)
        return window

    def refused(self) -> ApiResponse:
        """The body of a 429."""
        if self.body == "json":
            return ApiResponse(
                429, rest={"error": "APIRateLimitExceeded", "description": "Number of allowed API requests exceeded"}
            )
        if self.body == "html":
            return ApiResponse(429, raw=b"<html><body>Too many requests</body></html>", content_type=HTML)
        raw = b"Number of allowed API requests exceeded"
        return ApiResponse(429, raw=raw, content_type="text/plain; charset=utf-8")


def _headers(bucket: str, total: int, remaining: int, resets: int) -> dict[str, str]:
    if bucket in ("account", "help-center"):
        headers = {"X-Rate-Limit": str(total), "X-Rate-Limit-Remaining": str(remaining)}
        if bucket == "account":
            headers |= {
                "ratelimit-limit": str(total),
                "ratelimit-remaining": str(remaining),
                "ratelimit-reset": str(resets),
            }
        return headers
    name = RULES[bucket].header
    return {f"zendesk-ratelimit-{name}": f"total={total}; remaining={remaining}; resets={resets}"} if name else {}
