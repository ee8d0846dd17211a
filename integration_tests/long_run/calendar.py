"""A long time of syncs: everything lives on between them, and the tables are compared after each."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.long_run.destination import Destination
from integration_tests.long_run.inside import run_inside
from integration_tests.long_run.life import goes_on
from integration_tests.long_run.outside import run_killed, run_watched
from integration_tests.output import Output
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.truths import told
from unit_tests.cdk_work_once import cdk_work_once

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
EXPECTED = "what belongs to them is left out"
"""A ticket is deleted whose side conversation had just moved."""
GROWTH = 1.5
"""States hold the ids of a window of time, whose number varies a little; they must not grow with the account."""


@dataclass(frozen=True)
class Span:
    """How many syncs, how many seconds apart; each `watched`-th is a process whose memory is taken.

    Each `killed`-th is a process that is killed at a random checkpoint, and completed by the next sync.
    """

    syncs: int
    step: int
    watched: int
    killed: int = 0


@dataclass
class Lived:
    """What came of it: wrong rows by sync, sizes of all states in bytes, memory in KiB.

    `late` are the lists in whose midst the last sync was killed. The next one goes on there; what changes on the pages
    before comes with the one after it.
    """

    destination: Destination = field(default_factory=Destination)
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
        return {name: (before[name], size) for name, size in after.items() if size > GROWTH * before[name] + 50}

    @property
    def fatter(self) -> bool:
        """Whether the last watched sync took more memory than the second one; the first read everything."""
        return len(self.memory) > 2 and self.memory[-1] > ROUNDING * self.memory[1]


def live(folder: Path, span: Span, seed: int = 1) -> Lived:
    """A new account and its syncs."""
    lived = Lived()
    running = SimulatedAccount.running(tickets=20, seed=seed, now=BEGIN, sizes=SIZES)
    with cdk_work_once(), running as account:
        connector = connector_of(account, folder)
        for number in _days(account, span, seed):
            output = _sync(connector, lived, span, number)
            lived.destination.take(output)
            if output.exit_code < 0:
                lived.destination.allow(told(account))
                lived.late = {stream for stream, state in lived.destination.states.items() if "next" in state}
                continue
            lived.destination.expect(told(account))
            _judge(lived, output, number)
            if number % TOLD == 0:
                wrong, failed = len(lived.wrong), len(lived.failed)
                logger.info("sync %d of %d, %d wrong, %d failed", number, span.syncs, wrong, failed)
    return lived


def _days(account: SimulatedAccount, span: Span, seed: int) -> Iterator[int]:
    for number in range(span.syncs):
        if number:
            goes_on(account, span.step, seed * 100_000 + number)
        account.forget_requests()
        yield number


def _sync(connector: Connector, lived: Lived, span: Span, number: int) -> Output:
    arguments = connector.arguments((), lived.destination.states or None)
    if span.killed and number % span.killed == span.killed - 1:
        return run_killed(arguments, Random(number).randint(1, MOST_CHECKPOINTS))
    if number % span.watched:
        return run_inside(arguments)
    output, memory = run_watched(arguments)
    lived.memory.append(memory)
    return output


def _judge(lived: Lived, output: Output, number: int) -> None:
    lived.states.append(lived.destination.state_bytes())
    unasked = [warning for warning in output.warnings if EXPECTED not in warning]
    if output.exit_code or output.errors or unasked:
        lived.failed.append(f"sync {number}: {output.exit_code} {output.errors[:1]} {unasked[:2]}")
    wrong = {stream: rows for stream, rows in lived.destination.wrong().items() if stream not in lived.late}
    lived.late = set()
    if wrong:
        lived.wrong.append(f"sync {number}: {str(wrong)[:300]}")
