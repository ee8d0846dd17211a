"""A sync that is ended from outside, in every way, loses nothing and repeats only open pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration_tests.accounts import running_account
from integration_tests.kills.interrupted_sync import InterruptedSyncTrial
from integration_tests.simulated_account import SimulatedAccount

CYCLES = {"SIGKILL": 20, "SIGTERM": 3, "stdout closed by the reader": 3, "no more memory": 3}


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
