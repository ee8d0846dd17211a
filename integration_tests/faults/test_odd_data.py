"""Data that no schema foresees: enormous pages, enormous ids, every kind of character, and half of one."""

import pytest

from integration_tests.connector import Connector
from integration_tests.row_comparison import wrong_rows
from integration_tests.simulated_account import SimulatedAccount

LARGEST_ID = 2**63 - 1
LARGE = 25_000_000
TEXT = "four bytes: 😀 𝄞 👩‍👩‍👧; a null: \u0000; a line end that is none: \u2028; from right to left: \u202eabc"


def test_a_page_of_25_megabytes_is_read(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "large_page", "path": "incremental/tickets/cursor"}])
    output = connector.read("tickets", "ticket_metrics")
    assert (output.exit_code, output.errors, output.warnings) == (0, [], [])
    rows = {row["id"]: row for row in output.rows("tickets")}
    assert rows.keys() == {row["id"] for row in account.truth("tickets")}
    assert max(len(row.get("never_heard_of", "")) for row in rows.values()) == LARGE


def test_the_largest_id_and_every_character_arrive_unchanged(account: SimulatedAccount, connector: Connector) -> None:
    account.set_clock(skew=-7200)
    account.add("groups", id=LARGEST_ID, name=TEXT)
    account.add("organizations", id=LARGEST_ID - 1, name=TEXT)
    account.add("users", id=LARGEST_ID, name=TEXT)
    account.set_clock(skew=7200)
    output = connector.read("groups", "organizations", "users")
    assert (output.exit_code, output.errors, output.warnings) == (0, [], [])
    assert wrong_rows(account, output, "groups", "organizations", "users") == {}
    for stream in ("groups", "organizations", "users"):
        assert TEXT in {row["name"] for row in output.rows(stream)}
    again = connector.read("groups", "organizations", "users", state=output.states)
    assert (again.exit_code, again.records) == (0, {})


@pytest.mark.account(tickets=60, sizes={"macros": 320})
def test_half_a_surrogate_pair_on_every_page_is_reported_once(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "lone_surrogate", "path": "macros", "times": 100}])
    output = connector.read("macros")
    assert (output.exit_code, len(output.rows("macros"))) == (0, 320)
    assert [row["title"] for row in output.rows("macros")].count("half of a pair: \ufffd") == 4
    assert output.warnings == [
        "Stream macros: the response contained invalid Unicode; the broken characters were replaced with U+FFFD."
    ]


@pytest.mark.account(tickets=2100, sizes={"organizations": 1200, "articles": 1100})
def test_an_odd_page_in_the_middle_of_every_kind_of_walk_loses_nothing(
    account: SimulatedAccount, connector: Connector
) -> None:
    paths = {
        "tickets": "incremental/tickets/cursor",
        "organizations": "incremental/organizations",
        "ticket_metric_events": "incremental/ticket_metric_events",
        "macros": "macros",
        "ticket_audits": "ticket_audits",
        "articles": "help_center/incremental/articles",
        "side_conversation_events": "tickets/side_conversations/events",
    }
    for fault in ("stale_page", "empty_page", "no_cursor", "repeat_page", "reorder"):
        account.set_faults(script=[{"fault": fault, "path": path, "call": 2} for path in paths.values()])
        output = connector.read(*paths)
        assert (output.exit_code, output.errors, output.stderr) == (0, [], ""), fault
        assert wrong_rows(account, output, *paths) == {}, fault
