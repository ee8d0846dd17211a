"""Changes to the account's data: update, add and delete, with everything that Zendesk moves along with them.

A change happens at the account's present second unless its fields say otherwise.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .account import Account
from .audits import COMMENTS, put_audit
from .kinds import ANSWERS, KINDS, VANISHES, Kind, row_of
from .pieces import plain
from .rows import DELETED, LIVE, Key, Record, Row, Table
from .stamps import epoch, iso, iso_millis
from .text import html

Fields = Mapping[str, Any]
_MILLIS = ("side_conversations", "side_conversation_events", "csat_survey_responses")


def update(account: Account, kind: str, key: Key, fields: Fields) -> Record:
    """Changes a row and gives its new record; KeyError if there is none."""
    if kind == "ticket_comments":
        return _change_comment(account, key, fields)
    row = account.table(kind)[key]
    record = row.record() | _moved(account, kind, row.record()) | dict(fields)
    _keep(account, kind, row, record)
    _AFTER_UPDATE.get(kind, _nothing)(account, record, fields)
    return record


def add(account: Account, kind: str, fields: Fields) -> Record:
    """Adds a row modelled on the newest of its kind, with a new id unless the fields name one."""
    if kind == "ticket_comments":
        return _add_comment(account, fields)
    known, model = KINDS[kind], newest(account.table(kind))
    record = model.record() | _named(account, known, fields) | _moved(account, kind, model.record())
    record |= _born(account, known, record) | _alive(known) | dict(fields)
    if isinstance(record.get("url"), str):
        head, _, tail = record["url"].rpartition(str(model.key))
        record["url"] = f"{head}{record[known.key]}{tail}"
    _keep(account, kind, Row(record[known.key], 0, b"", parent=model.parent), record)
    _AFTER_ADD.get(kind, _nothing)(account, record, fields)
    return record


def delete(account: Account, kind: str, key: Key) -> None:
    """Deletes a row the way Zendesk does: with a mark, or without a trace."""
    known, row = KINDS[kind], account.table(kind)[key]
    if known.removal == VANISHES:
        _vanish(account, kind, key)
        return
    mark: dict[str, Any] = {"status": "deleted", "active": False, "deleted_at": _now(account, kind)}
    record = row.record() | _moved(account, kind, row.record()) | {known.removal: mark.get(known.removal, True)}
    listed_still = kind in ("groups", "satisfaction_reasons", "ticket_metric_events")
    row.state = LIVE if listed_still else DELETED
    _keep(account, kind, row, record)
    _AFTER_DELETE.get(kind, _nothing)(account, record, {known.removal: record[known.removal]})


def newest(table: Table) -> Row:
    """The live row with the highest key."""
    return next(row for row in reversed(table.by_key()) if row.state == LIVE)


_BELOW: Mapping[str, tuple[str, ...]] = {
    "categories": ("sections",),
    "sections": ("articles",),
    "articles": ("article_attachments", "article_comments", "article_votes"),
    "article_comments": ("article_comment_votes",),
    "topics": ("posts",),
    "posts": ("post_comments", "post_votes"),
    "post_comments": ("post_comment_votes",),
    "schedules": ("schedule_holidays",),
}


def _vanish(account: Account, kind: str, key: Key) -> None:
    """Takes out a row and everything below it."""
    for lower in _BELOW.get(kind, ()):
        for row in list(account.table(lower).children(key)):
            _vanish(account, lower, row.key)
    account.table(kind).drop(key)


def _now(account: Account, kind: str) -> str:
    now = account.clock.now()
    return iso_millis(now) if kind in _MILLIS else iso(int(now))


def _moved(account: Account, kind: str, record: Record) -> Record:
    """The fields that move with every change."""
    moved: Record = {"updated_at": _now(account, kind)} if "updated_at" in record else {}
    cursor = KINDS[kind].cursor
    if cursor == "generated_timestamp":
        moved[cursor] = int(account.clock.now())
    elif cursor in ("update_timestamp", "timestamp"):
        moved[cursor] = _now(account, kind)
    return moved


def _born(account: Account, kind: Kind, record: Record) -> Record:
    """The fields that tell when a row came to be."""
    now = _now(account, kind.name)
    if kind.cursor == ANSWERS:
        return {ANSWERS: [answer | {"created_at": now, "updated_at": now} for answer in record[ANSWERS]]}
    named = {"created_at", kind.cursor} - {"generated_timestamp", "timestamp"}
    return {name: now for name in named if name in record}


def _named(account: Account, kind: Kind, fields: Fields) -> Record:
    if kind.key == "name":
        return {"name": f"added_{len(account.table(kind.name))}"}
    return {} if kind.key in fields else {kind.key: account.new_id(kind)}


def _alive(kind: Kind) -> Record:
    if kind.removal in ("status", VANISHES):
        return {"status": "new", "tags": ["added"]} if kind.name == "tickets" else {}
    return {kind.removal: {"active": True, "deleted_at": None}.get(kind.removal, False)}


def _keep(account: Account, kind: str, row: Row, record: Record) -> Row:
    """Writes the record in the place of its row, keeping what the record does not tell."""
    fresh = row_of(KINDS[kind], record, row.state, row.scope)
    fresh.parent = fresh.parent if fresh.parent is not None else row.parent
    if kind == "tickets":
        fresh.scope = record["support_type"]
    account.table(kind).put(fresh)
    return fresh


def _nothing(account: Account, record: Record, fields: Fields) -> None:
    return None


def _audit(account: Account, ticket: Record, events: list[Record]) -> None:
    """Appends an audit of these events (each gets an id) to the ticket."""
    number = account.new_id(KINDS["ticket_audits"])
    for event in events:
        event["id"] = account.new_event_id()
        if event["type"] in COMMENTS:
            event["audit_id"] = number
    row = account.table("tickets")[ticket["id"]]
    system = {
        "client": "API",
        "ip_address": "203.0.113.9",
        "location": "Porto, Portugal",
        "latitude": 41.1,
        "longitude": -8.6,
    }
    audit = {
        "id": number,
        "ticket_id": ticket["id"],
        "created_at": iso(row.at),
        "author_id": ticket["submitter_id"],
        "metadata": {"system": system, "custom": {}},
        "events": events,
        "via": plain("api"),
    }
    put_audit(account, audit, row.state, row.scope)


def _ticket_changed(account: Account, ticket: Record, fields: Fields) -> None:
    changed = [
        {"type": "Change", "field_name": name, "value": value, "previous_value": None}
        for name, value in fields.items()
        if name not in ("updated_at", "generated_timestamp", "created_at")
    ]
    _audit(
        account,
        ticket,
        changed or [{"type": "Change", "field_name": "priority", "value": ticket["priority"], "previous_value": None}],
    )
    for row in account.table("ticket_metrics").children(ticket["id"]):
        _keep(account, "ticket_metrics", row, row.record() | {"updated_at": ticket["updated_at"]})


def _ticket_added(account: Account, ticket: Record, fields: Fields) -> None:
    metric = account.table("ticket_metrics").by_key()[-1].record()
    known = account.new_id(KINDS["ticket_metrics"])
    metric |= {
        "id": known,
        "ticket_id": ticket["id"],
        "created_at": ticket["created_at"],
        "updated_at": ticket["updated_at"],
    }
    account.put("ticket_metrics", metric)
    _audit(account, ticket, [_comment(ticket, {"body": ticket["description"] or ""})])


def _ticket_deleted(account: Account, ticket: Record, fields: Fields) -> None:
    _ticket_changed(account, ticket, fields)
    for kind in _WITH_TICKET:
        for row in account.table(kind).children(ticket["id"]):
            row.state = DELETED
    deleted = {
        "id": ticket["id"],
        "subject": ticket["subject"],
        "previous_state": "open",
        "deleted_at": ticket["updated_at"],
    }
    account.put("deleted_tickets", deleted | {"actor": {"id": ticket["submitter_id"], "name": "Agent"}})


_WITH_TICKET = (
    "ticket_metrics",
    "ticket_audits",
    "ticket_events",
    "ticket_comments",
    "ticket_skips",
    "side_conversations",
)
"""Kinds whose rows are hidden, or marked in the exports, once their ticket is deleted."""


def _comment(ticket: Record, fields: Fields) -> Record:
    body = str(fields.get("body", "Added later"))
    comment: Record = {
        "type": "Comment",
        "author_id": ticket["submitter_id"],
        "body": body,
        "html_body": html(body),
        "plain_body": body,
    }
    return comment | {"public": True, "attachments": []} | dict(fields)


def _add_comment(account: Account, fields: Fields) -> Record:
    ticket = update_clock(account, fields["ticket_id"])
    comment = _comment(ticket, {name: value for name, value in fields.items() if name != "ticket_id"})
    _audit(account, ticket, [comment])
    return account.table("ticket_comments")[comment["id"]].record()


def update_clock(account: Account, ticket: Key) -> Record:
    """Moves the ticket's own times to now, as anything that happens to it does; gives its record."""
    row = account.table("tickets")[ticket]
    record = row.record() | _moved(account, "tickets", row.record())
    _keep(account, "tickets", row, record)
    return record


