import pytest

from integration_tests.simulated_account.world import World
from unit_tests.simulated_account.asking import NOW, Api, flat


def test_tickets_can_be_counted_picked_and_filtered(reading: Api) -> None:
    tickets = flat(reading.by_offset("tickets?support_type_scope=all", "tickets"))
    assert reading.get("tickets/count?support_type_scope=all").json["count"]["value"] == len(tickets)
    picked = reading.get("tickets/show_many?ids=1,2,99999,x").json["tickets"]
    assert [ticket["id"] for ticket in picked] == [1, 2]
    named = next(ticket for ticket in tickets if ticket["external_id"])
    assert reading.get("tickets", external_id=named["external_id"]).json["tickets"] == [named]
    later = flat(reading.by_offset(f"tickets?support_type_scope=all&start_time={NOW - 10**7}", "tickets"))
    assert later == tickets  # start_time is ignored


def test_archived_tickets_are_served_by_id_only(reading: Api, unchanged: World) -> None:
    archived = next(row.key for row in unchanged.account.table("tickets") if row.state == "archived")
    assert reading.get(f"tickets/{archived}").json["ticket"]["id"] == archived
    tickets = flat(reading.by_offset("tickets?support_type_scope=all", "tickets"))
    assert archived not in {ticket["id"] for ticket in tickets}


def test_the_metrics_of_a_ticket_are_served_until_it_is_deleted(reading: Api, unchanged: World) -> None:
    assert reading.get("tickets/1/metrics").json["ticket_metric"]["ticket_id"] == 1
    deleted = next(row.key for row in unchanged.account.table("tickets") if row.state == "deleted")
    assert reading.get(f"tickets/{deleted}/metrics").status == 404


def test_sideloads_stand_inside_or_beside_the_tickets(reading: Api) -> None:
    wanted = "users,groups,organizations,dates,comment_count,incident_counts,nonsense"
    page = reading.get("tickets?per_page=20", include=wanted).json
    assert {"dates", "comment_count", "incident_count", "requester_id"} <= set(page["tickets"][0])
    assert {ticket["requester_id"] for ticket in page["tickets"]} <= {user["id"] for user in page["users"]}
    assert {"groups", "organizations"} <= set(page)
    assert "nonsense" not in page


@pytest.mark.parametrize(
    ("path", "key", "field"),
    [
        ("macros?include=usage_7d", "macros", "usage_7d"),
        ("triggers?include=app_installation", "triggers", "app_installation"),
        ("trigger_categories?include=rule_counts", "trigger_categories", "inactive_count"),
        ("users?include=abilities", "users", "abilities"),
        ("users?include=roles", "", "roles"),
    ],
)
def test_sideloads_of_other_lists(reading: Api, path: str, key: str, field: str) -> None:
    page = reading.get(path).json
    assert field in (page[key][0] if key else page)


def test_users_are_filtered_by_role_and_groups_by_deletion(reading: Api) -> None:
    admins = reading.get("users", role="admin").json["users"]
    assert [user["role"] for user in admins] == ["admin", "admin"]
    assert len(reading.get("users?role[]=agent").json["users"]) == 4
    assert len(reading.get("groups?exclude_deleted=false").json["groups"]) == 8
    assert len(reading.get("groups").json["groups"]) == 7
    assert len(reading.get("brands").json["brands"]) == 2


def test_rules_are_filtered_by_their_activity(reading: Api) -> None:
    every = flat(reading.by_offset("automations", "automations"))
    active = flat(reading.by_offset("automations?active=true", "automations"))
    assert active == [rule for rule in every if rule["active"]]
    assert len(active) < len(every)


def test_ratings_are_filtered_by_score_and_end(reading: Api) -> None:
    every = flat(reading.by_offset("satisfaction_ratings", "satisfaction_ratings"))
    good = flat(reading.by_offset("satisfaction_ratings?score=good", "satisfaction_ratings"))
    assert good == [rating for rating in every if rating["score"] == "good"]
    early = flat(reading.by_offset(f"satisfaction_ratings?end_time={NOW - 10**7}", "satisfaction_ratings"))
    assert 0 < len(early) < len(every)


def test_activities_come_with_their_people(reading: Api) -> None:
    page = reading.get("activities").json
    assert len(page["activities"]) == len(page["users"]) == len(page["actors"])
    since = page["activities"][40]["updated_at"]
    later = reading.get("activities", since=since).json["activities"]
    assert later == [row for row in page["activities"] if row["updated_at"] >= since]


def test_audit_logs_come_newest_first_and_by_source(reading: Api) -> None:
    logs = flat(reading.by_cursor("audit_logs?page[size]=30", "audit_logs"))
    assert [log["created_at"] for log in logs] == sorted((log["created_at"] for log in logs), reverse=True)
    users = reading.get("audit_logs?filter[source_type]=user").json["audit_logs"]
    assert {log["source_type"] for log in users} == {"user"}


def test_all_votes_of_the_help_center_come_in_one_list(reading: Api) -> None:
    votes = flat(reading.by_cursor("help_center/votes.json?page[size]=20", "votes"))
    assert {vote["item_type"] for vote in votes} == {"Article", "Comment"}


def test_articles_are_filtered_by_start_time(reading: Api) -> None:
    every = reading.get("help_center/articles.json").json["articles"]
    later = reading.get("help_center/articles.json", start_time=NOW - 10**7).json["articles"]
    assert 0 < len(later) < len(every)


def test_chats_are_served_in_a_list_by_ids_and_one_by_one(reading: Api) -> None:
    pages = reading.follow("chat/chats", "chats", lambda page: page["next_url"])
    chats = flat(pages)
    assert [len(page) for page in pages] == [40, 39]
    ids = ",".join(chat["id"] for chat in chats[:2])
    assert reading.get("chat/chats", ids=ids).json["docs"] == {chat["id"]: chat for chat in chats[:2]}
    assert reading.get(f"chat/chats/{chats[0]['id']}").json == chats[0]
    assert reading.get("chat/chats/none").status == 404
    assert reading.get("chat/incremental/agent_timeline").status == 404


def test_side_conversations_are_served_one_by_one_with_their_events(reading: Api, unchanged: World) -> None:
    told = unchanged.account.table("side_conversations").by_key()[0].record()
    path = f"tickets/{told['ticket_id']}/side_conversations/{told['id']}"
    assert reading.get(path).json["side_conversation"] == told
    events = reading.get(f"{path}/events").json["events"]
    assert {event["type"] for event in events} == {"create", "reply", "update"}


def test_a_parameter_that_is_no_number_is_refused(reading: Api) -> None:
    assert reading.get("incremental/organizations", start_time="yesterday").status == 400
    assert reading.get("slas/policies?page[size]=10").json["next_page"] is None
    assert reading.get("routing/attributes?page[size]=10").status == 400
