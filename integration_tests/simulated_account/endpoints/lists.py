"""Lists that differ from what the manifest says of them: by filters, by their order, by who may call."""

from collections.abc import Iterable
from dataclasses import replace

import orjson

from integration_tests.simulated_account.access import ANONYMOUS
from integration_tests.simulated_account.api_call import ApiCall
from integration_tests.simulated_account.attachment_files import attachments_with, with_renewed_url
from integration_tests.simulated_account.paging import (
    ALL,
    BOTH,
    BOTH_OR_ALL,
    CURSOR,
    GUIDE,
    OFFSET,
    ListPaging,
)
from integration_tests.simulated_account.responses import (
    ApiError,
    ApiResponse,
    bad_page_parameter,
    not_found,
    single_object,
)
from integration_tests.simulated_account.tables import ARCHIVED, DELETED, LIVE, Record, TableRow
from integration_tests.simulated_account.timestamps import DAY, MINUTE, epoch, iso
from integration_tests.simulated_account.truth import VOTES

from .endpoint import ApiEndpoint, ListEndpoint, RowSelection, below, listed, live, named_row, single
from .exports import in_scope

_ALWAYS = 2**40
NEWEST_FIRST = ListPaging(BOTH.kinds, usual="-created_at", sorts=frozenset({"created_at"}))
SURVEYS = ListPaging(CURSOR.kinds, biggest=50)


