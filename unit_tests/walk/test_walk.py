"""Several pages, several streams, and what may go wrong between them; read through the stock entry point."""

import pytest
from airbyte_cdk.models import SyncMode

from source_zendesk_support.api import decode as pages
from source_zendesk_support.api import exact_json
from unit_tests.account import NEWEST_TICKET, NOW, Account, Reply
from unit_tests.clocks import FakeTime
from unit_tests.reading import read
from unit_tests.walk.responses import ALL, BOTH, FIRST, GROUPS, JUNE_1, JUNE_3, SECOND_GROUPS, TICKETS, groups, tickets


def test_streams_of_one_endpoint_are_read_in_one_walk(account: Account) -> None:
    account.on(BOTH, tickets((1, JUNE_1), (2, JUNE_1), end=False))
    account.on(f"{TICKETS}?cursor=c1&include=metric_sets&{ALL}", tickets((3, JUNE_3), cursor="c2"))
    outcome = read("tickets", "ticket_metrics")
    assert len(account.requested) == 2
    assert outcome.records("tickets") == [
        {"id": 1, "generated_timestamp": JUNE_1},
        {"id": 2, "generated_timestamp": JUNE_1},
        {"id": 3, "generated_timestamp": JUNE_3},
    ]
    assert outcome.ids("ticket_metrics") == [-1, -2, -3]
    assert outcome.states("ticket_metrics") == [
        {"_ab_updated_at": str(JUNE_1), "cursor": "c1", "v": 1},
        {"_ab_updated_at": str(JUNE_3), "cursor": "c2", "v": 1},
        {"_ab_updated_at": str(JUNE_3), "cursor": "c2", "v": 1},
    ]
    assert outcome.counts("tickets") == [2, 1, 0]
    assert outcome.counts("ticket_metrics") == [2, 1, 0]
    for stream in ("tickets", "ticket_metrics"):
        assert outcome.statuses(stream) == ["STARTED", "RUNNING", "COMPLETE"]


@pytest.mark.parametrize("streams", [("tickets", "ticket_metrics"), ("ticket_metrics", "tickets")])
def test_order_of_the_catalog_does_not_matter(streams: tuple[str, str], account: Account) -> None:
    account.on(BOTH, tickets((1, JUNE_1)))
    outcome = read(*streams, num_workers=2)
    assert account.requested == [BOTH]
    assert [len(outcome.records(stream)) for stream in streams] == [1, 1]


def test_records_of_a_page_leave_before_its_state(account: Account) -> None:
    account.on(GROUPS, groups(1, 2, after="p2"))
    account.on(SECOND_GROUPS, groups(3))
    outcome = read("groups")
    assert outcome.order == ["groups", "groups", "groups STATE", "groups", "groups STATE", "groups STATE"]


def test_large_page_leaves_completely_and_in_order_before_its_one_state(account: Account) -> None:
    account.on(FIRST, tickets(*((key, JUNE_1) for key in range(600))))
    outcome = read("tickets")
    assert outcome.ids() == list(range(600))
    assert outcome.counts() == [600, 0]


def test_streams_of_a_large_page_leave_by_turns_and_each_before_its_state(account: Account) -> None:
    account.on(BOTH, tickets(*((key, JUNE_1) for key in range(300))))
    outcome = read("tickets", "ticket_metrics")
    assert outcome.ids("tickets") == list(range(300))
    assert outcome.ids("ticket_metrics") == [-key for key in range(300)]
    assert outcome.counts("tickets") == outcome.counts("ticket_metrics") == [300, 0]


def test_a_row_that_cannot_be_decoded_fails_its_stream_after_the_pages_before_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_deep(_text: object) -> None:
        raise RecursionError

    account.on(FIRST, tickets((1, JUNE_1), end=False))
    account.on(f"{TICKETS}?cursor=c1&{ALL}", Reply(b'{"tickets": [{"id": 2, "a": [[]]}], "after_cursor": "c2"}'))
    loads = exact_json.loads
    monkeypatch.setattr(pages, "loads", lambda row: too_deep(row) if b"[[]]" in bytes(row) else loads(row))
    outcome = read("tickets")
    assert outcome.ids() == [1]
    assert outcome.state() == {"generated_timestamp": str(JUNE_1), "cursor": "c1", "v": 1}
    assert outcome.statuses()[-1] == "INCOMPLETE"
    reported = (
        "Stream tickets: the page at c1 could not be read: a row is nested more than a thousand levels deep. All "
        "earlier pages are saved. Please report it."
    )
    assert ("system_error", reported) in outcome.errors


