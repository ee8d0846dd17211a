"""What lists hold where exports are closed (docs/zendesk-api.md#reading-without-exports)."""

from typing import Any

import pytest

from integration_tests.simulated_account.control import VERBS
from integration_tests.simulated_account.row_changes import delete, update
from integration_tests.simulated_account.server_state import ServerState
from integration_tests.simulated_account.tables import ARCHIVED, DELETED, LIVE
from unit_tests.simulated_account.api_client import ApiClient, flat

ALL = "support_type_scope=all"


def listed(api: ApiClient, query: str) -> list[dict[str, Any]]:
    return flat(api.by_cursor(f"tickets?{ALL}&{query}", "tickets"))


def ids(server: ServerState, state: str) -> list[Any]:
    return [row.key for row in server.account.table("tickets").by_key() if row.state == state]


def test_list_of_tickets_goes_by_updated_at_and_lacks_archived_ones_and_fields(
    server: ServerState, api: ApiClient
) -> None:
    rows = listed(api, "sort=-updated_at&page[size]=7")
    assert [row["updated_at"] for row in rows] == sorted((row["updated_at"] for row in rows), reverse=True)
    assert sorted(row["id"] for row in rows) == ids(server, LIVE)
    assert all("generated_timestamp" in row and "custom_fields" in row and "fields" not in row for row in rows)


def test_page_of_101_is_refused(api: ApiClient) -> None:
    refused = api.get(f"tickets?{ALL}&page[size]=101")
    assert (refused.status, refused.json["errors"][0]["code"]) == (400, "InvalidPaginationParameter")


def test_change_by_the_system_moves_the_export_alone(server: ServerState, api: ApiClient) -> None:
    before = server.account.table("tickets")[ids(server, LIVE)[0]].record()
    server.account.clock.shift(600)
    update(server.account, "tickets", before["id"], {"updated_at": before["updated_at"], "priority": "urgent"})
    newest = listed(api, "sort=-updated_at&page[size]=100")
    assert newest[0]["id"] != before["id"]
    changed = next(row for row in newest if row["id"] == before["id"])
    assert (changed["updated_at"], changed["priority"]) == (before["updated_at"], "urgent")
    assert changed["generated_timestamp"] == server.account.clock.now()


def test_metric_sets_stand_beside_the_tickets_of_a_list(server: ServerState, api: ApiClient) -> None:
    page = api.get(f"tickets?{ALL}&sort=-updated_at&page[size]=5&include=metric_sets").json
    assert [row["ticket_id"] for row in page["metric_sets"]] == [row["id"] for row in page["tickets"]]
    assert all("metric_set" not in row for row in page["tickets"])
    many = api.get("tickets/show_many?ids=1,2,3&include=metric_sets").json
    assert [row["ticket_id"] for row in many["metric_sets"]] == [1, 2, 3]
    export = api.get("incremental/tickets/cursor?start_time=1&include=metric_sets").json
    assert "metric_sets" not in export
    assert export["tickets"][0]["metric_set"]["ticket_id"] == export["tickets"][0]["id"]


def test_tickets_by_id_are_live_and_archived_ones_with_their_gaps(server: ServerState, api: ApiClient) -> None:
    many = api.get(f"tickets/show_many?ids={','.join(map(str, range(1, 101)))}").json
    assert [row["id"] for row in many["tickets"]] == sorted(ids(server, LIVE) + ids(server, ARCHIVED))
    VERBS["set_behavior"](server, {"show_many_without_archived": True})
    many = api.get(f"tickets/show_many?ids={','.join(map(str, range(1, 101)))}").json
    assert [row["id"] for row in many["tickets"]] == ids(server, LIVE)


def test_search_export_holds_archived_tickets_newest_first(server: ServerState, api: ApiClient) -> None:
    found = api.get("search/export?filter[type]=ticket&page[size]=1000&query=status:closed").json["results"]
    assert set(ids(server, ARCHIVED)) <= {row["id"] for row in found}
    assert not set(ids(server, DELETED)) & {row["id"] for row in found}
    assert [row["created_at"] for row in found] == sorted((row["created_at"] for row in found), reverse=True)


def test_deleted_tickets_lack_archived_ones_and_those_of_last_month(server: ServerState, api: ApiClient) -> None:
    live, archived = ids(server, LIVE)[0], ids(server, ARCHIVED)[0]
    server.account.clock.shift(600)
    delete(server.account, "tickets", live)
    delete(server.account, "tickets", archived)
    newest = api.get("deleted_tickets?sort=-deleted_at&page[size]=100").json["deleted_tickets"]
    assert newest[0]["id"] == live
    assert archived not in {row["id"] for row in newest}
    server.account.clock.shift(31 * 86_400)
    assert api.get("deleted_tickets?sort=-deleted_at&page[size]=100").json["deleted_tickets"] == []


def test_deleted_users_are_counted_and_go_by_id_only(server: ServerState, api: ApiClient) -> None:
    assert api.get("deleted_users/count").json["count"]["value"] == len(server.account.table("deleted_users"))
    assert api.get("deleted_users?page[size]=10&sort=-updated_at").status == 400
    assert api.get("deleted_users?page[size]=10&sort=id").status == 200


def test_deleted_organization_leaves_a_row_in_the_audit_log(server: ServerState, api: ApiClient) -> None:
    organization = server.account.table("organizations").by_key()[0].record()
    server.account.clock.shift(600)
    delete(server.account, "organizations", organization["id"])
    query = "filter[action]=destroy&filter[source_type]=organization&sort=-created_at&page[size]=100"
    [log] = api.get(f"audit_logs?{query}").json["audit_logs"]
    assert (log["source_id"], log["source_label"]) == (organization["id"], organization["name"])
    [row] = [
        row
        for row in api.get("incremental/organizations?start_time=1").json["organizations"]
        if row["id"] == organization["id"]
    ]
    assert row["name"] == f"{organization['id']}_deleted_{organization['name']}"


EXPORTS = ("incremental/tickets/cursor", "incremental/ticket_events", "incremental/users/cursor")


@pytest.mark.parametrize("way", ["403_object", "404_endpoint", "410_gone", "451_legal", "404_html", "403_empty"])
def test_closed_exports_refuse_in_each_way(server: ServerState, api: ApiClient, way: str) -> None:
    VERBS["set_behavior"](server, {"closed_exports": way})
    for path in (*EXPORTS, "channels/voice/stats/incremental/calls"):
        assert api.get(f"{path}?start_time=1").status == int(way[:3])
    assert api.get("help_center/incremental/articles.json?start_time=1").status == 200
    assert api.get("tickets?page[size]=1").status == 200


def test_closed_export_may_answer_with_nothing(server: ServerState, api: ApiClient) -> None:
    VERBS["set_behavior"](server, {"closed_exports": "empty"})
    page = api.get("incremental/tickets/cursor?start_time=1").json
    assert (page["tickets"], page["end_of_stream"]) == ([], True)


def test_export_closes_after_some_calls(server: ServerState, api: ApiClient) -> None:
    VERBS["set_behavior"](server, {"closed_exports": "410_gone", "exports_close_after": 2})
    assert [api.get("incremental/tickets/cursor?start_time=1").status for _ in range(3)] == [200, 200, 410]
    assert api.get("incremental/organizations?start_time=1").status == 200
