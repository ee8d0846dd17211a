"""Comments and attachments out of audits, people out of lists, and what nothing replaces."""

import pytest

from integration_tests.connector import Connector
from integration_tests.row_comparison import rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.without_exports.closed_account import COMMENTS, DAY, PEOPLE, wrong_tables

AUDITS = "/api/v2/ticket_audits"
EXPORT = "/api/v2/incremental/ticket_events"

pytestmark = [pytest.mark.account(tickets=130), pytest.mark.config(start_date="1970-01-01")]


def test_first_sync_of_comments_is_complete_archived_tickets_included(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_behavior(closed_exports="403_object")
    output = connector.read(*COMMENTS)
    assert output.exit_code == 0, output.errors
    assert wrong_tables(account, output, streams=COMMENTS) == {}
    for stream in COMMENTS:
        assert len(output.rows(stream)) == len(rows_by_key(stream, output.rows(stream)))


def test_second_sync_reads_audits_back_to_the_bookmark(account: SimulatedAccount, connector: Connector) -> None:
    account.set_behavior(closed_exports="403_object")
    outputs = [connector.read(*COMMENTS)]
    account.set_clock(skew=DAY)
    live = next(row for row in account.truth("tickets") if row["status"] in ("open", "pending", "solved"))
    new = account.add("ticket_comments", ticket_id=live["id"], body="New")
    redacted = next(row["id"] for row in outputs[0].rows("ticket_comments") if row["ticket_id"] == live["id"])
    account.update("ticket_comments", redacted, body="▇▇▇ redacted")
    account.set_clock(skew=900)
    account.forget_requests()
    outputs.append(connector.read(*COMMENTS, state=outputs[-1].states))
    assert {new["id"], redacted} <= {row["id"] for row in outputs[1].rows("ticket_comments")}
    assert account.counts()[EXPORT] == account.counts()[AUDITS] == 1
    account.set_clock(skew=900)
    outputs.append(connector.read(*COMMENTS, state=outputs[-1].states))
    assert outputs[2].records == {}


def test_comments_of_an_export_that_closed_resume_without_a_gap(
    account: SimulatedAccount, connector: Connector
) -> None:
    outputs = [connector.read(*COMMENTS)]
    account.change(share=0.2)
    account.set_clock(skew=DAY)
    account.set_behavior(closed_exports="410_gone")
    account.forget_requests()
    outputs.append(connector.read(*COMMENTS, state=outputs[-1].states))
    assert "/api/v2/tickets/show_many" not in account.counts()
    assert wrong_tables(account, *outputs, streams=COMMENTS) == {}
    account.set_behavior()
    account.change(share=0.2)
    account.set_clock(skew=DAY)
    outputs.append(connector.read(*COMMENTS, state=outputs[-1].states))
    assert wrong_tables(account, *outputs, streams=COMMENTS) == {}


@pytest.mark.parametrize("way", ["403_object", "410_gone", "empty"])
def test_people_are_complete_with_their_deletions(account: SimulatedAccount, connector: Connector, way: str) -> None:
    account.set_behavior(closed_exports=way)
    outputs = [connector.read(*PEOPLE)]
    assert outputs[0].exit_code == 0, outputs[0].errors
    active = [row["id"] for row in outputs[0].rows("users") if row["active"]]
    user, organization = active[-1], outputs[0].rows("organizations")[-1]["id"]
    account.set_clock(skew=2 * DAY)
    account.delete("users", user)
    account.delete("organizations", organization)
    changed = account.update("users", active[5], name="Changed")["id"]
    account.set_clock(skew=600)
    outputs.append(connector.read(*PEOPLE, state=outputs[-1].states))
    gone = {row["id"]: row for row in outputs[1].rows("users")}
    assert (gone[user]["active"], gone[changed]["name"]) == (False, "Changed")
    assert len(gone) == len(outputs[1].rows("users")) == 2
    [row] = outputs[1].rows("organizations")
    assert row["id"] == organization
    assert row["deleted_at"]
    assert row["name"].startswith(f"{organization}_deleted_")
    outputs.append(connector.read(*PEOPLE, state=outputs[-1].states))
    assert outputs[2].records == {}


def test_organizations_without_an_audit_log_say_that_deletions_are_missing(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_behavior(closed_exports="403_object")
    account.set_plan("team")
    output = connector.read("organizations")
    assert output.exit_code == 0
    assert any("the audit log needs Enterprise" in warning for warning in output.warnings)


@pytest.mark.parametrize("way", ["403_object", "404_endpoint", "410_gone", "404_html"])
def test_talk_export_that_refuses_from_the_start_is_closed_if_talk_answers(
    account: SimulatedAccount, connector: Connector, way: str
) -> None:
    account.set_behavior(closed_exports=way)
    output = connector.read("talk_calls", "talk_call_legs")
    assert (output.exit_code, output.records) == (0, {})
    assert len(output.warnings) == 2
    assert all("Ask Zendesk for access with an OAuth client" in warning for warning in output.warnings)
    assert account.counts()["/api/v2/channels/voice/phone_numbers"] == account.counts()["/api/v2/users/me"] == 1


def test_talk_export_that_refuses_as_all_of_talk_does_is_outside_the_plan(
    account: SimulatedAccount, connector: Connector
) -> None:
    paths = ("channels/voice/stats/incremental/calls", "channels/voice/phone_numbers")
    account.set_plan(gates=dict.fromkeys(paths, "403_object"))
    output = connector.read("talk_calls")
    assert (output.exit_code, output.records) == (0, {})
    assert ["not available to this user or plan" in warning for warning in output.warnings] == [True]
