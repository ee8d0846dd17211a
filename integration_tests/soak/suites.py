"""The suites, in the order of the report: what `make test-all` does a little of, with all its seeds."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integration_tests.accounts import running_account
from integration_tests.changes.changing_account import ChangingAccountTrial
from integration_tests.concurrency.selection_sync import YEAR, accounts, selection_trial
from integration_tests.concurrency.stream_selections import WORKERS, random_selection, shuffled, subsets
from integration_tests.conftest import connector_of
from integration_tests.faults.fault_kinds import ALL, BODY, GROUPS
from integration_tests.faults.random_fault_trial import RandomFaultTrial
from integration_tests.kills.interrupted_sync import InterruptedSyncTrial
from integration_tests.kills.termination import WAYS
from integration_tests.long_run.account_activity import DAY, HOUR
from integration_tests.long_run.sync_series import SeriesResult, SyncSchedule, run_series
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.trial_result import ReliabilitySuite, Trial, TrialResult
from integration_tests.states.saved_states import SavedState, in_the_future, misunderstood, resumable, states
from integration_tests.states.state_checks import SIZES, gaps, not_named, read, troubles, unexplained

RATES = (0.02, 0.1, 0.3)
HEAVY = 0.6


def fault_trials(folder: Path) -> Iterator[Trial]:
    """Every rate and every group of faults, seed by seed."""
    with running_account(tickets=1100) as account:
        run = RandomFaultTrial(account, folder).run_trial
        for rate in RATES:
            for seed in range(20):
                yield run(f"all kinds, {rate:.0%} of calls", rate=rate, seed=seed, kinds=ALL)
        for name, kinds in GROUPS.items():
            for seed in (100, 101):
                yield run(f"only {name}, 30% of calls", rate=0.3, seed=seed, kinds=kinds)
        for seed in range(5):
            yield run(f"cut or foreign bodies, {HEAVY:.0%}", rate=HEAVY, seed=seed, kinds=BODY)


FAULTS = ReliabilitySuite(
    name="faults",
    title="Random faults",
    about="""\
Each call gets a wrong response with the given probability, by one of 28 kinds of fault: 408, 409, 429 and 503 with and
without Retry-After (whole, fractional, an HTTP date), 500, 502, 504, 520, 524; connections reset before and inside the
body, gzip cut short; truncated JSON, a web page or a wrong content type with status 200, a page without its list; pages
that are repeated, stale, empty or out of order, without links, without cursors, with links to another host; rows
without an id, empty rows, null cursors, unknown fields, half a surrogate pair. All streams are read. A COMPLETE stream
must match the account; any other stream must have reported why.""",
    run=fault_trials,
)


def kill_trials(folder: Path) -> Iterator[Trial]:
    """Five trials of five ends in each of four ways: a hundred."""
    with running_account(tickets=2000) as account:
        for way in WAYS:
            for seed in range(5):
                yield InterruptedSyncTrial(account, folder).run_trial(way, 5, seed)


KILLS = ReliabilitySuite(
    name="kills",
    title="Interruptions",
    about="""\
A sync of all streams is ended at a random moment, restarted from the last STATE that was written, and so on; then it
may finish. The union of all emitted rows must match the account. Rows covered by a STATE must not be emitted again
(except those of the second at which two streams of one walk meet). No stream may ever have more rows without a STATE
than one page contains. SIGTERM must end with exit code 143 and a last line that names it, a closed pipe with one line
on stderr. Without memory the process may finish, name the reason, or die. *Sent again* is the cost of the
interruptions: open pages, and streams without a cursor field, which start again.""",
    run=kill_trials,
)
SKEWS = {"the server's clock five minutes ahead": 300, "the server's clock five minutes behind": -300}


def change_trials(folder: Path) -> Iterator[Trial]:
    """Each seed on an account of its own."""
    for seed in range(20):
        with running_account(tickets=1100, frozen=False) as account:
            yield ChangingAccountTrial(account, folder).run_trial("changes during a sync", seed)
    for name, skew in SKEWS.items():
        for seed in range(5):
            with running_account(tickets=200, now=None, frozen=False) as account:
                account.set_clock(skew=skew)
                yield ChangingAccountTrial(account, folder).run_trial(f"{name}, changes during a sync", seed)


CHANGES = ReliabilitySuite(
    name="changes",
    title="Changes during a sync",
    about="""\
