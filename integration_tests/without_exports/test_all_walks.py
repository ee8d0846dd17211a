"""Every walk with its export closed: from the start, in the middle, between syncs, and opened again."""

import json
from collections.abc import Sequence

import pytest

from integration_tests.accounts import counted
from integration_tests.command_output import CommandOutput
from integration_tests.connector import Connector
from integration_tests.row_comparison import rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.upsert_destination import UpsertDestination
from integration_tests.without_exports.closed_account import (
    DAY,
    LISTED,
    LOST,
    METRIC_EVENTS,
    TICKETS,
    WAYS,
    changed,
    killed_after_states,
    rows_again,
    wrong_tables,
)

REFUSALS = [way for way in WAYS if way != "empty"]
CLOSED_WALKS = [
    "Streams organizations",
    "Streams ticket_attachments, ticket_comments",
    "Streams ticket_conversation_log, ticket_metrics, tickets",
    "Streams ticket_metric_events",
    "Streams user_identities, users",
]
"""The beginnings of the warnings: one for each walk."""
OWN_ROWS = ("tickets", "ticket_metrics", "users", "organizations", METRIC_EVENTS)
"""Streams whose rows come only if they have changed; identities come with their user, redacted comments once more."""

pytestmark = [pytest.mark.account(tickets=60), pytest.mark.config(start_date="1970-01-01")]


@pytest.mark.account(tickets=230)
@pytest.mark.parametrize("way", WAYS)
def test_first_sync_of_all_walks_is_right(account: SimulatedAccount, connector: Connector, way: str) -> None:
    account.set_behavior(closed_exports=way)
    output = connector.read(*LISTED, *LOST)
    assert (output.exit_code, wrong_tables(account, output)) == (0, {}), output.errors
    for stream in TICKETS:
        assert len(output.rows(stream)) == len(rows_by_key(stream, output.rows(stream)))
    assert [stream for stream in LOST if output.rows(stream)] == []
    assert account.counts().get("/api/v2/users/me", 0) == (0 if way == "empty" else 1)


@pytest.mark.parametrize("way", WAYS)
def test_all_walks_close_between_syncs_and_open_again(
    account: SimulatedAccount, connector: Connector, way: str
) -> None:
    outputs = [connector.read(*LISTED)]
    for closed in (way, way, "", ""):
        account.set_behavior(closed_exports=closed)
        changed(account)
        outputs.append(connector.read(*LISTED, state=outputs[-1].states))
        assert outputs[-1].exit_code == 0, outputs[-1].errors
        assert wrong_tables(account, *outputs) == {}
        if not closed:
            assert [stream for stream in rows_again(outputs[-1], *outputs[:-1]) if stream in OWN_ROWS] == []
    assert sorted(warning.split(":")[0] for warning in outputs[1].warnings) == CLOSED_WALKS
    assert [stream for stream, state in outputs[2].states.items() if "lists" not in state] == []
    assert [stream for stream, state in outputs[-1].states.items() if "lists" in state] == []


UNCHANGED = {
    "incremental/organizations": 1, "incremental/ticket_events": 1, "incremental/ticket_metric_events": 1,
    "incremental/tickets/cursor": 1, "incremental/users/cursor": 1,  # each export is tried once
    "tickets": 3,  # the changes of tickets, of comments (which must have an audit), and of metric events
    "deleted_tickets": 1, "ticket_audits": 1, "users": 1, "organizations": 1, "audit_logs": 1,
}  # fmt: skip
CHANGED = {
    **UNCHANGED,
    "tickets/show_many": 1,  # a seventh of the ids a day
    "tickets/{ticket_id}/metric_events": 2,  # of the changed ticket and the new one
    "deleted_users/count": 1,
    "deleted_users": 1,
    "users/show_many": 1,
}


def test_second_sync_by_lists_makes_the_fewest_requests(account: SimulatedAccount, connector: Connector) -> None:
    account.set_behavior(closed_exports="403_object")
    first = connector.read(*LISTED)
    account.set_clock(skew=7200)
    account.forget_requests()
    second = connector.read(*LISTED, state=first.states)
    assert (second.exit_code, second.records) == (0, {})
    assert counted(account) == UNCHANGED
    account.set_clock(skew=DAY)
    live = next(row["id"] for row in account.truth("tickets") if row["status"] not in ("closed", "deleted"))
    account.add("ticket_comments", ticket_id=live, body="New")
    account.add("tickets", subject="New")
    account.delete("users", next(row["id"] for row in reversed(account.truth("users")) if row["active"]))
    account.set_clock(skew=300)
    third = connector.read(*LISTED, state=second.states)
    assert third.exit_code == 0
    assert counted(account) == CHANGED