def _change_comment(account: Account, key: Key, fields: Fields) -> Record:
    """A redaction, or a change of privacy: the event names only the comment, the comment itself changes where it stands."""
    row = account.table("ticket_comments")[key]
    number = row.record()["audit_id"]
    audit = account.table("ticket_audits")[number]
    ticket = update_clock(account, row.parent or 0)
    record = audit.record()
    next(event for event in record["events"] if event["id"] == key).update(_in_full(fields))
    put_audit(account, record, audit.state, audit.scope)
    account.touched[key] = epoch(ticket["updated_at"])
    _audit(account, ticket, [{"comment_id": key} | _told(row.record(), fields)])
    return account.table("ticket_comments")[key].record()


def _in_full(fields: Fields) -> Record:
    return dict(fields) | (
        {"plain_body": fields["body"], "html_body": html(fields["body"])} if "body" in fields else {}
    )


def _told(comment: Record, fields: Fields) -> Record:
    """The event that tells of a changed comment."""
    if "public" in fields:
        return {"type": "CommentPrivacyChange", "public": fields["public"]}
    if "attachments" in fields and comment["attachments"]:
        return {"type": "AttachmentRedactionEvent", "attachment_id": comment["attachments"][0]["id"]}
    return {"type": "CommentRedactionEvent"}


