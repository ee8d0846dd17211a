"""The subsets of streams that share pages, and a few catalogs by chance; `make soak` reads all with all workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration_tests.concurrency.selection_sync import SIZES, YEAR, accounts, arguments, wrong
from integration_tests.concurrency.stream_selections import (
    SHARING,
    WORKERS,
    StreamSelection,
    random_selection,
    shuffled,
    subsets,
)
from integration_tests.in_process import run
from integration_tests.simulated_account import SimulatedAccount

ALL_SHARING = tuple(dict.fromkeys(stream for group in SHARING for stream in group))


@pytest.fixture(scope="module")
def large() -> Iterator[SimulatedAccount]:
    with accounts() as account:
        yield account


@pytest.mark.parametrize("workers", WORKERS)
def test_streams_that_share_pages_come_complete_with_any_number_of_workers(
    large: SimulatedAccount, tmp_path: Path, workers: int
) -> None:
    prove(large, tmp_path, shuffled(ALL_SHARING, workers), workers)


@pytest.mark.account(tickets=60, sizes=SIZES)
def test_every_subset_of_the_streams_that_share_pages_comes_complete(account: SimulatedAccount, tmp_path: Path) -> None:
    for number, streams in enumerate(subsets()):
        prove(account, tmp_path, shuffled(streams, number), 2)


@pytest.mark.parametrize("seed", range(4))
def test_a_catalog_by_chance_comes_complete(large: SimulatedAccount, tmp_path: Path, seed: int) -> None:
    prove(large, tmp_path, random_selection(seed, YEAR), WORKERS[seed])


def prove(account: SimulatedAccount, folder: Path, selection: StreamSelection, workers: int) -> None:
    output = run(*arguments(account, folder, selection, workers))
    assert (output.exit_code, output.errors) == (0, []), selection
    assert wrong(account, selection, output) == {}, selection
    for stream in selection.streams:
        assert output.statuses[stream][-1] == "COMPLETE"
        assert sum(count for name, _, count in output.checkpoints if name == stream) == len(output.rows(stream))
