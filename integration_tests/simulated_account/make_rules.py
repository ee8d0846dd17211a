"""Business rules: macros, triggers and their categories, automations, views, SLA policies.

Condition and action values come as strings, numbers, booleans, arrays and null, as the API serves them
(docs/zendesk-api.md#rules-and-settings (2)).
"""

from collections.abc import Mapping

from .account import Account
from .cast import cast_of
from .kinds import KINDS, number_of, row_of
from .make_fields import custom_field_ids
from .rows import Record, Row
from .stamps import DAY, HOUR, iso


def _rule(account: Account, kind: str, n: int, title: str) -> Record:
    number = number_of(kind, n)
    return {
        "url": f"{account.home}/{kind}/{number}.json",
        "id": number,
        "title": title,
        "active": n % 7 != 6,
        "position": n,
        "default": n == 0,
        "created_at": iso(account.made_at - 380 * DAY + n * HOUR),
        "updated_at": iso(account.made_at - 100 * DAY + n * HOUR),
    }


def _without_url(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "url"}


def _conditions(account: Account, n: int) -> Record:
    cast = account.keep("cast", cast_of)
    checkbox = custom_field_ids()[6][0]
    every: list[Record] = [
        {"field": "status", "operator": "less_than", "value": "solved"},
        {"field": "group_id", "operator": "is", "value": cast.group(n % 7)},
        {"field": f"custom_fields_{checkbox}", "operator": "is", "value": n % 2 == 0},
    ]
    some: list[Record] = [
        {"field": "current_tags", "operator": "includes", "value": ["vip", "bug"]},
        {"field": "assignee_id", "operator": "changed", "value": None},
    ]
    return {"all": every[: 1 + n % 3], "any": some[: n % 3]}


def _actions(account: Account, n: int) -> list[Record]:
    actions: list[Record] = [
        {"field": "status", "value": "pending"},
        {"field": "comment_value", "value": ["channel:all", "Thank you 🙏"]},
        {"field": "assignee_id", "value": account.keep("cast", cast_of).user(n % 6)},
        {"field": "comment_mode_is_public", "value": True},
    ]
    return actions[: 1 + n % 4]


def _restriction(account: Account, n: int) -> Record | None:
    group = account.keep("cast", cast_of).group(n % 7)
    return {"type": "Group", "id": group, "ids": [group]} if n % 5 == 2 else None


def make_macros(account: Account) -> Mapping[str, list[Row]]:
    """Macros: more than one page of them."""
    return {"macros": [_macro(account, n) for n in range(account.size("macros", 120))]}


def _macro(account: Account, n: int) -> Row:
    title = f"Answer {n}::Kurzantwort"
    record = _rule(account, "macros", n, title) | {
        "raw_title": title,
        "description": None if n % 3 else f"Use it for case {n}",
        "actions": _actions(account, n),
        "restriction": _restriction(account, n),
    }
    return row_of(KINDS["macros"], record)


def make_triggers(account: Account) -> Mapping[str, list[Row]]:
    """Triggers and their categories, whose ids are strings."""
    return {
        "triggers": [_trigger(account, n) for n in range(account.size("triggers", 40))],
        "trigger_categories": [_category(account, n) for n in range(4)],
    }


def _trigger(account: Account, n: int) -> Row:
    title = f"Trigger {n}"
    record = _rule(account, "triggers", n, title) | {
        "raw_title": title,
        "description": f"Fires in case {n}",
        "actions": _actions(account, n),
        "conditions": _conditions(account, n),
        "restriction": _restriction(account, n),
        "category_id": str(number_of("trigger_categories", n % 4)),
        "brand_id": account.keep("cast", cast_of).brand(0) if n % 9 == 0 else None,
    }
    return row_of(KINDS["triggers"], record)


def _category(account: Account, n: int) -> Row:
    record = {
        "id": str(number_of("trigger_categories", n)),
        "name": f"Category {n}",
        "position": n,
        "created_at": iso(account.made_at - 390 * DAY),
        "updated_at": iso(account.made_at - (70 - n) * DAY),
    }
    return row_of(KINDS["trigger_categories"], record)


def make_automations(account: Account) -> Mapping[str, list[Row]]:
    """Automations and views."""
    return {
        "automations": [_automation(account, n) for n in range(account.size("automations", 12))],
        "views": [_view(account, n) for n in range(account.size("views", 20))],
    }


def _automation(account: Account, n: int) -> Row:
    title = f"Automation {n}"
    record = _without_url(_rule(account, "automations", n, title)) | {
        "raw_title": title,
        "actions": _actions(account, n),
        "conditions": _conditions(account, n),
    }
    return row_of(KINDS["automations"], record)


def _view(account: Account, n: int) -> Row:
    title = f"View {n}: 未解決"
    columns: list[Record] = [
        {"id": "subject", "title": "Subject", "filterable": True, "sortable": True},
        {"id": custom_field_ids()[4][0], "title": "Quantity", "type": "integer", "url": None},
    ]
    execution: Record = {
        "group_by": None,
        "group_order": "asc",
        "sort_by": "created_at",
        "sort_order": "desc",
        "columns": columns,
    }
    execution |= {
        "group": None,
        "sort": {"id": "created", "title": "Requested", "order": "desc"},
        "fields": columns[:1],
    }
    record = _without_url(_rule(account, "views", n, title)) | {
        "description": f"What is open in case {n}",
        "execution": execution | {"custom_fields": columns[1:]},
        "conditions": _conditions(account, n),
        "restriction": _restriction(account, n),
    }
    return row_of(KINDS["views"], record)


def make_slas(account: Account) -> Mapping[str, list[Row]]:
    """SLA policies of tickets and of groups."""
    return {
        "sla_policies": [_sla(account, n) for n in range(account.size("sla_policies", 3))],
        "group_sla_policies": [_group_sla(account, n) for n in range(2)],
    }


def _targets(metric: str) -> list[Record]:
    return [
        {"priority": priority, "metric": metric, "target": 60 * (n + 1), "business_hours": n % 2 == 0}
        for n, priority in enumerate(("urgent", "high", "normal", "low"))
    ]


def _sla(account: Account, n: int) -> Row:
    record = _rule(account, "sla_policies", n, f"Policy {n}")
    record |= {
        "description": "Paying customers",
        "filter": _conditions(account, n + 2),
        "policy_metrics": _targets("first_reply_time"),
    }
    return row_of(
        KINDS["sla_policies"], {name: value for name, value in record.items() if name not in ("active", "default")}
    )


def _group_sla(account: Account, n: int) -> Row:
    cast = account.keep("cast", cast_of)
    groups: list[Record] = [
        {"field": "group_id", "operator": "includes", "value": [cast.group(n), str(cast.group(n + 1))]}
    ]
    number = str(number_of("group_sla_policies", n))
    record = {
        "url": f"{account.home}/group_slas/policies/{number}.json",
        "id": number,
        "title": f"Group policy {n}",
        "description": "Second line",
        "position": n,
        "filter": {"all": groups},
        "policy_metrics": _targets("group_ownership_time"),
        "created_at": iso(account.made_at - 200 * DAY),
        "updated_at": iso(account.made_at - (40 + n) * DAY),
    }
    return row_of(KINDS["group_sla_policies"], record)
