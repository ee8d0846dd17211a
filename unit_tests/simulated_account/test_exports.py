from itertools import pairwise

import pytest

from integration_tests.simulated_account.changes import add, update
from integration_tests.simulated_account.quirks import Quirks
from integration_tests.simulated_account.sweeps import burst
from integration_tests.simulated_account.world import World
from unit_tests.simulated_account.asking import NOW, Api, flat, unique

ALL = "support_type_scope=all"


def test_a_cursor_export_gives_every_ticket_once(reading: Api) -> None:
    pages = reading.by_export(f"incremental/tickets/cursor?start_time=0&per_page=150&{ALL}", "tickets")
    assert [len(page) for page in pages] == [150, 150, 100]
    assert len(unique(flat(pages))) == 400


def test_a_cursor_goes_on_after_its_last_row_whatever_changed(api: Api, world: World) -> None:
    first = api.get(f"incremental/tickets/cursor?start_time=0&per_page=70&{ALL}").json
    moved = first["tickets"][0]["id"]
    update(world.account, "tickets", moved, {"priority": "low"})
    world.account.clock.shift(120)
    rest = api.get("incremental/tickets/cursor", cursor=first["after_cursor"], support_type_scope="all").json
    assert [ticket["id"] for ticket in rest["tickets"]][-1] == moved
    assert len(rest["tickets"]) == 11
    assert rest["end_of_stream"] is True


def test_an_unknown_or_stale_cursor_is_refused(api: Api, world: World) -> None:
    assert api.get("incremental/tickets/cursor", cursor="junk").status == 400
    known = api.get("incremental/users/cursor", start_time=0, per_page=5).json["after_cursor"]
    world.quirks = Quirks(cursor_generation=1)
    assert api.get("incremental/users/cursor", cursor=known).status == 400


def test_a_time_export_repeats_its_boundary_second(reading: Api) -> None:
    pages = reading.by_export(f"incremental/ticket_events?start_time=0&per_page=500&{ALL}", "ticket_events")
    for before, after in pairwise(pages):
        assert before[-1]["id"] in {event["id"] for event in after}
    events = unique(flat(pages))
    assert [event["timestamp"] for event in events] == sorted(event["timestamp"] for event in events)


@pytest.mark.parametrize("path", ["tickets/cursor", "ticket_events", "users/cursor", "organizations"])
def test_a_start_time_younger_than_a_minute_is_refused(reading: Api, path: str) -> None:
    reply = reading.get(f"incremental/{path}", start_time=NOW - 59)
    assert (reply.status, reply.json["error"]) == (400, "StartTimeTooRecent")
    assert reading.get(f"incremental/{path}", start_time=NOW - 61).status == 200


def test_tickets_of_the_last_minute_are_withheld_and_users_are_not(api: Api, world: World) -> None:
    ticket, user = add(world.account, "tickets", {})["id"], add(world.account, "users", {})["id"]
    world.account.clock.shift(30)
    tickets = api.get(f"incremental/tickets/cursor?start_time={NOW - 90}&{ALL}").json["tickets"]
    assert ticket not in {row["id"] for row in tickets}
    users = api.get(f"incremental/users/cursor?start_time={NOW - 90}").json["users"]
    assert user in {row["id"] for row in users}
    world.account.clock.shift(31)
    tickets = api.get(f"incremental/tickets/cursor?start_time={NOW - 90}&{ALL}").json["tickets"]
    assert ticket in {row["id"] for row in tickets}


def test_tickets_of_ai_agents_are_hidden_unless_asked_for(reading: Api) -> None:
    def scopes(query: str) -> set[str]:
        tickets = reading.get(f"incremental/tickets/cursor?start_time=0{query}").json["tickets"]
        return {ticket["support_type"] for ticket in tickets}

    assert scopes("") == {"agent"}
    assert scopes(f"&{ALL}") == {"agent", "ai_agent"}
    assert scopes("&support_type_scope=ai_agent") == {"ai_agent"}


def test_an_older_account_refuses_the_scope(api: Api, world: World) -> None:
    world.quirks = Quirks(no_support_type_scope=True)
    assert api.get(f"incremental/tickets/cursor?start_time=0&{ALL}").status == 400
    assert api.get("incremental/tickets/cursor?start_time=0").status == 200


