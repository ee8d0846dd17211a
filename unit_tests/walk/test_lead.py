"""The failure of a shared walk is reported for each of its streams."""

from typing import Any

import pytest

from source_zendesk_support.api import client as zendesk
from source_zendesk_support.api.decode import decode
from unit_tests.account import NOW, Account, Reply
from unit_tests.reading import read
from unit_tests.walk.responses import BOTH, GROUPS, JUNE_1, TICKETS, groups, tickets


def test_failure_of_a_shared_walk_is_reported_for_each_of_its_streams(account: Account) -> None:
    account.on(BOTH, *[Reply({}, status=500)] * 7)
    outcome = read("tickets", "ticket_metrics", fails=True)
    assert len(account.requested) == 7
    for stream in ("tickets", "ticket_metrics"):
        assert outcome.statuses(stream) == ["STARTED", "INCOMPLETE"]
        assert any(f"Stream {stream}" in message for _, message in outcome.errors)


STARVED = [MemoryError(), RuntimeError("can't start new thread"), SystemError("error return without exception set")]


@pytest.mark.parametrize("starvation", STARVED)
def test_lack_of_memory_is_reported_for_each_stream_of_the_walk_and_the_others_are_read(
    account: Account, monkeypatch: pytest.MonkeyPatch, starvation: Exception
) -> None:
    def decode_little(body: bytes, *rest: Any) -> Any:
        if b"metric_set" in body:
            raise starvation
        return decode(body, *rest)

    monkeypatch.setattr(zendesk, "decode", decode_little)
    account.on(BOTH, tickets((1, JUNE_1)))
    account.on(GROUPS, groups(1))
    outcome = read("tickets", "ticket_metrics", "groups", fails=True)
    assert outcome.statuses("groups") == ["STARTED", "RUNNING", "COMPLETE"]
    for name, failure_type, message in outcome.stream_errors:
        assert failure_type == "transient_error"
        assert message == (
            f"The process has run out of memory or threads, in stream {name}. All earlier pages are saved; the next "
            "sync resumes there. Raise the limits, lower num_workers, or select fewer streams per connection."
        )
    assert sorted(name for name, _, _ in outcome.stream_errors) == ["ticket_metrics", "tickets"]


@pytest.mark.parametrize("streams", [("tickets", "ticket_metrics"), ("ticket_metrics", "tickets")])
def test_state_that_stops_a_shared_walk_is_reported_to_each_stream_by_its_own_name(
    streams: tuple[str, str], account: Account
) -> None:
    """Whichever leads: Airbyte shows an error beside the stream that its descriptor names."""
    account.on(TICKETS, *[tickets()] * 2)
    state = {"ticket_metrics": {"_ab_updated_at": str(NOW + 900)}}
    outcome = read(*streams, state=state, fails=True)
    reported = {stream: message for stream, _, message in outcome.stream_errors}
    assert reported["ticket_metrics"].startswith("The saved state of stream ticket_metrics is in the future")
    assert (
        reported["tickets"]
        == f"Stream tickets shares its pages with a stream that failed: {reported['ticket_metrics']}"
    )
