"""Records of custom objects, object by object: what ends one export, and what that means for the others."""

from typing import Any

import pytest
from airbyte_cdk.models import SyncMode

from unit_tests.account import NOW, PROOF, Account, Reply
from unit_tests.reading import read

STREAM = "custom_object_records"
OBJECTS = "/api/v2/custom_objects"
CAR = "/api/v2/incremental/custom_objects/car/cursor"
BOAT = "/api/v2/incremental/custom_objects/boat/cursor"
SINCE = "per_page=1000&start_time=1704067200"
LISTED = "/api/v2/custom_objects/car/records?page[size]=100&sort=-updated_at"
PROBE = "/api/v2/custom_objects/car/records?page[size]=1&sort=-updated_at"
MAY, JUNE_1 = "2024-05-01T00:00:00Z", "2024-06-01T00:00:00Z"
JUNE_1_SECONDS = "1717200000"
FORBIDDEN = Reply({"errors": [{"code": "Forbidden", "title": "Access denied"}]}, status=403)
PLACE = {"updated_at": JUNE_1_SECONDS, "cursor": "c7", "v": 1}


def objects(*keys: str) -> dict[str, Any]:
    return {"custom_objects": [{"key": key} for key in keys]}


def page(*rows: tuple[str, str], cursor: str | None = "c1", **end: Any) -> dict[str, Any]:
    records = [{"id": key, "name": key, "updated_at": time} for key, time in rows]
    return {"custom_object_records": records, "after_cursor": cursor, **(end or {"meta": {"has_more": False}})}


def state(**places: Any) -> dict[str, Any]:
    return {"updated_at": "1704067200", "objects": places, "v": 1}


def refused(code: str, status: int) -> Reply:
    return Reply({"errors": [{"code": code, "title": "Not possible"}]}, status=status)


def test_an_object_that_fails_keeps_its_place_and_the_others_are_read(account: Account) -> None:
    account.on(OBJECTS, objects("car", "boat"))
    account.on(f"{CAR}?cursor=c7&per_page=1000", Reply({"error": "odd"}, status=451))
    account.on(f"{BOAT}?{SINCE}", page(("b1", MAY), cursor="b"))
    outcome = read(STREAM, saved=state(car=PLACE), fails=True)
    assert outcome.ids() == ["b1"]
    assert outcome.statuses() == ["STARTED", "RUNNING", "INCOMPLETE"]
    boat = {"updated_at": "1714521600", "cursor": "b", "v": 1}
    assert outcome.state() == state(car=PLACE, boat=boat)


@pytest.mark.parametrize("status", [400, 422])
def test_a_cursor_that_is_not_valid_is_replaced_by_the_time(account: Account, status: int) -> None:
    account.on(OBJECTS, objects("car"))
    account.on(f"{CAR}?cursor=c7&per_page=1000", refused("InvalidCursor", status))
    account.on(f"{CAR}?per_page=1000&start_time={JUNE_1_SECONDS}", page(("r1", JUNE_1), cursor="c8"))
    outcome = read(STREAM, saved=state(car=PLACE))
    assert outcome.ids() == ["r1"]
    assert outcome.state() == state(car={**PLACE, "cursor": "c8"})
    assert [warning.partition(" (")[0] for warning in outcome.warnings] == [
        "Stream custom_object_records: Zendesk no longer accepts the saved cursor"
    ]


@pytest.mark.parametrize("status", [400, 422])
def test_a_start_that_is_too_recent_has_nothing_to_read_yet(account: Account, status: int) -> None:
    place = {"updated_at": str(NOW - 30), "v": 1}
    account.on(OBJECTS, objects("car"))
    account.on(f"{CAR}?per_page=1000&start_time={NOW - 60}", refused("StartTimeTooRecent", status))
    outcome = read(STREAM, saved=state(car=place))
    assert (outcome.records(), outcome.warnings, outcome.errors) == ([], [], [])
    assert outcome.state() == state(car=place)


