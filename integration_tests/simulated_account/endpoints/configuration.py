"""How the account is set up: fields, forms, rules, brands, roles, schedules."""

import orjson

from integration_tests.simulated_account.answers import Answer, bad_page, one
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.paging import ALL, BOTH, BOTH_OR_ALL, OFFSET, Paging
from integration_tests.simulated_account.rows import DELETED, Row
from integration_tests.simulated_account.stamps import epoch

from .table import ADMINS, ANYONE, Endpoint, Rows, below, listed, single


def _settings(call: Call) -> Answer:
    return one("settings", orjson.Fragment(call.account.table("account_settings")["settings"].body))


def _definitions(call: Call) -> Answer:
    return one("definitions", orjson.Fragment(call.account.table("attribute_definitions")["definitions"].body))


def _brands(call: Call) -> list[Row]:
    deleted = call.flag("include_deleted")
    return [row for row in call.account.table("brands") if deleted or row.state != DELETED]


def _active(kind: str) -> Rows:
    def rows(call: Call) -> list[Row]:
        found = list(call.account.table(kind))
        if not call.has("active"):
            return found
        return [row for row in found if row.record()["active"] == call.flag("active")]

    return rows


def _logs(call: Call) -> list[Row]:
    """The audit logs in the range of `filter[created_at][]`, which takes exactly two times."""
    bounds = call.query.get("filter[created_at][]", ())
    if bounds and len(bounds) != 2:
        raise bad_page("filter[created_at][] takes two times")
    first, last = (epoch(bounds[0]), epoch(bounds[1])) if bounds else (0, _ALWAYS)
    rows = [row for row in call.account.table("audit_logs") if first <= row.at <= last]
    for name in ("source_type", "action"):
        if wanted := call.words(f"filter[{name}]"):
            rows = [row for row in rows if row.record()[name] in wanted]
    return rows


_ALWAYS = 2**40
NEWEST_FIRST = Paging(BOTH.kinds, usual="-created_at", sorts=frozenset({"created_at"}))

CONFIGURATION = (
    listed("audit_logs", rows=_logs, paging=NEWEST_FIRST, allowed=ADMINS, gate="audit_logs"),
    Endpoint("account/settings", _settings),
    listed("ticket_fields", paging=BOTH_OR_ALL, allowed=ANYONE, buckets=("account", "ticket-fields-index")),
    single("ticket_fields/{id}", "ticket_fields", "ticket_field"),
    listed("ticket_forms", paging=BOTH_OR_ALL, allowed=ANYONE, gate="ticket_forms"),
    listed("custom_statuses", paging=ALL, allowed=ANYONE),
    listed("macros", rows=_active("macros")),
    listed("triggers", rows=_active("triggers")),
    listed("trigger_categories"),
    listed("automations", rows=_active("automations")),
    listed("views", rows=_active("views")),
    listed("slas/policies", "sla_policies", paging=ALL, allowed=ADMINS, gate="sla_policies"),
    listed("group_slas/policies", "group_sla_policies", paging=ALL, allowed=ADMINS, gate="group_sla_policies"),
    listed("dynamic_content/items", "dynamic_content_items", "items", gate="dynamic_content"),
    listed("recipient_addresses"),
    listed("brands", rows=_brands),
    listed("locales", paging=ALL, allowed=ANYONE),
    listed("custom_roles", paging=ALL, gate="custom_roles"),
    listed("routing/attributes", "account_attributes", "attributes", paging=OFFSET, gate="skills"),
    Endpoint("routing/attributes/definitions", _definitions, ADMINS, gate="skills"),
    listed("business_hours/schedules", "schedules", paging=ALL, allowed=ADMINS, gate="schedules"),
    listed(
        "business_hours/schedules/{schedule_id}/holidays",
        "schedule_holidays",
        "holidays",
        below("schedule_holidays", "schedules", "schedule_id"),
        ALL,
        allowed=ADMINS,
        gate="schedules",
        parent="schedules",
    ),
)
