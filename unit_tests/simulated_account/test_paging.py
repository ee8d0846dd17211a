import pytest

from integration_tests.simulated_account.row_changes import update
from integration_tests.simulated_account.server_state import ServerState
from unit_tests.simulated_account.api_client import ApiClient, flat, small_account


def test_cursor_pages_hold_every_row_once_and_end_with_has_more_false(reading: ApiClient) -> None:
    pages = reading.by_cursor("macros?page[size]=50", "macros")
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({macro["id"] for macro in flat(pages)}) == 120


@pytest.mark.parametrize("query", ["page[size]=101", "page[size]=0", "page[size]=9&sort=colour", "page[after]=!"])
def test_a_bad_cursor_parameter_is_refused(reading: ApiClient, query: str) -> None:
    reply = reading.get(f"macros?{query}")
    assert reply.status == 400
    assert reply.json["errors"][0]["code"] == "InvalidPaginationParameter"


def test_a_cursor_list_is_sorted_by_sort(reading: ApiClient) -> None:
    newest_row = flat(reading.by_cursor("macros?page[size]=100&sort=-updated_at", "macros"))
    assert newest_row == sorted(newest_row, key=lambda macro: macro["updated_at"], reverse=True)


def test_offset_pages_end_with_a_null_next_page(reading: ApiClient) -> None:
    pages = reading.by_offset("macros?per_page=50", "macros")
    assert [len(page) for page in pages] == [50, 50, 20]
    assert reading.get("macros?per_page=50").json["count"] == 120


def test_offset_pages_end_at_ten_thousand_records() -> None:
    api = ApiClient(small_account(tickets=1, sizes={"tags": 10_150}))
    assert api.get("tags?page=100&per_page=100").status == 200
    reply = api.get("tags?page=101&per_page=100")
    assert reply.status == 400
    assert reply.json["errors"][0]["code"] == "InvalidPaginationDepth"


def test_ticket_fields_come_all_at_once_unless_a_page_is_requested(reading: ApiClient) -> None:
    assert len(reading.get("ticket_fields").json["ticket_fields"]) == 20
    assert [len(page) for page in reading.by_cursor("ticket_fields?page[size]=15", "ticket_fields")] == [15, 5]


def test_an_unpaged_list_ignores_per_page(reading: ApiClient) -> None:
    assert len(reading.get("locales?per_page=1").json["locales"]) == 7


def test_help_center_lists_have_thirty_rows_and_name_the_next_page_in_a_header(reading: ApiClient) -> None:
    api = ApiClient(small_account(tickets=10, sizes={"articles": 45}))
    assert len(api.get("help_center/articles.json").json["articles"]) == 30
    reply = api.get("help_center/articles.json?page[size]=40")
    assert reply.headers["Link"] == f'<{reply.json["links"]["next"]}>; rel="next"'
    assert set(reply.json["links"]) == {"first", "last", "next", "prev"}


def test_help_center_paths_need_their_suffix(reading: ApiClient) -> None:
    assert reading.get("help_center/articles").status == 415
    assert reading.get("community/posts").status == 415


def test_a_row_that_changes_while_page_two_is_read_moves_to_the_end(api: ApiClient, server: ServerState) -> None:

    first = api.get("macros?page[size]=100&sort=updated_at").json
    update(server.account, "macros", first["macros"][0]["id"], {})
    second = api.get(first["links"]["next"]).json["macros"]
    assert second[-1]["id"] == first["macros"][0]["id"]


def test_audits_are_walked_backwards(reading: ApiClient) -> None:
    pages = reading.follow("ticket_audits?limit=300", "audits", lambda page: page["before_url"])
    audits = flat(pages)
    assert len(pages) > 1
    assert len({audit["id"] for audit in audits}) == len(audits)
    assert [a["created_at"] for a in audits] == sorted((a["created_at"] for a in audits), reverse=True)


def test_audits_of_an_archived_ticket_come_at_once(reading: ApiClient, unchanged: ServerState) -> None:
    archived = next(row for row in unchanged.account.table("tickets") if row.state == "archived")
    reply = reading.get(f"tickets/{archived.key}/audits?page[size]=1").json
    assert reply["next_page"] is None
    assert len(reply["audits"]) > 1
    assert "meta" not in reply
