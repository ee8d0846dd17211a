"""A long time of syncs: everything lives on between them, and the tables are compared after each."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.in_process import run
from integration_tests.long_run.account_activity import advance_account
from integration_tests.long_run.expected_tables import ExpectedTables
from integration_tests.long_run.observed_process import run_killed, run_watched
from integration_tests.row_comparison import account_rows
from integration_tests.simulated_account import SimulatedAccount

logger = logging.getLogger("soak")

BEGIN = "2025-06-01T12:00:00Z"
"""A year later is still in the past: before the first answer, the connector has only this machine's clock."""
SIZES = {"articles": 4, "posts": 4, "macros": 12, "tags": 12, "triggers": 12, "views": 12, "ticket_activities": 12}
"""As few parents as show everything: each costs a request a sync."""
MOST_CHECKPOINTS = 60
"""A sync of everything makes some more of them, so a kill meets it under way."""
ROUNDING = 1.25
"""Memory of two processes that do the same differs by less than this."""
TOLD = 20
"""Syncs from one line of progress to the next."""
EXPECTED = "their records are skipped"
"""A ticket is deleted whose side conversation had just moved."""
GROWTH = 1.5
"""States hold the ids of a window of time, whose number varies a little; they must not grow with the account."""


@dataclass(frozen=True)
class SyncSchedule:
    """How many syncs, how many seconds apart; each `watched`-th is a process whose memory is taken.

    Each `killed`-th is a process that is killed at a random checkpoint, and completed by the next sync.
    """

    syncs: int
    step: int
    watched: int
    killed: int = 0


@dataclass
class SeriesResult:
    """What came of it: wrong rows by sync, sizes of all states in bytes, memory in KiB.

    `late` are the lists in whose midst the last sync was killed. The next one goes on there; what changes on the pages
    before comes with the one after it.
    """

    destination: ExpectedTables = field(default_factory=ExpectedTables)
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    states: list[dict[str, int]] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    late: set[str] = field(default_factory=set)

    @property
    def lost(self) -> int:
        """Rows that are wrong in the end."""
        return sum(len(rows) for rows in self.destination.wrong().values())

    @property
    def grown(self) -> dict[str, tuple[int, int]]:
        """States that are larger in the last tenth than they ever were in the first half, and by how much."""
        half, tenth = self.states[: len(self.states) // 2], self.states[-max(1, len(self.states) // 10) :]
        before = {stream: max(sizes.get(stream, 0) for sizes in half) for stream in self.states[-1]}
        after = {stream: max(sizes[stream] for sizes in tenth) for stream in before}
        return {name: (before[name], size) for name, size in after.items() if _has_grown(before[name], size)}

    @property
    def fatter(self) -> bool:
        """Whether the last watched sync took more memory than the second one; the first read everything."""
        return len(self.memory) > 2 and self.memory[-1] > ROUNDING * self.memory[1]


def _has_grown(before: int, after: int) -> bool:
    return after > GROWTH * before + 50


def run_series(folder: Path, schedule: SyncSchedule, seed: int = 1) -> SeriesResult:
    """A new account and its syncs."""
    series = SeriesResult()
    running = running_account(tickets=20, seed=seed, now=BEGIN, sizes=SIZES, frozen=False)
    with running as account:
        connector = connector_of(account, folder)
        for number in _days(account, schedule, seed):
            output = _sync(connector, series, schedule, number)
            series.destination.take(output)
            if output.exit_code < 0:
                series.destination.allow(account_rows(account))
                series.late = {stream for stream, state in series.destination.states.items() if "next" in state}
                continue
            series.destination.expect(account_rows(account))
            _judge(series, output, number)
            if number % TOLD == 0:
                wrong, failed = len(series.wrong), len(series.failed)
                logger.info("sync %d of %d, %d wrong, %d failed", number, schedule.syncs, wrong, failed)
    return series


def _days(account: SimulatedAccount, schedule: SyncSchedule, seed: int) -> Iterator[int]:
    for number in range(schedule.syncs):
        if number:
            advance_account(account, schedule.step, seed * 100_000 + number)
        account.forget_requests()
        yield number


def _sync(connector: Connector, series: SeriesResult, schedule: SyncSchedule, number: int) -> CommandOutput:
    arguments = connector.arguments((), series.destination.states or None)
    if schedule.killed and number % schedule.killed == schedule.killed - 1:
        return run_killed(arguments, Random(number).randint(1, MOST_CHECKPOINTS))
    if number % schedule.watched:
        return run(*arguments)
    output, memory = run_watched(arguments)
    series.memory.append(memory)
    return output


def _judge(series: SeriesResult, output: CommandOutput, number: int) -> None:
    series.states.append(series.destination.state_bytes())
    unexpected = [warning for warning in output.warnings if EXPECTED not in warning]
    if output.exit_code or output.errors or unexpected:
        series.failed.append(f"sync {number}: {output.exit_code} {output.errors[:1]} {unexpected[:2]}")
    wrong = {stream: rows for stream, rows in series.destination.wrong().items() if stream not in series.late}
    series.late = set()
    if wrong:
        series.wrong.append(f"sync {number}: {str(wrong)[:300]}")
