from itertools import pairwise

import pytest

from integration_tests.simulated_account.changes import add, update
from integration_tests.simulated_account.quirks import Quirks
from integration_tests.simulated_account.stamps import epoch
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


def test_the_cursor_of_an_empty_page_can_be_used_again(api: Api, world: World) -> None:
    last = api.get(f"incremental/tickets/cursor?start_time=0&per_page=1000&{ALL}").json["after_cursor"]
    empty = api.get("incremental/tickets/cursor", cursor=last).json
    assert (empty["tickets"], empty["end_of_stream"]) == ([], True)
    update(world.account, "tickets", 1, {"priority": "low"})
    world.account.clock.shift(120)
    again = api.get("incremental/tickets/cursor", cursor=empty["after_cursor"], support_type_scope="all").json
    assert [ticket["id"] for ticket in again["tickets"]] == [1]


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


def test_an_empty_time_page_has_no_end_time(reading: Api) -> None:
    page = reading.get("incremental/organizations", start_time=NOW - 300).json
    assert page == {
        "organizations": [],
        "count": 0,
        "end_time": None,
        "next_page": None,
        "end_of_stream": True,
    }


@pytest.mark.parametrize("path", ["tickets", "tickets/cursor", "ticket_events", "users/cursor", "organizations"])
def test_a_start_time_younger_than_a_minute_is_refused(reading: Api, path: str) -> None:
    reply = reading.get(f"incremental/{path}", start_time=NOW - 59)
    assert (reply.status, reply.json["error"]) == (400, "StartTimeTooRecent")
    assert reading.get(f"incremental/{path}", start_time=NOW - 61).status == 200


def test_a_missing_start_time_is_named(reading: Api) -> None:
    reply = reading.get("incremental/organizations")
    assert (reply.status, reply.json["error"]) == (400, "ParameterMissing")


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


def test_deleted_tickets_can_be_left_out(reading: Api) -> None:
    with_them = reading.get(f"incremental/tickets?start_time=0&{ALL}").json["tickets"]
    without = reading.get(f"incremental/tickets?start_time=0&exclude_deleted=true&{ALL}").json["tickets"]
    assert {ticket["status"] for ticket in with_them} - {ticket["status"] for ticket in without} == {"deleted"}


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


def test_metric_events_page_by_cursor_or_by_time(reading: Api) -> None:
    key = "ticket_metric_events"
    by_cursor = flat(reading.by_cursor(f"incremental/{key}?start_time=0&page[size]=100", key))
    by_time = unique(flat(reading.by_count(f"incremental/{key}?start_time=0&per_page=1000", key, 1000)))
    assert by_cursor == by_time
    assert "end_of_stream" not in reading.get(f"incremental/{key}?start_time=0").json


def test_a_late_metric_event_arrives_with_an_old_time(api: Api, world: World) -> None:
    late = add(world.account, "ticket_metric_events", {"time": "2026-11-01T11:40:00Z"})
    found = api.get("incremental/ticket_metric_events", start_time=NOW - 1200).json["ticket_metric_events"]
    assert late in found


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


def test_chats_page_by_time_and_id(reading: Api) -> None:
    path = "chat/incremental/chats?start_time=0&limit=30&fields=chats(*)"
    chats = unique(flat(reading.by_count(path, "chats", 30)))
    assert len(chats) == 80
    assert [chat["update_timestamp"] for chat in chats] == sorted(chat["update_timestamp"] for chat in chats)


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


def test_id_lists_of_chat_start_with_the_id_itself(reading: Api) -> None:
    agents = reading.get("chat/agents", limit=4).json
    assert reading.get("chat/agents", limit=1, since_id=agents[3]["id"]).json == [agents[3]]
    bans = reading.get("chat/bans").json
    assert len(bans["ip_address"]) + len(bans["visitor"]) == 10


def test_ratings_are_filtered_by_their_update(reading: Api) -> None:
    path = "satisfaction_ratings?page[size]=100"
    every = flat(reading.by_cursor(path, "satisfaction_ratings"))
    middle = sorted(rating["updated_at"] for rating in every)[len(every) // 2]

    later = flat(reading.by_cursor(f"{path}&start_time={epoch(middle)}", "satisfaction_ratings"))
    assert unique(later) == [rating for rating in every if rating["updated_at"] >= middle]
    assert reading.get("satisfaction_ratings", start_time=NOW - 5).status == 400


def test_audit_logs_are_filtered_by_two_times(reading: Api) -> None:
    logs = flat(reading.by_cursor("audit_logs?page[size]=100&sort=created_at", "audit_logs"))
    first, last = logs[3]["created_at"], logs[9]["created_at"]
    bounds = f"filter[created_at][]={first}&filter[created_at][]={last}"
    assert flat(reading.by_cursor(f"audit_logs?page[size]=5&sort=created_at&{bounds}", "audit_logs")) == logs[3:10]
    assert reading.get(f"audit_logs?filter[created_at][]={first}").status == 400


def test_survey_responses_are_filtered_by_milliseconds(reading: Api) -> None:
    path = "guide/survey_responses?page[size]=100"
    every = flat(reading.by_cursor(path, "survey_responses"))
    assert len(every) > 3
    none = reading.get(f"{path}&filter[created_at_start]={(NOW - 600) * 1000}").json["survey_responses"]
    assert none == []


def test_users_have_a_time_export_too(reading: Api) -> None:
    by_time = unique(flat(reading.by_export("incremental/users?start_time=0&per_page=50", "users")))
    assert by_time == flat(reading.by_export("incremental/users/cursor?start_time=0", "users"))


def test_audits_have_cursor_pages_too(reading: Api) -> None:
    by_cursor = flat(reading.by_cursor("ticket_audits?page[size]=100", "audits"))
    assert by_cursor == flat(reading.follow("ticket_audits?limit=1000", "audits", lambda page: page["before_url"]))
