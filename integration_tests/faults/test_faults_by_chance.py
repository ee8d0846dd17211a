"""Faults by chance, over all streams: whole and true, or stopped with a message and completed by the next sync."""

from collections.abc import Iterator

import pytest

from integration_tests.accounts import running_account
from integration_tests.faults.fault_kinds import ALL, GROUPS
from integration_tests.faults.random_fault_trial import RandomFaultTrial
from integration_tests.soak.suites import FAULTS


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RandomFaultTrial]:
    with running_account(tickets=1100) as account:
        yield RandomFaultTrial(account, tmp_path_factory.mktemp("ground"))


@pytest.mark.parametrize(
    ("kinds", "rate", "seed"),
    [(ALL, 0.02, 1), (ALL, 0.1, 2), (ALL, 0.3, 0), (ALL, 0.3, 1), (GROUPS["odd pages"], 0.3, 7)],
)
def test_a_sync_under_fire_is_complete_or_says_why_not(
    trials: RandomFaultTrial, kinds: tuple[str, ...], rate: float, seed: int
) -> None:
    wrong, row = trials.run_trial("under fire", rate=rate, seed=seed, kinds=kinds)
    assert (wrong, row.lost) == ([], 0)


def test_rows_that_come_without_their_key_twice_are_skipped_and_counted(trials: RandomFaultTrial) -> None:
    wrong, row = trials.run_trial("no keys", rate=0.5, seed=1, kinds=("no_id",))
    assert (wrong, row.lost) == ([], 0)
    assert row.skipped > 0


def test_report_says_how_many_kinds_of_faults_there_are() -> None:
    assert f"by one of {len(ALL)} kinds of fault" in FAULTS.about
