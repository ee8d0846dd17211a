"""The recipes, run on the simulated account's tables; the answers are worked out from what the account knows."""

from collections import Counter, defaultdict
from datetime import datetime
from statistics import median
from typing import Any

import pytest

from integration_tests.command_output import Json
from integration_tests.sql.conftest import Rows
from integration_tests.sql.database import Database
from integration_tests.sql.view_files import RECIPES, recipe


def rows(database: Database, name: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in database.rows(recipe(name))]


def audits(truth: Rows) -> list[Json]:
    """All audits of the account, in order."""
    return sorted(truth["ticket_audits"], key=lambda row: (row["created_at"], row["id"]))


def changes(truth: Rows) -> list[tuple[Json, Json]]:
    """Every event that sets a field, with its audit, in order."""
    return [(audit, event) for audit in audits(truth) for event in audit["events"] if "field_name" in event]


def seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_returns_rows(account_database: Database, name: str) -> None:
    assert len(rows(account_database, name)) > 0


def test_days_in_status(account_database: Database, account_truth: Rows) -> None:
    spent: Counter[tuple[int, str]] = Counter()
    present: dict[int, tuple[str, str]] = {}
    for audit, event in changes(account_truth):
        if event["field_name"] == "status":
            ticket, at = audit["ticket_id"], audit["created_at"]
            if ticket in present:
                since, status = present[ticket]
                spent[ticket, status] += int(seconds(since, at))
            present[ticket] = (at, event["value"])
    found = {(ticket, status): float(days) for ticket, status, days in rows(account_database, "days_in_status")}
    assert found.keys() == spent.keys()
    assert found == pytest.approx({key: value / 86400 for key, value in spent.items()}, abs=0.0051)


def test_custom_field_changes(account_database: Database, account_truth: Rows) -> None:
    titles = {str(field["id"]): field["title"] for field in account_truth["ticket_fields"]}
    tickets: dict[str, list[int]] = defaultdict(list)
    for audit, event in changes(account_truth):
        if event["field_name"] in titles and audit["author_id"] > 0:
            tickets[titles[event["field_name"]]].append(audit["ticket_id"])
    expected = [(title, len(found), len(set(found))) for title, found in tickets.items()]
    assert rows(account_database, "custom_field_changes") == sorted(expected, key=lambda row: (-row[1], row[0]))


def test_tags_now(account_database: Database, account_truth: Rows) -> None:
    now: dict[tuple[int, str], str] = {}
    for audit, event in changes(account_truth):
        if event["field_name"] == "tags":
            before = set(event.get("previous_value") or ())
            now |= {(audit["ticket_id"], tag): audit["created_at"] for tag in event["value"] if tag not in before}
            for tag in before - set(event["value"]):
                now.pop((audit["ticket_id"], tag), None)
    assert rows(account_database, "tags_now") == sorted((*key, since) for key, since in now.items())


def test_sla_attainment(account_database: Database, account_truth: Rows) -> None:
    events = account_truth["ticket_metric_events"]
    ends: dict[str, dict[tuple[int, str, int], str]] = {"fulfill": {}, "breach": {}}
    for event in events:
        if event["type"] in ends and not event.get("deleted"):
            ends[event["type"]][event["ticket_id"], event["metric"], event["instance_id"]] = event["time"]
    targets, met = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for event in events:
        run = event["ticket_id"], event["metric"], event["instance_id"]
        if event["type"].startswith("apply") and run in ends["fulfill"]:
            policy = (event.get("sla") or event["group_sla"])["policy"]["title"], event["metric"]
            targets[policy] += 1
            met[policy] += run not in ends["breach"] or ends["breach"][run] > ends["fulfill"][run]
    assert rows(account_database, "sla_attainment") == [(*key, targets[key], met[key]) for key in sorted(targets)]
    assert 0 < met.total() < targets.total()


def test_first_replies_by_month(account_database: Database, account_truth: Rows) -> None:
    months: dict[tuple[int, int], list[Json]] = defaultdict(list)
    for row in account_truth["ticket_metrics"]:
        created = datetime.fromisoformat(row["created_at"])
        minutes = row["reply_time_in_minutes"]
        months[created.year, created.month] += [minutes] if minutes["calendar"] is not None else []
    found = {(year, month): tuple(row) for year, month, *row in rows(account_database, "first_replies_by_month")}
    assert found == {
        month: (len(answered), *(_median(answered, name) for name in ("calendar", "business")))
        for month, answered in months.items()
    }


def _median(answered: list[Json], name: str) -> float | None:
    return median(row[name] for row in answered) if answered else None


def test_waiting_for_a_reply(account_database: Database, account_truth: Rows) -> None:
    events = [event for event in account_truth["ticket_metric_events"] if event["metric"] == "reply_time"]
    waits = {event["ticket_id"] for event in events} - {
        event["ticket_id"] for event in events if event["type"] == "fulfill"
    }
    schedules = {row["id"]: row["name"] for row in account_truth["schedules"]}
    assigned = {
        audit["ticket_id"]: schedules[event["new_schedule_id"]]
        for audit in audits(account_truth)
        for event in audit["events"]
        if event["type"] == "ScheduleAssignment"
    }
    waiting = [
        (ticket["id"], ticket["subject"], ticket["status"], ticket["created_at"], assigned.get(ticket["id"]))
        for ticket in account_truth["tickets"]
        if ticket["status"] in ("new", "open") and ticket["id"] in waits
    ]
    assert rows(account_database, "waiting_for_a_reply") == sorted(waiting, key=lambda row: (row[3], row[0]))
