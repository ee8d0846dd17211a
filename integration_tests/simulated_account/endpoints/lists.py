"""Lists that differ from what the manifest says of them: by filters, by their order, by who may call."""

from integration_tests.simulated_account.access import ANONYMOUS
from integration_tests.simulated_account.api_call import ApiCall
from integration_tests.simulated_account.paging import ALL, BOTH, BOTH_OR_ALL, CURSOR, ListPaging, page_of
from integration_tests.simulated_account.responses import ApiError, ApiResponse, bad_page_parameter, single_object
from integration_tests.simulated_account.sideloads import add_sideloads
from integration_tests.simulated_account.tables import ARCHIVED, TableRow
from integration_tests.simulated_account.timestamps import MINUTE, epoch, iso

from .endpoint import ApiEndpoint, RowSelection, below, listed, single

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
    return [row for row in call.account.table("audit_logs") if first <= row.at <= last]


def _marked(kind: str, mark: str, *, shown: str, when: str) -> RowSelection:
    """Rows that are deleted come only if the parameter `shown` is `when` (docs/zendesk-api.md#deletion-marks)."""
    return lambda call: [row for row in call.account.table(kind) if call.text(shown) == when or not row.record()[mark]]


def _rated(call: ApiCall) -> ApiResponse:
    if call.number("start_time") > call.account.clock.now() - MINUTE:
        raise ApiError(400, {"error": "StartTimeTooRecent", "description": "Use times older than one minute"})
    rows = [row for row in call.account.table("satisfaction_ratings") if row.at >= call.number("start_time")]
    page, answer = page_of(call, BOTH, rows, "satisfaction_ratings")
    return add_sideloads(call, "satisfaction_ratings", page, answer)


def _audits(call: ApiCall) -> ApiResponse:
    """One ticket's audits: paged, but all at once for an archived ticket."""
    rows = list(below("ticket_audits", "tickets", "ticket_id")(call))
    archived = any(row.state == ARCHIVED for row in rows)
    page, answer = page_of(call, ALL if archived else BOTH, rows, "audits")
    return add_sideloads(call, "ticket_audits", page, answer)


LISTS = (
    ApiEndpoint("users/me", _me),
    ApiEndpoint("oauth/tokens/current", _token),
    listed("audit_logs", rows=_logs, paging=NEWEST_FIRST),
    listed("brands", rows=_marked("brands", "is_deleted", shown="include_deleted", when="true")),
    listed("groups", rows=_marked("groups", "deleted", shown="exclude_deleted", when="false")),
    listed("guide/survey_responses", "csat_survey_responses", "survey_responses", paging=SURVEYS),
    listed("organizations"),
    single("routing/attributes/definitions", "attribute_definitions", "definitions"),
    ApiEndpoint("satisfaction_ratings", _rated),
    listed("ticket_fields", paging=BOTH_OR_ALL),
    ApiEndpoint("tickets/{ticket_id}/audits", _audits),
    listed(
        "tickets/{ticket_id}/comments", "ticket_comments", "comments", below("ticket_comments", "tickets", "ticket_id")
    ),
)
