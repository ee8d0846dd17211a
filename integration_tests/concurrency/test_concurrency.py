"""The subsets of streams that share pages, and a few catalogs by chance; `make soak` reads all with all workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration_tests.concurrency.selection_sync import YEAR, accounts, read, wrong
from integration_tests.concurrency.stream_selections import (
    SHARING,
    WORKERS,
    StreamSelection,
    random_selection,
    shuffled,
)
from integration_tests.simulated_account import SimulatedAccount

ALL_SHARING = tuple(dict.fromkeys(stream for group in SHARING for stream in group))


@pytest.fixture(scope="module")
def large() -> Iterator[SimulatedAccount]:
    with accounts() as account:
        yield account


@pytest.mark.parametrize("workers", WORKERS)
def test_streams_that_share_pages_come_whole_with_any_number_of_workers(
    large: SimulatedAccount, tmp_path: Path, workers: int
) -> None:
    prove(large, tmp_path, shuffled(ALL_SHARING, workers), workers)


@pytest.mark.parametrize("group", SHARING, ids=" ".join)
def test_a_part_of_the_streams_that_share_pages_comes_whole(
    large: SimulatedAccount, tmp_path: Path, group: tuple[str, ...]
) -> None:
    prove(large, tmp_path, StreamSelection(group[1:]), 2)


@pytest.mark.parametrize("seed", range(4))
def test_a_catalog_by_chance_comes_whole(large: SimulatedAccount, tmp_path: Path, seed: int) -> None:
    prove(large, tmp_path, random_selection(seed, YEAR), WORKERS[seed])


def prove(account: SimulatedAccount, folder: Path, selection: StreamSelection, workers: int) -> None:
    output = read(account, folder, selection, workers)
    assert (output.exit_code, output.errors) == (0, [])
    assert wrong(account, selection, output) == {}
