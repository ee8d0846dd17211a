"""Changes to the account's data: update, add and delete, with everything that Zendesk moves along with them.

A change happens at the account's present second unless its fields say otherwise.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .account_data import AccountData
from .declared_streams import lists_with_rows, parent_of
from .make_custom_object_records import KIND as RECORDS
from .make_custom_object_records import deleted_record
from .make_deleted import deleted_user
from .record_kinds import KINDS, VANISHES, RecordKind
from .row_updates import changed_times, newest_row, present_time, replace_row
from .tables import ARCHIVED, DELETED, LIVE, Record, RowKey, TableRow
from .ticket_changes import (
    Fields,
    add_comment,
    archived_ticket_deleted,
    change_comment,
    conversation_changed,
    ticket_added,
    ticket_changed,
    ticket_deleted,
)


def update(account: AccountData, kind: str, key: RowKey, fields: Fields) -> Record:
    """Changes a row and gives its new record; KeyError if there is none, ValueError where its kind never changes."""
    if kind == "ticket_events":
        raise ValueError("ticket events never change")
    if kind == "ticket_comments":
        return change_comment(account, key, fields)
    row = account.table(kind)[key]
    record = row.record() | changed_times(account, kind, row.record()) | dict(fields)
    replace_row(account, kind, row, record)
    _AFTER_UPDATE.get(kind, _nothing)(account, record, fields)
    return record


def add(account: AccountData, kind: str, fields: Fields) -> Record:
    """Adds a row modelled on the newest of its kind, with a new id unless the fields name one.

    ValueError where rows of a kind come with another only.
    """
    if kind == "ticket_metrics":
        raise ValueError("a ticket's metrics come with it")
    if kind == "ticket_comments":
        return add_comment(account, fields)
    known, model = account.kind(kind), newest_row(account.table(kind))
    record = model.record() | _named(account, known, fields) | changed_times(account, kind, model.record())
    record |= _born(account, known, record) | _alive(known) | _with_own_members(account, kind, record) | dict(fields)
    if isinstance(record.get("url"), str):
        head, _, tail = record["url"].rpartition(str(model.key))
        record["url"] = f"{head}{record[known.key]}{tail}"
    replace_row(account, kind, TableRow(record[known.key], 0, b"", parent=model.parent), record)
    _AFTER_ADD.get(kind, _nothing)(account, record, fields)
    return record


def _with_own_members(account: AccountData, kind: str, record: Record) -> Record:
    """The lists of a copied row whose members are rows of another stream: no two rows share one."""
    if kind not in account.streams:
        return {}
    return {
        name: [{**member, "id": account.new_id(account.kind(embedded))} for member in record[name]]
        for name, embedded in lists_with_rows(account.streams[kind], account.streams).items()
        if record.get(name)
    }


def delete(account: AccountData, kind: str, key: RowKey) -> None:
    """Deletes a row the way Zendesk does: with a mark, or without a trace."""
    known, row = account.kind(kind), account.table(kind)[key]
    if known.removal == VANISHES:
        _vanish(account, kind, key)
        return
    mark: dict[str, Any] = {"status": "deleted", "active": False, "deleted_at": present_time(account, kind)}
    record = row.record() | changed_times(account, kind, row.record()) | {known.removal: mark.get(known.removal, True)}
    is_archived = (kind, row.state) == ("tickets", ARCHIVED)
    row.state = DELETED if kind in _EXPORTED_WHEN_DELETED else LIVE
    replace_row(account, kind, row, record)
    after = archived_ticket_deleted if is_archived else _AFTER_DELETE.get(kind, _nothing)
    after(account, record, {known.removal: record[known.removal]})


_EXPORTED_WHEN_DELETED = ("custom_object_records", "organizations", "tickets", "users")
"""Kinds whose deleted rows are in the exports and no longer in the lists."""


def _below(account: AccountData, kind: str) -> list[str]:
    """The kinds whose rows are children of this one's."""
    by_hand = KINDS.keys() - {RECORDS}
    children = (stream for stream in account.streams.values() if stream.parents and stream.name not in by_hand)
    return [child.name for child in children if parent_of(child, account.streams).name == kind]


def _vanish(account: AccountData, kind: str, key: RowKey) -> None:
    """Takes out a row and everything below it."""
    for lower in _below(account, kind):
        for row in list(account.table(lower).children(key)):
            _vanish(account, lower, row.key)
    account.table(kind).drop(key)


