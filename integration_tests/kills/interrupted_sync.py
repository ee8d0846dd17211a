"""A sync that is ended again and again, until it has brought everything."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from integration_tests.conftest import connector_of
from integration_tests.connector import discovered, started
from integration_tests.faults.sync_verdict import AccountRows, wrongs
from integration_tests.kills.termination import WAYS, take, ungainly
from integration_tests.row_comparison import account_rows
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.trial_result import TrialResult
from integration_tests.upsert_destination import UpsertDestination

LARGEST_PAGE = 1000
PER_ROW = {"user_identities": 3, "ticket_conversation_log": 3}
"""A page holds users, each with some identities, or tickets, of which some have a log."""
JOINING = {"tickets", "ticket_metrics", "ticket_conversation_log", "users", "user_identities"}
"""Streams of one walk; one that is ahead of the other joins at its own second, whose rows come again."""


@dataclass(frozen=True)
class InterruptedSyncTrial:
    """An account whose clock stands still, and a folder for the connector's files."""

    account: SimulatedAccount
    folder: Path

    def run_trial(self, way: str, cycles: int, seed: int) -> tuple[list[str], TrialResult]:
        """End a sync so many times at random moments, then let it finish; what was wrong, and the report's line."""
        connector, arrived, moments = connector_of(self.account, self.folder), UpsertDestination(), Random(seed)
        wrong = list[str]()
        for _ in range(cycles):
            wrong += self._cycle(way, connector.arguments((), arrived.states), arrived, moments.randint(150, 2500))
        again, needless = arrived.again, set(arrived.needless) - JOINING
        wrong += [f"{name}: rows came again that a STATE had covered" for name in sorted(needless)]
        last = connector.read(state=arrived.states)
        arrived.take_all(last)
        truth: AccountRows = account_rows(self.account)
        wrong += wrongs(last, arrived, truth)
        lost = sum(map(len, arrived.lacking(truth).values()))
        survived = 0 if wrong or lost else cycles
        return wrong, TrialResult(way, cycles, survived, lost, again, survived)

    def _cycle(self, way: str, arguments: list[str], arrived: UpsertDestination, lines: int) -> Iterator[str]:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as stderr:
            with started(*arguments, stderr=stderr) as process:
                take(process, arrived, lines)
                if code := process.poll():  # 0: it was done, because the one before had done almost everything
                    yield f"it ended before it could be ended, with exit code {code}"
                yield from WAYS[way](process, arrived)
            stderr.seek(0)
            trace = stderr.read()
        if ungainly(way, trace):
            yield f"stack trace on stderr: {trace[-2000:]}"
        yield from (f"{name}: more than a page without a STATE" for name in more_than_a_page(arrived))


def more_than_a_page(arrived: UpsertDestination) -> list[str]:
    """The streams of which more rows are not covered by a STATE than one page can hold."""
    resumable = [name for name in arrived.open if discovered()[name]["is_resumable"]]
    return [name for name in resumable if len(arrived.open[name]) > LARGEST_PAGE * PER_ROW.get(name, 1)]
