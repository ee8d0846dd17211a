"""Sync modes, and streams that share a walk in whatever combination."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import Json
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector, started
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount

BOOKMARKS: dict[str, Json] = {
    "tickets": {"generated_timestamp": "1780000000"},
    "groups": {"updated_at": "2026-05-28T20:26:40Z"},
    "ticket_events": {"timestamp": "1780000000"},
    "article_comments": {"updated_at": "1780000000"},
}


def test_full_refresh_ignores_bookmarks(account: SimulatedAccount, connector: Connector) -> None:
    output = connector.read(*BOOKMARKS, state=BOOKMARKS, full_refresh=list(BOOKMARKS))
    assert output.exit_code == 0
    for stream in BOOKMARKS:
        truth = rows_by_key(stream, account.truth(stream))
        assert row_differences(stream, rows_by_key(stream, output.rows(stream)), truth) == {}


def test_full_refresh_ignores_finished_positions(account: SimulatedAccount, connector: Connector) -> None:
    first = connector.read(*BOOKMARKS)
    second = connector.read(*BOOKMARKS, state=first.states, full_refresh=list(BOOKMARKS))
    for stream in BOOKMARKS:
        assert rows_by_key(stream, second.rows(stream)) == rows_by_key(stream, first.rows(stream))


def test_full_refresh_does_not_go_on_with_an_incremental_pass(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "no_key", "path": "macros", "call": 2, "times": 1000}])
    state = interrupted(connector, full_refresh=False)
    account.set_faults()
    assert "full" not in state
    again = connector.read("macros", state={"macros": state}, full_refresh=["macros"])
    assert len(again.rows("macros")) == len(account.truth("macros")) == 120


def test_an_interrupted_full_refresh_is_resumed(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "no_key", "path": "macros", "call": 2, "times": 1000}])
    state = interrupted(connector, full_refresh=True)
    account.set_faults()
    assert state["full"] is True
    rest = connector.read("macros", state={"macros": state}, full_refresh=["macros"])
    assert len(rest.rows("macros")) == 20
    assert "full" not in rest.states["macros"]


def interrupted(connector: Connector, *, full_refresh: bool) -> Json:
    """The state of a pass over macros that is killed after its first page."""
    arguments = connector.arguments(["macros"], None, full_refresh=["macros"] if full_refresh else [])
    with started(*arguments) as process:
        for line in process.stdout or ():
            message = json.loads(line)
            if message["type"] == "STATE":
                state: Json = message["state"]["stream"]["stream_state"]
                return state
    raise AssertionError("no state came")


TICKETS = ["tickets", "ticket_metrics"]
EVENTS = ["ticket_attachments", "ticket_comments", "ticket_events"]
USERS = ["user_identities", "users"]
CONVERSATIONS = ["side_conversations", "side_conversation_events"]
SUBSETS = [
    *permutations(TICKETS),
    *permutations(EVENTS, 2),
    tuple(reversed(USERS)),
    (*CONVERSATIONS, *EVENTS, *USERS, *TICKETS),
    *((stream,) for stream in (*TICKETS, *EVENTS, *USERS, *CONVERSATIONS)),
]


@pytest.mark.parametrize("streams", SUBSETS, ids=" ".join)
def test_any_subset_of_a_walk_is_whole_with_two_workers(
    account: SimulatedAccount, tmp_path: Path, streams: tuple[str, ...]
) -> None:
    output = connector_of(account, tmp_path, num_workers=2).read(*streams)
    assert (output.exit_code, set(output.records)) == (0, set(streams))
    for stream in streams:
        assert output.statuses[stream] == ["STARTED", "RUNNING", "COMPLETE"]
        assert sum(count for name, _, count in output.checkpoints if name == stream) == len(output.rows(stream))
        truth = rows_by_key(stream, account.truth(stream))
        assert row_differences(stream, rows_by_key(stream, output.rows(stream)), truth) == {}


def test_one_worker_of_an_older_config_becomes_two(account: SimulatedAccount, tmp_path: Path) -> None:
    connector = connector_of(account, tmp_path, num_workers=1)
    assert connector.check().verdict["status"] == "SUCCEEDED"
    assert connector.read("tickets", "groups").exit_code == 0


def test_a_member_that_stands_ahead_joins_at_its_own_second(account: SimulatedAccount, connector: Connector) -> None:
    ahead = {"tickets": {"generated_timestamp": "1770000000"}, "ticket_metrics": {"_ab_updated_at": "1760000000"}}
    output = connector.read(*ahead, state=ahead)
    assert account.counts() == {"/api/v2/incremental/tickets/cursor": 1}
    for stream, since in (("tickets", 1_770_000_000), ("ticket_metrics", 1_760_000_000)):
        name = "generated_timestamp" if stream == "tickets" else "_ab_updated_at"
        assert min(int(row[name]) for row in output.rows(stream)) >= since
    truth = rows_by_key("tickets", account.truth("tickets", since=1_770_000_000))
    assert row_differences("tickets", rows_by_key("tickets", output.rows("tickets")), truth) == {}
    metrics = [row for row in account.truth("ticket_metrics") if row["_ab_updated_at"] >= 1_760_000_000]
    assert rows_by_key("", output.rows("ticket_metrics")).keys() == rows_by_key("", metrics).keys()


def test_the_state_of_a_member_ahead_waits_for_the_walk(tmp_path: Path) -> None:
    with running_account(tickets=1100) as account:
        connector = connector_of(account, tmp_path)
        tickets = connector.read("tickets").states
        account.forget_requests()
        output = connector.read("tickets", "ticket_metrics", state=tickets)
        assert [call["rows"] for call in account.requests()] == [1000, 100]
        assert len(output.rows("ticket_metrics")) == len(account.truth("ticket_metrics"))
        bookmark = int(tickets["tickets"]["generated_timestamp"])
        assert rows_by_key("tickets", output.rows("tickets")) == rows_by_key(
            "tickets", account.truth("tickets", since=bookmark)
        )
        bookmarks = {blob["generated_timestamp"] for name, blob, _ in output.checkpoints if name == "tickets"}
        assert bookmarks == {str(bookmark)}