def _user_deleted(account: Account, user: Record, fields: Fields) -> None:
    for row in list(account.table("user_identities").children(user["id"])):
        account.table("user_identities").drop(row.key)
    model = account.table("deleted_users").by_key()[-1].record()
    account.put("deleted_users", {name: user.get(name) for name in model})


def _identity_changed(account: Account, identity: Record, fields: Fields) -> None:
    user = account.table("users")[identity["user_id"]]
    _keep(account, "users", user, user.record() | {"updated_at": identity["updated_at"]})


def _conversation_moved(account: Account, conversation: Record, fields: Fields) -> None:
    """Every change of a side conversation is an event, and the bulk export of events is how readers learn of it."""
    table = account.table("side_conversation_events")
    event = newest(table).record() | {
        "side_conversation_id": conversation["id"],
        "ticket_id": conversation["ticket_id"],
    }
    number = account.new_id(KINDS["side_conversation_events"])
    event |= {"id": number, "url": f"{conversation['url']}/events/{number}", "created_at": conversation["updated_at"]}
    account.put("side_conversation_events", event)


After = Callable[[Account, Record, Fields], None]
_AFTER_UPDATE: Mapping[str, After] = {
    "side_conversations": _conversation_moved,
    "tickets": _ticket_changed,
    "user_identities": _identity_changed,
}
_AFTER_ADD: Mapping[str, After] = {
    "side_conversations": _conversation_moved,
    "tickets": _ticket_added,
    "user_identities": _identity_changed,
}
_AFTER_DELETE: Mapping[str, After] = {"tickets": _ticket_deleted, "users": _user_deleted}
