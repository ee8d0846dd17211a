"""An account that changes while it is read: every ticket that is not deleted is in the final table, as it is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.without_exports.closed_account import TICKETS, wrong_tables


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


@pytest.mark.account(tickets=1200)
@pytest.mark.config(first_sync="by_id", start_date="1970-01-01")
@pytest.mark.parametrize("way", ["", "403_object"], ids=["open", "403_object"])
def test_first_sync_by_id_of_a_moving_account_is_complete(
    account: SimulatedAccount, connector: Connector, way: str
) -> None:
    account.set_behavior(closed_exports=way)
    with changing(account):
        outputs = [connector.read(*TICKETS)]
    for _ in range(2):
        account.set_clock(skew=8 * 86_400)
        outputs.append(connector.read(*TICKETS, state=outputs[-1].states))
    assert [output.exit_code for output in outputs] == [0, 0, 0]
    assert wrong_tables(account, *outputs, streams=TICKETS) == {}
