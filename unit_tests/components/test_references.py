"""A reference that is null or absent is filled from what the row was read from."""

from typing import Any

import pytest

from source_zendesk_support.components.references import filled
from source_zendesk_support.manifest import resolved, written
from unit_tests.account import Account
from unit_tests.components.parts import stanzas
from unit_tests.reading import read

MAY, JUNE = "2024-05-01T00:00:00Z", "2024-06-01T00:00:00Z"
STAMP = {"timestamp": 1717200000, "created_at": JUNE}


def listed(records: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {records: list(rows), "meta": {"has_more": False}}


def orphans(column: str) -> list[dict[str, Any]]:
    """A child that says nothing, one that says null, and one that says something else."""
    return [{"id": 1, "updated_at": JUNE}, {"id": 2, "updated_at": JUNE, column: None}, {"id": 3, column: 99}]


@pytest.mark.parametrize(
    ("stream", "column", "parents", "child"),
    [
        ("article_attachments", "article_id", "articles", "attachments"),
        ("article_comments", "source_id", "articles", "comments"),
        ("article_votes", "item_id", "articles", "votes"),
        ("post_comments", "post_id", "posts", "comments"),
        ("post_votes", "item_id", "posts", "votes"),
    ],
)
def test_child_names_its_parent(account: Account, stream: str, column: str, parents: str, child: str) -> None:
    base = f"/api/v2/{'help_center' if parents == 'articles' else 'community'}/{parents}"
    records = {"attachments": "article_attachments"}.get(child, child)
    account.refuse_list_of_votes()
    account.on(f"{base}.json", listed(parents, {"id": 100, "updated_at": MAY}))
    account.on(f"{base}/100/{child}.json", listed(records, *orphans(column)))
    assert [(row["id"], row[column]) for row in read(stream).records()] == [(1, 100), (2, 100), (3, 99)]


@pytest.mark.parametrize(
    ("stream", "base"), [("article_comment_votes", "help_center/articles"), ("post_comment_votes", "community/posts")]
)
def test_vote_on_a_comment_names_the_comment(account: Account, stream: str, base: str) -> None:
    account.refuse_list_of_votes()
    account.on(f"/api/v2/{base}.json", listed(base.rpartition("/")[2], {"id": 100, "updated_at": MAY}))
    account.on(f"/api/v2/{base}/100/comments.json", listed("comments", {"id": 55, "updated_at": MAY}))
    account.on(f"/api/v2/{base}/100/comments/55/votes.json", listed("votes", *orphans("item_id")))
    assert [(row["id"], row["item_id"]) for row in read(stream).records()] == [(1, 55), (2, 55), (3, 99)]


def test_holiday_names_its_schedule(account: Account) -> None:
    url = "/api/v2/business_hours/schedules"
    account.on(url, {"schedules": [{"id": 100}]})
    account.on(f"{url}/100/holidays", {"holidays": orphans("schedule_id")})
    rows = read("schedule_holidays").records()
    assert [(row["id"], row["schedule_id"]) for row in rows] == [(1, 100), (2, 100), (3, 99)]


def test_side_conversation_names_its_ticket(account: Account) -> None:
    event = {"id": "e1", "ticket_id": 7, "created_at": JUNE}
    account.on(
        "/api/v2/tickets/side_conversations/events", {"events": [event], "end_time": 1717200000, "next_page": None}
    )
    page = {"side_conversations": orphans("ticket_id"), "next_page": None}
    account.on("/api/v2/tickets/7/side_conversations", page)
    rows = read("side_conversations").records()
    assert [(row["id"], row["ticket_id"]) for row in rows] == [(1, 7), (2, 7), (3, 99)]


def test_audit_of_an_archived_ticket_names_its_ticket(account: Account) -> None:
    account.on("/api/v2/ticket_audits", {"audits": [], "before_cursor": None})
    ticket = {"id": 7, "status": "closed", "generated_timestamp": 1717200000}
    account.on("/api/v2/incremental/tickets/cursor", {"tickets": [ticket], "after_cursor": "a", "end_of_stream": True})
    account.on("/api/v2/tickets/7/audits", {"audits": orphans("ticket_id"), "next_page": None})
    rows = read("ticket_audits", ticket_audits_archived=True).records()
    assert [(row["id"], row["ticket_id"]) for row in rows] == [(1, 7), (2, 7), (3, 99)]


def test_comment_and_attachment_name_their_ticket(account: Account) -> None:
    attachments = [{"id": 50, "ticket_id": None, "comment_id": None}, {"id": 51}, {"id": 52, "comment_id": 99}]
    child = {"id": 5, "event_type": "Comment", "ticket_id": None, "audit_id": None, "attachments": attachments}
    event = {"id": 9, "ticket_id": 7, **STAMP, "child_events": [child, {**child, "id": 6, "ticket_id": 8}]}
    account.on(
        "/api/v2/incremental/ticket_events", {"ticket_events": [event], "end_time": 1717200000, "end_of_stream": True}
    )
    outcome = read("ticket_comments", "ticket_attachments")
    rows = outcome.records("ticket_comments")
    assert [(row["id"], row["ticket_id"], row["audit_id"], row["timestamp"]) for row in rows] == [
        (5, 7, 9, 1717200000),
        (6, 8, 9, 1717200000),
    ]
    rows = outcome.records("ticket_attachments")[:3]
    assert [(row["id"], row["ticket_id"], row["comment_id"], row["created_at"]) for row in rows] == [
        (50, 7, 5, JUNE),
        (51, 7, 5, JUNE),
        (52, 7, 99, JUNE),
    ]


def test_comment_that_is_read_again_names_its_ticket(account: Account) -> None:
    redaction = {"event_type": "CommentRedactionEvent", "comment_id": "5"}
    event = {"id": 9, "ticket_id": 7, **STAMP, "child_events": [redaction]}
    account.on(
        "/api/v2/incremental/ticket_events", {"ticket_events": [event], "end_time": 1717200000, "end_of_stream": True}
    )
    comment = {"id": 5, "type": "Comment", "ticket_id": None, "created_at": None, "attachments": [{"id": 50}]}
    account.on("/api/v2/tickets/7/comments", listed("comments", comment))
    outcome = read("ticket_comments", "ticket_attachments")
    assert [row["ticket_id"] for row in outcome.records("ticket_comments")] == [7]
    [attachment] = outcome.records("ticket_attachments")
    assert (attachment["ticket_id"], attachment["comment_id"]) == (7, 5)


def test_metric_set_names_its_ticket(account: Account) -> None:
    metric = {"id": 5, "ticket_id": None}
    tickets = [{"id": 7, "generated_timestamp": 1717200000, "metric_set": metric}]
    account.on("/api/v2/incremental/tickets/cursor", {"tickets": tickets, "after_cursor": "a", "end_of_stream": True})
    assert read("ticket_metrics").records() == [{"id": 5, "ticket_id": 7, "_ab_updated_at": 1717200000}]


@pytest.mark.parametrize("beside", [{"id": 5, "user_id": None}, {"id": 5}])
def test_identity_on_the_page_of_one_user_names_that_user(account: Account, beside: dict[str, Any]) -> None:
    users = [{"id": 10, "updated_at": JUNE}]
    page = {"users": users, "identities": [beside], "after_cursor": "a", "end_of_stream": True}
    account.on("/api/v2/incremental/users/cursor", page)
    assert read("user_identities").records() == [{"id": 5, "user_id": 10}]


@pytest.mark.parametrize("stream", list(written()))
def test_only_columns_of_the_schema_are_filled(stream: str) -> None:
    extractor = resolved(stream)["retriever"]["record_selector"]["extractor"]
    kind = {"comments": "comment_fills", "attachments": "attachment_fills"}.get(extractor.get("takes", ""), "fills")
    assert {*extractor.get(kind, {})} - {"type", "$parameters"} <= {*stanzas().schema(stream)()["properties"]}


def test_row_that_lacks_nothing_is_the_same_object() -> None:
    row = {"id": 1, "ticket_id": 0}
    assert filled(row, {"ticket_id": 7}) is row
