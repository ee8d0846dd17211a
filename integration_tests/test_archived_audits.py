"""Audits of archived tickets, which Zendesk's list leaves out, on request."""

from pathlib import Path

import pytest

from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount

STREAM = "ticket_audits"
LIST = "/api/v2/ticket_audits"
EXPORT = "/api/v2/incremental/tickets/cursor"
PER_TICKET = "/api/v2/tickets/{ticket_id}/audits"

pytestmark = [pytest.mark.account(tickets=150), pytest.mark.config(ticket_audits_archived=True)]


def test_audits_of_archived_tickets_come_once_for_one_call_a_closed_ticket(
    account: SimulatedAccount, connector: Connector
) -> None:
    first = connector.read(STREAM)
    truth = rows_by_key(STREAM, [*account.truth(STREAM), *account.truth("ticket_audits_archived")])
    rows = first.rows(STREAM)
    assert first.exit_code == 0
    assert row_differences(STREAM, rows_by_key(STREAM, rows), truth) == {}
    assert len(rows) == len(truth) > len(account.truth(STREAM))
    assert first.statuses[STREAM] == ["STARTED", "RUNNING", "COMPLETE"]
    closed = [ticket for ticket in account.truth("tickets") if ticket["status"] == "closed"]
    assert account.counts() == {LIST: 1, EXPORT: 1, PER_TICKET: len(closed)}
    account.forget_requests()
    second = connector.read(STREAM, state=first.states)
    assert (second.exit_code, second.rows(STREAM)) == (0, [])
    assert account.counts() == {LIST: 1, EXPORT: 1}
    assert second.states[STREAM] == first.states[STREAM]


def test_option_switched_on_later_reads_what_was_skipped(
    account: SimulatedAccount, connector: Connector, tmp_path: Path
) -> None:
    before = connector_of(account, tmp_path).read(STREAM)
    after = connector.read(STREAM, state=before.states)
    archived = rows_by_key(STREAM, account.truth("ticket_audits_archived"))
    assert row_differences(STREAM, rows_by_key(STREAM, after.rows(STREAM)), archived) == {}


def test_archived_tickets_are_not_requested_unless_wanted(account: SimulatedAccount, tmp_path: Path) -> None:
    connector_of(account, tmp_path).read(STREAM)
    assert account.counts() == {LIST: 1}
