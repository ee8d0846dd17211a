import time

import pytest

from integration_tests.simulated_account.limits import RateLimits
from integration_tests.simulated_account.server_state import ServerState
from unit_tests.simulated_account.api_client import ApiClient


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock: its last value is now."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[-1])
    return now


def test_without_limits_the_headers_say_that_there_is_room(reading: ApiClient) -> None:
    reply = reading.get("incremental/organizations", start_time=0)
    assert reply.headers["X-Rate-Limit"] == "1000000"
    assert reply.headers["zendesk-ratelimit-incremental-exports"].startswith("total=1000000; remaining=")


def test_the_eleventh_export_of_a_minute_is_refused(api: ApiClient, server: ServerState, moments: list[float]) -> None:
    server.limits = RateLimits(enabled=True)
    replies = [api.get("incremental/organizations", start_time=0) for _ in range(11)]
    assert [reply.status for reply in replies] == [200] * 10 + [429]
    assert replies[0].headers["zendesk-ratelimit-incremental-exports"] == "total=10; remaining=9; resets=60"
    assert replies[10].headers["Retry-After"] == "60"
    moments.append(1059.2)
    assert api.get("incremental/organizations", start_time=0).headers["Retry-After"] == "1"
    moments.append(1060.0)
    assert api.get("incremental/organizations", start_time=0).status == 200


def test_a_fast_clock_shortens_the_windows(api: ApiClient, server: ServerState, moments: list[float]) -> None:
    server.limits = RateLimits(enabled=True, speed=10)
    for _ in range(10):
        api.get("incremental/organizations", start_time=0)
    assert api.get("incremental/organizations", start_time=0).headers["Retry-After"] == "6"
    moments.append(1006.0)
    assert api.get("incremental/organizations", start_time=0).status == 200


def test_a_call_over_the_limit_counts_on_its_other_buckets(
    api: ApiClient, server: ServerState, moments: list[float]
) -> None:
    server.limits = RateLimits(enabled=True, totals={"account": 200})
    for _ in range(12):
        reply = api.get("incremental/organizations", start_time=0)
    assert reply.headers["X-Rate-Limit-Remaining"] == "188"
    assert server.journal.calls[-1]["buckets"] == ["account", "incremental-exports"]


def test_the_help_center_has_a_counter_of_its_own(api: ApiClient, server: ServerState, moments: list[float]) -> None:
    server.limits = RateLimits(enabled=True)
    api.get("groups")
    assert api.get("help_center/articles.json").headers["X-Rate-Limit-Remaining"] == "699"


@pytest.mark.parametrize(("body", "start"), [("json", b"{"), ("text", b"N"), ("html", b"<")])
def test_a_refusal_has_the_body_that_was_set(api: ApiClient, server: ServerState, body: str, start: bytes) -> None:
    server.limits = RateLimits(enabled=True, totals={"account": 0}, body=body)
    reply = api.get("groups")
    assert (reply.status, reply.body[:1]) == (429, start)
