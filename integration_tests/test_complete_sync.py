"""A first and a second sync of everything: the truth, whole, in order, and nothing that the schemas do not declare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput, Json
from integration_tests.conftest import connector_of
from integration_tests.connector import discovered, run_process
from integration_tests.row_comparison import Key, account_rows, row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.simulated_account.declared_streams import declared_streams
from integration_tests.undeclared_fields import undeclared_fields

STREAMS = sorted(declared_streams())
REWRITTEN_IN_PLACE = {"ticket_audits", "ticket_events"}
"""Zendesk changes the words of a redacted comment in the audit that it came with, which it never hands out again."""


@dataclass(frozen=True)
class SyncPair:
    """Two syncs, and what was true after each."""

    first: CommandOutput
    second: CommandOutput
    before: Mapping[str, Mapping[Key, Json]]
    after: Mapping[str, Mapping[Key, Json]]

    def expected(self, stream: str) -> Mapping[Key, Json]:
        """What a destination that merges by key must hold; rows that vanish without a trace stay there."""
        after = self.after[stream]
        return {**after, **self.before[stream]} if stream in REWRITTEN_IN_PLACE else {**self.before[stream], **after}


@pytest.fixture(scope="module")
def syncs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncPair]:
    with running_account(tickets=200) as account:
        yield two_syncs(account, tmp_path_factory.mktemp("syncs"))


def two_syncs(account: SimulatedAccount, folder: Path) -> SyncPair:
    connector = connector_of(account, folder)
    first, before = run_process(*connector.arguments((), None)), account_rows(account)
    account.change(share=0.01)
    second = run_process(*connector.arguments((), first.states))
    return SyncPair(first, second, before, account_rows(account))


def resumable(stream: str) -> bool:
    return bool(discovered()[stream]["is_resumable"])


def test_every_stream_of_the_manifest_is_offered() -> None:
    assert sorted(discovered()) == STREAMS


def test_a_first_sync_delivers_exactly_the_truth(syncs: SyncPair) -> None:
    for stream in STREAMS:
        first = rows_by_key(stream, syncs.first.rows(stream))
        assert row_differences(stream, first, syncs.before[stream]) == {}, stream


def test_a_second_sync_completes_the_truth(syncs: SyncPair) -> None:
    for stream in STREAMS:
        second = rows_by_key(stream, syncs.second.rows(stream))
        if resumable(stream):
            merged = {**rows_by_key(stream, syncs.first.rows(stream)), **second}
            assert row_differences(stream, merged, syncs.expected(stream)) == {}, stream
        else:
            assert row_differences(stream, second, syncs.after[stream]) == {}, stream


def test_no_row_is_sent_twice_in_a_sync(syncs: SyncPair) -> None:
    for output in (syncs.first, syncs.second):
        twice = [name for name in STREAMS if len(output.rows(name)) != len(rows_by_key(name, output.rows(name)))]
        assert twice == []


COME_WITH_THEIRS = {
    "side_conversations", "ticket_attachments", "ticket_comments", "ticket_conversation_log", "ticket_metrics",
    "user_identities",
}  # fmt: skip
"""Rows that also come because something beside them has changed; each has a test of its own."""


def test_a_second_sync_sends_only_what_has_changed(syncs: SyncPair) -> None:
    for stream in filter(resumable, set(STREAMS) - COME_WITH_THEIRS):
        assert rows_by_key(stream, syncs.second.rows(stream)).keys() <= changed(syncs, stream), stream


def changed(syncs: SyncPair, stream: str) -> set[Key]:
    """Rows that are new, or that differ from before."""
    before, after = syncs.before[stream], syncs.after[stream]
    return {key for key in after if key not in before or before[key] != after[key]}


def fetched_comments(syncs: SyncPair) -> set[Key]:
    """An update without content does not say which of its ticket's comments it hides, so all private ones come."""
    before, after = syncs.before["ticket_comments"], syncs.after["ticket_comments"]
    expected = changed(syncs, "ticket_comments")
    hidden = {
        after[key]["ticket_id"] for key in expected & before.keys() if before[key]["public"] > after[key]["public"]
    }
    assert hidden
    return expected | {key for key, row in after.items() if row["ticket_id"] in hidden and not row["public"]}


