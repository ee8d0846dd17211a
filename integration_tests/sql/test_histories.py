"""Histories of fields and tags: by example, and compared with the simulated account's audits."""

from collections import defaultdict
from typing import Any

from integration_tests.command_output import Json
from integration_tests.sql.conftest import Rows, fill, queried
from integration_tests.sql.database import Database


def audit(number: int, at: str, *events: Json, ticket: int = 1) -> Json:
    return {"id": number, "ticket_id": ticket, "created_at": at, "author_id": 7, "events": list(events)}


AUDITS = [
    audit(
        10,
        "2026-01-05T08:00:00Z",
        {"id": 100, "type": "Comment", "body": "Help", "public": True},
        {"id": 101, "type": "Create", "field_name": "status", "value": "new"},
        {"id": 102, "type": "Create", "field_name": "tags", "value": ["vip", "größe"]},
        {"id": 103, "type": "Create", "field_name": "360001", "value": None},
    ),
    audit(
        11,
        "2026-01-05T09:30:00Z",
        {"id": 110, "type": "Change", "field_name": "status", "value": "open", "previous_value": "new"},
        {
            "id": 111,
            "type": "Change",
            "field_name": "tags",
            "value": ["vip", "phone"],
            "previous_value": ["vip", "größe"],
        },
        {"id": 112, "type": "Change", "field_name": "status", "value": "pending", "previous_value": "open"},
    ),
    audit(
        12,
        "2026-01-07T10:00:00Z",
        {"id": 120, "type": "Change", "field_name": "360001", "value": "A-1", "previous_value": None},
        {"id": 121, "type": "Change", "field_name": "tags", "value": "vip urgent", "previous_value": "vip phone"},
    ),
    {"id": 13, "ticket_id": 2, "created_at": "2026-01-08T10:00:00Z", "author_id": -1, "events": None},
]


def test_a_field_has_a_row_for_each_value_and_the_last_one_has_no_end(database: Database) -> None:
    query = "SELECT * FROM ticket_field_history WHERE field_name != 'tags' ORDER BY field_name, event_id"
    first, second, third = "2026-01-05T08:00:00Z", "2026-01-05T09:30:00Z", "2026-01-07T10:00:00Z"
    assert queried(database, {"ticket_audits": AUDITS}, query) == [
        (1, "360001", None, None, first, third, 7, 10, 103),
        (1, "360001", "A-1", None, third, None, 7, 12, 120),
        (1, "status", "new", None, first, second, 7, 10, 101),
        (1, "status", "open", "new", second, second, 7, 11, 110),
        (1, "status", "pending", "open", second, None, 7, 11, 112),
    ]


def test_tags_that_stay_have_no_row(database: Database) -> None:
    fill(database, {"ticket_audits": AUDITS})
    found = database.rows("SELECT * FROM ticket_tag_history ORDER BY event_id, change, tag DESC")
    assert [(row["event_id"], row["change"], row["tag"], row["changed_at"]) for row in found] == [
        (102, "added", "vip", "2026-01-05T08:00:00Z"),
        (102, "added", "größe", "2026-01-05T08:00:00Z"),
        (111, "added", "phone", "2026-01-05T09:30:00Z"),
        (111, "removed", "größe", "2026-01-05T09:30:00Z"),
        (121, "added", "urgent", "2026-01-07T10:00:00Z"),
        (121, "removed", "phone", "2026-01-07T10:00:00Z"),
    ]
    assert {(row["ticket_id"], row["author_id"]) for row in found} == {(1, 7)}


def changes_of(truth: Rows) -> list[tuple[Json, Json]]:
    """All audits of the account and their events that change a field, in order."""
    audits = sorted(truth["ticket_audits"], key=lambda row: (row["created_at"], row["id"]))
    return [(row, event) for row in audits for event in row["events"] if event["type"] in ("Create", "Change")]


