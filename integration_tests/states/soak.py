"""Many more states by chance than `make test-all` tries."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.trial_result import ReliabilitySuite, TrialResult, logged_result
from integration_tests.states.saved_states import SavedState, in_the_future, misunderstood, resumable, states
from integration_tests.states.state_checks import SIZES, gaps, not_named, read, troubles, unexplained
from unit_tests.schema_once import schema_read_once

SYNCS = 100
FUTURES = 20
MISUNDERSTOOD = 1_000


def rows(folder: Path) -> Iterator[TrialResult]:
    """A row a sync of all streams, or a refused state."""
    running = running_account(tickets=60, sizes=SIZES)
    with schema_read_once(), running as account:
        yield from tried(SYNCS, states(), lambda saved: _gone_on(account, folder, saved))
        future = st.fixed_dictionaries({stream: in_the_future(stream) for stream in resumable()})
        yield from tried(FUTURES, future, lambda saved: _future(account, folder, saved))
        named = st.sampled_from(resumable()).flatmap(lambda name: st.tuples(st.just(name), misunderstood(name)))
        yield from tried(MISUNDERSTOOD, named, lambda pair: _refused(account, folder, *pair))


def tried(count: int, strategy: st.SearchStrategy[Any], row: Callable[[Any], TrialResult]) -> list[TrialResult]:
    """A row for each of so many values; what it raises ends the suite, with the value."""
    found: list[TrialResult] = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def try_one(value: Any) -> None:
        found.append(logged_result((), row(value)))

    try_one()
    return found


def _gone_on(account: SimulatedAccount, folder: Path, saved: dict[str, SavedState]) -> TrialResult:
    output = read(account, folder, saved)
    lost = sum(map(len, gaps(account, saved, output).values()))
    whole = output.exit_code == 0 and not troubles(output) and not lost
    return TrialResult(
        f"a state by chance for each of {len(saved)} streams: old shapes, lost cursors", 1, int(whole), lost
    )


def _future(account: SimulatedAccount, folder: Path, saved: dict[str, tuple[Any, int]]) -> TrialResult:
    blobs = {stream: blob for stream, (blob, _) in saved.items()}
    output = connector_of(account, folder).read(state=blobs)
    named = output.exit_code == 1 and not not_named(output, saved)
    return TrialResult(f"a state in the future for each of {len(saved)} streams", 1, int(named), unfinished=1)


def _refused(account: SimulatedAccount, folder: Path, stream: str, blob: Any) -> TrialResult:
    return TrialResult(
        "a state that does not say when", 1, int(not unexplained(account, folder, stream, blob)), unfinished=1
    )


STATES = ReliabilitySuite(
    name="states",
    title="Saved states",
    about="Hypothesis makes states of all resumable streams: every shape that existing connectors have written, every "
    "notation of time, our own of walks that were broken off with cursors that the server does not know. Every row at "
    "or after the state's time must arrive, with one line for each forgotten cursor. What lies in the future, or does "
    "not say when, must be refused with a configuration error that names the stream and the value (here *survived* "
    "means that).",
    run=rows,
)
