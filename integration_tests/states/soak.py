"""Many more states by chance than `make test` tries."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integration_tests.conftest import NOW, connector_of
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.row import Row, Suite, told_of
from integration_tests.states.reading import SIZES, gaps, not_named, read, troubles, unexplained
from integration_tests.states.shapes import Brought, in_the_future, misunderstood, resumable, states
from unit_tests.cdk_work_once import cdk_work_once

SYNCS = 100
FUTURES = 20
MISUNDERSTOOD = 1_000


def rows(folder: Path) -> Iterator[Row]:
    """A row a sync of all streams, or a refused state."""
    running = SimulatedAccount.running(tickets=60, now=NOW, frozen=True, sizes=SIZES)
    with cdk_work_once(), running as account:
        yield from tried(SYNCS, states(), lambda brought: _gone_on(account, folder, brought))
        future = st.fixed_dictionaries({stream: in_the_future(stream) for stream in resumable()})
        yield from tried(FUTURES, future, lambda brought: _future(account, folder, brought))
        named = st.sampled_from(resumable()).flatmap(lambda name: st.tuples(st.just(name), misunderstood(name)))
        yield from tried(MISUNDERSTOOD, named, lambda pair: _refused(account, folder, *pair))


def tried(count: int, strategy: st.SearchStrategy[Any], row: Callable[[Any], Row]) -> list[Row]:
    """A row for each of so many values; what it raises ends the suite, with the value."""
    found: list[Row] = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def try_one(value: Any) -> None:
        found.append(told_of((), row(value)))

    try_one()
    return found


def _gone_on(account: SimulatedAccount, folder: Path, brought: dict[str, Brought]) -> Row:
    output = read(account, folder, brought)
    lost = sum(map(len, gaps(account, brought, output).values()))
    whole = output.exit_code == 0 and not troubles(output) and not lost
    return Row(f"a state by chance for each of {len(brought)} streams: old shapes, lost cursors", 1, int(whole), lost)


def _future(account: SimulatedAccount, folder: Path, brought: dict[str, tuple[Any, int]]) -> Row:
    blobs = {stream: blob for stream, (blob, _) in brought.items()}
    output = connector_of(account, folder).read(state=blobs)
    named = output.exit_code == 1 and not not_named(output, brought)
    return Row(f"a state in the future for each of {len(brought)} streams", 1, int(named), unfinished=1)


def _refused(account: SimulatedAccount, folder: Path, stream: str, blob: Any) -> Row:
    return Row("a state that does not say when", 1, int(not unexplained(account, folder, stream, blob)), unfinished=1)


STATES = Suite(
    name="states",
    title="Saved states",
    about="Hypothesis makes states of all resumable streams: every shape that existing connectors have written, every "
    "notation of time, our own of walks that were broken off with cursors that the server does not know. Every row at "
    "or after the state's time must arrive, with one line for each forgotten cursor. What lies in the future, or does "
    "not say when, must be refused with a configuration error that names the stream and the value (here *survived* "
    "means that).",
    run=rows,
)
