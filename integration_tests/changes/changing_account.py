"""A sync of an account that changes meanwhile, and one more sync, after which everything must be there."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from integration_tests.command_output import CommandOutput, Json
from integration_tests.conftest import connector_of
from integration_tests.faults.sync_verdict import AccountRows
from integration_tests.row_comparison import Key, account_rows
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.trial_result import TrialResult
from integration_tests.upsert_destination import UpsertDestination

CHANGES = 4
"""Times that a share of everything changes during the first sync."""
SHARE = 0.02
HOUR = 3600
VANISHED = "not in the account"
"""What became of rows that Zendesk deletes without a trace; their last copy stays in the destination."""
REWRITTEN = {("ticket_audits", "events"), ("ticket_events", "child_events"), ("ticket_metric_events", "deleted")}
"""What Zendesk rewrites in place, at its old place in time, and no incremental endpoint shows it again: events whose
comment is redacted (the redaction is an event of its own, and that arrives), and metric events that are marked as
deleted when they are older than the lookback."""


@dataclass(frozen=True)
class ChangingAccountTrial:
    """An account, a folder for the connector's files, and how often the account changes during the first sync.

    Each change moves the account's clock by 20 minutes. With a wrong clock, rows must be less than an hour ahead of
    this machine: the range of the audit logs ends there until the first response.
    """

    account: SimulatedAccount
    folder: Path
    changes: int = CHANGES

    def run_trial(self, name: str, seed: int) -> tuple[list[str], TrialResult]:
        """Change things while a sync goes on, then sync once more in peace; what was wrong, and the report's line."""
        arrived, chance = UpsertDestination(), Random(seed)
        wrong = list(self._restless(arrived, chance, seed))
        self.account.set_clock(skew=HOUR)
        second = connector_of(self.account, self.folder).read(state=arrived.states)
        arrived.take_all(second)
        wrong += _failed(second)
        missing = outdated(arrived, account_rows(self.account))
        wrong += [f"{stream}: {len(rows)} rows: {dict(list(rows.items())[:3])}" for stream, rows in missing.items()]
        lost = sum(map(len, missing.values()))
        return wrong, TrialResult(name, 1, int(not wrong), lost, arrived.again)

    def _restless(self, arrived: UpsertDestination, chance: Random, seed: int) -> Iterator[str]:
        """The first sync; the account changes when its n-th STATE arrives, while the process waits for its reader."""
        moments, states = set(chance.sample(range(1, 90), self.changes)), 0
        with connector_of(self.account, self.folder).reading() as process:
            for line in process.stdout or ():
                message = json.loads(line)
                arrived.take(message)
                states += message["type"] == "STATE"
                if message["type"] == "STATE" and states in moments:
                    self.account.change(share=SHARE, seed=seed * 100 + states)
                    self._change_boundary(arrived, message["state"]["stream"]["stream_descriptor"]["name"])
            code = process.wait()
        if code:
            yield f"the first sync ended with exit code {code}"

    def _change_boundary(self, arrived: UpsertDestination, stream: str) -> None:
        """Delete the row with which the page ended that has just come, change the one before, add one."""
        keys = [key[0] for key in list(arrived.rows.get(stream, {}))[-2:] if len(key) == 1]
        with suppress(RuntimeError):  # not every kind can be changed by itself
            if len(keys) > 1:
                self.account.update(stream, keys[0])
                self.account.delete(stream, keys[1])
                self.account.add(stream)


def outdated(arrived: UpsertDestination, truth: AccountRows) -> dict[str, dict[Key, str]]:
    """What is missing or old, by stream."""
    wrong = {
        stream: {key: how for key, how in rows.items() if how != VANISHED and (stream, how) not in REWRITTEN}
        for stream, rows in arrived.lacking(truth).items()
    }
    return {stream: rows for stream, rows in wrong.items() if rows}


def _failed(output: CommandOutput) -> list[str]:
    errors: list[Json] = output.errors
    return [error["message"] for error in errors] + ([f"exit code {output.exit_code}"] if output.exit_code else [])
