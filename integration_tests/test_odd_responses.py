"""Real syncs of an account whose answers come in odd forms, or whose saved states do: the same rows as otherwise."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput, Json, failed_as
from integration_tests.connector import Connector
from integration_tests.row_comparison import row_differences, rows_by_key, wrong_rows
from integration_tests.simulated_account import SimulatedAccount

STREAMS = ("tickets", "users", "ticket_events", "ticket_comments", "organizations", "macros", "talk_calls")


@pytest.fixture(scope="module")
def shared_account() -> Iterator[SimulatedAccount]:
    with running_account(tickets=40) as running:
        yield running


@pytest.fixture
def account(shared_account: SimulatedAccount) -> SimulatedAccount:
    shared_account.set_odd_responses()
    shared_account.forget_requests()
    return shared_account


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
def test_a_number_leaves_digit_for_digit(account: SimulatedAccount, connector: Connector, number: str) -> None:
    account.set_odd_responses(number=number)
    with connector.reading("users", "macros") as process:
        lines = [line for line in process.stdout or () if json.loads(line)["type"] == "RECORD"]
        assert process.wait() == 0
    assert len(lines) == len(account.truth("users")) + len(account.truth("macros"))
    assert [line for line in lines if f'"odd_number":{number}}}' not in line.replace(" ", "")] == []


@pytest.mark.parametrize("cursor", ['"', "'", "\\", "\\u0041 +&=%20#", " {{ config }} ", "ключ-鍵-𝄞", "0x1f|1_000|"])
def test_a_cursor_is_sent_back_and_stored_as_it_came(
    account: SimulatedAccount, connector: Connector, cursor: str
) -> None:
    account.set_odd_responses(cursor=cursor)
    first = connector.read("tickets", "macros")
    assert_complete(account, first, "tickets", "macros")
    stored = first.states["tickets"]["cursor"]
    assert stored.startswith(cursor)
    account.forget_requests()
    second = connector.read("tickets", state=first.states)
    assert (second.exit_code, second.rows("tickets"), second.states["tickets"]["cursor"]) == (0, [], stored)
    assert cursors_requested(account) == [stored]


@pytest.mark.parametrize("body", ["bom", "utf-16", "gzip members", "deflate"])
def test_a_body_is_read_in_every_encoding(account: SimulatedAccount, connector: Connector, body: str) -> None:
    account.set_odd_responses(body=body)
    assert_complete(account, connector.read(*STREAMS), *STREAMS)


@pytest.mark.parametrize(
    ("odd", "streams"),
    [
        *(({"date": date}, ("tickets", "ticket_events", "macros")) for date in ("1970", "future", "words", "missing")),
        *(({"end_time": time}, ("ticket_events", "talk_calls")) for time in ("future", "words")),
    ],
)
def test_an_odd_date_header_or_end_time_changes_neither_rows_nor_bookmarks(
    account: SimulatedAccount, connector: Connector, odd: dict[str, str], streams: tuple[str, ...]
) -> None:
    usual = connector.read(*streams)
    account.set_odd_responses(**odd)
    output = connector.read(*streams)
    assert_complete(account, output, *streams)
    assert output.states == usual.states


def test_a_page_that_names_no_end_time_is_never_complete_unless_it_says_so(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_odd_responses(end_time="null")
    output = connector.read("ticket_events", "talk_calls")
    assert wrong_rows(account, output, "ticket_events") == {}
    assert (output.statuses["ticket_events"][-1], output.rows("talk_calls")) == ("COMPLETE", [])
    reported = failed_as(output, "talk_calls", "transient_error")
    assert "the page from 2020-01-01T00:00:00Z could not be read after 7 attempts" in reported
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


@pytest.mark.parametrize("shape", shapes({}))
def test_a_state_of_every_shape_is_resumed_from(account: SimulatedAccount, connector: Connector, shape: str) -> None:
    first = connector.read("tickets").states["tickets"]
    account.forget_requests()
    output = connector.read_state_file("tickets", json.dumps(shapes(first)[shape]))
    assert (output.exit_code, output.rows("tickets"), output.states) == (0, [], {"tickets": first})
    assert cursors_requested(account) == [first["cursor"]]