def test_comments_come_again_if_they_have_changed_or_may_have_been_hidden(syncs: SyncPair) -> None:
    assert rows_by_key("ticket_comments", syncs.second.rows("ticket_comments")).keys() == fetched_comments(syncs)


def test_attachments_come_again_with_their_comments(syncs: SyncPair) -> None:
    comments, after = fetched_comments(syncs), syncs.after["ticket_attachments"]
    expected = {key for key, row in after.items() if (row["comment_id"],) in comments}
    found = rows_by_key("ticket_attachments", syncs.second.rows("ticket_attachments")).keys()
    assert changed(syncs, "ticket_attachments") <= found <= expected | changed(syncs, "ticket_attachments")


def test_side_conversations_come_again_with_all_others_of_their_ticket(syncs: SyncPair) -> None:
    after = syncs.after["side_conversations"]
    tickets = {after[key]["ticket_id"] for key in changed(syncs, "side_conversations")}
    assert tickets
    assert rows_by_key("side_conversations", syncs.second.rows("side_conversations")).keys() == {
        key for key, conversation in after.items() if conversation["ticket_id"] in tickets
    }


def test_logs_come_again_with_their_ticket(syncs: SyncPair) -> None:
    tickets = rows_by_key("tickets", syncs.second.rows("tickets"))
    log = rows_by_key("ticket_conversation_log", syncs.second.rows("ticket_conversation_log"))
    assert {(row["ticket_id"],) for row in log.values()} <= tickets.keys()
    assert log.keys() >= changed(syncs, "ticket_conversation_log")
    assert [row["content"] for row in log.values() if row["content"] == {"type": "text", "text": "▇▇▇"}]


def test_metrics_and_identities_come_again_with_their_ticket_and_user(syncs: SyncPair) -> None:
    second = syncs.second
    tickets, users = rows_by_key("tickets", second.rows("tickets")), rows_by_key("users", second.rows("users"))
    assert {(row["ticket_id"],) for row in second.rows("ticket_metrics")} <= tickets.keys()
    assert {(row["user_id"],) for row in second.rows("user_identities")} <= users.keys()


def test_every_record_holds_only_what_its_schema_declares(syncs: SyncPair) -> None:
    for stream in STREAMS:
        rows = [*syncs.first.rows(stream), *syncs.second.rows(stream)]
        assert undeclared_fields(stream, rows) == [], stream


def test_both_syncs_succeed_without_a_warning_and_statuses_come_in_order(syncs: SyncPair) -> None:
    for output in (syncs.first, syncs.second):
        assert (output.exit_code, output.errors, output.warnings) == (0, [], [])
    for stream in STREAMS:
        assert syncs.first.statuses[stream] == ["STARTED", "RUNNING", "COMPLETE"]
        assert [status for status in syncs.second.statuses[stream] if status != "RUNNING"] == ["STARTED", "COMPLETE"]


def test_nothing_follows_a_streams_complete(syncs: SyncPair) -> None:
    for output in (syncs.first, syncs.second):
        assert after_complete(output) == []


def after_complete(output: CommandOutput) -> list[str]:
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


def test_every_state_counts_the_records_since_the_one_before(syncs: SyncPair) -> None:
    for output in (syncs.first, syncs.second):
        assert miscounted(output) == []


def miscounted(output: CommandOutput) -> list[str]:
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


def test_states_are_small_and_versioned(syncs: SyncPair) -> None:
    for stream, blob, _ in syncs.first.checkpoints:
        assert len(str(blob)) < 65_536
        assert blob.get("v") == 1 if resumable(stream) else blob == {"__ab_no_cursor_state_message": True}


def test_emitted_times_rise(syncs: SyncPair) -> None:
    times = [record["emitted_at"] for record in syncs.first.of("RECORD") if record["stream"] == "tickets"]
    assert all(earlier <= later for earlier, later in pairwise(times))