@pytest.mark.parametrize("way", WAYS)
def test_all_walks_close_in_the_middle_of_a_sync(account: SimulatedAccount, connector: Connector, way: str) -> None:
    at = int(account.set_clock(skew=0)) - 30 * DAY
    for stream in ("tickets", "users", "organizations"):
        account.burst(stream, rows=1100, at=at)
    account.set_behavior(closed_exports=way, exports_close_after=1)
    output = connector.read(*LISTED)
    assert output.exit_code == 0, output.errors
    assert wrong_tables(account, output) == {}


@pytest.mark.account(tickets=240)
@pytest.mark.parametrize("streams", [TICKETS, ["users"], ["organizations"], ["ticket_comments"], [METRIC_EVENTS]])
def test_sync_that_resumes_after_any_state_has_all_rows(
    account: SimulatedAccount, connector: Connector, streams: Sequence[str]
) -> None:
    """It resumes the first of the streams."""
    account.set_behavior(closed_exports="403_object")
    stream, output = streams[0], connector.read(*streams)
    complete = {row["id"] for row in output.rows(stream)}
    assert len(complete) == len(output.rows(stream)) > 3
    killed = killed_after_states(output, stream)
    for before in killed[:: max(1, len(killed) // 4)]:
        rest = connector.read(stream, state={stream: before.states[stream]})
        assert rest.exit_code == 0
        assert {row["id"] for row in (*before.rows(stream), *rest.rows(stream))} == complete
        assert wrong_tables(account, before, rest, streams=[stream]) == {}


@pytest.mark.account(tickets=300)
@pytest.mark.parametrize(
    ("streams", "way"),
    [(LISTED, "403_object"), pytest.param(TICKETS, "", marks=pytest.mark.config(first_sync="by_id"))],
)
def test_killed_process_is_resumed(
    account: SimulatedAccount, connector: Connector, streams: tuple[str, ...], way: str
) -> None:
    """SIGKILL, twice; what came before is not lost, whatever was under way."""
    account.set_behavior(closed_exports=way)
    outputs: list[CommandOutput] = []
    arrived = UpsertDestination()
    for lines in (150, 300):
        with connector.reading(*streams, state=arrived.states) as process:
            messages = [json.loads(line) for _, line in zip(range(lines), process.stdout or (), strict=False)]
            process.kill()
        outputs.append(CommandOutput(-9, tuple(messages)))
        arrived.take_all(outputs[-1])
    outputs.append(connector.read(*streams, state=arrived.states))
    assert outputs[-1].exit_code == 0, outputs[-1].errors
    assert wrong_tables(account, *outputs, streams=streams) == {}


@pytest.mark.parametrize("way", REFUSALS)
def test_streams_that_nothing_replaces_wait_for_their_export(
    account: SimulatedAccount, connector: Connector, way: str
) -> None:
    """They are empty with one warning each, and lack nothing once the export answers again."""
    first = connector.read(*LOST)
    account.set_behavior(closed_exports=way)
    changed(account)
    closed = connector.read(*LOST, state=first.states)
    assert (closed.exit_code, closed.records) == (0, {})
    assert closed.states == first.states
    assert [sum(stream in warning for warning in closed.warnings) for stream in LOST] == [1, 1, 1]
    reported = "\n".join(closed.warnings)
    assert "use the stream ticket_audits" in reported
    assert "Streams talk_calls: the export channels/voice/stats/incremental/calls is not used" in reported
    account.set_behavior(closed_exports="")
    changed(account)
    last = connector.read(*LOST, state=closed.states)
    assert last.exit_code == 0
    for stream in LOST:
        arrived = {row["id"] for row in (*first.rows(stream), *last.rows(stream))}
        assert {row["id"] for row in account.truth(stream)} - arrived == set(), stream
        assert not {json.dumps(row) for row in first.rows(stream)} & {json.dumps(row) for row in last.rows(stream)}
