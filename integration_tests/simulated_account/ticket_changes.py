"""What moves along with a ticket: its audits, comments and metrics."""

from collections.abc import Mapping
from typing import Any

from .account_data import AccountData
from .audits import COMMENTS, put_audit
from .conversation_log import LOG
from .invented_text import html
from .make_deleted import deleted_ticket
from .record_kinds import KINDS
from .row_updates import changed_times, replace_row
from .shared_objects import plain
from .tables import DELETED, Record, RowKey
from .timestamps import epoch, iso

Fields = Mapping[str, Any]


def _audit(account: AccountData, ticket: Record, events: list[Record]) -> None:
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


def ticket_changed(account: AccountData, ticket: Record, fields: Fields) -> None:
    """A ticket was changed: an audit says what, and its metrics move."""
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
        replace_row(account, "ticket_metrics", row, row.record() | {"updated_at": ticket["updated_at"]})


def ticket_added(account: AccountData, ticket: Record, _fields: Fields) -> None:
    """A ticket was added: it has metrics, and an audit with its first comment."""
    metric = account.table("ticket_metrics").by_key()[-1].record()
    metric |= {"id": account.new_id(KINDS["ticket_metrics"]), "ticket_id": ticket["id"]}
    account.put("ticket_metrics", metric | {name: ticket[name] for name in ("created_at", "updated_at")})
    _audit(account, ticket, [_comment(ticket, {"body": ticket["description"] or ""})])


def archived_ticket_deleted(account: AccountData, ticket: Record, fields: Fields) -> None:
    """An archived ticket was deleted: no list tells (docs/zendesk-api.md#deletion-marks (2))."""
    ticket_changed(account, ticket, fields)
    for kind in WITH_TICKET:
        for row in account.table(kind).children(ticket["id"]):
            row.state = DELETED


def ticket_deleted(account: AccountData, ticket: Record, fields: Fields) -> None:
    """A ticket was deleted: lists hide what hangs on it, and the list of deleted tickets shows it."""
    archived_ticket_deleted(account, ticket, fields)
    deleted = deleted_ticket(ticket["id"], ticket["subject"], ticket["submitter_id"], ticket["updated_at"])
    account.put("deleted_tickets", deleted)


WITH_TICKET = (
    "ticket_metrics",
    "ticket_audits",
    "ticket_events",
    "ticket_comments",
    "side_conversations",
    "ticket_conversation_log",
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


def add_comment(account: AccountData, fields: Fields) -> Record:
    """Comments on the ticket of `ticket_id`; gives the comment."""
    ticket = _moved_on(account, fields["ticket_id"])
    comment = _comment(ticket, {name: value for name, value in fields.items() if name != "ticket_id"})
    _audit(account, ticket, [comment])
    return account.table("ticket_comments")[comment["id"]].record()


def conversation_changed(account: AccountData, event: Record, _fields: Fields) -> None:
    """A message was added or redacted: its ticket's times move, which is how readers learn of it."""
    _moved_on(account, account.table(LOG)[event["id"]].parent or 0)


def _moved_on(account: AccountData, ticket: RowKey) -> Record:
    """Moves the ticket's own times to now, as anything that happens to it does; gives its record."""
    row = account.table("tickets")[ticket]
    record = row.record() | changed_times(account, "tickets", row.record())
    replace_row(account, "tickets", row, record)
    return record


def change_comment(account: AccountData, key: RowKey, fields: Fields) -> Record:
    """A redaction, or a change of privacy.

    The audit names only the comment, the comment itself changes in place.
    """
    row = account.table("ticket_comments")[key]
    number = row.record()["audit_id"]
    audit = account.table("ticket_audits")[number]
    ticket = _moved_on(account, row.parent or 0)
    record = audit.record()
    next(event for event in record["events"] if event["id"] == key).update(_in_full(fields))
    put_audit(account, record, audit.state, audit.scope)
    account.touched[key] = epoch(ticket["updated_at"])
    _audit(account, ticket, [{"comment_id": key} | _reported(row.record(), fields)])
    return account.table("ticket_comments")[key].record()


def _in_full(fields: Fields) -> Record:
    return dict(fields) | (
        {"plain_body": fields["body"], "html_body": html(fields["body"])} if "body" in fields else {}
    )


def _reported(comment: Record, fields: Fields) -> Record:
    """The event that tells of a changed comment."""
    if "public" in fields:
        return {"type": "CommentPrivacyChange", "public": fields["public"]}
    if "attachments" in fields and comment["attachments"]:
        return {"type": "AttachmentRedactionEvent", "attachment_id": comment["attachments"][0]["id"]}
    return {"type": "CommentRedactionEvent"}
