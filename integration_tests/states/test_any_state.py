"""States by chance over the command line; `make soak` tries many more."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.connector import discovered
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.states.saved_states import SavedState, in_the_future, misunderstood, resumable, states
from integration_tests.states.state_checks import FORGOTTEN, SIZES, gaps, not_named, read, troubles, unexplained

few = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
many = settings(few, max_examples=60)
Folders = pytest.TempPathFactory


@pytest.fixture(scope="module")
def still() -> Iterator[SimulatedAccount]:
    with running_account(tickets=60, sizes=SIZES) as account:
        yield account


@few
@given(saved=states())
def test_every_stream_resumes_without_a_gap(
    still: SimulatedAccount, tmp_path_factory: Folders, saved: dict[str, SavedState]
) -> None:
    output = read(still, tmp_path_factory.mktemp("any"), saved)
    assert (output.exit_code, troubles(output)) == (0, [])
    assert gaps(still, saved, output) == {}


@many
@given(stream=st.deferred(lambda: st.sampled_from(resumable())), data=st.data())
def test_a_state_that_does_not_say_when_is_named(
    still: SimulatedAccount, tmp_path_factory: Folders, stream: str, data: st.DataObject
) -> None:
    blob = data.draw(misunderstood(stream))
    assert unexplained(still, tmp_path_factory.mktemp("odd"), stream, blob) == [], blob


@settings(few, max_examples=2)
@given(data=st.data())
def test_every_state_in_the_future_is_named(
    still: SimulatedAccount, tmp_path_factory: Folders, data: st.DataObject
) -> None:
    saved = {stream: data.draw(in_the_future(stream)) for stream in resumable()}
    states = {stream: blob for stream, (blob, _) in saved.items()}
    output = connector_of(still, tmp_path_factory.mktemp("future")).read(state=states)
    assert output.exit_code == 1
    assert not_named(output, saved) == {}
    others = set(discovered()) - set(saved)
    assert {stream for stream in others if "COMPLETE" in output.statuses[stream]} == others


def test_expired_cursors_are_reported_once_and_leave_no_gap(still: SimulatedAccount, tmp_path_factory: Folders) -> None:
    connector = connector_of(still, tmp_path_factory.mktemp("expired"))
    streams = ("tickets", "ticket_metrics", "users", "user_identities")
    first = connector.read(*streams)
    assert all("cursor" in first.states[stream] for stream in streams)
    still.set_behavior(cursor_generation=1)
    still.update("tickets", 7, subject="Changed since")
    still.set_clock(skew=120)
    second = connector.read(*streams, state=first.states)
    reported = [match[1] for warning in second.warnings if (match := FORGOTTEN.match(warning))]
    assert (second.exit_code, len(second.warnings), len(reported)) == (0, 2, 2)
    assert {"Changed since"} == {row["subject"] for row in second.rows("tickets") if row["id"] == 7}
