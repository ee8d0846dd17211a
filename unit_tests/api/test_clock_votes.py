"""The server's clock is what several answers agree on: no single header moves it, and a wrong machine is outvoted."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.clock import ServerClock
from unit_tests.account import NOW
from unit_tests.clocks import FakeTime

YEAR = 365 * 86_400


def tell(clock: ServerClock, local: float, *offsets: int, **headers: str) -> int:
    """Answers whose Date is so many seconds off; what the last one returned."""
    requested = 0
    for offset in offsets:
        requested = clock.update({"Date": formatdate(local + offset, usegmt=True), **headers}, local, local)
    return requested


@pytest.mark.parametrize("odd", [50 * YEAR, 2 * YEAR, 86_400, 1_200, 400])
@pytest.mark.parametrize("before", [0, 1, 2, 5])
def test_one_date_ahead_never_moves_the_clock_forward(odd: int, before: int, local_time: FakeTime) -> None:
    clock = ServerClock()
    tell(clock, NOW, *[0] * before)
    assert tell(clock, NOW, odd) == NOW
    assert clock.now() == NOW
    assert tell(clock, NOW, 0) == NOW


@pytest.mark.parametrize("odd", [-10 * YEAR, -2 * 86_400])
@pytest.mark.parametrize("before", [1, 2, 5])
def test_one_date_far_behind_is_not_believed_even_about_itself(odd: int, before: int, local_time: FakeTime) -> None:
    clock = ServerClock()
    tell(clock, NOW, *[0] * before)
    assert tell(clock, NOW, odd) == NOW
    assert clock.now() == NOW


def test_an_answer_a_little_behind_the_others_is_believed_about_itself_only(local_time: FakeTime) -> None:
    clock = ServerClock()
    tell(clock, NOW, 0, 0)
    assert tell(clock, NOW, -1200) == NOW - 1200
    assert clock.now() == NOW


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 31 Dec 2006 23:59:59 GMT", "0", "never"])
def test_date_from_before_zendesk_is_ignored(date: str, local_time: FakeTime) -> None:
    clock = ServerClock()
    assert clock.update({"Date": date}, NOW, NOW) == NOW
    assert (clock.known, clock.now()) == (False, NOW)


@pytest.mark.parametrize("offset", [-20 * 86_400, -7200, 7200, 20 * 86_400])
def test_machine_whose_clock_is_wrong_is_outvoted_by_the_second_answer(offset: int, local_time: FakeTime) -> None:
    clock = ServerClock()
    assert tell(clock, NOW, offset) == NOW + min(offset, 0)
    assert (clock.confirmed, clock.latest_at(NOW)) == (False, NOW + max(offset, 0))
    assert tell(clock, NOW, offset) == NOW + offset
    assert (clock.confirmed, clock.now(), clock.latest()) == (True, NOW + offset, NOW + offset)


def test_age_of_a_cached_answer_counts_for_the_clock_and_against_the_page(local_time: FakeTime) -> None:
    clock = ServerClock()
    assert tell(clock, NOW, -600, Age="600") == NOW - 600
    assert clock.now() == NOW


@pytest.mark.parametrize("age", ["-5", "ten", "1e9", "", "9" * 5000, "٣"])
def test_age_that_makes_no_sense_is_ignored(age: str, local_time: FakeTime) -> None:
    clock = ServerClock()
    assert tell(clock, NOW, 0, Age=age) == NOW


@given(
    offset=st.integers(-YEAR, YEAR),
    odd=st.lists(st.integers(-17 * YEAR, 100 * YEAR), max_size=3),
    right=st.integers(5, 6),
    data=st.data(),
)
def test_a_minority_of_odd_answers_never_moves_what_the_others_agree_on(
    offset: int, odd: list[int], right: int, data: st.DataObject
) -> None:
    """In any order, wherever this machine's own clock stands."""
    clock = ServerClock()
    offsets = data.draw(st.permutations([offset] * right + odd))
    tell(clock, NOW, *offsets)
    assert clock.at(NOW) == NOW + offset
    assert tell(clock, NOW, offset) == NOW + offset
