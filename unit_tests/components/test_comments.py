"""Comments and attachments, also those that change after their page; read through the stock entry point."""

from typing import Any

import pytest

from unit_tests.account import Account
from unit_tests.reading import read

QUERY = "include=comment_events&per_page=1000&start_time=1704067200&support_type_scope=all"
EVENTS = f"/api/v2/incremental/ticket_events?{QUERY}"
TICKET = "/api/v2/tickets/7/comments?page[size]=100"
NOTED = "2024-05-01T00:00:00Z"


def event(key: int, *children: dict[str, Any]) -> dict[str, Any]:
    stamp = {"timestamp": 1717200000, "created_at": "2024-06-01T00:00:00Z"}
    return {"id": key, "ticket_id": 7, **stamp, "child_events": list(children)}


def page(*events: dict[str, Any]) -> dict[str, Any]:
    return {"ticket_events": list(events), "end_time": 1717200000, "end_of_stream": True}


REDACTION = {"id": 91, "event_type": "CommentRedactionEvent", "comment_id": 5}
COMMENTS = {
    "comments": [
        {"id": 4, "type": "Comment", "body": "untouched", "created_at": NOTED, "attachments": []},
        {
            "id": 5,
            "type": "Comment",
            "body": "my card is \u25ae\u25ae",
            "created_at": NOTED,
            "attachments": [{"id": 50}],
        },
    ],
    "meta": {"has_more": False},
}


def not_found(stream: str, count: int) -> str:
    return (
        f"Stream {stream}: {count} redacted comments or attachments were not found in their tickets, so the rows "
        "emitted for them earlier are not replaced."
    )


@pytest.mark.parametrize("kind", ["CommentRedactionEvent", "CommentPrivacyChange", "AttachmentRedactionEvent"])
def test_changed_comment_is_sent_again_complete(kind: str, account: Account) -> None:
    account.on(EVENTS, page(event(9, {**REDACTION, "event_type": kind})))
    account.on(TICKET, COMMENTS)
    outcome = read("ticket_comments")
    assert outcome.records() == [
        {
            "id": 5,
            "type": "Comment",
            "event_type": "Comment",
            "ticket_id": 7,
            "timestamp": 1714521600,
            "created_at": NOTED,
            "body": "my card is \u25ae\u25ae",
            "attachments": [{"id": 50}],
        }
    ]


def test_ticket_is_read_again_once_for_comments_and_attachments(account: Account) -> None:
    account.on(EVENTS, page(event(9, REDACTION)))
    account.on(TICKET, COMMENTS)
    outcome = read("ticket_comments", "ticket_attachments", "ticket_events")
    assert account.requested == [EVENTS, TICKET]
    assert outcome.ids("ticket_events") == [9]
    assert outcome.records("ticket_attachments") == [
        {"id": 50, "ticket_id": 7, "comment_id": 5, "created_at": NOTED, "timestamp": 1714521600}
    ]


def test_ordinary_events_cost_no_further_request(account: Account) -> None:
    account.on(EVENTS, page(event(9, {"id": 1, "event_type": "Change"}), event(10)))
    read("ticket_comments")
    assert account.requested == [EVENTS]


def test_redaction_without_a_ticket_is_reported(account: Account) -> None:
    account.on(EVENTS, page({**event(10, REDACTION), "ticket_id": None}))
    outcome = read("ticket_comments", "ticket_attachments")
    assert account.requested == [EVENTS]
    assert outcome.records("ticket_comments") == []
    assert outcome.warnings == [not_found("ticket_comments", 1), not_found("ticket_attachments", 1)]
    assert outcome.errors == []


def test_changed_comment_with_only_an_id_and_a_text_is_sent(account: Account) -> None:
    account.on(EVENTS, page(event(9, REDACTION)))
    account.on(TICKET, {"comments": [{"id": 5, "body": "\u25ae", "attachments": [{"id": 50}]}], "meta": {}})
    outcome = read("ticket_comments", "ticket_attachments")
    [comment], [attachment] = outcome.records("ticket_comments"), outcome.records("ticket_attachments")
    assert (comment["id"], comment["ticket_id"], comment["body"]) == (5, 7, "\u25ae")
    assert (attachment["id"], attachment["ticket_id"], attachment["comment_id"]) == (50, 7, 5)
