"""Real syncs of an account whose answers come in odd forms, or whose saved states do: the same rows as otherwise."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput, Json
from integration_tests.configured_catalog import configured
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector, discovered
from integration_tests.in_process import run
from integration_tests.row_comparison import row_differences, rows_by_key, wrong_rows
from integration_tests.simulated_account import SimulatedAccount

STREAMS = ("tickets", "users", "ticket_events", "ticket_comments", "organizations", "macros", "talk_calls")


@pytest.fixture(scope="module")
def shared() -> Iterator[SimulatedAccount]:
    with running_account(tickets=40) as running:
        yield running


@pytest.fixture
def odd(shared: SimulatedAccount) -> SimulatedAccount:
    shared.set_odd_responses()
    shared.forget_requests()
    return shared


def assert_complete(account: SimulatedAccount, output: CommandOutput, *streams: str) -> None:
    assert (output.exit_code, output.errors) == (0, [])
    for stream in streams:
        rows = [{name: value for name, value in row.items() if name != "odd_number"} for row in output.rows(stream)]
        truth = rows_by_key(stream, account.truth(stream))
        assert len(rows) == len(truth) > 0
        assert row_differences(stream, rows_by_key(stream, rows), truth) == {}
        assert output.statuses[stream][-1] == "COMPLETE"


def cursors_requested(account: SimulatedAccount) -> list[str]:
    """The cursors of the export's calls; as the export has no new rows, it is then compared with the list."""
    *exported, compared = account.requests()
    assert compared["path"] == "/api/v2/tickets"
    return [call["query"]["cursor"] for call in exported]


@pytest.mark.parametrize("number", ["100000000000000000001", "1e+20", "-0.12345678901234567891", "1E+400", "1E-400"])
def test_a_number_leaves_digit_for_digit(odd: SimulatedAccount, tmp_path: Path, number: str) -> None:
    connector = connector_of(odd, tmp_path)
    odd.set_odd_responses(number=number)
    with connector.reading("users", "macros") as process:
        lines = [line for line in process.stdout or () if json.loads(line)["type"] == "RECORD"]
        assert process.wait() == 0
    assert len(lines) == len(odd.truth("users")) + len(odd.truth("macros"))
    assert [line for line in lines if f'"odd_number":{number}}}' not in line.replace(" ", "")] == []


@pytest.mark.parametrize("cursor", ['"', "'", "\\", "\\u0041 +&=%20#", " {{ config }} ", "ключ-鍵-𝄞", "0x1f|1_000|"])
def test_a_cursor_is_sent_back_and_stored_as_it_came(odd: SimulatedAccount, tmp_path: Path, cursor: str) -> None:
    odd.set_odd_responses(cursor=cursor)
    first = connector_of(odd, tmp_path).read("tickets", "macros")
    assert_complete(odd, first, "tickets", "macros")
    stored = first.states["tickets"]["cursor"]
    assert stored.startswith(cursor)
    odd.forget_requests()
    second = connector_of(odd, tmp_path).read("tickets", state=first.states)
    assert (second.exit_code, second.rows("tickets"), second.states["tickets"]["cursor"]) == (0, [], stored)
    assert cursors_requested(odd) == [stored]


@pytest.mark.parametrize("body", ["bom", "utf-16", "gzip members", "deflate"])
def test_a_body_is_read_in_every_encoding(odd: SimulatedAccount, tmp_path: Path, body: str) -> None:
    odd.set_odd_responses(body=body)
    assert_complete(odd, connector_of(odd, tmp_path).read(*STREAMS), *STREAMS)


@pytest.mark.parametrize("date", ["1970", "future", "words", "missing"])
def test_an_odd_date_header_changes_neither_rows_nor_bookmarks(
    odd: SimulatedAccount, tmp_path: Path, date: str
) -> None:
    connector = connector_of(odd, tmp_path)
    usual = connector.read("tickets", "ticket_events", "macros")
    odd.set_odd_responses(date=date)
    output = connector.read("tickets", "ticket_events", "macros")
    assert_complete(odd, output, "tickets", "ticket_events", "macros")
    assert output.states == usual.states


@pytest.mark.parametrize("end_time", ["future", "words"])
def test_an_odd_end_time_moves_no_bookmark_past_the_rows(odd: SimulatedAccount, tmp_path: Path, end_time: str) -> None:
    connector = connector_of(odd, tmp_path)
    usual = connector.read("ticket_events", "talk_calls")
    odd.set_odd_responses(end_time=end_time)
    output = connector.read("ticket_events", "talk_calls")
    assert_complete(odd, output, "ticket_events", "talk_calls")
    assert output.states == usual.states


def test_a_page_that_names_no_end_time_is_never_complete_unless_it_says_so(
    odd: SimulatedAccount, tmp_path: Path
) -> None:
    odd.set_odd_responses(end_time="null")
    output = connector_of(odd, tmp_path).read("ticket_events", "talk_calls")
    assert wrong_rows(odd, output, "ticket_events") == {}
    assert (output.exit_code, output.rows("talk_calls")) == (1, [])
    assert {name: statuses[-1] for name, statuses in output.statuses.items()} == {
        "ticket_events": "COMPLETE",
        "talk_calls": "INCOMPLETE",
    }
    (error,) = output.errors_of("talk_calls")
    assert error["failure_type"] == "transient_error"
    assert "the page from 2020-01-01T00:00:00Z could not be read after 7 attempts" in error["message"]
    assert output.states["talk_calls"] == {"updated_at": "1577836800", "v": 1}


def shapes(state: Json) -> dict[str, Any]:
    """A stream's state as tools write it."""
    stream_state = {"stream_descriptor": {"name": "tickets"}, "stream_state": state}
    camel = {"streamDescriptor": {"name": "tickets"}, "streamState": state}
    return {
        "per stream": [{"type": "STREAM", "stream": stream_state}],
        "global": [{"type": "GLOBAL", "global": {"shared_state": {}, "stream_states": [stream_state]}}],
        "legacy": {"tickets": state},
        "Airbyte's UI": [camel],
        "Airbyte's UI, in an object": {"streamState": [camel]},
    }


def read_from(connector: Connector, state: Any) -> CommandOutput:
    catalog = connector.file("catalog", configured([discovered()["tickets"]], (), "append"))
    config, saved = connector.file("config", connector.config), connector.file("saved", state)
    return run("read", "--config", config, "--catalog", catalog, "--state", saved)


@pytest.mark.parametrize("shape", shapes({}))
def test_a_state_of_every_shape_is_resumed_from(odd: SimulatedAccount, tmp_path: Path, shape: str) -> None:
    connector = connector_of(odd, tmp_path)
    first = connector.read("tickets").states["tickets"]
    odd.forget_requests()
    output = read_from(connector, shapes(first)[shape])
    assert (output.exit_code, output.rows("tickets"), output.states) == (0, [], {"tickets": first})
    assert cursors_requested(odd) == [first["cursor"]]


@pytest.mark.parametrize(
    ("state", "shown"),
    [({"bookmarks": {"tickets": {"generated_timestamp": "1779000000"}}}, "Singer"), ({"somewhere": 12}, "somewhere")],
)
def test_a_state_that_is_none_is_refused_and_nothing_is_requested(
    odd: SimulatedAccount, tmp_path: Path, state: Json, shown: str
) -> None:
    output = read_from(connector_of(odd, tmp_path), state)
    (error,) = output.errors
    assert (output.exit_code, output.records, odd.requests(), error["failure_type"]) == (1, {}, [], "config_error")
    assert shown in error["message"]
