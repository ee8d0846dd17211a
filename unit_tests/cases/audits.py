"""Cases of ticket audits, from the newest to the oldest, and of the chats in them."""

from collections.abc import Callable

from integration_tests.simulated_account.declared_streams import DeclaredStream
from unit_tests.cases.case import BEFORE, JUNE_1, JUNE_3, MAY, NOW, Row, ScriptedCall, StreamCase


def with_chat(audit: Row) -> Row:
    """An audit with one chat that has just started."""
    return _holding_chat(audit, {"chat_id": "c1", "history": []})


def with_chat_entry(audit: Row) -> Row:
    """An audit with one chat of one entry."""
    return _holding_chat(audit, {"chat_id": "c1", "history": [{"type": "ChatMessage"}]})


def _holding_chat(audit: Row, value: Row) -> Row:
    """The audit with some other event, and one that starts a chat."""
    events = [{"id": 1, "type": "Comment", "value": None}, {"id": 2, "type": "ChatStartedEvent", "value": value}]
    return {**audit, "ticket_id": 7, "events": events}


def _audit_of(row: Row) -> Row:
    """The audit that a row of a chat, or of a chat's history, is in."""
    known = {"audit_id", "event_id", "ticket_id", "created_at", "position"}
    value = {name: part for name, part in row.items() if name not in known}
    if "position" in row:
        value = {"chat_id": value.pop("chat_id"), "history": [value]}
    kind = value.pop("type", "ChatStartedEvent")
    event = {"id": row["event_id"], "type": kind, "value": value}
    return {"id": row["audit_id"], "ticket_id": row["ticket_id"], "created_at": row["created_at"], "events": [event]}


def newest_first(stream: DeclaredStream, holding: Callable[[Row], Row] = lambda audit: audit) -> StreamCase:
    """Audits, or what is in them, as `holding` makes it."""
    is_audit = stream.name == "ticket_audits"
    url = "/api/v2/ticket_audits"
    rows = [{"id": 21, "created_at": JUNE_3}, {"id": 11, "created_at": JUNE_1}]
    older = [{"id": 12, "created_at": MAY}, {"id": 10, "created_at": BEFORE}]
    first = ScriptedCall(f"{url}?limit=1000", {"audits": [holding(row) for row in rows], "before_cursor": "b1"})
    second = ScriptedCall(
        f"{url}?cursor=b1&limit=1000", {"audits": [holding(row) for row in older], "before_cursor": "b2"}
    )
    oldest = [{"id": 9, "created_at": BEFORE}]
    third = ScriptedCall(
        f"{url}?cursor=b2&limit=1000", {"audits": [holding(row) for row in oldest], "before_cursor": "b3"}
    )
    under_way = {"high": 1717372800, "asked": NOW, "high_ids": [21], "v": 1}
    return StreamCase(
        calls=(first, second, third),
        ids=(21, 11, 12),
        states=(
            {"created_at": "2024-01-01T00:00:00Z", "next": "b1", **under_way},
            {"created_at": "2024-01-01T00:00:00Z", "next": "b2", **under_way},
            {"created_at": "2024-06-03T00:00:00Z", "ids": [21], "v": 1},
        ),
        empty={"audits": [], "before_cursor": None},
        empty_state={"created_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, {"audits": [row if is_audit else _audit_of(row)], "before_cursor": None}),),
        requires=stream.requires,
        key="id" if is_audit else "audit_id",
        resumed=(second, third),
        later=(12,),
        again=(first,),
    )
