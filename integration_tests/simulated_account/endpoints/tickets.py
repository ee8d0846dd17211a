"""Tickets and what hangs on them (docs/zendesk-api.md#tickets)."""

import orjson

from integration_tests.simulated_account.answers import Answer, Refusal, one
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.exports import TimeRules, time_page
from integration_tests.simulated_account.paging import ALL, BOTH, CURSOR, OFFSET, Paging, page_of
from integration_tests.simulated_account.rows import ARCHIVED, DELETED, LIVE, Row
from integration_tests.simulated_account.sideloads import fill
from integration_tests.simulated_account.stamps import DAY, epoch

from .table import ACCOUNT, ADMINS, Endpoint, below, listed, live, single, whole


def in_scope(call: Call, usual: str = "agent") -> frozenset[str]:
    """The values of `support_type` that the call may see; AI-agent tickets are hidden unless asked for."""
    if not call.has("support_type_scope"):
        return frozenset({usual})
    asked = call.text("support_type_scope")
    if call.quirks.no_support_type_scope:
        raise Refusal(400, {"error": "InvalidParameter", "description": "support_type_scope is not a known parameter"})
    return frozenset({"agent", "ai_agent"}) if asked == "all" else frozenset({asked})


def _tickets(call: Call) -> list[Row]:
    scope, outer = in_scope(call), call.text("external_id")
    rows = [row for row in call.account.table("tickets") if row.state == LIVE and row.scope in scope]
    return [row for row in rows if row.record()["external_id"] == outer] if outer else rows


def _listed(call: Call) -> Answer:
    """The list; its pages with a cursor lack `fields`, the copy of `custom_fields`."""
    page, answer = page_of(call, TICKET_LIST, _tickets(call), "tickets")
    answer = fill(call, "tickets", page, answer)
    if call.has("page[size]"):
        answer.rows = [_without_fields(body) for body in answer.rows or ()]
    return answer


def _without_fields(body: bytes) -> bytes:
    record = orjson.loads(body)
    return orjson.dumps({name: value for name, value in record.items() if name != "fields"})


def _exported(call: Call) -> Answer:
    """The export of the search: by creation, newest first; archived tickets, too, no deleted ones."""
    if call.text("filter[type]") != "ticket":
        raise Refusal(400, {"error": "InvalidFilter", "description": "filter[type] must be ticket"})
    closed = "status:closed" in call.text("query")
    rows = [row for row in call.account.table("tickets") if row.state != DELETED]
    rows = [row for row in rows if row.record()["status"] == "closed"] if closed else rows
    page, answer = page_of(call, SEARCH, rows, "results")
    return fill(call, "tickets", page, answer)


def _deleted(call: Call) -> list[Row]:
    """Those of the last thirty days."""
    first = call.account.clock.now() - 30 * DAY
    return [row for row in call.account.table("deleted_tickets") if row.at >= first]


TICKET_LIST = Paging(BOTH.kinds, sorts=frozenset({"id", "status", "updated_at"}))
SEARCH = Paging(CURSOR.kinds, biggest=1000, usual="-created_at", sorts=frozenset())
DELETED_TICKETS = Paging(BOTH.kinds, sorts=frozenset({"id", "subject", "deleted_at"}))


def _many(call: Call) -> Answer:
    table = call.account.table("tickets")
    found = [table[int(word)] for word in call.words("ids")[:100] if word.isdigit() and int(word) in table]
    hidden = {DELETED, ARCHIVED} if call.quirks.show_many_without_archived else {DELETED}
    rows = [row for row in found if row.state not in hidden]
    return fill(
        call,
        "tickets",
        rows,
        Answer(key="tickets", rest={"count": len(rows), "next_page": None, "previous_page": None}),
    )


def _count(call: Call) -> Answer:
    return one("count", {"value": len(_tickets(call)), "refreshed_at": None})


def _ratings(call: Call) -> list[Row]:
    rows = [row for row in call.account.table("satisfaction_ratings") if row.at >= call.number("start_time")]
    if call.has("end_time"):
        rows = [row for row in rows if row.at < call.number("end_time")]
    return [row for row in rows if row.record()["score"] == call.text("score")] if call.has("score") else rows


def _too_young(call: Call) -> None:
    limit = call.account.clock.now() - 60
    if max(call.number("start_time"), call.number("end_time")) > limit:
        raise Refusal(400, {"error": "StartTimeTooRecent", "description": "Use times older than one minute"})


