"""Sync modes, and streams that share a walk in whatever combination."""

import pytest

from integration_tests.command_output import Json
from integration_tests.connector import Connector
from integration_tests.row_comparison import row_differences, rows_by_key, wrong_rows
from integration_tests.simulated_account import SimulatedAccount

BOOKMARKS: dict[str, Json] = {
    "tickets": {"generated_timestamp": "1780000000"},
    "groups": {"updated_at": "2026-05-28T20:26:40Z"},
    "ticket_events": {"timestamp": "1780000000"},
    "article_comments": {"updated_at": "1780000000"},
}


def test_full_refresh_ignores_bookmarks_and_finished_positions(account: SimulatedAccount, connector: Connector) -> None:
    first = connector.read(*BOOKMARKS, state=BOOKMARKS, full_refresh=list(BOOKMARKS))
    second = connector.read(*BOOKMARKS, state=first.states, full_refresh=list(BOOKMARKS))
    for output in (first, second):
        assert wrong_rows(account, output, *BOOKMARKS) == {}


@pytest.mark.parametrize("full_refresh", [True, False])
def test_a_full_refresh_resumes_only_an_interrupted_full_refresh(
    account: SimulatedAccount, connector: Connector, *, full_refresh: bool
) -> None:
    account.set_faults(script=[{"fault": "no_key", "path": "macros", "call": 2, "times": 1000}])
    first = connector.read("macros", full_refresh=["macros"] if full_refresh else [])
    account.set_faults()
    assert (first.exit_code, "full" in first.states["macros"]) == (1, full_refresh)
    rest = connector.read("macros", state=first.states, full_refresh=["macros"])
    assert len(rest.rows("macros")) == (20 if full_refresh else 120)
    assert "full" not in rest.states["macros"]


def test_a_member_that_is_ahead_joins_at_its_own_second(account: SimulatedAccount, connector: Connector) -> None:
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


@pytest.mark.account(tickets=1100)
def test_the_state_of_a_member_ahead_waits_for_the_walk(account: SimulatedAccount, connector: Connector) -> None:
    tickets = connector.read("tickets").states
    account.forget_requests()
    output = connector.read("tickets", "ticket_metrics", state=tickets)
    assert [call["rows"] for call in account.requests()] == [1000, 100]
    assert len(output.rows("ticket_metrics")) == len(account.truth("ticket_metrics"))
    bookmark = int(tickets["tickets"]["generated_timestamp"])
    truth = account.truth("tickets", since=bookmark)
    assert rows_by_key("tickets", output.rows("tickets")) == rows_by_key("tickets", truth)
    bookmarks = {blob["generated_timestamp"] for name, blob, _ in output.checkpoints if name == "tickets"}
    assert bookmarks == {str(bookmark)}
