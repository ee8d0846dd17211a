"""An export that is closed: who judges it, the requests of the lists that replace it, and the state that they leave."""

from typing import Any

import pytest

from unit_tests.account import FORBIDDEN, NOW, PROOF, SETTINGS, Account, Reply, cursor_page
from unit_tests.reading import read

ALL = "support_type_scope=all"
EXPORT = "/api/v2/incremental/tickets/cursor"
ME = "/api/v2/users/me"
NEWEST = f"/api/v2/tickets?page[size]=1&sort=-updated_at&{ALL}"
CHANGES = f"/api/v2/tickets?page[size]=100&sort=-updated_at&{ALL}"
DELETED = f"/api/v2/deleted_tickets?page[size]=100&sort=-deleted_at&{ALL}"
GREATEST = f"/api/v2/tickets?page[size]=1&sort=-id&{ALL}"
SEARCH = "/api/v2/search/export?filter[type]=ticket&page[size]=1"
BOOKMARK = NOW - 3 * 86_400
STATE = {"tickets": {"generated_timestamp": str(BOOKMARK), "cursor": "c9", "v": 1}}
ADMIN = {"user": {"id": 1, "role": "admin"}}
HTML = {"Content-Type": "text/html"}
JUNE_9 = "2024-06-09T12:00:00Z"
JUNE_9_SECONDS = NOW - 86_400


def ticket(key: int, time: str = JUNE_9, **more: Any) -> dict[str, Any]:
    return {"id": key, "updated_at": time, "generated_timestamp": JUNE_9_SECONDS, "custom_fields": [], **more}


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    return cursor_page("tickets", list(rows))


def block(first: int) -> str:
    return f"/api/v2/tickets/show_many?ids={','.join(map(str, range(first, first + 100)))}"


def close(account: Account, *refusals: Reply) -> None:
    account.on(EXPORT, *refusals)
    account.on(ME, ADMIN)
    account.on(NEWEST, page(ticket(250)))
    account.on(GREATEST, page(ticket(250)))
    account.on(SEARCH, cursor_page("results", [{"id": 240}]))
    account.on(block(1), page(ticket(7)))
    account.on(block(101), page())
    account.on(block(101), page())


CLOSED = {
    "403": [FORBIDDEN] * 2,
    "404": [Reply({"error": "InvalidEndpoint", "description": "Not found"}, status=404)] * 2,
    "410": [Reply({"error": "Gone"}, status=410)],
    "451": [Reply({"error": "Legal"}, status=451)],
    "page with 404": [Reply(b"<html><title>Zendesk</title></html>", status=404, headers=HTML)] * 2,
    "page with 200": [Reply(b"<html><title>Anything</title></html>", headers=HTML)] * 7,
    "no rows": [Reply({"tickets": [], "end_of_stream": True, "after_cursor": None})] * 2,
}


@pytest.mark.parametrize("refusals", CLOSED.values(), ids=CLOSED)
def test_closed_export_is_continued_by_lists(refusals: list[Reply], account: Account) -> None:
    close(account, *refusals)
    account.on(PROOF, SETTINGS)
    account.on(CHANGES, page(ticket(251, subject="New"), ticket(9, "2024-06-01T00:00:00Z")))
    account.on(
        DELETED, cursor_page("deleted_tickets", [{"id": 8, "subject": "Old", "deleted_at": JUNE_9, "actor": {}}])
    )
    outcome = read("tickets", state=STATE)
    assert outcome.statuses() == ["STARTED", "RUNNING", "COMPLETE"]
    assert outcome.records() == [
        ticket(251, subject="New", fields=[]),
        {"id": 8, "subject": "Old", "updated_at": JUNE_9, "generated_timestamp": JUNE_9_SECONDS, "status": "deleted"},
    ]
    [warning] = outcome.warnings
    assert warning.startswith("Streams tickets: the export incremental/tickets/cursor is not used: ")
    state = outcome.state()
    assert state["lists"]["sweep"].pop("began") - NOW in range(60)  # retries take their time
    assert state == {
        "generated_timestamp": str(BOOKMARK),
        "cursor": "c9",
        "lists": {
            "changes": {"updated_at": "2024-06-10T12:00:00Z", "v": 1},
            "deletions": {"deleted_at": "2024-06-10T12:00:00Z", "v": 1},
            "passes": [BOOKMARK, NOW],
            "sweep": {"id": 200, "top": 250, "paced": BOOKMARK},
            "v": 1,
        },
        "v": 1,
    }


def test_later_sync_tries_the_export_once_and_makes_the_fewest_requests(account: Account) -> None:
    account.on(EXPORT, FORBIDDEN)
    account.on(CHANGES, page(ticket(9, "2024-06-01T00:00:00Z")))
    account.on(DELETED, cursor_page("deleted_tickets", []))
    lists = {
        "changes": {"updated_at": "2024-06-10T11:00:00Z", "v": 1},
        "deletions": {"deleted_at": "2024-06-10T11:00:00Z", "v": 1},
        "sweep": {"id": 200, "top": 250, "began": NOW - 3600, "paced": BOOKMARK},
        "v": 1,
    }
    outcome = read("tickets", saved={**STATE["tickets"], "lists": lists})
    assert account.requested == [f"{EXPORT}?cursor=c9&per_page=1000&{ALL}", CHANGES, DELETED]
    assert outcome.records() == []


