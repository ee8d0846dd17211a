"""Thirty days of hourly syncs and a year of daily ones."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.long_run.calendar import Lived, Span, live
from integration_tests.long_run.life import DAY, HOUR
from integration_tests.soak.row import Row, Suite, told_of

SPANS = {
    "thirty days of hourly syncs": Span(syncs=720, step=HOUR, watched=24, killed=50),
    "a year of daily syncs": Span(syncs=365, step=DAY, watched=24, killed=50),
}


def rows(folder: Path) -> Iterator[Row]:
    """A row for each span; states or memory that grow count as a run that was not survived."""
    for name, span in SPANS.items():
        lived = live(folder, span)
        yield told_of([*lived.failed, *lived.wrong, *map(str, lived.grown.items())], _row(name, span, lived))


def _row(name: str, span: Span, lived: Lived) -> Row:
    bad = {text.split(":")[0] for text in (*lived.failed, *lived.wrong)}
    killed = span.syncs // span.killed
    survived = span.syncs - len(bad) - bool(lived.grown) - lived.fatter
    told = f"{name} (states {_bytes(lived, 0)} to {_bytes(lived, -1)} bytes, memory {_memory(lived)} MiB)"
    return Row(told, span.syncs, survived, lived.lost, lived.destination.again, killed)


def _bytes(lived: Lived, which: int) -> str:
    return f"{sum(lived.states[which].values()):,}"


def _memory(lived: Lived) -> str:
    return f"{lived.memory[1] >> 10} to {lived.memory[-1] >> 10}"


LONG_RUN = Suite(
    name="long_run",
    title="Long runs",
    about="An account in which rows of every kind are added, changed and deleted between syncs, and metric events "
    "arrive twelve minutes late. After every sync all tables, merged by key, are compared with the truth; every "
    "50th sync is killed at a random checkpoint. To spare the start of a process, most syncs call the command inside "
    "the test's own process. *Lost* counts rows that are wrong in the end. *Sent again* includes metrics and "
    "identities that come with every change of their ticket or user.",
    run=rows,
)