def _born(account: AccountData, kind: RecordKind, record: Record) -> Record:
    """The fields that tell when a row came to be."""
    now = present_time(account, kind.name)
    named = {"created_at", kind.cursor} - {"generated_timestamp", "timestamp"}
    return {name: now for name in named if name in record}


def _named(account: AccountData, kind: RecordKind, fields: Fields) -> Record:
    if kind.key == "name":
        return {"name": f"added_{len(account.table(kind.name))}"}
    return {} if kind.key in fields else {kind.key: account.new_id(kind)}


def _alive(kind: RecordKind) -> Record:
    if kind.removal in ("_deleted", "status", VANISHES):
        return {"status": "new", "tags": ["added"]} if kind.name == "tickets" else {}
    return {kind.removal: {"active": True, "deleted_at": None}.get(kind.removal, False)}


def _nothing(_account: AccountData, _record: Record, _fields: Fields) -> None:
    return None


def _user_deleted(account: AccountData, user: Record, _fields: Fields) -> None:
    for row in list(account.table("user_identities").children(user["id"])):
        account.table("user_identities").drop(row.key)
    account.put("deleted_users", deleted_user(account, user))


def _organization_deleted(account: AccountData, organization: Record, _fields: Fields) -> None:
    """The export renames it; the list forgets it; on Enterprise, the audit log has a row at once."""
    table, name = account.table("organizations"), organization["name"]
    row = table[organization["id"]]
    renamed = organization | {"name": f"{organization['id']}_deleted_{name}"}
    replace_row(account, "organizations", row, renamed)
    log: Record = {"action": "destroy", "action_label": "Deleted", "source_type": "organization", "source_label": name}
    model = newest_row(account.table("audit_logs")).record()
    own = {"id": account.new_id(account.kind("audit_logs")), "source_id": organization["id"]}
    account.put("audit_logs", model | own | {"created_at": organization["updated_at"]} | log)


def _record_deleted(account: AccountData, record: Record, fields: Fields) -> None:
    """The export has texts in the place of all values, and no other mark."""
    unmarked = {name: value for name, value in record.items() if name not in fields}
    replace_row(account, RECORDS, account.table(RECORDS)[record["id"]], deleted_record(unmarked))


def _identity_changed(account: AccountData, identity: Record, _fields: Fields) -> None:
    user = account.table("users")[identity["user_id"]]
    replace_row(account, "users", user, user.record() | {"updated_at": identity["updated_at"]})


def _metrics_changed(account: AccountData, metrics: Record, _fields: Fields) -> None:
    """A ticket's metrics change with the ticket, whose export is how readers learn of it."""
    ticket = account.table("tickets")[metrics["ticket_id"]]
    record = ticket.record()
    replace_row(account, "tickets", ticket, record | changed_times(account, "tickets", record))


def _conversation_moved(account: AccountData, conversation: Record, _fields: Fields) -> None:
    """Every change of a side conversation is an event, and the bulk export of events is how readers learn of it."""
    table = account.table("side_conversation_events")
    event = newest_row(table).record() | {
        "side_conversation_id": conversation["id"],
        "ticket_id": conversation["ticket_id"],
    }
    number = account.new_id(KINDS["side_conversation_events"])
    event |= {"id": number, "url": f"{conversation['url']}/events/{number}", "created_at": conversation["updated_at"]}
    account.put("side_conversation_events", event)


FollowUp = Callable[[AccountData, Record, Fields], None]
_AFTER_UPDATE: Mapping[str, FollowUp] = {
    "side_conversations": _conversation_moved,
    "ticket_conversation_log": conversation_changed,
    "ticket_metrics": _metrics_changed,
    "tickets": ticket_changed,
    "user_identities": _identity_changed,
}
_AFTER_ADD: Mapping[str, FollowUp] = {
    "side_conversations": _conversation_moved,
    "ticket_conversation_log": conversation_changed,
    "tickets": ticket_added,
    "user_identities": _identity_changed,
}
_AFTER_DELETE: Mapping[str, FollowUp] = {
    "custom_object_records": _record_deleted,
    "organizations": _organization_deleted,
    "tickets": ticket_deleted,
    "users": _user_deleted,
}
