"""Metric events without their export: literal requests, exact rows, exact state."""

from collections.abc import Mapping
from typing import Any

import pytest

from unit_tests.account import NEWEST_TICKET, NOW, Account, Reply, cursor_page
from unit_tests.reading import read

STREAM = "ticket_metric_events"
EXPORT = "/api/v2/incremental/ticket_metric_events"
CHANGES = "/api/v2/tickets?page[size]=100&sort=-updated_at&support_type_scope=all"


def of_ticket(key: int) -> str:
    return f"/api/v2/tickets/{key}/metric_events"


def event(key: int, time: str, **more: Any) -> dict[str, Any]:
    rest = {"metric": "reply_time", "instance_id": 1, "type": "measure"}
    return {"id": key, "ticket_id": 7, **rest, "time": time, **more}


def changed(account: Account, tickets: Mapping[int, str]) -> None:
    """The export is closed, and the list has these tickets."""
    account.on(EXPORT, *[Reply({"error": "Gone"}, 410)] * 4)
    rows = [{"id": key, "updated_at": time, "generated_timestamp": NOW - 100} for key, time in tickets.items()]
    account.on(CHANGES, cursor_page("tickets", rows))


STATE = {
    STREAM: {
        "time": str(NOW - 3600 - 1000),
        "lists": {
            "changes": {"updated_at": "2024-06-10T11:43:20Z", "ids": [31], "v": 1},
            "deletions": {"updated_at": "2024-06-10T11:43:20Z", "v": 1},
            "sweep": {"paced": NOW - 1000},
            "v": 1,
        },
        "v": 1,
    }
}
"""A sync by lists, a thousand seconds ago, that has emitted the event 31."""


def test_later_sync_requests_the_tickets_of_an_hour_before_the_last_one(account: Account) -> None:
    changed(account, {9: "2024-06-10T11:50:00Z", 8: "2024-06-10T10:43:20Z", 7: "2024-06-10T10:43:19Z"})
    times = {31: "2024-06-10T11:30:00Z", 32: "2024-06-10T11:40:00Z", 33: "2024-06-10T10:43:19Z"}
    known, late, old = (event(*each) for each in times.items())
    breach = event(34, "2024-06-11T12:00:00Z", type="breach", deleted=False)
    account.on(of_ticket(9), {"metric_events": {"reply_time": [old, known], "resolution_time": [late, breach]}})
    account.on(of_ticket(8), {"metric_events": {}})
    outcome = read(STREAM, state=STATE)
    assert outcome.records() == [late, breach]
    assert account.requested[1] == CHANGES
    assert sorted(account.requested[2:]) == [of_ticket(8), of_ticket(9)]
    assert outcome.state() == {
        "time": str(NOW - 3600),
        "lists": {
            "changes": {"updated_at": "2024-06-10T12:00:00Z", "ids": [31, 1, 2], "v": 1},
            "deletions": {"updated_at": "2024-06-10T11:43:20Z", "v": 1},
            "passes": [1718019800, 1718020800],
            "sweep": {"paced": NOW},
            "v": 1,
        },
        "v": 1,
    }


def test_event_that_is_deleted_comes_again(account: Account) -> None:
    changed(account, {9: "2024-06-10T11:50:00Z"})
    deleted = event(31, "2024-06-10T11:45:00Z", deleted=True)
    account.on(of_ticket(9), {"metric_events": [deleted]})
    assert read(STREAM, state=STATE).records() == [deleted]


E1, E2 = event(1, "2024-06-10T11:50:00Z"), event(2, "2024-06-10T11:51:00Z")
WITHOUT = {name: value for name, value in E2.items() if name != "metric"}
FORMS: dict[str, Any] = {
    "groups": {"metric_events": {"reply_time": [E1, WITHOUT]}},
    "a list": {"metric_events": [E1, E2]},
    "groups under the name of the export": {"ticket_metric_events": {"reply_time": [E1, E2], "resolution_time": []}},
    "a list of groups": {"metric_events": [{"reply_time": [E1]}, {"reply_time": [E2]}]},
}


@pytest.mark.parametrize("response", FORMS.values(), ids=FORMS)
def test_events_are_found_in_any_form(account: Account, response: Any) -> None:
    changed(account, {9: "2024-06-10T11:50:00Z"})
    account.on(of_ticket(9), response)
    assert read(STREAM, state=STATE).records() == [E1, E2]


def test_unknown_form_fails_and_is_not_taken_for_no_events(account: Account) -> None:
    changed(account, {9: "2024-06-10T11:50:00Z"})
    account.on(of_ticket(9), *[{"events": {}}] * 7)
    outcome = read(STREAM, state=STATE, fails=True)
    assert outcome.statuses()[-1] == "INCOMPLETE"


def test_refused_tickets_are_counted(account: Account) -> None:
    changed(account, {9: "2024-06-10T11:50:00Z", 8: "2024-06-10T11:49:00Z"})
    for key in (9, 8):
        account.on(of_ticket(key), Reply({"error": "InvalidEndpoint"}, 404))
    outcome = read(STREAM, state=STATE)
    assert outcome.records() == []
    assert any("did not show what belongs to 2 tickets, such as" in warning for warning in outcome.warnings)


def test_late_event_is_read_after_the_export_has_closed(account: Account) -> None:
    """Half an hour before the bookmark is read again, as from the export; what it has brought is not emitted again."""
    changed(account, {9: "2024-06-10T11:50:00Z"})
    account.on("/api/v2/users/me", {"user": {"role": "admin"}})
    account.on(NEWEST_TICKET, cursor_page("tickets", []))
    times = {41: "2024-06-10T11:30:00Z", 42: "2024-06-10T11:30:01Z", 43: "2024-06-10T11:09:59Z"}
    known, late, old = (event(*each) for each in times.items())
    account.on(of_ticket(9), {"metric_events": {"reply_time": [known, late, old]}})
    state = {STREAM: {"time": str(NOW - 1200), "ids": [41], "v": 1}}
    assert read(STREAM, state=state).records() == [late]
