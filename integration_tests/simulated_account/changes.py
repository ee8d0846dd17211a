"""Changes to the account's data: update, add and delete, with everything that Zendesk moves along with them.

A change happens at the account's present second unless its fields say otherwise.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .account import Account
from .kinds import ANSWERS, KINDS, VANISHES, Kind
from .make_logs import deleted_user
from .moves import keep, moved, newest, present
from .rows import ARCHIVED, DELETED, LIVE, Key, Record, Row
from .ticket_changes import (
    WITH_TICKET,
    Fields,
    add_comment,
    archived_ticket_deleted,
    change_comment,
    ticket_added,
    ticket_changed,
    ticket_deleted,
)


def update(account: Account, kind: str, key: Key, fields: Fields) -> Record:
    """Changes a row and gives its new record; KeyError if there is none, ValueError where its kind never changes."""
    if kind == "ticket_events":
        raise ValueError("ticket events never change")
    if kind == "ticket_comments":
        return change_comment(account, key, fields)
    row = account.table(kind)[key]
    record = row.record() | moved(account, kind, row.record()) | dict(fields)
    keep(account, kind, row, record)
    _AFTER_UPDATE.get(kind, _nothing)(account, record, fields)
    return record


def add(account: Account, kind: str, fields: Fields) -> Record:
    """Adds a row modelled on the newest of its kind, with a new id unless the fields name one.

    ValueError where rows of a kind come with another only.
    """
    if kind == "ticket_metrics":
        raise ValueError("a ticket's metrics come with it")
    if kind == "ticket_comments":
        return add_comment(account, fields)
    known, model = KINDS[kind], newest(account.table(kind))
    record = model.record() | _named(account, known, fields) | moved(account, kind, model.record())
    record |= _born(account, known, record) | _alive(known) | dict(fields)
    if isinstance(record.get("url"), str):
        head, _, tail = record["url"].rpartition(str(model.key))
        record["url"] = f"{head}{record[known.key]}{tail}"
    keep(account, kind, Row(record[known.key], 0, b"", parent=model.parent), record)
    _AFTER_ADD.get(kind, _nothing)(account, record, fields)
    return record


def delete(account: Account, kind: str, key: Key) -> None:
    """Deletes a row the way Zendesk does: with a mark, or without a trace."""
    known, row = KINDS[kind], account.table(kind)[key]
    if known.removal == VANISHES:
        _vanish(account, kind, key)
        return
    mark: dict[str, Any] = {"status": "deleted", "active": False, "deleted_at": present(account, kind)}
    record = row.record() | moved(account, kind, row.record()) | {known.removal: mark.get(known.removal, True)}
    listed_still = kind in ("groups", "satisfaction_reasons", "ticket_metric_events")
    archived = (kind, row.state) == ("tickets", ARCHIVED)
    row.state = LIVE if listed_still else DELETED
    keep(account, kind, row, record)
    after = archived_ticket_deleted if archived else _AFTER_DELETE.get(kind, _nothing)
    after(account, record, {known.removal: record[known.removal]})


def archive(account: Account, ticket: int) -> None:
    """Archives a ticket with all that hangs on it."""
    account.table("tickets")[ticket].state = ARCHIVED
    for kind in WITH_TICKET:
        for row in account.table(kind).children(ticket):
            row.state = ARCHIVED


def restore(account: Account, ticket: int) -> Record:
    """Restores a deleted ticket; gives its new record."""
    row = account.table("tickets")[ticket]
    row.state = LIVE
    for kind in WITH_TICKET:
        for child in account.table(kind).children(ticket):
            child.state = LIVE
    if ticket in account.table("deleted_tickets"):
        account.table("deleted_tickets").drop(ticket)
    return update(account, "tickets", ticket, {"status": "open"})


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


def _born(account: Account, kind: Kind, record: Record) -> Record:
    """The fields that tell when a row came to be."""
    now = present(account, kind.name)
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


def _nothing(_account: Account, _record: Record, _fields: Fields) -> None:
    return None


def _user_deleted(account: Account, user: Record, _fields: Fields) -> None:
    for row in list(account.table("user_identities").children(user["id"])):
        account.table("user_identities").drop(row.key)
    account.put("deleted_users", deleted_user(user))


def _organization_deleted(account: Account, organization: Record, _fields: Fields) -> None:
    """The export renames it; the list forgets it; on Enterprise, the audit log has a row at once."""
    table, name = account.table("organizations"), organization["name"]
    row = table[organization["id"]]
    keep(account, "organizations", row, organization | {"name": f"{organization['id']}_deleted_{name}"})
    log: Record = {"action": "destroy", "action_label": "Deleted", "source_type": "organization", "source_label": name}
    account.put(
        "audit_logs",
        newest(account.table("audit_logs")).record()
        | {"id": account.new_id(KINDS["audit_logs"]), "source_id": organization["id"], "change_description": ""}
        | {"created_at": organization["updated_at"]}
        | log,
    )


def _identity_changed(account: Account, identity: Record, _fields: Fields) -> None:
    user = account.table("users")[identity["user_id"]]
    keep(account, "users", user, user.record() | {"updated_at": identity["updated_at"]})


def _metrics_changed(account: Account, metrics: Record, _fields: Fields) -> None:
    """A ticket's metrics change with the ticket, whose export is how readers learn of it."""
    ticket = account.table("tickets")[metrics["ticket_id"]]
    record = ticket.record()
    keep(account, "tickets", ticket, record | moved(account, "tickets", record))


def _conversation_moved(account: Account, conversation: Record, _fields: Fields) -> None:
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
    "ticket_metrics": _metrics_changed,
    "tickets": ticket_changed,
    "user_identities": _identity_changed,
}
_AFTER_ADD: Mapping[str, After] = {
    "side_conversations": _conversation_moved,
    "tickets": ticket_added,
    "user_identities": _identity_changed,
}
_AFTER_DELETE: Mapping[str, After] = {
    "organizations": _organization_deleted,
    "tickets": ticket_deleted,
    "users": _user_deleted,
}
