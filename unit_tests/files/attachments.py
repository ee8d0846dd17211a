"""Ticket attachments in a page of ticket events, and syncs that download them."""

from typing import Any

from unit_tests.account import Account, Reply
from unit_tests.reading import Outcome, State, read

EVENTS = "/api/v2/incremental/ticket_events"
CREATED = "2024-05-01T00:00:00Z"
BASIC = "Basic am9AZXhhbXBsZS5jb20vdG9rZW46bWFkZS11cA=="
HELLO = Reply(b"hello", headers={"Content-Type": "text/plain"})
WITH = {800: ("ticket_attachments/800/800.txt", 5)}
KEPT = {"comment_id": 700, "created_at": "2024-05-01T00:00:00Z", "ticket_id": 35, "timestamp": 1714521600}


def attachment(key: int, **fields: Any) -> dict[str, Any]:
    """A file of five bytes."""
    return {
        "id": key,
        "file_name": f"{key}.txt",
        "content_url": f"https://acme.zendesk.com/attachments/token/{key}/?name={key}.txt",
        "content_type": "text/plain",
        "size": 5,
        "deleted": False,
        **fields,
    }


def has(account: Account, *attachments: dict[str, Any]) -> None:
    """One ticket event, whose comment has these files."""
    comment = {"id": 700, "type": "Comment", "event_type": "Comment", "attachments": list(attachments)}
    event = {"id": 9, "ticket_id": 35, "created_at": CREATED, "timestamp": 1714521600, "child_events": [comment]}
    account.on(EVENTS, {"ticket_events": [event], "end_of_stream": True, "end_time": 1714521600, "count": 1})


def offers(account: Account, *replies: Reply, **fields: Any) -> None:
    """One attachment with these fields, and what is answered at its URL."""
    has(account, attachment(800, **fields))
    account.on("/attachments/token/800/", *replies)


def synced(state: State | None = None, **files: Any) -> Outcome:
    """A sync that downloads files."""
    states = {"ticket_attachments": state} if state else None
    return read("ticket_attachments", state=states, files={"download": True, **files})


def references(outcome: Outcome) -> dict[int, tuple[str, int] | None]:
    """Relative path and size of each record's file, by the record's id."""
    found: dict[int, tuple[str, int] | None] = {}
    for message in outcome.messages:
        file = message.file_reference
        found[message.data["id"]] = (
            (str(file.source_file_relative_path), int(file.file_size_bytes or 0)) if file else None
        )
    return found