def test_sideload_is_not_paid_for_where_nobody_reads_it(account: Account) -> None:
    account.on(FIRST, tickets((1, JUNE_1)))
    read("tickets")
    assert account.requested == [FIRST]


def test_member_that_is_ahead_joins_at_its_own_second(account: Account) -> None:
    account.on(BOTH, tickets((1, JUNE_1 - 5), (2, JUNE_1), end=False))
    account.on(f"{TICKETS}?cursor=c1&include=metric_sets&{ALL}", tickets((3, JUNE_3), cursor="c2"))
    ahead = {"generated_timestamp": str(JUNE_1), "cursor": "c9", "v": 1}
    outcome = read("tickets", "ticket_metrics", state={"tickets": ahead})
    assert len(account.requested) == 2
    assert outcome.ids("tickets") == [2, 3]
    assert outcome.ids("ticket_metrics") == [-1, -2, -3]


def test_state_of_a_member_that_has_not_joined_is_not_touched(account: Account) -> None:
    account.on(BOTH, tickets((1, JUNE_1 - 5)))
    ahead = {"generated_timestamp": str(JUNE_3), "cursor": "c9", "v": 1}
    outcome = read("tickets", "ticket_metrics", state={"tickets": ahead})
    assert outcome.records("tickets") == []
    assert outcome.states("tickets") == [ahead]


def test_members_with_equal_positions_resume_by_cursor(account: Account) -> None:
    url = f"{TICKETS}?cursor=c9&include=metric_sets&{ALL}"
    account.on(url, tickets((1, JUNE_3), cursor="c10"))
    here = {"cursor": "c9", "v": 1}
    state = {
        "tickets": {"generated_timestamp": str(JUNE_1), **here},
        "ticket_metrics": {"_ab_updated_at": str(JUNE_1), **here},
    }
    read("tickets", "ticket_metrics", state=state)
    assert account.requested == [url]


def test_failed_walk_keeps_the_state_of_its_last_complete_page(account: Account) -> None:
    account.on(GROUPS, groups(1, after="p2"))
    account.on(SECOND_GROUPS, *[Reply(b'{"groups": [', status=200)] * 7)
    account.on("/api/v2/tags?page[size]=100", {"tags": [{"name": "a"}], "meta": {"has_more": False}})
    outcome = read("groups", "tags", fails=True)
    kept = {"next": "p2", "high": JUNE_1, "asked": NOW, "high_ids": [1], "v": 1}
    assert outcome.state("groups") == {"updated_at": "2024-01-01T00:00:00Z", **kept}
    assert outcome.ids("groups") == [1]
    assert outcome.statuses("groups") == ["STARTED", "RUNNING", "INCOMPLETE"]
    assert outcome.statuses("tags") == ["STARTED", "RUNNING", "COMPLETE"]
    kind, message = outcome.errors[0]
    assert kind == "transient_error"
    assert message.startswith("Stream groups: the page at p2 could not be read after 7 attempts: the JSON is truncated")


def test_refused_page_in_the_middle_is_an_error(account: Account) -> None:
    account.on(
        "/api/v2/tags?page[size]=100", {"tags": [{"name": "a"}], "meta": {"has_more": True, "after_cursor": "p2"}}
    )
    account.on("/api/v2/tags?page[after]=p2&page[size]=100", *[Reply({"error": "Forbidden"}, status=403)] * 2)
    outcome = read("tags", fails=True)
    assert outcome.statuses() == ["STARTED", "RUNNING", "INCOMPLETE"]
    assert outcome.errors[0][0] == "config_error"
    assert outcome.errors[0][1].startswith(
        "Stream tags: Zendesk denied access in the middle of the sync (HTTP 403 Forbidden)"
    )


def test_server_clock_judges_what_is_too_young(account: Account, local_time: FakeTime) -> None:
    local_time.advance(7200)  # this machine's clock is two hours ahead
    account.on(FIRST, tickets((1, NOW - 10), end=False))
    account.on(f"{TICKETS}?cursor=c1&{ALL}", tickets(cursor="c2"))
    outcome = read("tickets")
    assert outcome.state() == {"generated_timestamp": str(NOW - 62), "cursor": "c1", "v": 1}


def test_state_wins_over_a_later_start_date(account: Account) -> None:
    url = f"{TICKETS}?per_page=1000&start_time=1577836800&support_type_scope=all"
    account.on(url, tickets())
    read("tickets", saved={"generated_timestamp": "1577836800"})
    assert account.requested == [url, NEWEST_TICKET]