def _me(call: ApiCall) -> ApiResponse:
    if call.caller.role == ANONYMOUS:
        about = {"id": None, "url": None, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user"}
        return single_object("user", about)
    return single_object(
        "user", call.account.table("users").by_key()[call.caller.number].record() | {"authenticity_token": "x"}
    )


def _token(call: ApiCall) -> ApiResponse:
    """What the caller's own token is."""
    user = call.account.table("users").by_key()[call.caller.number].key
    expires = None if call.caller.expires is None else iso(int(call.caller.expires))
    about = {"id": 41_000_000_000_017, "client_id": 41_000_000_000_003, "user_id": user, "token": "simulated-"}
    return single_object("token", about | {"scopes": call.caller.scope.split(), "expires_at": expires, "used_at": None})


def _logs(call: ApiCall) -> list[TableRow]:
    """The audit logs in the range of `filter[created_at][]`, which takes exactly two times."""
    bounds = call.query.get("filter[created_at][]", ())
    if bounds and len(bounds) != 2:
        raise bad_page_parameter("filter[created_at][] takes two times")
    first, last = (epoch(bounds[0]), epoch(bounds[1])) if bounds else (0, _ALWAYS)
    rows = [row for row in call.account.table("audit_logs") if first <= row.at <= last]
    for name in ("source_type", "action"):
        if wanted := call.words(f"filter[{name}]"):
            rows = [row for row in rows if row.record()[name] in wanted]
    return rows


def _surveys(call: ApiCall) -> list[TableRow]:
    """Those created, 28 days before they expire, since `filter[created_at_start]` (milliseconds)."""
    first = call.number("filter[created_at_start]") // 1000
    return [row for row in call.account.table("csat_survey_responses") if row.at - 28 * DAY >= first]


def _activities(call: ApiCall) -> list[TableRow]:
    """The activities since a time."""
    first = epoch(call.text("since")) if call.has("since") else 0
    return [row for row in call.account.table("ticket_activities") if row.at >= first]


def _marked(kind: str, mark: str, *, shown: str, when: str) -> RowSelection:
    """Rows that are deleted come only if the parameter `shown` is `when` (docs/zendesk-api.md#deletion-marks)."""
    return lambda call: [row for row in call.account.table(kind) if call.text(shown) == when or not row.record()[mark]]


def _rated(call: ApiCall) -> list[TableRow]:
    """The ratings since `start_time`."""
    if call.number("start_time") > call.account.clock.now() - MINUTE:
        raise ApiError(400, {"error": "StartTimeTooRecent", "description": "Use times older than one minute"})
    return [row for row in call.account.table("satisfaction_ratings") if row.at >= call.number("start_time")]


def _audits(call: ApiCall) -> ApiResponse:
    """One ticket's audits: paged, but all at once for an archived ticket."""
    rows = below("ticket_audits", "tickets", "ticket_id")
    archived = any(row.state == ARCHIVED for row in rows(call))
    return ListEndpoint("ticket_audits", "audits", rows, ALL if archived else BOTH)(call)


def _tickets(call: ApiCall) -> ApiResponse:
    """The list of live tickets; its pages with a cursor lack `fields`, the copy of `custom_fields`."""
    response = ListEndpoint("tickets", "tickets", _in_scope, TICKETS)(call)
    if call.has("page[size]"):
        response.rows = [_without_fields(body) for body in response.rows or ()]
    return response


def _in_scope(call: ApiCall) -> list[TableRow]:
    scope = in_scope(call)
    return [row for row in call.account.table("tickets") if row.state == LIVE and row.scope in scope]


def _without_fields(body: bytes) -> bytes:
    record = orjson.loads(body)
    return orjson.dumps({name: value for name, value in record.items() if name != "fields"})


def _by_ids(kind: str) -> RowSelection:
    """Rows by their ids. Deleted ones come if they are requested, deleted tickets never."""

    def rows(call: ApiCall) -> list[TableRow]:
        table = call.account.table(kind)
        found = [table[int(word)] for word in call.words("ids")[:100] if word.isdigit() and int(word) in table]
        deleted = {DELETED} if kind != "tickets" and call.text("include_deleted") == "true" else set()
        shown = {LIVE} if call.behavior.show_many_without_archived else {LIVE, ARCHIVED}
        return [row for row in found if row.state in shown | deleted]

    return rows


def _metric_events(call: ApiCall) -> ApiResponse:
    """One ticket's metric events, in groups by metric."""
    groups: dict[str, list[orjson.Fragment]] = {}
    for row in below("ticket_metric_events", "tickets", "ticket_id")(call):
        groups.setdefault(row.record()["metric"], []).append(orjson.Fragment(row.body))
    return single_object("metric_events", groups)


def _searched(call: ApiCall) -> list[TableRow]:
    """The export of the search: by creation, newest first; archived tickets, too, no deleted ones."""
    if call.text("filter[type]") != "ticket":
        raise ApiError(400, {"error": "InvalidFilter", "description": "filter[type] must be ticket"})
    rows = [row for row in call.account.table("tickets") if row.state != DELETED]
    if "status:closed" in call.text("query"):
        return [row for row in rows if row.record()["status"] == "closed"]
    return rows


def _deleted(call: ApiCall) -> list[TableRow]:
    """Those of the last thirty days."""
    first = call.account.clock.now() - 30 * DAY
    return [row for row in call.account.table("deleted_tickets") if row.at >= first]


def _deleted_count(call: ApiCall) -> ApiResponse:
    return single_object("count", {"value": len(call.account.table("deleted_users")), "refreshed_at": None})


def _skills(call: ApiCall) -> ApiResponse:
    """Skill types, and their skills beside them."""
    response = ListEndpoint("account_attributes", "attributes", live("account_attributes"), OFFSET)(call)
    if "attribute_values" in call.words("include"):
        skills = call.account.table("account_attribute_values").by_key()
        response.rest["attribute_values"] = [orjson.Fragment(row.body) for row in skills]
    return response


def _users(call: ApiCall) -> Iterable[TableRow]:
    """Users of these roles; of all, if none is named."""
    roles = call.query.get("role[]", ())
    rows = live("users")(call)
    return [row for row in rows if row.record()["role"] in roles] if roles else rows


def _agent_skills(call: ApiCall) -> list[TableRow]:
    """The skills of these agents, of which a request names up to a hundred."""
    agents = call.words("filter[agent_ids]")
    if not 0 < len(agents) <= 100:
        raise ApiError(400, {"error": "BadRequest", "description": "filter[agent_ids] takes 1 to 100 ids"})
    return [row for row in call.account.table("agent_attribute_values") if str(row.record()["agent_id"]) in agents]


def _jira_links(call: ApiCall) -> ApiResponse:
    """Links of tickets to issues, which stand where other lists have the links to their pages."""
    response = ListEndpoint("jira_links", "links", live("jira_links"))(call)
    response.rest.pop("links", None)
    return response


def _votes(call: ApiCall) -> list[TableRow]:
    """The votes of all kinds, each with the id of its item."""
    return [_vote(row) for kind in VOTES for row in call.account.table(kind) if row.state == LIVE]


def _vote(row: TableRow) -> TableRow:
    return replace(row, body=orjson.dumps(row.record() | {"item_id": row.parent}))


def _attachment(call: ApiCall) -> ApiResponse:
    """One attachment of a ticket, by its id, without its ticket."""
    key = call.ids["attachment_id"]
    for record in attachments_with(call.account, key):
        if str(record["id"]) == key:
            return _file_record(call, "attachment", record)
    raise not_found()


def _article_attachment(call: ApiCall) -> ApiResponse:
    record = named_row(call, "article_attachments", "attachment_id").record()
    return _file_record(call, "article_attachment", record)


def _file_record(call: ApiCall, key: str, record: Record) -> ApiResponse:
    """A single record of a file; if URLs expire, with one that has not expired."""
    return single_object(key, with_renewed_url(record) if call.behavior.file_urls_expire else record)


TICKETS = ListPaging(BOTH.kinds, sorts=frozenset({"id", "status", "updated_at"}))
SEARCH = ListPaging(CURSOR.kinds, biggest=1000, usual="-created_at", sorts=frozenset())
DELETED_TICKETS = ListPaging(BOTH.kinds, sorts=frozenset({"id", "subject", "deleted_at"}))

LISTS = (
    ApiEndpoint("users/me", _me),
    ApiEndpoint("attachments/{attachment_id}", _attachment),
    ApiEndpoint("help_center/articles/attachments/{attachment_id}", _article_attachment),
    ApiEndpoint("oauth/tokens/current", _token),
    ApiEndpoint("tickets", _tickets),
    listed("tickets/show_many", "tickets", rows=_by_ids("tickets"), paging=ALL),
    listed("search/export", "tickets", "results", _searched, SEARCH),
    listed("deleted_tickets", rows=_deleted, paging=DELETED_TICKETS),
    listed("deleted_users", paging=ListPaging(BOTH.kinds, sorts=frozenset({"id"}))),
    ApiEndpoint("deleted_users/count", _deleted_count),
    listed("users", rows=_users),
    listed("help_center/votes", "guide_votes", "votes", rows=_votes, paging=GUIDE),
    listed("audit_logs", rows=_logs, paging=NEWEST_FIRST),
    listed("brands", rows=_marked("brands", "is_deleted", shown="include_deleted", when="true")),
    listed("groups", rows=_marked("groups", "deleted", shown="exclude_deleted", when="false")),
    listed("activities", "ticket_activities", "activities", rows=_activities),
    listed("guide/survey_responses", "csat_survey_responses", "survey_responses", _surveys, SURVEYS),
    listed("organizations"),
    ApiEndpoint("jira/links", _jira_links),
    listed("routing/agents/instance_values", "agent_attribute_values", "instance_values", _agent_skills, CURSOR),
    ApiEndpoint("routing/attributes", _skills),
    single("routing/attributes/definitions", "attribute_definitions", "definitions"),
    listed("satisfaction_ratings", rows=_rated),
    listed("ticket_fields", paging=BOTH_OR_ALL),
    ApiEndpoint("tickets/{ticket_id}/audits", _audits),
    ApiEndpoint("tickets/{ticket_id}/metric_events", _metric_events),
    listed("organizations/show_many", "organizations", rows=_by_ids("organizations"), paging=ALL),
    listed("users/show_many", "users", rows=_by_ids("users"), paging=ALL),
    listed(
        "tickets/{ticket_id}/comments", "ticket_comments", "comments", below("ticket_comments", "tickets", "ticket_id")
    ),
)
