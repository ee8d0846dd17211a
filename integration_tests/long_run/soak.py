"""Thirty days of hourly syncs and a year of daily ones."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.long_run.account_activity import DAY, HOUR
from integration_tests.long_run.sync_series import SeriesResult, SyncSchedule, run_series
from integration_tests.soak.trial_result import ReliabilitySuite, TrialResult, logged_result

SCHEDULES = {
    "thirty days of hourly syncs": SyncSchedule(syncs=720, step=HOUR, watched=24, killed=50),
    "a year of daily syncs": SyncSchedule(syncs=365, step=DAY, watched=24, killed=50),
}


def rows(folder: Path) -> Iterator[TrialResult]:
    """A row for each schedule; states or memory that grow count as a run that was not survived."""
    for name, schedule in SCHEDULES.items():
        series = run_series(folder, schedule)
        yield logged_result(
            [*series.failed, *series.wrong, *map(str, series.grown.items())], _row(name, schedule, series)
        )


def _row(name: str, schedule: SyncSchedule, series: SeriesResult) -> TrialResult:
    bad = {text.split(":")[0] for text in (*series.failed, *series.wrong)}
    killed = schedule.syncs // schedule.killed
    survived = schedule.syncs - len(bad) - bool(series.grown) - series.fatter
    told = f"{name} (states {_bytes(series, 0)} to {_bytes(series, -1)} bytes, memory {_memory(series)} MiB)"
    return TrialResult(told, schedule.syncs, survived, series.lost, series.destination.again, killed)


def _bytes(series: SeriesResult, which: int) -> str:
    return f"{sum(series.states[which].values()):,}"


def _memory(series: SeriesResult) -> str:
    return f"{series.memory[1] >> 10} to {series.memory[-1] >> 10}"


LONG_RUN = ReliabilitySuite(
    name="long_run",
    title="Long runs",
    about="An account in which rows of every kind are added, changed and deleted between syncs, and metric events "
    "arrive twelve minutes late. After every sync all 71 tables, merged by key, are compared with the truth; every "
    "50th sync is killed at a random checkpoint. To spare the start of a process, most syncs call the command inside "
    "the test's own process. *Lost* counts rows that are wrong in the end. *Sent again* includes metrics and "
    "identities that come with every change of their ticket or user.",
    run=rows,
)
