"""Exports that are closed, in each way in which they may be: the same tables, read by lists."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput
from integration_tests.conftest import connector_of
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount

WAYS = ("403_object", "404_endpoint", "410_gone", "451_legal", "404_html", "200_html", "empty")
TICKETS = ("tickets", "ticket_metrics")
PEOPLE = ("users", "user_identities", "organizations")


@pytest.fixture
def account() -> Iterator[SimulatedAccount]:
    with running_account(tickets=230) as running:
        yield running


def wrong(account: SimulatedAccount, stream: str, *outputs: CommandOutput) -> dict[str, int]:
    """What differs from the account in the table that these syncs have made, less what is said in the documentation."""
    rows = [row for output in outputs for row in output.rows(stream)]
    truth = [row for row in account.truth(stream) if row.get("status") != "deleted"]
    found = [row for row in rows_by_key(stream, rows).values() if row.get("status") != "deleted"]
    return dict(Counter(row_differences(stream, rows_by_key(stream, found), rows_by_key(stream, truth)).values()))


@pytest.mark.parametrize("way", WAYS)
def test_first_sync_of_tickets_is_complete_at_once(account: SimulatedAccount, tmp_path: Path, way: str) -> None:
    account.set_behavior(closed_exports=way)
    output = connector_of(account, tmp_path).read(*TICKETS)
    assert output.exit_code == 0, output.errors
    for stream in TICKETS:
        assert wrong(account, stream, output) == {}
        assert len(output.rows(stream)) == len(rows_by_key(stream, output.rows(stream)))
