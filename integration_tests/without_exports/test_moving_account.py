"""An account that changes while it is read: every ticket that is not deleted is in the final table, as it is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput
from integration_tests.conftest import connector_of
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount

TICKETS = ("tickets", "ticket_metrics")


@contextmanager
def changing(account: SimulatedAccount) -> Iterator[None]:
    """Tickets are changed, added, deleted and changed by the system until the block ends; each takes a second."""
    ended, rng = threading.Event(), Random(5)
    free = [row["id"] for row in account.truth("tickets") if row["status"] in ("open", "pending", "solved")]
    rng.shuffle(free)

    def change() -> None:
        while not ended.is_set() and len(free) > 3:
            account.set_clock(skew=1)
            account.update("tickets", free.pop(), subject="Changed meanwhile")
            account.add("tickets", subject="Born meanwhile")
            account.delete("tickets", free.pop())
            ticket = account.truth("tickets", fields=["id", "updated_at"])[free.pop() % 50]
            account.update("tickets", ticket["id"], updated_at=ticket["updated_at"], priority="urgent")

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def assert_final_table_is_right(account: SimulatedAccount, stream: str, *outputs: CommandOutput) -> None:
    gone = {row["id"] for row in account.truth("tickets") if row["status"] == "deleted"}
    rows = [row for output in outputs for row in output.rows(stream)]
    found, truth = (
        [row for row in each if row.get("ticket_id", row["id"]) not in gone] for each in (rows, account.truth(stream))
    )
    assert row_differences(stream, rows_by_key(stream, found), rows_by_key(stream, truth)) == {}


@pytest.mark.parametrize("way", ["open", "403_object"])
def test_first_sync_by_id_of_a_moving_account_is_complete(tmp_path: Path, way: str) -> None:
    with running_account(tickets=1200) as account:
        account.set_behavior(closed_exports="" if way == "open" else way)
        connector = connector_of(account, tmp_path, first_sync="by_id", start_date="1970-01-01")
        with changing(account):
            outputs = [connector.read(*TICKETS)]
        for _ in range(2):
            account.set_clock(skew=8 * 86_400)
            outputs.append(connector.read(*TICKETS, state=outputs[-1].states))
        assert [output.exit_code for output in outputs] == [0, 0, 0]
        for stream in TICKETS:
            assert_final_table_is_right(account, stream, *outputs)
