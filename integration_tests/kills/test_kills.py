"""A sync that is ended from outside, in every way, loses nothing and repeats only open pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.kills.interrupted_sync import InterruptedSyncTrial
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.upsert_destination import UpsertDestination

CYCLES = {"SIGKILL": 25, "SIGTERM": 3, "stdout closed by the reader": 3, "no more memory": 3}


@pytest.fixture(scope="module")
def large() -> Iterator[SimulatedAccount]:
    with running_account(tickets=2000) as account:
        yield account


@pytest.mark.parametrize("way", CYCLES)
def test_a_sync_that_is_ended_again_and_again_loses_nothing_and_repeats_only_open_pages(
    large: SimulatedAccount, tmp_path: Path, way: str
) -> None:
    wrong, row = InterruptedSyncTrial(large, tmp_path).run_trial(way, CYCLES[way], seed=25)
    assert (wrong, row.lost, row.survived) == ([], 0, CYCLES[way])


@pytest.fixture
def slow() -> Iterator[SimulatedAccount]:
    with running_account(tickets=1500) as account:
        account.set_limits(enabled=True, totals={"incremental-exports": 1})
        yield account


def test_a_page_is_checkpointed_while_the_walk_waits_for_its_limit(slow: SimulatedAccount, tmp_path: Path) -> None:
    connector, arrived = connector_of(slow, tmp_path), UpsertDestination()
    with connector.reading("tickets", "ticket_metrics") as process:
        for line in process.stdout or ():
            arrived.take(json.loads(line))
            if {"tickets", "ticket_metrics"} <= arrived.states.keys():
                break
        assert slow.counts() == {"/api/v2/incremental/tickets/cursor": 1}
        assert process.poll() is None
    assert len(arrived.rows["tickets"]) == 1000
    assert_resumed(connector, slow, arrived)


def assert_resumed(connector: Connector, account: SimulatedAccount, arrived: UpsertDestination) -> None:
    """From its states on, the rest comes, and only the rest."""
    account.set_limits(enabled=False)
    rest = connector.read("tickets", "ticket_metrics", state=arrived.states)
    assert rest.exit_code == 0
    for stream in ("tickets", "ticket_metrics"):
        known, more = arrived.rows[stream], rows_by_key(stream, rest.rows(stream))
        assert known.keys() & more.keys() == set()
        assert row_differences(stream, {**known, **more}, rows_by_key(stream, account.truth(stream))) == {}
