"""Whatever is in a header, it is a plain number or it says nothing."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from source_zendesk_support.api.responses import retry_after
from source_zendesk_support.rate_limits.bucket import MAX_WAIT_SECONDS, Bucket, read_headers
from source_zendesk_support.rate_limits.header_numbers import header_number
from source_zendesk_support.times import http_date
from unit_tests.account import DATE

NUMBERS = st.integers() | st.floats() | st.decimals() | st.fractions()
ODD = [
    *("nan", "NaN", "inf", "-inf", "Infinity", "-1", "1e400", "9" * 400, "1_000", "0x10", "٣", "1,2", " 5 "),
    *("", ",", "a"),
]
VALUES = st.sampled_from(ODD) | st.text(max_size=40) | NUMBERS.map(str) | st.lists(NUMBERS.map(str)).map(", ".join)
NAMES = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "X-Rate-Limit", "X-Rate-Limit-Remaining"]
DATES = VALUES | st.sampled_from(
    [
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 10 Jun 0001 12:00:17 +2359",
        "Mon, 10 Jun 2024 12:00:17 -0000",
        "Mon, 99 Jun 2024 99:99:99 GMT",
        "Mon, 10 Jun 99999999999999 12:00:17 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "2024-06-10T12:00:00Z",
    ]
)


@pytest.mark.parametrize(
    ("value", "least", "greatest"),
    [
        ("41", 41, 41),
        ("0.5", 0.5, 0.5),
        (" 7 ", 7, 7),
        ("700, 699", 699, 700),
        ("700, nan, 3", 3, 700),
        ("999999999999", 999_999_999_999, 999_999_999_999),
        ("-1", None, None),
        ("-1, 5", 5, 5),
        *[
            (value, None, None)
            for value in ("nan", "inf", "1e400", "1e3", "9" * 13, "1_000", "0x10", "٣", "", "a", "+5")
        ],
        (None, None, None),
    ],
)
def test_plain_numbers_count(value: str | None, least: float | None, greatest: float | None) -> None:
    assert (header_number(value), header_number(value, max)) == (least, greatest)


@given(value=DATES, date=st.none() | DATES)
@example(value="nan", date=DATE)
@example(value="inf", date=DATE)
def test_retry_after_is_nothing_or_a_time_that_can_be_waited(value: str, date: str | None) -> None:
    wait = retry_after(value, date)
    assert wait is None or (wait >= 0 and math.isfinite(wait))


@given(value=DATES)
def test_date_is_a_second_or_a_value_error(value: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(http_date(value), int)


def test_date_without_a_zone_is_utc() -> None:
    assert http_date("Mon, 10 Jun 2024 12:00:00 -0000") == http_date(DATE)


@given(
    headers=st.dictionaries(st.sampled_from([*NAMES, "zendesk-ratelimit-account"]), VALUES),
    named=st.none() | st.tuples(VALUES, VALUES, VALUES),
    status_429=st.booleans(),
)
def test_bucket_always_opens_again(headers: dict[str, str], named: Any, *, status_429: bool) -> None:
    if named:
        headers["zendesk-ratelimit-account"] = "total={}; remaining={}; resets={}".format(*named)
    bucket = Bucket("account", 100, 60.0, 1.0)
    bucket.count_call(0.0)
    bucket.update(read_headers(headers, "account"), 1.0)
    if status_429:
        bucket.on_rate_limited(retry_after(headers.get("ratelimit-reset")) or 1.0, 1.0)
    assert bucket.announced is None or math.isfinite(bucket.announced)
    assert 0 <= bucket.wait(1.0) <= MAX_WAIT_SECONDS + 61
    assert bucket.wait(2 * MAX_WAIT_SECONDS) == 0.0
    assert bucket.left >= 0
