"""Converts all of Zendesk's time notations to whole epoch seconds (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MIN_EPOCH_MILLISECONDS = 100_000_000_000
"""Larger numbers are milliseconds: as seconds they would be after the year 5000."""

YEAR_1_SECONDS = -62_135_596_800
YEAR_10000_MILLISECONDS = 253_402_300_800_000
"""As seconds and as milliseconds, numbers beyond these are not times."""
MIN_EPOCH_MICROSECONDS = 1_167_609_600_000_000
MAX_EPOCH_MICROSECONDS = YEAR_10000_MILLISECONDS * 1000 - 1
"""Numbers between these, of the years 2007 to 9999, are microseconds."""
YEAR_9999_LAST_SECOND = YEAR_10000_MILLISECONDS // 1000 - 1
"""9999-12-31T23:59:59Z, the last second with a four-digit year."""

MAX_DATE_CHARACTERS = 100

ZENDESK_FOUNDED_SECONDS = 1_167_609_600
"""2007-01-01T00:00:00Z. No account has older data, so an older bookmark means "from the beginning"."""


def epoch(value: object) -> int:
    """Convert any notation that Zendesk or an older state uses.

    Args:
        value: epoch seconds, milliseconds or microseconds (number or string), or an ISO 8601 date or date-time; without
            an offset it is taken as UTC.

    Returns:
        Whole epoch seconds, rounded down.

    Raises:
        ValueError: the value is none of these.
    """
    if isinstance(value, bool) or value is None:
        raise ValueError(f"not a time: {value!r}")
    if isinstance(value, int | float):
        return _from_number(value)
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        return _from_iso(text)
    return _from_number(number)


def moment(value: object) -> int | None:
    """The result of ``epoch``, or None if the value is not a time."""
    try:
        return epoch(value)
    except ValueError:
        return None


def iso(seconds: int) -> str:
    """Epoch seconds as ``2026-11-21T10:11:12Z``, clamped to the years 1 to 9999."""
    return (
        datetime.fromtimestamp(min(max(seconds, YEAR_1_SECONDS), YEAR_9999_LAST_SECOND), tz=UTC)
        .isoformat()
        .removesuffix("+00:00")
        + "Z"
    )


def http_date(value: str) -> int:
    """Epoch seconds of an HTTP ``Date`` or ``Retry-After`` header (RFC 9110).

    Raises:
        ValueError: the header is not an HTTP date.
    """
    try:
        moment = parsedate_to_datetime(value[:MAX_DATE_CHARACTERS])
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (TypeError, LookupError, ArithmeticError, AttributeError, OSError) as error:
        raise ValueError("not an HTTP date") from error


def _from_number(number: float) -> int:
    if MIN_EPOCH_MICROSECONDS <= number <= MAX_EPOCH_MICROSECONDS:
        return int(number // 1_000_000)
    if not YEAR_1_SECONDS <= number < YEAR_10000_MILLISECONDS:
        raise ValueError(f"not a time: {str(number)[:50]}")
    if number < MIN_EPOCH_MILLISECONDS:
        return int(number // 1)
    if number < ZENDESK_FOUNDED_SECONDS * 1000:
        raise ValueError(f"not a time: as milliseconds {number} lies before 2007, as seconds beyond the year 5000")
    return int(number // 1000)


def _from_iso(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() // 1)
