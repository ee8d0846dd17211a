"""Later syncs by lists: what changed, what was deleted, what the system changed, and the way back to the export."""

from pathlib import Path

import pytest

from integration_tests.command_output import CommandOutput, Json
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.without_exports.closed_account import DAY, PEOPLE, TICKETS, wrong_tables

EXPORT = "/api/v2/incremental/tickets/cursor"
LIST = "/api/v2/tickets"
MANY = "/api/v2/tickets/show_many"
DELETED = "/api/v2/deleted_tickets"

pytestmark = pytest.mark.account(tickets=230)


def rows_of(stream: str, *outputs: CommandOutput) -> list[Json]:
    return [row for output in outputs for row in output.rows(stream)]


def live(account: SimulatedAccount) -> list[Json]:
    return [ticket for ticket in account.truth("tickets") if ticket["status"] in ("open", "pending", "hold", "solved")]


def test_second_sync_brings_changes_deletions_and_new_tickets(account: SimulatedAccount, connector: Connector) -> None:
    account.set_behavior(closed_exports="403_object")
    first = connector.read(*TICKETS)
    account.set_clock(skew=DAY)
    changed, deleted = live(account)[0]["id"], live(account)[1]["id"]
    account.update("tickets", changed, subject="Changed")
    account.delete("tickets", deleted)
    new = account.add("tickets", subject="New")["id"]
    account.set_clock(skew=120)
    account.forget_requests()
    second = connector.read(*TICKETS, state=first.states)
    assert second.exit_code == 0
    assert [row["id"] for row in second.rows("tickets") if row["id"] in (changed, new)] == [new, changed]
    [stub] = [row for row in second.rows("tickets") if row["id"] == deleted]
    assert (stub["status"], stub["subject"]) == ("deleted", live(account)[0] and stub["subject"])
    assert stub["generated_timestamp"] > 0
    assert {row["ticket_id"] for row in second.rows("ticket_metrics")} >= {changed, new}
    assert wrong_tables(account, first, second, streams=TICKETS) == {}
    assert account.counts() == {EXPORT: 1, LIST: 1, DELETED: 1, MANY: 1}


def test_third_sync_without_changes_sends_nothing(account: SimulatedAccount, connector: Connector) -> None:
    account.set_behavior(closed_exports="410_gone")
    first = connector.read(*TICKETS)
    account.set_clock(skew=120)
    account.forget_requests()
    second = connector.read(*TICKETS, state=first.states)
    assert (second.exit_code, second.records) == (0, {})
    assert account.counts() == {EXPORT: 1, LIST: 1, DELETED: 1}


