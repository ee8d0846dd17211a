from itertools import pairwise

import pytest

from integration_tests.simulated_account.account_behavior import AccountBehavior
from integration_tests.simulated_account.bulk_changes import burst
from integration_tests.simulated_account.row_changes import add, update
from integration_tests.simulated_account.server_state import ServerState
from unit_tests.simulated_account.api_client import NOW, ApiClient, flat, unique

ALL = "support_type_scope=all"


def test_a_cursor_export_gives_every_ticket_once(reading: ApiClient) -> None:
    pages = reading.by_export(f"incremental/tickets/cursor?start_time=0&per_page=150&{ALL}", "tickets")
    assert [len(page) for page in pages] == [150, 150, 100]
    assert len(unique(flat(pages))) == 400


def test_a_cursor_resumes_after_its_last_row_whatever_changed(api: ApiClient, server: ServerState) -> None:
    first = api.get(f"incremental/tickets/cursor?start_time=0&per_page=70&{ALL}").json
    changed_times = first["tickets"][0]["id"]
    update(server.account, "tickets", changed_times, {"priority": "low"})
    server.account.clock.shift(120)
    rest = api.get("incremental/tickets/cursor", cursor=first["after_cursor"], support_type_scope="all").json
    assert [ticket["id"] for ticket in rest["tickets"]][-1] == changed_times
    assert len(rest["tickets"]) == 11
    assert rest["end_of_stream"] is True


def test_an_unknown_or_stale_cursor_is_refused(api: ApiClient, server: ServerState) -> None:
    assert api.get("incremental/tickets/cursor", cursor="junk").status == 400
    known = api.get("incremental/users/cursor", start_time=0, per_page=5).json["after_cursor"]
    server.behavior = AccountBehavior(cursor_generation=1)
    assert api.get("incremental/users/cursor", cursor=known).status == 400


def test_a_time_export_repeats_its_boundary_second(reading: ApiClient) -> None:
    pages = reading.by_export(f"incremental/ticket_events?start_time=0&per_page=500&{ALL}", "ticket_events")
    for before, after in pairwise(pages):
        assert before[-1]["id"] in {event["id"] for event in after}
    events = unique(flat(pages))
    assert [event["timestamp"] for event in events] == sorted(event["timestamp"] for event in events)


@pytest.mark.parametrize("path", ["tickets/cursor", "ticket_events", "users/cursor", "organizations"])
def test_a_start_time_younger_than_a_minute_is_refused(reading: ApiClient, path: str) -> None:
    reply = reading.get(f"incremental/{path}", start_time=NOW - 59)
    assert (reply.status, reply.json["error"]) == (400, "StartTimeTooRecent")
    assert reading.get(f"incremental/{path}", start_time=NOW - 61).status == 200


def test_tickets_of_the_last_minute_are_withheld_and_users_are_not(api: ApiClient, server: ServerState) -> None:
    ticket, user = add(server.account, "tickets", {})["id"], add(server.account, "users", {})["id"]
    server.account.clock.shift(30)
    tickets = api.get(f"incremental/tickets/cursor?start_time={NOW - 90}&{ALL}").json["tickets"]
    assert ticket not in {row["id"] for row in tickets}
    users = api.get(f"incremental/users/cursor?start_time={NOW - 90}").json["users"]
    assert user in {row["id"] for row in users}
    server.account.clock.shift(31)
    tickets = api.get(f"incremental/tickets/cursor?start_time={NOW - 90}&{ALL}").json["tickets"]
    assert ticket in {row["id"] for row in tickets}


def test_tickets_of_ai_agents_are_hidden_unless_requested(reading: ApiClient) -> None:
    def scopes(query: str) -> set[str]:
        tickets = reading.get(f"incremental/tickets/cursor?start_time=0{query}").json["tickets"]
        return {ticket["support_type"] for ticket in tickets}

    assert scopes("") == {"agent"}
    assert scopes(f"&{ALL}") == {"agent", "ai_agent"}
    assert scopes("&support_type_scope=ai_agent") == {"ai_agent"}


def test_metric_sets_stand_inside_tickets_that_are_not_deleted(reading: ApiClient) -> None:
    tickets = reading.get(f"incremental/tickets/cursor?start_time=0&include=metric_sets&{ALL}").json["tickets"]
    for ticket in tickets:
        assert ("metric_set" in ticket) == (ticket["status"] != "deleted")
    assert any(ticket["metric_set"]["ticket_id"] == ticket["id"] for ticket in tickets if "metric_set" in ticket)


def test_identities_stand_beside_users(reading: ApiClient) -> None:
    page = reading.get("incremental/users/cursor?start_time=0&per_page=50&include=identities").json
    assert {identity["user_id"] for identity in page["identities"]} <= {user["id"] for user in page["users"]}
    assert page["identities"]


def test_comments_are_complete_only_with_the_sideload(reading: ApiClient) -> None:
    bare = reading.get("incremental/ticket_events?start_time=0&per_page=1").json["ticket_events"][0]
    full = reading.get("incremental/ticket_events?start_time=0&per_page=1&include=comment_events").json
    assert bare["child_events"][0]["comment_present"] is True
    assert "body" not in bare["child_events"][0]
    assert full["ticket_events"][0]["child_events"][0]["html_body"]


def test_more_rows_in_a_second_than_fit_on_a_page_stop_a_time_export(api: ApiClient, server: ServerState) -> None:
    burst(server.account, "organizations", 30)
    start = NOW - 600
    page = api.get("incremental/organizations", start_time=start, per_page=20).json
    assert (page["count"], page["end_time"], page["end_of_stream"]) == (20, start, False)
    assert api.get("incremental/organizations", start_time=start, per_page=1000).json["end_of_stream"] is True


def test_a_page_of_whole_seconds_may_exceed_its_size(api: ApiClient, server: ServerState) -> None:
    burst(server.account, "organizations", 30)
    server.behavior = AccountBehavior(whole_seconds=True)
    page = api.get("incremental/organizations", start_time=NOW - 600, per_page=20).json
    assert (page["count"], page["end_of_stream"]) == (30, True)


def test_the_export_of_articles_ends_with_a_null_next_page(reading: ApiClient) -> None:
    pages = reading.by_offset("help_center/incremental/articles.json?start_time=0&per_page=4", "articles")
    assert len(unique(flat(pages))) == 10
    assert len(pages) > 2


def test_the_next_page_of_talk_is_never_null(reading: ApiClient) -> None:
    path = "channels/voice/stats/incremental/calls"
    last = reading.get(path, start_time=NOW - 300).json
    assert (last["count"], last["end_time"]) == (0, None)
    assert last["next_page"]
    assert len(unique(flat(reading.by_count(f"{path}?start_time=0&per_page=20", "calls", 20)))) == 50


def test_chats_of_one_second_are_paged_by_their_start_id(api: ApiClient, server: ServerState) -> None:
    burst(server.account, "chats", 12)
    pages = api.by_count(f"chat/incremental/chats?start_time={NOW - 600}&limit=5", "chats", 5)
    assert len(unique(flat(pages))) == 12


def test_audit_logs_are_filtered_by_two_times(reading: ApiClient) -> None:
    logs = flat(reading.by_cursor("audit_logs?page[size]=100&sort=created_at", "audit_logs"))
    first, last = logs[3]["created_at"], logs[9]["created_at"]
    bounds = f"filter[created_at][]={first}&filter[created_at][]={last}"
    assert flat(reading.by_cursor(f"audit_logs?page[size]=5&sort=created_at&{bounds}", "audit_logs")) == logs[3:10]
    assert reading.get(f"audit_logs?filter[created_at][]={first}").status == 400
