"""SLA policies, reply times and durations of tickets."""

from typing import Any

from integration_tests.command_output import Json
from integration_tests.sql.conftest import Rows, queried
from integration_tests.sql.database import Database


def event(number: int, kind: str, hour: int, metric: str = "reply_time", instance: int = 1, **more: Any) -> Json:
    at = f"2026-01-05T{hour:02d}:00:00Z"
    return {"id": number, "ticket_id": 5, "metric": metric, "instance_id": instance, "type": kind, "time": at, **more}


def target(policy: int, minutes: int, *, business: bool) -> Json:
    named = {"id": policy, "title": f"Policy {policy}"}
    return {"target": minutes, "target_in_seconds": minutes * 60, "business_hours": business, "policy": named}


EVENTS = [
    event(1, "measure", 8, instance=0),
    event(2, "activate", 8),
    event(3, "apply_sla", 8, sla=target(21, 60, business=False)),
    event(4, "breach", 9, deleted=True),
    event(5, "apply_sla", 9, sla=target(22, 180, business=True)),
    event(6, "breach", 11, deleted=False),
    event(7, "update_status", 10, status={"calendar": 120, "business": 90}),
    event(8, "fulfill", 12),
    event(9, "update_status", 12, status={"calendar": 240, "business": 200}),
    event(10, "activate", 14, instance=2),
    event(11, "apply_group_sla", 8, metric="group_ownership_time", group_sla=target(31, 30, business=False)),
]
"""A first reply that misses its second policy, a second reply that is awaited, and a group's policy."""


def test_each_application_of_a_policy_has_a_row_with_the_fate_of_its_run(database: Database) -> None:
    at, query = "2026-01-05T{:02d}:00:00Z".format, "SELECT * FROM ticket_sla_policies ORDER BY event_id"
    assert queried(database, {"ticket_metric_events": EVENTS}, query) == [
        (5, "reply_time", 1, False, 21, "Policy 21", 60, False, at(8), at(9), at(11), at(12), 240, 200, 3),
        (5, "reply_time", 1, False, 22, "Policy 22", 180, True, at(9), None, at(11), at(12), 240, 200, 5),
        (5, "group_ownership_time", 1, True, 31, "Policy 31", 30, False, at(8), None, None, None, None, None, 11),
    ]


def test_each_reply_has_a_row(database: Database) -> None:
    query = "SELECT * FROM ticket_reply_times ORDER BY instance_id"
    assert queried(database, {"ticket_metric_events": EVENTS}, query) == [
        (5, 1, "2026-01-05T08:00:00Z", "2026-01-05T12:00:00Z", 240, 200),
        (5, 2, "2026-01-05T14:00:00Z", None, None, None),
    ]


def test_durations_are_plain_columns(database: Database) -> None:
    metrics: Json = {"id": 1, "ticket_id": 5, "created_at": "2026-01-05T08:00:00Z", "replies": 2, "reopens": 1}
    times = ("reply", "first_resolution", "full_resolution", "requester_wait", "agent_wait", "on_hold")
    metrics |= {f"{name}_time_in_minutes": {"calendar": n * 10, "business": n} for n, name in enumerate(times, 1)}
    metrics["full_resolution_time_in_minutes"] = {"calendar": None, "business": None}
    metrics["on_hold_time_in_minutes"] = None
    assert queried(database, {"ticket_metrics": [metrics]}, "SELECT * FROM ticket_durations") == [
        (5, "2026-01-05T08:00:00Z", None, 2, 1, 10, 1, 20, 2, None, None, 40, 4, 50, 5, None, None)
    ]


def of_run(events: list[Json], about: Json) -> list[Json]:
    """The events of the same metric's run on the same ticket."""
    key = ("ticket_id", "metric", "instance_id")
    return [row for row in events if all(row[name] == about[name] for name in key)]


def time_of(events: list[Json], kind: str) -> str | None:
    """When the first event of that kind was that is not withdrawn."""
    return min((row["time"] for row in events if row["type"] == kind and not row.get("deleted")), default=None)


def test_policies_are_those_of_the_account(account_database: Database, account_truth: Rows) -> None:
    events, expected = account_truth["ticket_metric_events"], []
    for row in events:
        if row["type"] in ("apply_sla", "apply_group_sla"):
            policy, run = row.get("sla") or row["group_sla"], of_run(events, row)
            fate = (time_of(run, "breach"), time_of(run, "fulfill"))
            about = policy["policy"]["id"], policy["target"], policy["business_hours"]
            kind = (row["metric"], row["type"] == "apply_group_sla")
            expected.append((row["id"], row["ticket_id"], *kind, *about, row["time"], *fate))
    found = account_database.rows(
        "SELECT event_id, ticket_id, metric, is_group_policy, policy_id, target_minutes, in_business_hours, applied_at,"
        " breached_at, fulfilled_at FROM ticket_sla_policies ORDER BY event_id"
    )
    assert [tuple(row.values()) for row in found] == sorted(expected)
    assert len(found) > 200
    assert 0 < sum(1 for row in found if row["breached_at"]) < len(found)


def test_reply_times_are_those_of_the_account(account_database: Database, account_truth: Rows) -> None:
    events = account_truth["ticket_metric_events"]
    metrics = {row["ticket_id"]: row["reply_time_in_minutes"] for row in account_truth["ticket_metrics"]}
    found = {row["ticket_id"]: row for row in account_database.rows("SELECT * FROM ticket_reply_times")}
    assert len(found) == 150
    for ticket, row in found.items():
        run = [event for event in events if (event["ticket_id"], event["metric"]) == (ticket, "reply_time")]
        assert (row["waiting_since"], row["replied_at"]) == (time_of(run, "activate"), time_of(run, "fulfill"))
        if ticket in metrics:
            minutes = {"calendar": row["calendar_minutes"], "business": row["business_minutes"]}
            assert minutes == metrics[ticket]


def test_durations_are_those_of_the_account(account_database: Database, account_truth: Rows) -> None:
    expected = [
        (
            row["ticket_id"],
            row["reply_time_in_minutes"]["business"],
            row["full_resolution_time_in_minutes"]["calendar"],
            row["on_hold_time_in_minutes"]["calendar"],
            row["solved_at"],
        )
        for row in account_truth["ticket_metrics"]
    ]
    found = account_database.rows(
        "SELECT ticket_id, first_reply_business_minutes, full_resolution_calendar_minutes, on_hold_calendar_minutes,"
        " solved_at FROM ticket_durations ORDER BY ticket_id"
    )
    assert [tuple(row.values()) for row in found] == sorted(expected)
    assert len(found) > 100
