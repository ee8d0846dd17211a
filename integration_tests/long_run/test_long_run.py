"""A day of hourly syncs; thirty days and a year are run by `make soak`."""

import pytest

from integration_tests.long_run.calendar import Lived, Span, live
from integration_tests.long_run.life import HOUR


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(tmp_path_factory.mktemp("day"), Span(syncs=24, step=HOUR, watched=8, killed=6))


def test_every_sync_succeeds(day: Lived) -> None:
    assert day.failed == []


def test_after_every_sync_every_table_equals_the_truth(day: Lived) -> None:
    assert day.wrong == []
    assert sum(map(len, day.destination.tables.values())) > 1_000


def test_states_and_memory_do_not_grow(day: Lived) -> None:
    assert day.grown == {}
    assert not day.fatter
