"""Times: Unix seconds inside the package, ISO 8601 text in the records (docs/zendesk-api.md#hosts-and-formats (3))."""

import time
from datetime import UTC, datetime
from functools import lru_cache

MINUTE = 60
HOUR = 3600
DAY = 86400


@lru_cache(maxsize=65536)
def iso(seconds: int) -> str:
    """Unix seconds to `2026-11-01T00:00:00Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def iso_millis(seconds: float) -> str:
    """Unix seconds to `2026-11-01T00:00:00.000Z`, the form of side conversations."""
    return iso(int(seconds))[:-1] + f".{int(seconds * 1000) % 1000:03d}Z"


def day(seconds: int) -> str:
    """Unix seconds to `2026-11-01`."""
    return iso(seconds)[:10]


def epoch(value: object) -> int:
    """Unix seconds of an ISO text, or of a number; 0 for anything else. Fractions of a second are dropped."""
    if isinstance(value, bool) or value is None:
        return 0
    if isinstance(value, (int, float)):
        return int(value)
    try:
        return _parsed(str(value))
    except ValueError:
        return 0


@lru_cache(maxsize=65536)
def _parsed(text: str) -> int:
    if text.isdigit():
        return int(text)
    moment = datetime.fromisoformat(text.replace(" +0000", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
