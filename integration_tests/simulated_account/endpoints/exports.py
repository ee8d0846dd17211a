"""The incremental exports of Support, and the audits that are walked backwards.

Facts: docs/zendesk-api.md#exports, docs/zendesk-api.md#ticket-audits (1).
"""

import base64

import orjson

from integration_tests.simulated_account.answers import Answer, bad_page
from integration_tests.simulated_account.audits import without_comments
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.exports import TimeRules, cursor_page, every, time_page
from integration_tests.simulated_account.paging import CURSOR, page_of
from integration_tests.simulated_account.rows import DELETED, LIVE, Row
from integration_tests.simulated_account.sideloads import fill
from integration_tests.simulated_account.stamps import MINUTE

from .table import ADMINS, EXPORTS, Endpoint
from .tickets import in_scope

TICKETS = TimeRules(withheld=MINUTE)
USERS = TimeRules()
METRIC_EVENTS = TimeRules(ends="plain")


def _chosen_tickets(call: Call) -> "_Choice":
    return _Choice(in_scope(call), deleted=not call.flag("exclude_deleted"))


class _Choice:
    """Tells which rows of an export a call wants."""

    def __init__(self, scope: frozenset[str], *, deleted: bool) -> None:
        self._scope, self._deleted = scope, deleted

    def __call__(self, row: Row) -> bool:
        return row.scope in self._scope and (self._deleted or row.state != DELETED)


def _tickets_by_cursor(call: Call) -> Answer:
    page, answer = cursor_page(call, call.account.table("tickets"), MINUTE, "tickets", _chosen_tickets(call))
    return fill(call, "tickets", page, answer)


def _tickets_by_time(call: Call) -> Answer:
    page, answer = time_page(call, call.account.table("tickets"), TICKETS, "tickets", _chosen_tickets(call))
    return fill(call, "tickets", page, answer)


def _events(call: Call) -> Answer:
    page, answer = time_page(
        call, call.account.table("ticket_events"), TICKETS, "ticket_events", _Choice(in_scope(call), deleted=True)
    )
    full = "comment_events" in call.words("include")
    answer.rows = [row.body if full else orjson.dumps(without_comments(row.record())) for row in page]
    return answer


def _users_by_cursor(call: Call) -> Answer:
    page, answer = cursor_page(call, call.account.table("users"), 0, "users", every)
    return fill(call, "users", page, answer)


def _users_by_time(call: Call) -> Answer:
    page, answer = time_page(call, call.account.table("users"), USERS, "users", every)
    return fill(call, "users", page, answer)


def _organizations(call: Call) -> Answer:
    page, answer = time_page(call, call.account.table("organizations"), USERS, "organizations", every)
    return fill(call, "organizations", page, answer)


def _metric_events(call: Call) -> Answer:
    table, key = call.account.table("ticket_metric_events"), "ticket_metric_events"
    if call.has("page[size]"):
        rows = table.since(call.number("start_time"))
        page, answer = page_of(call, CURSOR_BY_TIME, rows, key)
    else:
        page, answer = time_page(call, table, METRIC_EVENTS, key, every)
    return fill(call, key, page, answer)


CURSOR_BY_TIME = type(CURSOR)(CURSOR.kinds, usual="updated_at")


def _audits(call: Call) -> Answer:
    table = call.account.table("ticket_audits")
    newest_first = [row for row in reversed(table.by_time()) if row.state == LIVE]
    if call.has("page[size]"):
        page, answer = page_of(call, type(CURSOR)(CURSOR.kinds, usual="-updated_at"), newest_first, "audits")
        return fill(call, "ticket_audits", page, answer)
    first = _place(call, newest_first)
    size = min(max(1, call.number("limit", 100)), 1000)
    page = newest_first[first : first + size]
    older = _token(page[-1], "b") if first + size < len(newest_first) else None
    newer = _token(page[0], "a") if page else None
    rest = {
        "before_url": call.link(cursor=older) if older else None,
        "before_cursor": older,
        "after_url": call.link(cursor=newer) if newer else None,
        "after_cursor": newer,
    }
    return fill(call, "ticket_audits", page, Answer(key="audits", rest=rest))


def _token(row: Row, way: str) -> str:
    return base64.urlsafe_b64encode(f"{way}|{row.at}|{row.key}".encode()).decode()


def _place(call: Call, newest_first: list[Row]) -> int:
    """Where the page begins.

    Behind the row of a cursor that leads to older ones, else as many before it as a page holds.
    """
    if not call.has("cursor"):
        return 0
    try:
        way, at, key = base64.urlsafe_b64decode(call.text("cursor")).decode().split("|")
        place = (int(at), int(key))
    except ValueError:
        raise bad_page("cursor is not a cursor of this list") from None
    if way == "b":
        return sum(1 for row in newest_first if (row.at, int(row.key)) >= place)
    newer = sum(1 for row in newest_first if (row.at, int(row.key)) > place)
    return max(0, newer - min(max(1, call.number("limit", 100)), 1000))


CURSOR_EXPORT = ("account", "incremental-exports-cursor")

ALL_EXPORTS = (
    Endpoint("incremental/tickets", _tickets_by_time, ADMINS, EXPORTS),
    Endpoint("incremental/tickets/cursor", _tickets_by_cursor, ADMINS, EXPORTS),
    Endpoint("incremental/ticket_events", _events, ADMINS, EXPORTS),
    Endpoint("incremental/users", _users_by_time, ADMINS, EXPORTS),
    Endpoint("incremental/users/cursor", _users_by_cursor, ADMINS, CURSOR_EXPORT),
    Endpoint("incremental/organizations", _organizations, ADMINS, EXPORTS),
    Endpoint("incremental/ticket_metric_events", _metric_events, ADMINS, EXPORTS),
    Endpoint("ticket_audits", _audits, ADMINS),
)
