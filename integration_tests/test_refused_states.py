"""States that cannot be gone on with are named; nothing is restarted or skipped in silence."""

import pytest

from integration_tests.command_output import Json
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

WHOLE_ISO = "2026-05-17T06:40:00Z"

MISUNDERSTOOD: list[tuple[str, Json, str]] = [
    ("tickets", {"generated_timestamp": "yesterday"}, "yesterday"),
    ("tickets", {"somewhere": 12}, "somewhere"),
    ("users", {"updated_at": True}, "True"),
    ("users", {"updated_at": ["1779000000"]}, "1779000000"),
    ("organizations", {"updated_at": "1779000000", "v": 99}, "99"),
    ("groups", {"v": 1}, "'v': 1"),
    ("macros", {"updated_at": WHOLE_ISO, "next": 17, "v": 1}, "17"),
    ("ticket_metrics", {"states": "many"}, "many"),
]


@pytest.mark.parametrize(("stream", "state", "shown"), MISUNDERSTOOD)
def test_a_state_that_cannot_be_understood_is_named(
    account: SimulatedAccount, connector: Connector, stream: str, state: Json, shown: str
) -> None:
    output = connector.read(stream, state={stream: state})
    assert (output.exit_code, output.records, account.requests()) == (1, {}, [])
    (error,) = output.errors
    assert error["failure_type"] == "config_error"
    assert stream in error["message"]
    assert shown in error["message"]


def test_a_state_in_the_servers_future_is_named(account: SimulatedAccount, connector: Connector) -> None:
    future = {"tickets": {"generated_timestamp": "1780315600"}, "groups": {"updated_at": "2026-07-01T00:00:00Z"}}
    output = connector.read(*future, "brands", state=future)
    assert output.exit_code == 1
    assert output.statuses["brands"] == ["STARTED", "RUNNING", "COMPLETE"]
    for stream, shown in (("tickets", "2026-06-01T12:06:40Z"), ("groups", "2026-07-01T00:00:00Z")):
        assert output.rows(stream) == []
        assert output.statuses[stream] == ["STARTED", "INCOMPLETE"]
        assert output.states[stream] == future[stream]
        error = output.errors_of(stream)[0]
        assert error["failure_type"] == "config_error"
        assert shown in error["message"]


def test_a_state_a_little_ahead_of_the_server_is_up_to_date(account: SimulatedAccount, connector: Connector) -> None:
    ahead = {"tickets": {"generated_timestamp": "1780315300"}}
    output = connector.read("tickets", state=ahead)
    assert (output.exit_code, output.errors) == (0, [])
    assert int(output.states["tickets"]["generated_timestamp"]) >= 1_780_315_300