def test_export_that_answers_again_drops_the_lists_and_resumes_from_its_bookmark(account: Account) -> None:
    row = {"id": 1, "generated_timestamp": JUNE_9_SECONDS}
    account.on(EXPORT, {"tickets": [row], "end_of_stream": True, "after_cursor": "c10"})
    changes = {"updated_at": "2024-06-10T11:00:00Z", "v": 1}
    lists = {"changes": changes, "deletions": {"deleted_at": "2024-06-10T11:00:00Z", "v": 1}, "v": 1}
    outcome = read("tickets", saved={**STATE["tickets"], "lists": lists})
    assert account.requested == [f"{EXPORT}?cursor=c9&per_page=1000&{ALL}"]
    assert outcome.state() == {"generated_timestamp": str(JUNE_9_SECONDS), "cursor": "c10", "v": 1}


def test_export_without_rows_is_open_if_the_list_has_no_younger_ones(account: Account) -> None:
    account.on(EXPORT, {"tickets": [], "end_of_stream": True, "after_cursor": "c9"})
    account.on(NEWEST, page(ticket(1, "2024-06-07T11:00:00Z")))
    outcome = read("tickets", state=STATE)
    assert account.requested == [f"{EXPORT}?cursor=c9&per_page=1000&{ALL}", NEWEST]
    assert (outcome.records(), outcome.warnings) == ([], [])


def test_export_without_rows_whose_end_is_the_present_is_compared_with_the_list(account: Account) -> None:
    silent = Reply({"organizations": [], "end_time": NOW, "next_page": "https://acme.zendesk.com/more", "count": 0})
    row = {"id": 5, "updated_at": JUNE_9}
    account.on("/api/v2/incremental/organizations", *[silent] * 6)
    account.on("/api/v2/organizations", *[cursor_page("organizations", [row])] * 2)
    account.on("/api/v2/audit_logs", cursor_page("audit_logs", []))
    outcome = read("organizations", saved={"updated_at": "2024-06-07T12:00:00Z"})
    assert outcome.ids() == [5]
    assert [text for text in outcome.warnings if "it answers without rows, and there are younger ones" in text]


@pytest.mark.parametrize("role", ["agent", None])
def test_refusal_to_others_than_administrators_is_no_closure(role: str | None, account: Account) -> None:
    account.on(EXPORT, FORBIDDEN, FORBIDDEN)
    account.on(ME, {"user": {"id": 1, "role": role}})
    account.on(PROOF, SETTINGS)
    outcome = read("tickets", fails=True)
    assert outcome.stream_errors[0][1] == "config_error"
    assert not [url for url in account.requested if url.startswith("/api/v2/tickets")]


def test_place_in_the_lists_that_is_no_place_is_a_configuration_error(account: Account) -> None:
    outcome = read("tickets", saved={**STATE["tickets"], "lists": {"v": 2}}, fails=True)
    assert "The saved state of stream tickets cannot be understood" in outcome.errors[0][1]
    assert account.requested == []


def test_round_of_ids_that_has_ended_moves_the_bookmark_only_after_the_changes(account: Account) -> None:
    account.on(EXPORT, FORBIDDEN)
    account.on(GREATEST, page(ticket(90)))
    account.on(SEARCH, cursor_page("results", []))
    account.on(block(1), page(ticket(7), ticket(8, "2024-06-10T10:00:00Z", generated_timestamp=NOW - 7200)))
    account.on("/api/v2/tickets/show_many", *[page()] * 10)
    account.on(CHANGES, page(ticket(8, "2024-06-10T10:00:00Z", generated_timestamp=NOW - 7200), ticket(9)))
    account.on(DELETED, cursor_page("deleted_tickets", []))
    old = NOW - 10 * 86_400
    lists = {
        "changes": {"updated_at": "2024-06-09T18:00:00Z", "v": 1},
        "deletions": {"deleted_at": "2024-06-09T18:00:00Z", "v": 1},
        "sweep": {"top": 90, "paced": old},
        "v": 1,
    }
    state = {"tickets": {"generated_timestamp": str(old), "lists": lists, "v": 1}}
    outcome = read("tickets", state=state)
    # 7 came with a list before; 8 has changed since, so the list of changes brings it, once
    assert outcome.ids() == [8]
    pending = [blob for blob in outcome.states() if "ended" in blob["lists"]["sweep"]]
    assert [blob["generated_timestamp"] for blob in pending] == [str(old)] * 3  # the round, the changes, the deletions
    assert int(outcome.state()["generated_timestamp"]) - (NOW - 60) in range(2)
    assert "ended" not in outcome.state()["lists"]["sweep"]
