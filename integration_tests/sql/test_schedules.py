"""Schedules: their hours, and the tickets that they were assigned to."""

from typing import Any

from integration_tests.command_output import Json
from integration_tests.sql.conftest import Rows, queried
from integration_tests.sql.database import Database

SCHEDULES = [
    {
        "id": 1,
        "name": "Office",
        "time_zone": "Berlin",
        "intervals": [{"start_time": 1980, "end_time": 2460}, {"start_time": 8640, "end_time": 10080}],
    },
    {"id": 2, "name": "Never", "time_zone": "Tokyo", "intervals": []},
    {"id": 3, "name": "Unknown", "time_zone": "Tokyo", "intervals": None},
]


def test_intervals_are_hours_of_a_weekday(database: Database) -> None:
    query = "SELECT * FROM schedule_hours ORDER BY weekday"
    assert queried(database, {"schedules": SCHEDULES}, query) == [
        (1, "Office", "Berlin", 1, 540, 1020),
        (1, "Office", "Berlin", 6, 0, 1440),
    ]


def test_an_assigned_schedule_lasts_until_the_next_one(database: Database) -> None:
    rows = {"schedules": SCHEDULES, "ticket_audits": [assignment(10, 1, None), assignment(11, "9", "1")]}
    assert queried(database, rows, "SELECT * FROM ticket_schedules ORDER BY audit_id") == [
        (5, 1, "Office", "Berlin", None, "2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z", 7, 10, 100),
        (5, 9, None, None, 1, "2026-01-05T11:00:00Z", None, 7, 11, 110),
    ]


def assignment(hour: int, new: object, previous: object) -> Json:
    event = {"id": hour * 10, "type": "ScheduleAssignment", "new_schedule_id": new, "previous_schedule_id": previous}
    others = [{"id": 1, "type": "Notification"}, event]
    return {"id": hour, "ticket_id": 5, "author_id": 7, "created_at": f"2026-01-05T{hour}:00:00Z", "events": others}


def test_hours_are_those_of_the_account(account_database: Database, account_truth: Rows) -> None:
    expected = [
        (row["id"], row["name"], row["time_zone"], span["start_time"], span["end_time"] - span["start_time"])
        for row in account_truth["schedules"]
        for span in row["intervals"] or ()
    ]
    found = account_database.rows(
        "SELECT schedule_id, schedule_name, time_zone, weekday * 24 * 60 + opens_at_minute AS start_time,"
        " closes_at_minute - opens_at_minute AS minutes FROM schedule_hours"
    )
    assert sorted(tuple(row.values()) for row in found) == sorted(expected)
    assert len(found) > 5


def test_assignments_are_those_of_the_account(account_database: Database, account_truth: Rows) -> None:
    names = {row["id"]: row["name"] for row in account_truth["schedules"]}
    expected: list[tuple[Any, ...]] = []
    last: dict[int, str] = {}
    for row in sorted(account_truth["ticket_audits"], key=lambda row: (row["created_at"], row["id"]), reverse=True):
        for event in row["events"]:
            if event["type"] == "ScheduleAssignment":
                ticket, schedule = row["ticket_id"], event["new_schedule_id"]
                expected.append((ticket, schedule, names[schedule], row["created_at"], last.get(ticket)))
                last[ticket] = row["created_at"]
    columns = "ticket_id, schedule_id, schedule_name, assigned_from, assigned_until"
    found = [tuple(row.values()) for row in account_database.rows(f"SELECT {columns} FROM ticket_schedules")]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert len(found) > 5
