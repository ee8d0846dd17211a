import threading

import pytest
from airbyte_cdk.sources.declarative.models import HTTPAPIBudget

from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.rate_limits.budget import Budget
from unit_tests.clocks import FakeTime
from unit_tests.reading import CONFIG

EXPORTS = ["account", "incremental-exports"]
FULL = {"zendesk-ratelimit-incremental-exports": "total=10; remaining=0; resets=41"}


def limits() -> HTTPAPIBudget:
    return StreamDefinitions(parse(CONFIG).declarative()).limits


@pytest.fixture
def budget(waits: list[float]) -> Budget:
    waits.clear()
    return Budget(limits(), slots=2)


@pytest.mark.parametrize(
    ("path", "buckets"),
    [
        ("/api/v2/groups", ["account"]),
        ("/api/v2/account/settings", ["account"]),
        ("/api/v2/incremental/tickets/cursor", ["account", "incremental-exports"]),
        ("/api/v2/incremental/ticket_events", ["account", "incremental-exports"]),
        ("/api/v2/incremental/users/cursor", ["account", "incremental-exports-cursor"]),
        ("/api/v2/help_center/incremental/articles.json", ["help-center", "incremental-exports"]),
        ("/api/v2/help_center/articles/1/comments.json", ["help-center"]),
        ("/api/v2/community/posts.json", ["help-center"]),
        ("/api/v2/guide/content_tags", ["account", "help-center"]),
        ("/api/v2/gather/badges", ["account", "help-center"]),
        ("/api/v2/incremental/custom_objects/car/cursor", ["account", "incremental-custom-objects"]),
        ("/api/v2/custom_objects/car/records", ["account"]),
        ("/api/v2/chat/incremental/chats", ["chat"]),
        ("/api/v2/channels/voice/phone_numbers", ["account", "talk"]),
        ("/api/v2/channels/voice/stats/incremental/calls", ["account", "talk", "talk-incremental"]),
        ("/api/v2/ticket_fields", ["account", "ticket-fields-index"]),
        ("/api/v2/deleted_tickets", ["account", "deleted-tickets"]),
        ("/api/v2/tickets/side_conversations/events", ["account", "side-conversation-events"]),
        ("/api/v2/tickets/5/side_conversations", ["account"]),
    ],
)
def test_path_draws_on_every_documented_limit(path: str, buckets: list[str]) -> None:
    assert Budget(limits(), slots=2).buckets_of(path) == buckets


def test_documented_bursts_are_the_start() -> None:
    everything = Budget(limits(), slots=2)
    assert everything.left(everything.buckets) == {
        "account": 200,
        "help-center": 200,
        "chat": 200,
        "agent-availabilities": 200,
        "incremental-custom-objects": 10,
        "incremental-exports": 10,
        "omnilog-index": 100,
        "attachments": 2500,
        "talk-queue-activity": 2500,
        "incremental-exports-cursor": 20,
        "ticket-fields-index": 300,
        "deleted-tickets": 10,
        "side-conversation-events": 600,
        "talk": 15000,
        "talk-incremental": 10,
    }


def test_share_holds_for_every_bucket() -> None:
    half = Budget(limits(), slots=2, share=0.5)
    assert half.left(["account", "incremental-exports"]) == {"account": 100, "incremental-exports": 5}


def test_call_draws_on_all_its_buckets(budget: Budget) -> None:
    budget.acquire(EXPORTS)
    assert budget.left(EXPORTS) == {"account": 199, "incremental-exports": 9}


def test_call_waits_for_its_slowest_bucket(budget: Budget, waits: list[float]) -> None:
    budget.acquire(EXPORTS)
    budget.update(EXPORTS, FULL)
    budget.release()
    budget.acquire(EXPORTS)
    assert waits == [41.0]


def test_full_bucket_without_a_reset_in_its_header_is_waited_for_a_minute(budget: Budget, waits: list[float]) -> None:
    budget.acquire(["help-center"])
    budget.update(["help-center"], {"X-Rate-Limit": "20", "X-Rate-Limit-Remaining": "0"})
    budget.release()
    budget.acquire(["help-center"])
    assert waits == [60.25]


def test_full_bucket_holds_up_nobody_else(budget: Budget, waits: list[float]) -> None:
    budget.acquire(EXPORTS)
    budget.update(EXPORTS, FULL)
    budget.acquire(["account"])
    assert waits == []


def test_wait_is_logged_with_bucket_and_seconds(budget: Budget, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "airbyte")
    budget.acquire(EXPORTS)
    budget.update(EXPORTS, FULL)
    budget.release()
    budget.acquire(EXPORTS)
    assert caplog.messages == ["Waiting 41 s for Zendesk's limit incremental-exports"]


def test_refusal_closes_the_bucket_that_is_empty(budget: Budget, waits: list[float]) -> None:
    budget.acquire(EXPORTS)
    budget.update(EXPORTS, FULL)
    budget.on_rate_limited(EXPORTS, FULL, 7.0)
    budget.acquire(["account"])
    assert waits == []


def test_refusal_that_names_no_bucket_closes_all_of_the_call(
    budget: Budget, waits: list[float], local_time: FakeTime
) -> None:
    budget.acquire(EXPORTS)
    budget.update(EXPORTS, {})
    budget.on_rate_limited(EXPORTS, {}, 7.0)
    budget.acquire(["account"])
    assert waits == [7.0]
    assert local_time.monotonic() == 7.0


def test_third_page_waits_for_a_slot() -> None:
    budget = Budget(limits(), slots=2)
    budget.acquire(["account"])
    budget.acquire(["account"])
    third = threading.Thread(target=budget.acquire, args=(["account"],), daemon=True)
    third.start()
    assert budget.left(["account"]) == {"account": 198}
    budget.release()
    third.join(10)
    assert not third.is_alive()
    assert budget.left(["account"]) == {"account": 197}


def test_slots_go_round_while_a_limit_is_closed() -> None:
    """Whoever is woken for a slot that it cannot use yet hands it on."""
    budget = Budget(limits(), slots=1)
    budget.acquire(["account"])
    done: list[str] = []

    def work(names: list[str]) -> None:
        budget.acquire(names)
        done.append(names[-1])
        budget.release()

    waiting = [threading.Thread(target=work, args=([name],), daemon=True) for name in ["chat", *["account"] * 30]]
    for thread in waiting:
        thread.start()
    budget.on_rate_limited(["chat"], {}, 0.2)
    budget.release()
    for thread in waiting:
        thread.join(timeout=10)
    assert sorted(done) == [*["account"] * 30, "chat"]
