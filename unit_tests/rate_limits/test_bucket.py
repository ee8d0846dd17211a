import math
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.rate_limits.bucket import Bucket, RateLimitReading, read_headers


def bucket(burst: int = 10, share: float = 1.0) -> Bucket:
    return Bucket("incremental-exports", burst, 60.0, share)


def call(limit: Bucket, now: float, reading: RateLimitReading) -> None:
    limit.count_call(now)
    limit.update(reading, now)


@pytest.mark.parametrize(
    ("headers", "name", "reading"),
    [
        (
            {"zendesk-ratelimit-incremental-exports": "total=10; remaining=9; resets=41"},
            "incremental-exports",
            RateLimitReading(10, 9, 41),
        ),
        (
            {"zendesk-ratelimit-incremental-exports": "remaining=0;resets=1.5"},
            "incremental-exports",
            RateLimitReading(None, 0, 1.5),
        ),
        ({"zendesk-ratelimit-incremental-exports-cursor": "remaining=5"}, "incremental-exports", RateLimitReading()),
        (
            {"ratelimit-limit": "700", "ratelimit-remaining": "699", "ratelimit-reset": "41"},
            "account",
            RateLimitReading(700, 699, 41),
        ),
        ({"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "699"}, "help-center", RateLimitReading(700, 699, None)),
        ({"ratelimit-remaining": "many", "X-Rate-Limit-Remaining": "3"}, "chat", RateLimitReading(None, 3, None)),
        ({"ratelimit-remaining": "3"}, "talk", RateLimitReading()),
        ({}, "account", RateLimitReading()),
    ],
)
def test_headers_of_every_kind_are_read(headers: dict[str, str], name: str, reading: RateLimitReading) -> None:
    assert read_headers(headers, name) == reading


def test_documented_burst_is_granted_before_the_first_answer() -> None:
    limit = bucket(3)
    for _ in range(3):
        assert limit.wait(100.0) == 0
        limit.count_call(100.0)
    assert limit.left == 0
    assert limit.wait(100.0) == 600.0


def test_empty_bucket_opens_when_the_server_said() -> None:
    limit = bucket()
    call(limit, 100.0, RateLimitReading(10, 0, 41))
    assert limit.wait(100.0) == 41.0
    assert limit.wait(140.0) == 1.0
    assert limit.wait(141.0) == 0.0
    assert limit.left == 10


def test_server_may_raise_the_limit() -> None:
    limit = bucket()
    call(limit, 100.0, RateLimitReading(30, 29, 41))
    assert limit.left == 29


def test_calls_of_others_are_counted() -> None:
    limit = bucket()
    call(limit, 100.0, RateLimitReading(10, 3, 41))
    assert limit.left == 3


def test_answers_that_overtake_each_other_never_raise_the_rest() -> None:
    limit = bucket()
    limit.count_call(100.0)
    limit.count_call(100.0)
    limit.update(RateLimitReading(10, 8, 41), 100.1)
    limit.update(RateLimitReading(10, 9, 41), 100.2)
    assert limit.left == 8


def test_late_answer_does_not_look_like_a_new_window() -> None:
    """The second call's answer says that nothing is left; the first one's, two seconds late, must not undo that."""
    limit = bucket()
    limit.count_call(100.0)
    limit.count_call(100.0)
    limit.update(RateLimitReading(10, 0, 60), 100.0)
    limit.update(RateLimitReading(10, 1, 60), 102.0, sent=100.0)
    assert limit.left == 0


def test_later_end_is_a_new_window() -> None:
    limit = bucket()
    call(limit, 100.0, RateLimitReading(10, 0, 1))
    limit.count_call(102.0)
    limit.update(RateLimitReading(10, 9, 60), 102.0)
    assert limit.left == 9
    assert limit.wait(102.0) == 0


def test_part_of_the_limit_is_left_to_others() -> None:
    limit = bucket(10, share=0.3)
    assert limit.left == 3
    call(limit, 100.0, RateLimitReading(10, 9, 41))
    assert limit.left == 2


def test_one_call_is_granted_however_small_the_share() -> None:
    assert bucket(10, share=0.01).left == 1


def test_absurd_reset_is_bounded() -> None:
    limit = bucket()
    call(limit, 100.0, RateLimitReading(10, 0, 1_718_020_800))
    assert limit.wait(100.0) == 600.0


def test_api_without_headers_is_not_held_back() -> None:
    limit = bucket(2)
    for _ in range(50):
        assert limit.wait(100.0) == 0
        call(limit, 100.0, RateLimitReading())


def test_refusal_shows_that_there_is_a_limit() -> None:
    limit = bucket(2)
    call(limit, 100.0, RateLimitReading())
    limit.on_rate_limited(30.0, 100.0)
    assert limit.wait(100.0) == 30.0
    assert limit.wait(130.0) == 0.0


def test_refusal_with_an_absurd_time_is_retried_after_ten_minutes() -> None:
    limit = bucket()
    limit.on_rate_limited(1e9, 100.0)
    assert limit.wait(100.0) == 600.0


def test_call_without_a_response_changes_nothing_that_headers_announced() -> None:
    limit = bucket()
    call(limit, 100.0, RateLimitReading(10, 5, 41))
    call(limit, 101.0, RateLimitReading())
    assert limit.left == 4
    call(limit, 102.0, RateLimitReading(10, 0, 39))
    assert limit.wait(102.0) == 39.0


class LimitedServer:
    """A fixed number of calls in a window that begins with its first call; it says so in whole seconds."""

    def __init__(self, total: int, window: float) -> None:
        self.total, self.window = total, window
        self.ends, self.count, self.most = 0.0, 0, 0

    def serve(self, now: float) -> RateLimitReading:
        if now >= self.ends:
            self.ends, self.count = now + self.window, 0
        self.count += 1
        self.most = max(self.most, self.count)
        return RateLimitReading(self.total, max(0, self.total - self.count), math.ceil(self.ends - now))


@given(total=st.integers(1, 12), documented=st.integers(1, 20), pauses=st.lists(st.integers(0, 160), max_size=60))
def test_sole_user_is_never_refused(total: int, documented: int, pauses: list[float]) -> None:
    server, limit, now = LimitedServer(total, 60.0), Bucket("incremental-exports", documented, 60.0, 1.0), 1000.0
    for quarters in pauses:
        now += quarters / 4
        now += limit.wait(now)
        call(limit, now, server.serve(now))
    assert server.most <= total


@given(calls=st.lists(st.tuples(st.integers(0, 48), st.integers(0, 80)), max_size=80))
def test_calls_in_flight_are_counted(calls: list[tuple[int, int]]) -> None:
    """Each call is a pause and the time its answer takes, in sixteenths of a second; answers come in any order."""
    server, limit, now = LimitedServer(10, 60.0), bucket(10), 1000.0
    responses: list[LateResponse] = []
    for pause, delay in calls:
        now += pause / 16
        responses = deliver(limit, responses, now)
        while (wait := limit.wait(now)) > 0:
            now = min(now + wait, min((response.comes for response in responses), default=now + wait))
            responses = deliver(limit, responses, now)
        limit.count_call(now)
        responses.append(LateResponse(now + delay / 16, now, server.serve(now)))
    assert server.most <= 10


class LateResponse(NamedTuple):
    """An answer on its way."""

    comes: float
    sent: float
    reading: RateLimitReading


def deliver(limit: Bucket, responses: list[LateResponse], now: float) -> list[LateResponse]:
    """Hand over the answers that are due; returns the others."""
    for response in sorted(
        (response for response in responses if response.comes <= now), key=lambda response: response.comes
    ):
        limit.update(response.reading, response.comes, response.sent)
    return [response for response in responses if response.comes > now]
