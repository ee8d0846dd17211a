"""Lists that differ from what the manifest says of them: by filters, by their order, by who may call."""

from integration_tests.simulated_account.answers import Answer, Refusal, bad_page, one
from integration_tests.simulated_account.auth import ANONYMOUS
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.paging import ALL, BOTH, BOTH_OR_ALL, CURSOR, Paging, page_of
from integration_tests.simulated_account.rows import ARCHIVED, Row
from integration_tests.simulated_account.sideloads import fill
from integration_tests.simulated_account.stamps import MINUTE, epoch, iso

from .table import Endpoint, Rows, below, listed, single

_ALWAYS = 2**40
NEWEST_FIRST = Paging(BOTH.kinds, usual="-created_at", sorts=frozenset({"created_at"}))
SURVEYS = Paging(CURSOR.kinds, biggest=50)


def _me(call: Call) -> Answer:
    if call.who.role == ANONYMOUS:
        about = {"id": None, "url": None, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user"}
        return one("user", about)
    return one("user", call.account.table("users").by_key()[call.who.number].record() | {"authenticity_token": "x"})


def _token(call: Call) -> Answer:
    """What the caller's own token is."""
    user = call.account.table("users").by_key()[call.who.number].key
    expires = None if call.who.expires is None else iso(int(call.who.expires))
    about = {"id": 41_000_000_000_017, "client_id": 41_000_000_000_003, "user_id": user, "token": "simulated-"}
    return one("token", about | {"scopes": call.who.scope.split(), "expires_at": expires, "used_at": None})


def _logs(call: Call) -> list[Row]:
    """The audit logs in the range of `filter[created_at][]`, which takes exactly two times."""
    bounds = call.query.get("filter[created_at][]", ())
    if bounds and len(bounds) != 2:
        raise bad_page("filter[created_at][] takes two times")
    first, last = (epoch(bounds[0]), epoch(bounds[1])) if bounds else (0, _ALWAYS)
    return [row for row in call.account.table("audit_logs") if first <= row.at <= last]


def _marked(kind: str, mark: str, *, shown: str, when: str) -> Rows:
    """Rows that are deleted come only if the parameter `shown` is `when` (docs/zendesk-api.md#deletion-marks)."""
    return lambda call: [row for row in call.account.table(kind) if call.text(shown) == when or not row.record()[mark]]


def _rated(call: Call) -> Answer:
    if call.number("start_time") > call.account.clock.now() - MINUTE:
        raise Refusal(400, {"error": "StartTimeTooRecent", "description": "Use times older than one minute"})
    rows = [row for row in call.account.table("satisfaction_ratings") if row.at >= call.number("start_time")]
    page, answer = page_of(call, BOTH, rows, "satisfaction_ratings")
    return fill(call, "satisfaction_ratings", page, answer)


def _audits(call: Call) -> Answer:
    """One ticket's audits: paged, but all at once for an archived ticket."""
    rows = list(below("ticket_audits", "tickets", "ticket_id")(call))
    archived = any(row.state == ARCHIVED for row in rows)
    page, answer = page_of(call, ALL if archived else BOTH, rows, "audits")
    return fill(call, "ticket_audits", page, answer)


LISTS = (
    Endpoint("users/me", _me),
    Endpoint("oauth/tokens/current", _token),
    listed("audit_logs", rows=_logs, paging=NEWEST_FIRST),
    listed("brands", rows=_marked("brands", "is_deleted", shown="include_deleted", when="true")),
    listed("groups", rows=_marked("groups", "deleted", shown="exclude_deleted", when="false")),
    listed("guide/survey_responses", "csat_survey_responses", "survey_responses", paging=SURVEYS),
    listed("organizations"),
    single("routing/attributes/definitions", "attribute_definitions", "definitions"),
    Endpoint("satisfaction_ratings", _rated),
    listed("ticket_fields", paging=BOTH_OR_ALL),
    Endpoint("tickets/{ticket_id}/audits", _audits),
    listed(
        "tickets/{ticket_id}/comments", "ticket_comments", "comments", below("ticket_comments", "tickets", "ticket_id")
    ),
)
