"""The incremental exports of Support, and the audits that are walked backwards.

Facts: docs/zendesk-api.md#exports, docs/zendesk-api.md#ticket-audits (1).
"""

from collections.abc import Callable

import orjson

from integration_tests.simulated_account.api_call import ApiCall
from integration_tests.simulated_account.audits import without_comments
from integration_tests.simulated_account.conversation_log import LOG, log_of
from integration_tests.simulated_account.exports import (
    RowFilter,
    TimeExportRules,
    change_log_page,
    cursor_page,
    every,
    time_page,
)
from integration_tests.simulated_account.paging import CURSOR, OFFSET, first_behind, token
from integration_tests.simulated_account.responses import ApiResponse
from integration_tests.simulated_account.sideloads import add_sideloads
from integration_tests.simulated_account.tables import DELETED, LIVE, RowKey, TableRow
from integration_tests.simulated_account.timestamps import MINUTE

from .endpoint import ApiEndpoint, below, listed, named_row

TICKETS = TimeExportRules(withheld=MINUTE)
PLAIN = TimeExportRules()
METRIC_EVENTS = TimeExportRules(ends="never")
CONVERSATIONS = TimeExportRules(ends="never", usual=100)


def in_scope(call: ApiCall) -> frozenset[str]:
    """The values of `support_type` that the call may see; AI-agent tickets are hidden unless requested."""
    requested = call.text("support_type_scope", "agent")
    return frozenset({"agent", "ai_agent"}) if requested == "all" else frozenset({requested})


def _within(call: ApiCall) -> RowFilter:
    scope = in_scope(call)
    return lambda row: row.scope in scope


def _tickets(call: ApiCall) -> ApiResponse:
    page, response = cursor_page(call, call.account.table("tickets"), MINUTE, "tickets", _within(call))
    return add_sideloads(call, "tickets", page, response)


def _events(call: ApiCall) -> ApiResponse:
    page, response = time_page(call, call.account.table("ticket_events"), TICKETS, "ticket_events", _within(call))
    full = "comment_events" in call.words("include")
    response.rows = [row.body if full else orjson.dumps(without_comments(row.record())) for row in page]
    return response


def _users(call: ApiCall) -> ApiResponse:
    page, response = cursor_page(call, call.account.table("users"), 0, "users", every)
    return add_sideloads(call, "users", page, response)


def by_time(
    kind: str, rules: TimeExportRules = PLAIN, keep: RowFilter = every, key: str = ""
) -> Callable[[ApiCall], ApiResponse]:
    """An export of a kind by time."""

    def response(call: ApiCall) -> ApiResponse:
        page, found = time_page(call, call.account.table(kind), rules, key or kind, keep)
        return add_sideloads(call, kind, page, found)

    return response


def _change_log(kind: str, key: str) -> Callable[[ApiCall], ApiResponse]:
    return lambda call: change_log_page(call, call.account.table(kind), key)


def _undeleted(row: TableRow) -> bool:
    return row.state != DELETED


def _audits(call: ApiCall) -> ApiResponse:
    table = call.account.table("ticket_audits")
    newest_first = [row for row in reversed(table.by_time()) if row.state == LIVE]
    first = first_behind(call, "cursor", newest_first, _time_and_key, down=True)
    size = min(max(1, call.number("limit", 100)), 1000)
    page = newest_first[first : first + size]
    older = token(_time_and_key(page[-1])) if first + size < len(newest_first) else None
    newer = token(_time_and_key(page[0])) if page else None
    rest = {"before_url": call.link(cursor=older) if older else None, "before_cursor": older, "after_cursor": newer}
    return add_sideloads(call, "ticket_audits", page, ApiResponse(key="audits", rest=rest))


def _time_and_key(row: TableRow) -> list[RowKey]:
    return [row.at, row.key]


def _log(call: ApiCall) -> list[TableRow]:
    """The log of a ticket, if the ticket exists."""
    return log_of(call.account, named_row(call, "tickets", "ticket_id").key)


ALL_EXPORTS = (
    ApiEndpoint("help_center/incremental/articles", by_time("articles", TimeExportRules(ends="null"))),
    ApiEndpoint("incremental/organizations", by_time("organizations")),
    ApiEndpoint(
        "incremental/routing/attribute_values", _change_log("routing_attribute_value_events", "attribute_values")
    ),
    ApiEndpoint("incremental/routing/attributes", _change_log("routing_attribute_events", "attributes")),
    ApiEndpoint("incremental/routing/instance_values", _change_log("routing_instance_value_events", "instance_values")),
    ApiEndpoint("incremental/ticket_events", _events),
    ApiEndpoint("incremental/ticket_metric_events", by_time("ticket_metric_events", METRIC_EVENTS)),
    ApiEndpoint("incremental/tickets/cursor", _tickets),
    ApiEndpoint("incremental/users/cursor", _users),
    ApiEndpoint("ticket_audits", _audits),
    ApiEndpoint(
        "tickets/side_conversations/events", by_time("side_conversation_events", CONVERSATIONS, _undeleted, "events")
    ),
    listed(
        "tickets/{ticket_id}/side_conversations",
        rows=below("side_conversations", "tickets", "ticket_id"),
        paging=OFFSET,
    ),
    listed("tickets/{ticket_id}/conversation_log", LOG, "events", rows=_log, paging=CURSOR),
)
