"""One audit, three views: a row of `ticket_audits`, one of the event export, and the comments in it.

Facts: docs/zendesk-api.md#ticket-audits, docs/zendesk-api.md#ticket-events-and-comments.
"""

from .account_data import AccountData
from .record_kinds import KINDS, row_of
from .tables import Record, RowKey, TableRow
from .timestamps import epoch

COMMENTS = ("Comment", "VoiceComment")
REDACTIONS = {"CommentRedactionEvent": "comment_id", "AttachmentRedactionEvent": "attachment_id"}
"""What the export says of each, as text and nothing else (recorded in October 2026); it has no word for a comment that
was made private, so an event of which that is all has no child events."""
ONLY_IN_AUDITS = ("CommentPrivacyChange", "ScheduleAssignment")
_VIA_REFERENCE = {"web": 0, "email": 4, "api": 5, "rule": 8, "voice": 45}


def comment_of(audit: Record, event: Record) -> Record:
    """The comment of an audit as `tickets/{id}/comments` serves it."""
    comment = {name: value for name, value in event.items() if name != "via"}
    return comment | {"via": audit["via"], "created_at": audit["created_at"], "metadata": audit["metadata"]}


def event_of(audit: Record) -> Record:
    """The ticket event of an audit, as served with `include=comment_events`."""
    system = audit["metadata"]["system"]
    return {
        "id": audit["id"],
        "ticket_id": audit["ticket_id"],
        "timestamp": epoch(audit["created_at"]),
        "created_at": audit["created_at"],
        "updater_id": audit["author_id"],
        "via": audit["via"]["channel"].replace("_", " ").capitalize(),
        "system": {name: system.get(name) for name in ("client", "location", "latitude", "longitude")},
        "metadata": audit["metadata"],
        "event_type": "Audit",
        "merged_ticket_ids": audit["via"]["source"]["from"].get("ticket_ids", []),
        "child_events": [_child(audit, event) for event in audit["events"] if event["type"] not in ONLY_IN_AUDITS],
    }


def _child(audit: Record, event: Record) -> Record:
    reference = {"via_reference_id": _VIA_REFERENCE.get(audit["via"]["channel"], 0), "event_type": event["type"]}
    if event["type"] in COMMENTS:
        return comment_of(audit, event) | reference
    if event["type"] in REDACTIONS:
        named = REDACTIONS[event["type"]]
        known = {"id": event["id"], "event_type": event["type"], named: str(event[named])}
        return known | {"via": "Web service", "via_reference_id": None}
    child = {name: value for name, value in event.items() if name not in ("type", "field_name", "value")}
    if event["type"] in ("Create", "Change"):
        name = event["field_name"]
        child |= {"custom_ticket_fields": {name: event["value"]}} if name.isdigit() else {name: event["value"]}
    return child | {"via": audit["via"]["channel"].capitalize()} | reference


def without_comments(event: Record) -> Record:
    """The ticket event as served without the sideload: of a comment only that it is there, and whether it is public."""
    bare = [
        {
            "id": child["id"],
            "via": child["via"]["channel"].capitalize(),
            "via_reference_id": child["via_reference_id"],
            "comment_present": True,
            "comment_public": child["public"],
            "event_type": child["event_type"],
        }
        if child["event_type"] in COMMENTS
        else child
        for child in event["child_events"]
    ]
    return event | {"child_events": bare}


def attachments_of(ticket: RowKey | None, comment: Record) -> list[Record]:
    """The attachment rows of one comment of that ticket."""
    about = {"ticket_id": ticket, "comment_id": comment["id"], "created_at": comment["created_at"]}
    return [attachment | about for attachment in comment["attachments"]]


def rows_of(audit: Record, state: str, scope: str) -> dict[str, list[TableRow]]:
    """The rows of all three views; those of the comments carry the ticket as their parent."""
    comments = [
        row_of(KINDS["ticket_comments"], comment_of(audit, event))
        for event in audit["events"]
        if event["type"] in COMMENTS
    ]
    for row in comments:
        row.parent, row.state, row.scope = audit["ticket_id"], state, scope
    return {
        "ticket_audits": [row_of(KINDS["ticket_audits"], audit, state, scope)],
        "ticket_events": [row_of(KINDS["ticket_events"], event_of(audit), state, scope)],
        "ticket_comments": comments,
    }


def put_audit(account: AccountData, audit: Record, state: str = "live", scope: str = "agent") -> None:
    """Writes all views of the audit, new or changed."""
    for kind, rows in rows_of(audit, state, scope).items():
        for row in rows:
            account.table(kind).put(row)
