"""A sync that is killed is resumed by the next one from its last checkpoint."""

import json
from pathlib import Path

import pytest

from integration_tests.connector import Connector
from integration_tests.kills.interrupted_sync import InterruptedSyncTrial
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.upsert_destination import UpsertDestination


@pytest.mark.account(tickets=1100)
def test_a_sync_that_is_killed_again_and_again_loses_nothing_and_repeats_only_open_pages(
    account: SimulatedAccount, tmp_path: Path
) -> None:
    wrong, row = InterruptedSyncTrial(account, tmp_path).run_trial("SIGKILL", 5, seed=25)
    assert (wrong, row.lost, row.survived) == ([], 0, 5)


@pytest.mark.account(tickets=1500)
def test_a_page_is_checkpointed_while_the_walk_waits_for_its_limit(
    account: SimulatedAccount, connector: Connector
) -> None:
    streams, arrived = ("tickets", "ticket_metrics"), UpsertDestination()
    account.set_limits(enabled=True, totals={"incremental-exports": 1})
    with connector.reading(*streams) as process:
        for line in process.stdout or ():
            arrived.take(json.loads(line))
            if set(streams) <= arrived.states.keys():
                break
        assert account.counts() == {"/api/v2/incremental/tickets/cursor": 1}
        assert process.poll() is None
    assert len(arrived.rows["tickets"]) == 1000
    account.set_limits(enabled=False)
    rest = connector.read(*streams, state=arrived.states)
    assert rest.exit_code == 0
    for stream in streams:
        known, more = arrived.rows[stream], rows_by_key(stream, rest.rows(stream))
        assert known.keys() & more.keys() == set()
        assert row_differences(stream, {**known, **more}, rows_by_key(stream, account.truth(stream))) == {}
