"""The incremental exports of Support, and the audits that are walked backwards.

Facts: docs/zendesk-api.md#exports, docs/zendesk-api.md#ticket-audits (1).
"""

import base64
from collections.abc import Callable

import orjson

from integration_tests.simulated_account.answers import Answer, Refusal, bad_page
from integration_tests.simulated_account.audits import without_comments
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.exports import Keep, TimeRules, cursor_page, every, time_page
from integration_tests.simulated_account.paging import OFFSET
from integration_tests.simulated_account.rows import DELETED, LIVE, Row
from integration_tests.simulated_account.sideloads import fill
from integration_tests.simulated_account.stamps import MINUTE

from .table import Endpoint, below, listed

TICKETS = TimeRules(withheld=MINUTE)
PLAIN = TimeRules()
METRIC_EVENTS = TimeRules(ends="plain")
CONVERSATIONS = TimeRules(ends="plain", usual=100)


def in_scope(call: Call) -> frozenset[str]:
    """The values of `support_type` that the call may see; AI-agent tickets are hidden unless asked for."""
    if not call.has("support_type_scope"):
        return frozenset({"agent"})
    asked = call.text("support_type_scope")
    if call.quirks.no_support_type_scope:
        raise Refusal(400, {"error": "InvalidParameter", "description": "support_type_scope is not a known parameter"})
    return frozenset({"agent", "ai_agent"}) if asked == "all" else frozenset({asked})


def _within(call: Call) -> Keep:
    scope = in_scope(call)
    return lambda row: row.scope in scope


def _tickets(call: Call) -> Answer:
    page, answer = cursor_page(call, call.account.table("tickets"), MINUTE, "tickets", _within(call))
    return fill(call, "tickets", page, answer)


def _events(call: Call) -> Answer:
    page, answer = time_page(call, call.account.table("ticket_events"), TICKETS, "ticket_events", _within(call))
    full = "comment_events" in call.words("include")
    answer.rows = [row.body if full else orjson.dumps(without_comments(row.record())) for row in page]
    return answer


def _users(call: Call) -> Answer:
    page, answer = cursor_page(call, call.account.table("users"), 0, "users", every)
    return fill(call, "users", page, answer)


def _by_time(kind: str, rules: TimeRules = PLAIN, keep: Keep = every, key: str = "") -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        page, found = time_page(call, call.account.table(kind), rules, key or kind, keep)
        return fill(call, kind, page, found)

    return answer


def _undeleted(row: Row) -> bool:
    return row.state != DELETED


def _audits(call: Call) -> Answer:
    table = call.account.table("ticket_audits")
    newest_first = [row for row in reversed(table.by_time()) if row.state == LIVE]
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


ALL_EXPORTS = (
    Endpoint("help_center/incremental/articles", _by_time("articles", TimeRules(ends="null"))),
    Endpoint("incremental/organizations", _by_time("organizations")),
    Endpoint("incremental/ticket_events", _events),
    Endpoint("incremental/ticket_metric_events", _by_time("ticket_metric_events", METRIC_EVENTS)),
    Endpoint("incremental/tickets/cursor", _tickets),
    Endpoint("incremental/users/cursor", _users),
    Endpoint("ticket_audits", _audits),
    Endpoint(
        "tickets/side_conversations/events", _by_time("side_conversation_events", CONVERSATIONS, _undeleted, "events")
    ),
    listed(
        "tickets/{ticket_id}/side_conversations",
        rows=below("side_conversations", "tickets", "ticket_id"),
        paging=OFFSET,
    ),
)
