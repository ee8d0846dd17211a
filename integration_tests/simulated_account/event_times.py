"""Where in time things happen: fourteen months, more each month, quiet at night and at the weekend."""

from bisect import bisect_left
from itertools import accumulate
from random import Random

from .account_data import AccountData
from .timestamps import DAY, HOUR, MINUTE

SPAN = 425 * DAY
QUIET = 10 * MINUTE
"""Nothing that is made at the start is younger than this, so that no export withholds it."""

_WEEKDAY = (1.1, 1.15, 1.05, 1.0, 0.9, 0.35, 0.3)
_HOURS = tuple(accumulate((1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 9, 10, 11, 11, 10, 8, 6, 5, 4, 3, 2, 1)))


def event_times(rng: Random, count: int, now: int, span: int = SPAN) -> list[int]:
    """So many rising Unix seconds between `now - span` and `now - QUIET`."""
    if count <= 0:
        return []
    first = now - span
    days = span // DAY
    busy = list(accumulate(_weight(first + n * DAY, n / days) for n in range(days)))
    return sorted(_event_time(rng, first, busy, (n + rng.random()) / count, now) for n in range(count))


def _weight(seconds: int, progress: float) -> float:
    weekday = (seconds // DAY + 3) % 7
    return _WEEKDAY[weekday] * (0.7 + 0.6 * progress)


def _event_time(rng: Random, first: int, busy: list[float], share: float, now: int) -> int:
    which = min(bisect_left(busy, share * busy[-1]), len(busy) - 1)
    midnight = (first + which * DAY) // DAY * DAY
    hour = bisect_left(_HOURS, rng.random() * _HOURS[-1])
    at = midnight + hour * HOUR + rng.randrange(HOUR)
    return at if first <= at <= now - QUIET else now - QUIET - rng.randrange(DAY)


def change_time(account: AccountData, rng: Random, at: int) -> int:
    """When something made at that second was last changed: often never."""
    return rng.randint(at, max(at, account.made_at - QUIET)) if rng.random() < 0.6 else at