def test_an_export_that_says_end_of_stream_ends_there(account: Account) -> None:
    account.on(OBJECTS, objects("car"))
    account.on(f"{CAR}?{SINCE}", page(("r1", MAY), end_of_stream=False))
    account.on(f"{CAR}?cursor=c1&per_page=1000", page(("r2", JUNE_1), cursor="c2", end_of_stream=True))
    assert read(STREAM).ids() == ["r1", "r2"]


def test_a_last_page_without_a_cursor_is_resumed_by_time_without_its_rows(account: Account) -> None:
    account.on(OBJECTS, objects("car"), objects("car"))
    account.on(f"{CAR}?{SINCE}", page(("r1", JUNE_1), cursor=None))
    first = read(STREAM)
    assert first.state() == state(car={"updated_at": JUNE_1_SECONDS, "ids": ["r1"], "v": 1})
    account.on(f"{CAR}?per_page=1000&start_time={JUNE_1_SECONDS}", page(("r1", JUNE_1), ("r2", JUNE_1)))
    assert read(STREAM, saved=first.state()).ids() == ["r2"]


def test_a_full_refresh_reads_all_objects_from_the_start(account: Account) -> None:
    account.on(OBJECTS, objects("car"))
    account.on(f"{CAR}?{SINCE}", page(("r1", MAY)))
    assert read(STREAM, saved=state(car=PLACE), mode=SyncMode.full_refresh).ids() == ["r1"]


def test_a_full_refresh_that_was_interrupted_is_resumed(account: Account) -> None:
    account.on(OBJECTS, objects("car"))
    account.on(f"{CAR}?cursor=c7&per_page=1000", page(("r2", JUNE_1), cursor="c8"))
    saved = {STREAM: state(car={**PLACE, "full": True})}
    assert read(STREAM, state=saved, mode=SyncMode.full_refresh).ids() == ["r2"]


def test_an_agent_whose_export_is_refused_reads_the_list_if_it_answers(account: Account) -> None:
    account.on(OBJECTS, objects("car"))
    account.on(f"{CAR}?{SINCE}", FORBIDDEN, FORBIDDEN)
    listed = {"custom_object_records": [{"id": "r1", "name": "r1", "updated_at": JUNE_1, "photo": {"id": 1}}]}
    account.on(PROBE, listed)
    account.on(LISTED, {**listed, "meta": {"has_more": False}})
    outcome = read(STREAM)
    assert outcome.records() == [
        {"id": "r1", "name": "r1", "updated_at": JUNE_1, "photo": {"id": 1}, "_deleted": False}
    ]
    assert account.requested == [OBJECTS, f"{CAR}?{SINCE}", f"{CAR}?{SINCE}", PROBE, LISTED]
    assert outcome.state()["objects"]["car"]["updated_at"] == "1704067200"
    assert len(outcome.warnings) == 1


def test_an_object_whose_export_and_list_are_refused_is_skipped(account: Account) -> None:
    account.on(OBJECTS, objects("car", "boat"))
    account.on(f"{CAR}?{SINCE}", FORBIDDEN, FORBIDDEN)
    account.on(PROBE, FORBIDDEN, FORBIDDEN)
    account.on(PROOF, {"settings": {"branding": {}}})
    account.on(f"{BOAT}?{SINCE}", page(("b1", MAY)))
    outcome = read(STREAM)
    assert outcome.ids() == ["b1"]
    assert outcome.warnings == [
        (
            "Stream custom_object_records: the records of the custom object car are skipped: Zendesk answered HTTP 403 "
            "Forbidden Access denied. Check that this still exists in Zendesk, or ask an administrator of the account "
            "for permission to read it."
        )
    ]
    assert outcome.statuses() == ["STARTED", "RUNNING", "COMPLETE"]


def test_a_list_of_objects_that_names_a_next_page_is_read_to_its_end(account: Account) -> None:
    more = {"links": {"next": f"https://acme.zendesk.com{OBJECTS}?page[after]=p2"}, "meta": {"has_more": True}}
    account.on(OBJECTS, {**objects("car"), **more})
    account.on(f"{OBJECTS}?page[after]=p2", objects("boat"))
    account.on(f"{CAR}?{SINCE}", page(("r1", MAY)))
    account.on(f"{BOAT}?{SINCE}", page(("b1", MAY)))
    assert read(STREAM).ids() == ["r1", "b1"]
