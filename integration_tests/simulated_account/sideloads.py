"""What `include=` adds, and where.

Inside each record, or as arrays beside them (docs/zendesk-api.md#sideloads). Metric sets stand inside the tickets of an
export, and beside those of a list.
"""

from collections.abc import Callable, Iterable

import orjson

from .answers import Answer
from .calls import Call
from .rows import DELETED, LIVE, Key, Row

Inside = Callable[[Call, Row], tuple[str, bytes | None]]
EXPORT = "/incremental/"
"""In the path of an export."""


def _metric_set(call: Call, row: Row) -> tuple[str, bytes | None]:
    sets = call.account.table("ticket_metrics").children(row.key) if row.state != DELETED else []
    return "metric_set", sets[0].body if sets else None


def _comment_count(call: Call, row: Row) -> tuple[str, bytes | None]:
    return "comment_count", str(len(call.account.table("ticket_comments").children(row.key))).encode()


def _dates(call: Call, row: Row) -> tuple[str, bytes | None]:
    sets = call.account.table("ticket_metrics").children(row.key)
    metric = sets[0].record() if sets else {}
    names = (
        "assignee_updated_at",
        "requester_updated_at",
        "status_updated_at",
        "initially_assigned_at",
        "assigned_at",
        "solved_at",
    )
    return "dates", orjson.dumps({name: metric.get(name) for name in (*names, "latest_comment_added_at")})


def _incidents(_call: Call, row: Row) -> tuple[str, bytes | None]:
    return "incident_count", b"1" if row.record().get("has_incidents") else b"0"


def _usage(name: str) -> Inside:
    return lambda _call, row: (name, str(int(row.key) % 40).encode())


def _null(name: str) -> Inside:
    return lambda _call, _row: (name, b"null")


def _abilities(_call: Call, _row: Row) -> tuple[str, bytes | None]:
    return "abilities", b'{"can_edit":true}'


def _number(name: str, value: int) -> Inside:
    return lambda _call, _row: (name, str(value).encode())


_RULES: dict[str, tuple[Inside, ...]] = {
    name: (_usage(name),) for name in ("usage_1h", "usage_24h", "usage_7d", "usage_30d")
}
_RULES |= {name: (_null(name),) for name in ("app_installation", "permissions", "categories")}

INSIDE: dict[str, dict[str, tuple[Inside, ...]]] = {
    "tickets": {
        "metric_sets": (_metric_set,),
        "comment_count": (_comment_count,),
        "dates": (_dates,),
        "incident_counts": (_incidents,),
    },
    "users": {"abilities": (_abilities,)},
    "organizations": {"abilities": (_abilities,)},
    "macros": _RULES,
    "triggers": _RULES,
    "automations": _RULES,
    "views": _RULES,
    "trigger_categories": {"rule_counts": (_number("active_count", 9), _number("inactive_count", 1))},
}

BESIDE: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "tickets": {
        "users": ("users", ("requester_id", "submitter_id", "assignee_id")),
        "groups": ("groups", ("group_id",)),
        "organizations": ("organizations", ("organization_id",)),
        "ticket_forms": ("ticket_forms", ("ticket_form_id",)),
    },
    "users": {
        "organizations": ("organizations", ("organization_id",)),
        "groups": ("groups", ("default_group_id",)),
        "roles": ("custom_roles", ("custom_role_id",)),
    },
    "group_memberships": {"users": ("users", ("user_id",)), "groups": ("groups", ("group_id",))},
    "organization_memberships": {
        "users": ("users", ("user_id",)),
        "organizations": ("organizations", ("organization_id",)),
    },
    "ticket_audits": {"users": ("users", ("author_id",)), "tickets": ("tickets", ("ticket_id",))},
    "ticket_comments": {"users": ("users", ("author_id",))},
    "articles": {"users": ("users", ("author_id",)), "sections": ("sections", ("section_id",))},
    "sections": {"categories": ("categories", ("category_id",))},
    "article_comments": {"users": ("users", ("author_id",)), "articles": ("articles", ("source_id",))},
    "posts": {"users": ("users", ("author_id",)), "topics": ("topics", ("topic_id",))},
    "post_comments": {"users": ("users", ("author_id",)), "posts": ("posts", ("post_id",))},
}
"""For each kind and include: the kind of the array beside the records, and the fields that name its rows."""


def fill(call: Call, kind: str, rows: list[Row], answer: Answer) -> Answer:
    """The answer with the page's records and everything that `include` asks for; unknown values are ignored."""
    wanted = call.words("include")
    beside = (kind, EXPORT in call.path) == ("tickets", False) and "metric_sets" in wanted
    within = [name for name in wanted if not (beside and name == "metric_sets")]
    inside = [make for name in within for make in INSIDE.get(kind, {}).get(name, ())]
    answer.rows = [_embedded(call, row, inside) for row in rows] if inside else [row.body for row in rows]
    for name in wanted:
        if name in BESIDE.get(kind, {}):
            table, fields = BESIDE[kind][name]
            answer.rest[name] = _beside(call, table, fields, rows)
        if (kind, name) == ("users", "identities"):
            answer.rest[name] = [orjson.Fragment(body) for body in _identities(call, rows)]
    if beside:
        found = (_metric_set(call, row)[1] for row in rows)
        answer.rest["metric_sets"] = [orjson.Fragment(body) for body in found if body is not None]
    return answer


def _embedded(call: Call, row: Row, inside: Iterable[Inside]) -> bytes:
    body = row.body
    for make in inside:
        name, value = make(call, row)
        if value is not None:
            body = body[:-1] + b',"' + name.encode() + b'":' + value + b"}"
    return body


def _beside(call: Call, kind: str, fields: Iterable[str], rows: list[Row]) -> list[orjson.Fragment]:
    table, seen = call.account.table(kind), dict[Key, Row]()
    for record in (row.record() for row in rows):
        for key in (record.get(field) for field in fields):
            row = table.get(key) if key is not None else None
            if row is not None:
                seen[row.key] = row
    return [orjson.Fragment(row.body) for row in seen.values()]


def _identities(call: Call, rows: list[Row]) -> list[bytes]:
    table = call.account.table("user_identities")
    return [identity.body for row in rows if row.state == LIVE for identity in table.children(row.key)]
