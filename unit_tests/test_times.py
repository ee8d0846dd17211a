from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.times import epoch, http_date, iso

EPOCHS = [1719900000, "1719900000", " 1719900000 ", "1719900000.9", 1719900000.9, 1719900000123, "1719900000123"]
TEXTS = ["06:00:00Z", "06:00:00.999Z", "08:00:00+02:00", "06:00:00+0000", "06:00:00"]
OTHERS = [
    (1719900000123456, 1719900000),
    ("1719900000123456", 1719900000),
    ("2024-07-02 06:00:00", 1719900000),
    ("2024-07-02", 1719878400),
    (0, 0),
    (-1, -1),
]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *((value, 1719900000) for value in [*EPOCHS, *(f"2024-07-02T{text}" for text in TEXTS)]),
        *OTHERS,
        ("1969-12-31T23:59:58.500Z", -2),
    ],
)
def test_every_notation_becomes_whole_seconds(value: Any, seconds: int) -> None:
    assert epoch(value) == seconds


@pytest.mark.parametrize(
    "value",
    [None, True, False, "", "yesterday", "nan", "inf", float("nan"), float("inf"), 10**400, 1e300, "1e300", [], {}],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"not a time|Invalid isoformat"):
        epoch(value)


@given(value=st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()))
def test_anything_is_a_time_that_can_be_written_or_a_value_error(value: Any) -> None:
    try:
        moment = epoch(value)
    except ValueError:
        return
    if moment > 0:
        assert iso(moment).endswith("Z")


@given(seconds=st.integers(0, 99_999_999_999))
def test_time_survives_being_written(seconds: int) -> None:
    assert epoch(iso(seconds)) == seconds


def test_iso_is_as_zendesk_writes_it() -> None:
    assert iso(1719900000) == "2024-07-02T06:00:00Z"


def test_http_date_is_read() -> None:
    assert http_date("Mon, 10 Jun 2024 12:00:00 GMT") == 1718020800


@pytest.mark.parametrize("value", ["", "soon", "Mon, 99 Jun 2024 12:00:00 GMT", "1718020800"])
def test_what_is_no_http_date_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"not an HTTP date|day|Invalid date"):
        http_date(value)