def _rated(call: Call) -> Answer:
    _too_young(call)
    page, answer = page_of(call, BOTH, _ratings(call), "satisfaction_ratings")
    return fill(call, "satisfaction_ratings", page, answer)


def _surveys(call: Call) -> list[Row]:
    first = call.number("filter[created_at_start]") / 1000
    last = call.number("filter[created_at_end]") / 1000 or float("inf")
    return [row for row in call.account.table("csat_survey_responses") if first <= row.at <= last]


def _metric(call: Call) -> Answer:
    rows = below("ticket_metrics", "tickets", "ticket_id")(call)
    found = list(rows)
    if not found:
        raise Refusal(404, {"error": "RecordNotFound", "description": "Not found"})
    return one("ticket_metric", orjson.Fragment(found[0].body))


def _audits(call: Call) -> Answer:
    """One ticket's audits: paged, but all at once for an archived ticket."""
    rows = list(below("ticket_audits", "tickets", "ticket_id")(call))
    archived = any(row.state == ARCHIVED for row in rows)
    page, answer = page_of(call, ALL if archived else BOTH, rows, "audits")
    return fill(call, "ticket_audits", page, answer)


def _activities(call: Call) -> Answer:
    since = epoch(call.text("since")) if call.has("since") else 0
    rows = [row for row in call.account.table("ticket_activities") if row.at >= since]
    page, answer = page_of(call, BOTH, rows, "activities")
    records = [row.record() for row in page]
    answer.rest |= {"actors": [record["actor"] for record in records], "users": [record["user"] for record in records]}
    return fill(call, "ticket_activities", page, answer)


def _conversation_events(call: Call) -> Answer:
    rules = TimeRules(ends="plain", usual=100)
    page, answer = time_page(
        call, call.account.table("side_conversation_events"), rules, "events", lambda row: row.state != DELETED
    )
    return fill(call, "side_conversation_events", page, answer)


_CONVERSATIONS = "tickets/{ticket_id}/side_conversations"

SIDE_CONVERSATIONS = (
    Endpoint(
        "tickets/side_conversations/events",
        _conversation_events,
        ADMINS,
        (*ACCOUNT, "side-conversation-events"),
        gate="side_conversations",
    ),
    listed(
        _CONVERSATIONS,
        rows=below("side_conversations", "tickets", "ticket_id"),
        paging=OFFSET,
        gate="side_conversations",
        parent="tickets",
    ),
    single(
        _CONVERSATIONS + "/{id}", "side_conversations", "side_conversation", gate="side_conversations", parent="tickets"
    ),
    listed(
        _CONVERSATIONS + "/{id}/events",
        "side_conversation_events",
        "events",
        below("side_conversation_events", "side_conversations", "id"),
        OFFSET,
        gate="side_conversations",
        parent="tickets",
    ),
)

TICKETS = (
    *SIDE_CONVERSATIONS,
    Endpoint("tickets", _listed, buckets=(*ACCOUNT, "tickets-index")),
    Endpoint("search/export", _exported, buckets=(*ACCOUNT, "search-export")),
    Endpoint("tickets/show_many", _many),
    Endpoint("tickets/count", _count),
    single("tickets/{ticket_id}", "tickets", "ticket", "ticket_id", parent="tickets"),
    listed(
        "tickets/{ticket_id}/comments",
        "ticket_comments",
        "comments",
        below("ticket_comments", "tickets", "ticket_id"),
        parent="tickets",
    ),
    Endpoint("tickets/{ticket_id}/audits", _audits, parent="tickets"),
    Endpoint("tickets/{ticket_id}/metrics", _metric, parent="tickets"),
    listed("ticket_metrics"),
    listed("tags", rows=whole("tags")),
    Endpoint("satisfaction_ratings", _rated, ADMINS),
    listed("satisfaction_reasons", key="reasons", paging=ALL, allowed=ADMINS),
    listed(
        "guide/survey_responses",
        "csat_survey_responses",
        "survey_responses",
        _surveys,
        CURSOR,
        allowed=ADMINS,
        gate="csat",
    ),
    listed("skips", "ticket_skips", "skips", live("ticket_skips")),
    Endpoint("activities", _activities),
    listed("deleted_tickets", rows=_deleted, paging=DELETED_TICKETS, buckets=(*ACCOUNT, "deleted-tickets")),
    listed("suspended_tickets"),
)
