"""A day of hourly syncs; thirty days and a year are run by `make soak`."""

import pytest

from integration_tests.long_run.account_activity import HOUR
from integration_tests.long_run.sync_series import SeriesResult, SyncSchedule, run_series


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> SeriesResult:
    return run_series(tmp_path_factory.mktemp("day"), SyncSchedule(syncs=24, step=HOUR, watched=8, killed=6))


def test_every_sync_succeeds(day: SeriesResult) -> None:
    assert day.failed == []


def test_after_every_sync_every_table_equals_the_truth(day: SeriesResult) -> None:
    assert day.wrong == []
    assert sum(map(len, day.destination.tables.values())) > 1_000


def test_states_and_memory_do_not_grow(day: SeriesResult) -> None:
    assert day.grown == {}
    assert not day.fatter