def test_full_refresh_ignores_the_bookmark(account: Account) -> None:
    account.on(FIRST, tickets((1, JUNE_1)))
    state = {"tickets": {"generated_timestamp": str(JUNE_3), "cursor": "c9", "v": 1}}
    outcome = read("tickets", state=state, mode=SyncMode.full_refresh)
    assert account.requested == [FIRST]
    assert len(outcome.records()) == 1


def test_unfinished_full_refresh_is_marked_and_resumed(account: Account) -> None:
    account.on(FIRST, tickets((1, JUNE_1), end=False))
    account.on(f"{TICKETS}?cursor=c1&{ALL}", tickets((2, JUNE_3), cursor="c2"))
    first = read("tickets", mode=SyncMode.full_refresh).states()
    assert first[0] == {"generated_timestamp": str(JUNE_1), "cursor": "c1", "full": True, "v": 1}
    assert first[-1] == {"generated_timestamp": str(JUNE_3), "cursor": "c2", "v": 1}
    account.requested.clear()
    account.on(f"{TICKETS}?cursor=c1&{ALL}", tickets((2, JUNE_3), cursor="c2"))
    outcome = read("tickets", saved=first[0], mode=SyncMode.full_refresh)
    assert account.requested == [f"{TICKETS}?cursor=c1&{ALL}"]
    assert outcome.ids() == [2]


def test_row_without_its_key_is_requested_again_then_skipped(account: Account) -> None:
    page = {**groups(1), "groups": [{"id": 1, "updated_at": "2024-06-01T00:00:00Z"}, {}]}
    account.on(GROUPS, page, page)
    outcome = read("groups")
    assert account.requested == [GROUPS, GROUPS]
    assert outcome.ids() == [1]
    assert outcome.warnings == ["Stream groups: skipped 1 rows without their id; a retry returned the same."]
    assert outcome.statuses() == ["STARTED", "RUNNING", "COMPLETE"]


def test_row_that_is_skipped_is_reported_for_each_stream_of_the_walk(account: Account) -> None:
    page = tickets((1, JUNE_1))
    page["tickets"].append({"subject": "no id"})
    account.on(BOTH, page, page)
    warned = read("tickets", "ticket_metrics").warnings
    assert len(warned) == 1
    named, _, reported = warned[0].partition(": ")
    assert sorted(named.removeprefix("Stream ").split(", ")) == ["ticket_metrics", "tickets"]
    assert reported == "skipped 1 rows without their id; a retry returned the same."


def test_log_has_the_start_and_the_table(account: Account) -> None:
    account.on(GROUPS, groups(1, 2))
    outcome = read("groups")
    assert "Stream groups: reading from 2024-01-01T00:00:00Z; limits: account" in outcome.infos
    table = next(message for message in outcome.infos if message.startswith("What was read:"))
    assert table.splitlines()[2].split()[:6] == ["groups", "2", "1", "1", "0", "0"]


def test_unreadable_state_stops_the_sync_before_any_request(account: Account) -> None:
    outcome = read("groups", saved={"page": 3}, fails=True)
    assert account.requested == []
    assert outcome.errors[0][0] == "config_error"
    assert outcome.errors[0][1].startswith("The saved state of stream groups cannot be understood: ")


def test_unknown_stream_is_reported_and_the_others_are_read(account: Account) -> None:
    account.on(GROUPS, groups(1))
    outcome = read("tickets_search", "groups", fails=True)
    assert outcome.errors[0] == (
        "config_error",
        (
            "There is no stream tickets_search: it was an incomplete copy of tickets; use tickets. Refresh the "
            "connection's schema, or remove the stream from the catalog. All other streams are read."
        ),
    )
    assert outcome.statuses("groups") == ["STARTED", "RUNNING", "COMPLETE"]


def test_organizations_complete_a_full_second_from_the_list(account: Account) -> None:
    url = "/api/v2/incremental/organizations"
    second = [{"id": key, "updated_at": "2024-06-01T00:00:00Z"} for key in (1, 2, 3)]
    account.on(
        f"{url}?per_page=1000&start_time={JUNE_1}",
        {"organizations": second[:2], "end_time": JUNE_1, "end_of_stream": False},
    )
    account.on("/api/v2/organizations?page[size]=100", {"organizations": second, "meta": {"has_more": False}})
    account.on(
        f"{url}?per_page=1000&start_time={JUNE_1 + 1}", {"organizations": [], "end_time": None, "end_of_stream": True}
    )
    outcome = read("organizations", saved={"updated_at": str(JUNE_1)})
    assert outcome.ids() == [1, 2, 3]
    assert outcome.warnings == []