def test_metric_sets_stand_inside_tickets_that_are_not_deleted(reading: Api) -> None:
    tickets = reading.get(f"incremental/tickets/cursor?start_time=0&include=metric_sets&{ALL}").json["tickets"]
    for ticket in tickets:
        assert ("metric_set" in ticket) == (ticket["status"] != "deleted")
    assert any(ticket["metric_set"]["ticket_id"] == ticket["id"] for ticket in tickets if "metric_set" in ticket)


def test_identities_stand_beside_users(reading: Api) -> None:
    page = reading.get("incremental/users/cursor?start_time=0&per_page=50&include=identities").json
    assert {identity["user_id"] for identity in page["identities"]} <= {user["id"] for user in page["users"]}
    assert page["identities"]


def test_comments_are_whole_only_with_the_sideload(reading: Api) -> None:
    bare = reading.get("incremental/ticket_events?start_time=0&per_page=1").json["ticket_events"][0]
    full = reading.get("incremental/ticket_events?start_time=0&per_page=1&include=comment_events").json
    assert bare["child_events"][0]["comment_present"] is True
    assert "body" not in bare["child_events"][0]
    assert full["ticket_events"][0]["child_events"][0]["html_body"]


def test_more_rows_in_a_second_than_fit_on_a_page_stop_a_time_export(api: Api, world: World) -> None:
    burst(world.account, "organizations", 30)
    start = NOW - 600
    page = api.get("incremental/organizations", start_time=start, per_page=20).json
    assert (page["count"], page["end_time"], page["end_of_stream"]) == (20, start, False)
    assert api.get("incremental/organizations", start_time=start, per_page=1000).json["end_of_stream"] is True


def test_a_page_of_whole_seconds_may_exceed_its_size(api: Api, world: World) -> None:
    burst(world.account, "organizations", 30)
    world.quirks = Quirks(whole_seconds=True)
    page = api.get("incremental/organizations", start_time=NOW - 600, per_page=20).json
    assert (page["count"], page["end_of_stream"]) == (30, True)


def test_the_export_of_articles_ends_with_a_null_next_page(reading: Api) -> None:
    pages = reading.by_offset("help_center/incremental/articles.json?start_time=0&per_page=4", "articles")
    assert len(unique(flat(pages))) == 10
    assert len(pages) > 2


def test_the_next_page_of_talk_is_never_null(reading: Api) -> None:
    path = "channels/voice/stats/incremental/calls"
    last = reading.get(path, start_time=NOW - 300).json
    assert (last["count"], last["end_time"]) == (0, None)
    assert last["next_page"]
    assert len(unique(flat(reading.by_count(f"{path}?start_time=0&per_page=20", "calls", 20)))) == 50


def test_without_fields_chats_are_ids(reading: Api) -> None:
    page = reading.get("chat/incremental/chats?start_time=0&limit=1").json
    assert list(page["chats"][0]) == ["id"]
    assert page["end_id"] == page["chats"][0]["id"]
    assert page["next_page"]


def test_chats_younger_than_five_minutes_are_refused(reading: Api) -> None:
    assert reading.get("chat/incremental/chats", start_time=NOW - 299).status == 400
    assert reading.get("chat/incremental/chats", start_time=NOW - 301).status == 200


def test_chats_of_one_second_repeat_their_page_without_a_start_id(api: Api, world: World) -> None:
    burst(world.account, "chats", 12)
    world.quirks = Quirks(chat_without_start_id=True)
    first = api.get("chat/incremental/chats", start_time=NOW - 600, limit=5).json
    assert "end_id" not in first
    assert api.get(first["next_page"]).json["chats"] == first["chats"]
    world.quirks = Quirks()
    pages = api.by_count(f"chat/incremental/chats?start_time={NOW - 600}&limit=5", "chats", 5)
    assert len(unique(flat(pages))) == 12


def test_audit_logs_are_filtered_by_two_times(reading: Api) -> None:
    logs = flat(reading.by_cursor("audit_logs?page[size]=100&sort=created_at", "audit_logs"))
    first, last = logs[3]["created_at"], logs[9]["created_at"]
    bounds = f"filter[created_at][]={first}&filter[created_at][]={last}"
    assert flat(reading.by_cursor(f"audit_logs?page[size]=5&sort=created_at&{bounds}", "audit_logs")) == logs[3:10]
    assert reading.get(f"audit_logs?filter[created_at][]={first}").status == 400