def test_system_changes_and_archived_deletions_come_within_seven_days(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_behavior(closed_exports="403_object")
    outputs = [connector.read(*TICKETS)]
    account.set_clock(skew=3600)
    ticket = live(account)[0]
    account.update("tickets", ticket["id"], updated_at=ticket["updated_at"], priority="urgent")
    for _ in range(8):
        account.set_clock(skew=DAY)
        account.forget_requests()
        outputs.append(connector.read(*TICKETS, state=outputs[-1].states))
        assert account.counts().get(MANY, 0) <= 12
    assert rows_of("tickets", *outputs[1:])[-1]["priority"] == "urgent"
    assert wrong_tables(account, *outputs, streams=TICKETS) == {}


@pytest.mark.parametrize(("streams", "changed"), [(TICKETS, "tickets"), (PEOPLE, "users"), (PEOPLE, "organizations")])
def test_quiet_export_whose_last_row_came_just_before_the_first_sync_is_not_closed(
    account: SimulatedAccount, connector: Connector, streams: tuple[str, ...], changed: str
) -> None:
    """The bookmark stays behind that row, because its time may still change."""
    row = next(row for row in account.truth(changed) if row.get("status") not in ("closed", "deleted"))
    account.update(changed, row["id"])
    account.set_clock(skew=10)
    first = connector.read(*streams)
    account.set_clock(skew=3600)
    second = connector.read(*streams, state=first.states)
    assert (second.exit_code, second.warnings) == (0, [])
    assert "lists" not in second.states[changed]


def test_export_that_opens_again_is_resumed_without_a_gap(account: SimulatedAccount, connector: Connector) -> None:
    outputs = [connector.read(*TICKETS)]
    account.set_behavior(closed_exports="403_object")
    for _ in range(2):
        account.change(share=0.1)
        ticket = live(account)[3]
        account.update("tickets", ticket["id"], updated_at=ticket["updated_at"], priority="low")
        account.set_clock(skew=DAY)
        outputs.append(connector.read(*TICKETS, state=outputs[-1].states))
    account.set_behavior()
    account.forget_requests()
    outputs.append(connector.read(*TICKETS, state=outputs[-1].states))
    assert account.counts() == {EXPORT: 1}
    assert "lists" not in outputs[-1].states["tickets"]
    assert outputs[-1].rows("tickets")
    for stream in TICKETS:
        earlier = rows_of(stream, *outputs[:-1])
        assert [row for row in outputs[-1].rows(stream) if row in earlier] == []
    assert wrong_tables(account, *outputs, streams=TICKETS) == {}


@pytest.mark.parametrize("stream", ["users", "organizations"])
def test_kill_while_an_export_returns_neither_loses_nor_repeats(
    account: SimulatedAccount, connector: Connector, stream: str
) -> None:
    """Its first page ends before the time up to which the lists have been read."""
    outputs = [connector.read(stream)]
    account.set_behavior(closed_exports="403_object")
    for _ in range(2):  # the export returns to the second of these times, which are hours apart
        account.burst(stream, rows=1100, at=int(account.set_clock(skew=7200)) - 60)
        outputs.append(connector.read(stream, state=outputs[-1].states))
    account.set_behavior()
    account.burst(stream, rows=5, at=int(account.set_clock(skew=3600)) - 60)
    returned = connector.read(stream, state=outputs[-1].states)
    first = next(blob for _, blob, _ in returned.checkpoints)
    assert ("lists" in first, "lists" in returned.states[stream]) == (True, False)
    assert len(returned.rows(stream)) == 5
    outputs.append(connector.read(stream, state={stream: first}))
    assert len(outputs[-1].rows(stream)) == 5
    table = rows_by_key(stream, rows_of(stream, *outputs))
    assert row_differences(stream, table, rows_by_key(stream, account.truth(stream))) == {}


def test_user_deleted_since_deletions_were_read_comes_from_the_export(
    account: SimulatedAccount, connector: Connector
) -> None:
    """Lists show deleted users once a day; an export that opens again before that has them."""
    account.set_behavior(closed_exports="403_object")
    outputs = [connector.read("users")]
    user = next(row["id"] for row in outputs[0].rows("users") if row["active"])
    account.set_clock(skew=3600)
    account.delete("users", user)
    account.set_clock(skew=7200)
    outputs.append(connector.read("users", state=outputs[-1].states))
    assert outputs[-1].rows("users") == []
    account.set_behavior()
    outputs.append(connector.read("users", state=outputs[-1].states))
    assert [(row["id"], row["active"]) for row in outputs[-1].rows("users")] == [(user, False)]


def test_exports_set_to_never_are_not_requested(account: SimulatedAccount, tmp_path: Path) -> None:
    output = connector_of(account, tmp_path, exports="never").read(*TICKETS, *PEOPLE)
    assert output.exit_code == 0
    assert not [endpoint for endpoint in account.counts() if "incremental" in endpoint]
    assert wrong_tables(account, output, streams=TICKETS) == {}


def test_exports_set_to_always_fail_when_closed(account: SimulatedAccount, tmp_path: Path) -> None:
    account.set_behavior(closed_exports="403_object")
    output = connector_of(account, tmp_path, exports="always").read("tickets")
    assert output.exit_code == 1
    assert LIST not in account.counts()


def test_agent_is_advised_to_use_an_administrator(account: SimulatedAccount, tmp_path: Path) -> None:
    credentials = {"credentials": "api_token", "email": "agent2@acme.example", "api_token": "simulated-token"}
    output = connector_of(account, tmp_path, credentials=credentials).read("tickets")
    assert output.exit_code == 1
    assert "the role of these credentials is agent" in output.errors[0]["message"]