def test_field_history_is_that_of_the_account(account_database: Database, account_truth: Rows) -> None:
    expected: dict[tuple[Any, str], list[Json]] = defaultdict(list)
    for row, event in changes_of(account_truth):
        expected[row["ticket_id"], event["field_name"]].append({**event, "at": row["created_at"], "audit": row})
    found = account_database.rows("SELECT * FROM ticket_field_history ORDER BY valid_from, audit_id, event_id")
    assert len(found) == sum(map(len, expected.values())) > 500
    reported = defaultdict(list)
    for row in found:
        reported[row["ticket_id"], row["field_name"]].append(row)
    assert reported.keys() == expected.keys()
    for key, events in expected.items():
        rows = reported[key]
        assert [row["valid_from"] for row in rows] == [event["at"] for event in events]
        assert [row["valid_until"] for row in rows] == [*(event["at"] for event in events[1:]), None]
        assert [row["author_id"] for row in rows] == [event["audit"]["author_id"] for event in events]
        if key[1] != "tags":
            assert [row["value"] for row in rows] == [event["value"] for event in events]
            assert [row["previous_value"] for row in rows] == [event.get("previous_value") for event in events]


def test_tag_history_is_that_of_the_account(account_database: Database, account_truth: Rows) -> None:
    expected = set()
    for row, event in changes_of(account_truth):
        if event["field_name"] == "tags":
            now, before = set(event["value"]), set(event.get("previous_value") or ())
            expected |= {(row["ticket_id"], row["created_at"], "added", tag) for tag in now - before}
            expected |= {(row["ticket_id"], row["created_at"], "removed", tag) for tag in before - now}
    found = account_database.rows("SELECT ticket_id, changed_at, change, tag FROM ticket_tag_history")
    assert len(found) == len(expected) > 200
    assert {tuple(row.values()) for row in found} == expected


def export_event(number: int, at: str, updater: int, *children: Json) -> Json:
    return {"id": number, "ticket_id": 1, "created_at": at, "updater_id": updater, "child_events": list(children)}


BY_TRIGGER = {"via": "Rule", "via_reference_id": 21400000000010, "rel": "trigger", "revision_id": 3}
TAGGED = {"added_tags": ["vip"], "removed_tags": []}
EVENTS = [
    export_event(
        10,
        "2026-01-05T08:00:00Z",
        7,
        {"id": 100, "event_type": "Comment", "via": "Web form", "comment_present": True},
        {"id": 101, "event_type": "Create", "via": "Web form", "via_reference_id": 0, "status": "new"},
        {"id": 102, "event_type": "Create", "via": "Web form", "custom_ticket_fields": {"360001": None}},
    ),
    export_event(
        11,
        "2026-01-05T09:30:00Z",
        -1,
        {"id": 110, "event_type": "Change", **BY_TRIGGER, "status": "open", "previous_value": "new"},
        {"id": 111, "event_type": "Change", "custom_ticket_fields": {"360001": "A-1"}, "previous_value": None},
        {"id": 112, "event_type": "Change", "priority": "high", **TAGGED, "previous_value": None},
    ),
    {"id": 12, "ticket_id": 2, "created_at": "2026-01-06T09:30:00Z", "updater_id": 7, "child_events": None},
]


def test_a_key_of_an_export_event_that_is_no_field_has_no_row(database: Database) -> None:
    query = "SELECT * FROM ticket_event_field_history ORDER BY event_id"
    first, second = "2026-01-05T08:00:00Z", "2026-01-05T09:30:00Z"
    assert queried(database, {"ticket_events": EVENTS}, query) == [
        (1, "status", "new", None, first, second, 7, 10, 101),
        (1, "360001", None, None, first, second, 7, 10, 102),
        (1, "status", "open", "new", second, None, -1, 11, 110),
        (1, "360001", "A-1", None, second, None, -1, 11, 111),
        (1, "priority", "high", None, second, None, -1, 11, 112),
    ]


def test_field_history_of_the_export_also_has_deleted_tickets(account_database: Database, account_truth: Rows) -> None:
    columns = "ticket_id, field_name, value, previous_value, valid_from, author_id, audit_id, event_id"
    known = f"SELECT {columns} FROM ticket_field_history"
    exported = f"SELECT {columns} FROM ticket_event_field_history"
    assert account_database.rows(f"{known} EXCEPT {exported}") == []
    deleted = {ticket["id"] for ticket in account_truth["tickets"] if ticket["status"] == "deleted"}
    assert deleted
    assert {row["ticket_id"] for row in account_database.rows(f"{exported} EXCEPT {known}")} == deleted
