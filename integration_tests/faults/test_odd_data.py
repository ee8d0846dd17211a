"""Data that no schema foresees: enormous pages, enormous ids, every kind of character, and half of one."""

from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import row_differences, rows_by_key
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
    for stream in ("groups", "organizations", "users"):
        found, truth = rows_by_key(stream, output.rows(stream)), rows_by_key(stream, account.truth(stream))
        assert row_differences(stream, found, truth) == {}
        assert TEXT in {row["name"] for row in found.values()}
    again = connector.read("groups", "organizations", "users", state=output.states)
    assert (again.exit_code, again.records) == (0, {})


def test_half_a_surrogate_pair_on_every_page_is_reported_once(tmp_path: Path) -> None:
    with running_account(tickets=60, sizes={"macros": 320}) as account:
        account.set_faults(script=[{"fault": "lone_surrogate", "path": "macros", "times": 100}])
        output = connector_of(account, tmp_path).read("macros")
        assert (output.exit_code, len(output.rows("macros"))) == (0, 320)
        assert [row["title"] for row in output.rows("macros")].count("half of a pair: \ufffd") == 4
        assert output.warnings == [
            "Stream macros: the response contained invalid Unicode; the broken characters were replaced with U+FFFD."
        ]


def test_an_odd_page_in_the_middle_of_every_kind_of_walk_loses_nothing(tmp_path: Path) -> None:
    paths = {
        "tickets": "incremental/tickets/cursor",
        "organizations": "incremental/organizations",
        "ticket_metric_events": "incremental/ticket_metric_events",
        "macros": "macros",
        "ticket_audits": "ticket_audits",
        "articles": "help_center/incremental/articles",
        "side_conversation_events": "tickets/side_conversations/events",
    }
    with running_account(tickets=2100, sizes={"organizations": 1200, "articles": 1100}) as account:
        truth = {stream: rows_by_key(stream, account.truth(stream)) for stream in paths}
        for fault in ("stale_page", "empty_page", "no_cursor", "repeat_page", "reorder"):
            account.set_faults(script=[{"fault": fault, "path": path, "call": 2} for path in paths.values()])
            output = connector_of(account, tmp_path).read(*paths)
            assert (output.exit_code, output.errors, output.stderr) == (0, [], ""), fault
            for stream in paths:
                found = rows_by_key(stream, output.rows(stream))
                assert (fault, stream, row_differences(stream, found, truth[stream])) == (fault, stream, {})
