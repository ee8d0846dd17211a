"""One trial: a sync under fire, then one in peace from where the first one stopped."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from integration_tests.conftest import connector_of
from integration_tests.faults.sync_verdict import AccountRows, lacking, wrongs
from integration_tests.row_comparison import account_rows
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.trial_result import TrialResult
from integration_tests.upsert_destination import UpsertDestination

IN_A_ROW = 100
"""Chance alone decides how often in a row one endpoint is hit, so that some streams are given up."""


class RandomFaultTrial:
    """An account to try on; its truth is requested once.

    Args:
        account: must not change while trials go on.
        folder: for the connector's files.
        streams: what is read; all if empty.
    """

    def __init__(self, account: SimulatedAccount, folder: Path, streams: Iterable[str] = ()) -> None:
        self._account = account
        self._connector = connector_of(account, folder)
        self._streams = tuple(streams)
        truth = account_rows(account)
        self._truth: AccountRows = {name: truth[name] for name in self._streams or truth}

    def run_trial(self, name: str, **faults: Any) -> tuple[list[str], TrialResult]:
        """Sync under these faults, then without; what was wrong, and the report's line."""
        arrived = UpsertDestination()
        self._account.set_faults(in_a_row=IN_A_ROW, **faults)
        first = self._connector.read(*self._streams)
        self._account.set_faults()
        arrived.take_all(first)
        wrong = wrongs(first, arrived, self._truth)
        if first.exit_code:
            rest = self._connector.read(*self._streams, state=arrived.states)
            arrived.take_all(rest)
            wrong += [f"afterwards: {reported}" for reported in wrongs(rest, arrived, self._truth)]
            wrong += [f"afterwards: exit code {rest.exit_code}"] if rest.exit_code else []
        lost = sum(map(len, lacking(arrived, self._truth).values()))
        skipped = sum(arrived.skipped.values())
        return wrong, TrialResult(
            name, 1, int(not wrong), lost, arrived.again, int(first.exit_code != 0 and not wrong), skipped
        )
