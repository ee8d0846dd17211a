"""A first sync by ids: complete by construction, resumed at its last block, and used only if it is proven."""

import pytest

from integration_tests.connector import Connector
from integration_tests.row_comparison import rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.without_exports.closed_account import TICKETS, wrong_tables

EXPORT = "/api/v2/incremental/tickets/cursor"
LIST = "/api/v2/tickets"
MANY = "/api/v2/tickets/show_many"
SEARCH = "/api/v2/search/export"

pytestmark = [pytest.mark.account(tickets=430), pytest.mark.config(first_sync="by_id", start_date="1970-01-01")]


def assert_complete(account: SimulatedAccount, connector: Connector) -> None:
    output = connector.read(*TICKETS)
    assert output.exit_code == 0, output.errors
    assert wrong_tables(account, output, streams=TICKETS) == {}
    for stream in TICKETS:
        assert len(output.rows(stream)) == len(rows_by_key(stream, output.rows(stream)))


def test_every_ticket_comes_once_with_its_metrics(account: SimulatedAccount, connector: Connector) -> None:
    assert_complete(account, connector)
    counts = account.counts()
    assert (counts[EXPORT], counts[LIST], counts[SEARCH]) == (2, 2, 1)  # one compares the export without rows
    assert counts[MANY] == 5 + 5 + 10  # the proof, the blocks, and ten behind the greatest id


def test_state_names_the_block_and_a_kill_resumes_behind_it(account: SimulatedAccount, connector: Connector) -> None:
    output = connector.read("tickets")
    blob = next(blob for _, blob, _ in output.checkpoints if blob.get("lists", {}).get("sweep", {}).get("id") == 300)
    assert blob["lists"]["sweep"]["first"] is True
    account.forget_requests()
    rest = connector.read("tickets", state={"tickets": blob})
    requested = [call["query"]["ids"].split(",")[0] for call in account.requests() if call["endpoint"] == MANY]
    assert sorted(map(int, requested)) == list(range(301, 1402, 100))  # what was proven is not proven again
    assert min(row["id"] for row in rest.rows("tickets")) > 300
    assert "lists" not in rest.states["tickets"]


def test_archived_tickets_that_do_not_come_by_id_leave_it_to_the_export(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_behavior(show_many_without_archived=True)
    assert_complete(account, connector)
    assert account.counts()[MANY] == 5  # the proof alone


@pytest.mark.account(tickets=0)
def test_account_without_tickets_is_read_from_the_export(connector: Connector) -> None:
    output = connector.read(*TICKETS)
    assert (output.exit_code, output.records) == (0, {})


def test_second_sync_resumes_from_the_export(account: SimulatedAccount, connector: Connector) -> None:
    first = connector.read(*TICKETS)
    account.forget_requests()
    second = connector.read(*TICKETS, state=first.states)
    assert account.counts()[EXPORT] == 1
    assert MANY not in account.counts()
    assert second.rows("tickets") == []
