"""Deletions without an export: organizations by comparing ids, users with all their columns."""

from typing import Any

import pytest

from unit_tests.account import FORBIDDEN, NOW, Account, Reply, cursor_page
from unit_tests.reading import Outcome, read

CHANGES = "/api/v2/organizations?page[size]=100&sort=-updated_at"
ALL = "/api/v2/organizations?page[size]=100"
LOGS = "/api/v2/audit_logs"
MANY = "/api/v2/organizations/show_many"
EARLIER = "2024-06-08T12:00:00Z"


def organization(key: int, time: str = "2024-01-05T00:00:00Z") -> dict[str, Any]:
    return {"id": key, "name": f"No. {key}", "updated_at": time}


def by_lists(known: list[int], **more: Any) -> dict[str, Any]:
    changes, deletions = {"updated_at": EARLIER, "v": 1}, {"updated_at": EARLIER, "created_at": EARLIER, "v": 1}
    lists = {"changes": changes, "deletions": deletions, "known": known, "v": 1, **more}
    return {"updated_at": "1717848000", "lists": lists, "v": 1}


def organizations(account: Account, listed: list[int], state: dict[str, Any]) -> Outcome:
    account.on("/api/v2/incremental/organizations", *[Reply({"error": "Gone"}, 410)] * 2)
    account.on(CHANGES, cursor_page("organizations", [organization(1)]))
    account.on(LOGS, FORBIDDEN, FORBIDDEN)
    account.on(ALL, cursor_page("organizations", [organization(key) for key in listed]))
    return read("organizations", saved=state)


def test_organization_that_is_neither_listed_nor_comes_by_its_id_is_deleted(account: Account) -> None:
    account.on(f"{MANY}?ids=1,2", {"organizations": [organization(1)]})
    outcome = organizations(account, [1, 3], by_lists([1, 1]))
    deleted = {"id": 2, "deleted_at": "2024-06-10T12:00:00Z", "updated_at": "2024-06-10T12:00:00Z"}
    assert outcome.records() == [deleted]
    assert account.requested[-2:] == [ALL, f"{MANY}?ids=1,2"]
    lists = outcome.state()["lists"]
    assert (lists["known"], lists["compared"]) == ([1, 2], NOW)


@pytest.mark.parametrize(
    "response",
    [{"organizations": [organization(1), organization(2)]}, {"organizations": []}, FORBIDDEN],
    ids=["it lives", "not even the one that is listed comes", "refused"],
)
def test_organization_is_never_marked_without_proof(account: Account, response: Any) -> None:
    account.on(MANY, response, response)
    outcome = organizations(account, [1, 3], by_lists([1, 1]))
    assert (outcome.records(), outcome.state()["lists"]["known"]) == ([], [1, 1, 1])


def test_empty_list_marks_nothing(account: Account) -> None:
    outcome = organizations(account, [], by_lists([1, 1]))
    assert outcome.records() == []
    assert outcome.state()["lists"]["known"] == [1, 1]


def test_ids_are_compared_once_a_day(account: Account) -> None:
    organizations(account, [1], by_lists([1, 1], compared=NOW - 86_399))
    assert ALL not in account.requested


def users(account: Account, *more: Any) -> Outcome:
    account.on("/api/v2/incremental/users/cursor", *[Reply({"error": "Gone"}, 410)] * 2)
    account.on("/api/v2/users?page[size]=100&sort=-updated_at", cursor_page("users", []))
    account.on("/api/v2/deleted_users/count", {"count": {"value": 2}})
    account.on("/api/v2/deleted_users?page[size]=100", cursor_page("deleted_users", [SHORT, OLD]))
    account.on("/api/v2/users/show_many?ids=5&include_deleted=true", *more)
    place = {"changes": {"updated_at": EARLIER, "v": 1}, "deletions": {"updated_at": EARLIER, "v": 1}, "v": 1}
    return read("users", saved={"updated_at": "1717848000", "lists": place, "v": 1})


SHORT = {"id": 5, "name": "Jo", "active": False, "updated_at": "2024-06-09T12:00:00Z"}
OLD = {"id": 4, "name": "Al", "active": False, "updated_at": "2024-05-09T12:00:00Z"}
LONG = {**SHORT, "notes": "kept", "tags": ["vip"]}


def test_deleted_user_keeps_the_columns_that_the_export_gave(account: Account) -> None:
    assert users(account, {"users": [LONG]}).records() == [LONG]


@pytest.mark.parametrize("response", [{"users": []}, FORBIDDEN], ids=["none", "refused"])
def test_deleted_user_that_does_not_come_by_id_has_the_columns_of_the_list(account: Account, response: Any) -> None:
    assert users(account, response, response).records() == [SHORT]
