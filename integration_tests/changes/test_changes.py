"""Rows that change while they are read, and seconds that hold more rows than a page."""

import json

import pytest

from integration_tests.command_output import Json
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

CHANGED = "Changed since page 1 was read"


def change_page_one(account: SimulatedAccount) -> int:
    """Rename the first macro, which is on the first page; its id."""
    macro = min(int(row["id"]) for row in account.truth("macros"))
    account.update("macros", macro, title=CHANGED)
    return macro


@pytest.mark.account(tickets=50, frozen=False)
def test_a_row_of_page_one_that_changes_after_its_state_comes_with_the_next_sync(
    account: SimulatedAccount, connector: Connector
) -> None:
    states, macro = list[Json](), 0
    with connector.reading("macros") as process:
        for line in process.stdout or ():
            message = json.loads(line)
            if message["type"] == "STATE":
                states.append(message["state"]["stream"]["stream_state"])
                macro = macro or change_page_one(account)
    assert "next" not in states[-1]
    account.set_clock(skew=60)
    second = connector.read("macros", state={"macros": states[-1]})
    assert {row["id"]: row["title"] for row in second.rows("macros")}[macro] == CHANGED
    assert connector.read("macros", state=second.states).rows("macros") == []


@pytest.mark.account(tickets=50, frozen=False)
def test_a_row_that_changes_before_a_sync_is_resumed_comes_with_the_one_after(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_faults(script=[{"fault": "no_key", "path": "macros", "call": 2, "times": 1000}])
    stopped = connector.read("macros")
    account.set_faults()
    assert stopped.states["macros"]["next"]
    account.set_clock(skew=3600)
    macro = change_page_one(account)
    account.set_clock(skew=3600)
    resumed = connector.read("macros", state=stopped.states)
    assert len(resumed.rows("macros")) == 20
    second = connector.read("macros", state=resumed.states)
    assert [row["id"] for row in second.rows("macros")] == [macro]


@pytest.mark.account(tickets=50)
def test_the_bookmark_stays_before_what_may_still_change(account: SimulatedAccount, connector: Connector) -> None:
    now = int(account.set_clock())
    account.update("users", account.truth("users")[0]["id"], notes="now")
    account.update("chats", account.truth("chats")[0]["id"])
    output = connector.read("users", "chats", "tickets")
    assert int(output.states["users"]["updated_at"]) <= now - 60
    assert int(output.states["tickets"]["generated_timestamp"]) <= now - 60
    assert int(output.states["chats"]["update_timestamp"]) <= now - 300


BURST = 1200


def test_a_second_that_cannot_be_read_completely_is_named(account: SimulatedAccount, connector: Connector) -> None:
    account.burst("ticket_metric_events", rows=BURST, at=1_780_000_000)
    output = connector.read("ticket_metric_events")
    assert output.exit_code == 0
    (reported,) = output.warnings
    assert "2026-05-28T20:26:40Z" in reported
    assert "1000" in reported
    skipped = len(account.truth("ticket_metric_events")) - len(output.rows("ticket_metric_events"))
    assert 0 < skipped <= BURST - 900