While all streams are read, at four random moments 2% of every changeable table is changed, rows are added and deleted,
comments are redacted, twenty minutes pass, and the last rows of the current page are changed and deleted. An hour later
one more sync runs without changes. Then every table must match the account; only rows that Zendesk deletes without a
mark, or rewrites without changing their time, may differ (see behaviors.md).""",
    run=change_trials,
)
STATE_SYNCS, FUTURE_SYNCS, MISUNDERSTOOD_STATES = 100, 20, 1_000


def state_trials(folder: Path) -> Iterator[Trial]:
    """A sync of all streams from states by chance, or a state that is refused."""
    with running_account(tickets=60, sizes=SIZES) as account:
        yield from tried(STATE_SYNCS, states(), partial(_resumed, account, folder))
        future = st.fixed_dictionaries({stream: in_the_future(stream) for stream in resumable()})
        yield from tried(FUTURE_SYNCS, future, partial(_future, account, folder))
        named = st.sampled_from(resumable()).flatmap(lambda name: st.tuples(st.just(name), misunderstood(name)))
        yield from tried(MISUNDERSTOOD_STATES, named, partial(_refused, account, folder))


def tried(count: int, strategy: st.SearchStrategy[Any], run_trial: Callable[[Any], TrialResult]) -> list[Trial]:
    """A trial for each of so many values; what it raises ends the suite, with the value."""
    found: list[Trial] = []
    checks = list(HealthCheck)

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=checks)
    @given(strategy)
    def try_one(value: Any) -> None:
        found.append(([], run_trial(value)))

    try_one()
    return found


def _resumed(account: SimulatedAccount, folder: Path, saved: dict[str, SavedState]) -> TrialResult:
    output = read(account, folder, saved)
    lost = sum(map(len, gaps(account, saved, output).values()))
    survived = output.exit_code == 0 and not troubles(output) and not lost
    name = f"a state by chance for each of {len(saved)} streams: old shapes, lost cursors"
    return TrialResult(name, 1, int(survived), lost)


def _future(account: SimulatedAccount, folder: Path, saved: dict[str, tuple[Any, int]]) -> TrialResult:
    output = connector_of(account, folder).read(state={stream: blob for stream, (blob, _) in saved.items()})
    named = output.exit_code == 1 and not not_named(output, saved)
    return TrialResult(f"a state in the future for each of {len(saved)} streams", 1, int(named), unfinished=1)


def _refused(account: SimulatedAccount, folder: Path, saved: tuple[str, Any]) -> TrialResult:
    named = not unexplained(account, folder, *saved)
    return TrialResult("a state that does not say when", 1, int(named), unfinished=1)


STATES = ReliabilitySuite(
    name="states",
    title="Saved states",
    about="""\
Hypothesis generates states of all resumable streams: every shape that existing connectors have written, every notation
of time, and our own states of interrupted walks with cursors that the server does not know. Every row at or after the
state's time must arrive, with one line for each expired cursor. A state in the future, or without a time, must be
rejected with a configuration error that names the stream and the value (here *survived* means that).""",
    run=state_trials,
)
SCHEDULES = {
    "thirty days of hourly syncs": SyncSchedule(syncs=720, step=HOUR, watched=24, killed=50),
    "a year of daily syncs": SyncSchedule(syncs=365, step=DAY, watched=24, killed=50),
}


def long_trials(folder: Path) -> Iterator[Trial]:
    """One for each schedule; states or memory that grow count as a run that was not survived."""
    for name, schedule in SCHEDULES.items():
        series = run_series(folder, schedule)
        yield [*series.failed, *series.wrong, *map(str, series.grown.items())], _summary(name, schedule, series)


def _summary(name: str, schedule: SyncSchedule, series: SeriesResult) -> TrialResult:
    bad = {text.split(":")[0] for text in (*series.failed, *series.wrong)}
    survived = schedule.syncs - len(bad) - bool(series.grown) - series.fatter
    first, last = (f"{sum(series.states[which].values()):,}" for which in (0, -1))
    memory = f"{series.memory[1] >> 10} to {series.memory[-1] >> 10}"
    title = f"{name} (states {first} to {last} bytes, memory {memory} MiB)"
    killed = schedule.syncs // schedule.killed
    return TrialResult(title, schedule.syncs, survived, series.lost, series.destination.again, killed)


LONG_RUN = ReliabilitySuite(
    name="long_run",
    title="Long runs",
    about="""\
In this account, rows of every kind are added, changed and deleted between syncs, and metric events arrive twelve
minutes late. After every sync all tables, merged by key, are compared with the account; every 50th sync is killed at
a random checkpoint. To save process starts, most syncs run inside the test's own process. *Lost* counts rows that are
wrong at the end. *Sent again* includes metrics and identities, which are emitted with every change of their ticket or
user.""",
    run=long_trials,
)


def concurrency_trials(folder: Path) -> Iterator[Trial]:
    """Every subset and twenty catalogs by chance, each with every number of workers."""
    with accounts() as account:
        for workers in WORKERS:
            for number, streams in enumerate(subsets()):
                name = f"every subset of the streams that share pages, {workers} workers"
                yield [], selection_trial(name, account, folder, shuffled(streams, number), workers)
            for seed in range(20):
                name = f"catalogs by chance, {workers} workers"
                yield [], selection_trial(name, account, folder, random_selection(seed, YEAR), workers)


CONCURRENCY = ReliabilitySuite(
    name="concurrency",
    title="Concurrency",
    about="""\
Streams that share pages wait for each other, and pages wait for slots, limits and the reader. Each catalog is read in
its own order by a process that a watchdog kills after four minutes; every row is compared with the account. In the
random catalogs, some streams are read completely, and some resume from different times.""",
    run=concurrency_trials,
)
SUITES = [FAULTS, KILLS, CHANGES, STATES, LONG_RUN, CONCURRENCY]
