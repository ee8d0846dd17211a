"""A first and a second sync of everything: the truth, whole, in order, and nothing that the schemas do not declare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from integration_tests.conftest import NOW, connector_of
from integration_tests.connector import discovered
from integration_tests.output import Json, Output
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.simulated_account.declared_streams import declared_streams
from integration_tests.strict import undeclared
from integration_tests.truths import Key, differing, keyed, told

NAMES = sorted(declared_streams())

REWRITTEN_IN_PLACE = {"ticket_audits", "ticket_events"}
"""Zendesk changes the words of a redacted comment in the audit that it came with, which it never hands out again."""


@dataclass(frozen=True)
class Syncs:
    """Two syncs, and what was true after each."""

    first: Output
    second: Output
    before: Mapping[str, Mapping[Key, Json]]
    after: Mapping[str, Mapping[Key, Json]]

    def expected(self, stream: str) -> Mapping[Key, Json]:
        """What a destination that merges by key must hold; rows that vanish without a trace stay there."""
        after = self.after[stream]
        return {**after, **self.before[stream]} if stream in REWRITTEN_IN_PLACE else {**self.before[stream], **after}


@pytest.fixture(scope="module")
def syncs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Syncs]:
    with SimulatedAccount.running(tickets=200, now=NOW, frozen=True) as account:
        yield two_syncs(account, tmp_path_factory.mktemp("syncs"))


def two_syncs(account: SimulatedAccount, folder: Path) -> Syncs:
    connector = connector_of(account, folder)
    first, before = connector.read(), told(account)
    account.change(share=0.01)
    return Syncs(first, connector.read(state=first.states), before, told(account))


def resumable(stream: str) -> bool:
    return bool(discovered()[stream]["is_resumable"])


def test_every_stream_of_the_manifest_is_offered() -> None:
    assert sorted(discovered()) == NAMES


@pytest.mark.parametrize("stream", NAMES)
def test_a_first_sync_delivers_exactly_the_truth(syncs: Syncs, stream: str) -> None:
    assert differing(stream, keyed(stream, syncs.first.rows(stream)), syncs.before[stream]) == {}


@pytest.mark.parametrize("stream", NAMES)
def test_a_second_sync_completes_the_truth(syncs: Syncs, stream: str) -> None:
    second = keyed(stream, syncs.second.rows(stream))
    if not resumable(stream):
        assert differing(stream, second, syncs.after[stream]) == {}
        return
    merged = {**keyed(stream, syncs.first.rows(stream)), **second}
    assert differing(stream, merged, syncs.expected(stream)) == {}


@pytest.mark.parametrize("stream", NAMES)
def test_no_row_is_sent_twice_in_a_sync(syncs: Syncs, stream: str) -> None:
    for output in (syncs.first, syncs.second):
        assert len(output.rows(stream)) == len(keyed(stream, output.rows(stream)))


@pytest.mark.parametrize("stream", [name for name in NAMES if name not in ("ticket_metrics", "user_identities")])
def test_a_second_sync_sends_only_what_has_changed(syncs: Syncs, stream: str) -> None:
    if not resumable(stream):
        return
    expected = changed(syncs, stream)
    if stream == "ticket_comments":
        expected = refetched_comments(syncs)
    if stream == "ticket_attachments":
        comments = refetched_comments(syncs)
        expected |= {key for key, row in syncs.after[stream].items() if (row["comment_id"],) in comments}
    assert keyed(stream, syncs.second.rows(stream)).keys() <= expected


def changed(syncs: Syncs, stream: str) -> set[Key]:
    """The keys of rows that are new or differ."""
    before, after = syncs.before[stream], syncs.after[stream]
    return {key for key in after if before.get(key) != after[key]}


def refetched_comments(syncs: Syncs) -> set[Key]:
    """Changed comments, and more: an update without content does not say which of a ticket's comments it hides."""
    before, after = syncs.before["ticket_comments"], syncs.after["ticket_comments"]
    found = changed(syncs, "ticket_comments")
    hidden = {after[key]["ticket_id"] for key in found if key in before and not after[key]["public"]}
    return found | {key for key, row in after.items() if row["ticket_id"] in hidden and not row["public"]}


def test_metrics_and_identities_come_again_with_their_ticket_and_user(syncs: Syncs) -> None:
    second = syncs.second
    tickets, users = keyed("tickets", second.rows("tickets")), keyed("users", second.rows("users"))
    assert {(row["ticket_id"],) for row in second.rows("ticket_metrics")} <= tickets.keys()
    assert {(row["user_id"],) for row in second.rows("user_identities")} <= users.keys()


@pytest.mark.parametrize("stream", NAMES)
def test_every_record_holds_only_what_its_schema_declares(syncs: Syncs, stream: str) -> None:
    assert undeclared(stream, [*syncs.first.rows(stream), *syncs.second.rows(stream)]) == []


def test_both_syncs_succeed_without_a_warning(syncs: Syncs) -> None:
    for output in (syncs.first, syncs.second):
        assert (output.exit_code, output.errors, output.warnings) == (0, [], [])


@pytest.mark.parametrize("stream", NAMES)
def test_statuses_come_in_order(syncs: Syncs, stream: str) -> None:
    assert syncs.first.statuses[stream] == ["STARTED", "RUNNING", "COMPLETE"]
    assert [status for status in syncs.second.statuses[stream] if status != "RUNNING"] == ["STARTED", "COMPLETE"]


def test_nothing_follows_a_streams_complete(syncs: Syncs) -> None:
    for output in (syncs.first, syncs.second):
        assert after_complete(output) == []


def after_complete(output: Output) -> list[str]:
    """The streams of records and states that came after their stream's COMPLETE."""
    complete: set[str] = set()
    late = []
    for message in output.messages:
        if message["type"] == "TRACE" and message["trace"].get("stream_status", {}).get("status") == "COMPLETE":
            complete.add(message["trace"]["stream_status"]["stream_descriptor"]["name"])
        name = stream_of(message)
        late += [name] if name in complete else []
    return late


def stream_of(message: Json) -> str:
    if message["type"] == "RECORD":
        return str(message["record"]["stream"])
    return str(message["state"]["stream"]["stream_descriptor"]["name"]) if message["type"] == "STATE" else ""


def test_every_state_counts_the_records_since_the_one_before(syncs: Syncs) -> None:
    for output in (syncs.first, syncs.second):
        assert miscounted(output) == []


def miscounted(output: Output) -> list[str]:
    """The streams of states whose count is not that of the records since the state before."""
    since: dict[str, int] = {}
    wrong = []
    for message in output.messages:
        name = stream_of(message)
        if message["type"] == "RECORD":
            since[name] = since.get(name, 0) + 1
        if message["type"] == "STATE" and message["state"]["sourceStats"]["recordCount"] != since.pop(name, 0):
            wrong.append(name)
    return [*wrong, *(f"{name}: no state after the last record" for name in since)]


def test_states_are_small_and_versioned(syncs: Syncs) -> None:
    for stream, blob, _ in syncs.first.checkpoints:
        assert len(str(blob)) < 65_536
        assert blob.get("v") == 1 if resumable(stream) else blob == {"__ab_no_cursor_state_message": True}


def test_emitted_times_rise(syncs: Syncs) -> None:
    times = [record["emitted_at"] for record in syncs.first.of("RECORD") if record["stream"] == "tickets"]
    assert all(earlier <= later for earlier, later in pairwise(times))
