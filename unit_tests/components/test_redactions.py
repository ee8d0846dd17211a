"""Redactions and changes of privacy in every form in which they may come; read through the stock entry point."""

from typing import Any

import pytest

from unit_tests.account import Account, Reply
from unit_tests.reading import Outcome, read

EVENTS = "/api/v2/incremental/ticket_events"
TICKET = "/api/v2/tickets/7/comments?page[size]=100"
MAY, JUNE = "2024-05-01T00:00:00Z", "2024-06-01T00:00:00Z"
PLAIN = {"id": 699, "type": "Comment", "body": "untouched", "created_at": MAY, "public": True}
PRIVATE = {"id": 701, "type": "Comment", "body": "note", "created_at": MAY, "public": False}
HOLDER = {
    "id": 700,
    "type": "Comment",
    "body": "▇▇▇",
    "created_at": MAY,
    "public": True,
    "attachments": [{"id": 800, "file_name": "redacted.txt"}, {"id": 801, "file_name": "kept.txt"}],
}
WEB = {"via": "Web service", "via_reference_id": None}


def event(key: int, *children: Any, **more: Any) -> dict[str, Any]:
    stamp = {"timestamp": 1717200000, "created_at": JUNE, "updater_id": 30, "event_type": "Audit"}
    return {"id": key, "ticket_id": 7, **stamp, "child_events": list(children), **more}


def page(*events: dict[str, Any]) -> dict[str, Any]:
    return {"ticket_events": list(events), "end_time": 1717200000, "end_of_stream": True}


def comments(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"comments": list(rows), "meta": {"has_more": False}}


def synced(account: Account, *events: dict[str, Any], streams: tuple[str, ...] = ()) -> Outcome:
    """A sync of these events, of whose ticket 7 three comments are shown."""
    account.on(EVENTS, page(*events))
    account.on(TICKET, *[comments(PLAIN, HOLDER, PRIVATE)] * 3)
    return read(*(streams or ("ticket_comments", "ticket_attachments")))


def sent(outcome: Outcome) -> tuple[list[Any], list[Any]]:
    return tuple(outcome.ids(f"ticket_{kind}") for kind in ("comments", "attachments"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    "child",
    [
        {"event_type": "CommentRedactionEvent", "id": 1, "comment_id": "700", **WEB},
        {"event_type": "CommentRedactionEvent", "id": 1, "comment_id": 700, **WEB},
        {"type": "CommentRedactionEvent", "id": 1, "comment_id": "700", **WEB},
        {"type": "CommentRedactionEvent", "event_type": "CommentRedactionEvent", "comment_id": "700"},
        {"type": "Comment", "event_type": "CommentRedactionEvent", "id": 1, "comment_id": "700"},
        {"event_type": "CommentRedactionEvent", "comment_ids": ["700"]},
        {"event_type": "CommentRedactionEvent", "comment_id": [700]},
        {"event_type": "CommentRedactionEvent", "comment": {"id": "700"}},
        {"event_type": "Comment redaction event", "comment_id": "700"},
        {"event_type": "CommentPrivacyChange", "comment_id": "700", "public": False},
        {"event_type": "AttachmentRedactionEvent", "attachment_id": "800", "comment_id": "700"},
    ],
)
def test_named_comment_is_sent_again_with_its_attachments(account: Account, child: dict[str, Any]) -> None:
    outcome = synced(account, event(9, child))
    assert sent(outcome) == ([700], [800, 801])
    assert outcome.warnings == []
    assert account.requested.count(TICKET) == 1


@pytest.mark.parametrize(
    "child",
    [
        {"event_type": "AttachmentRedactionEvent", "id": 2, "attachment_id": "800", **WEB},
        {"event_type": "AttachmentRedactionEvent", "id": 2, "attachment_id": 800, **WEB},
        {"type": "AttachmentRedactionEvent", "id": 2, "attachment_id": "800", **WEB},
        {"event_type": "AttachmentRedactionEvent", "attachment_ids": ["800"]},
        {"event_type": "AttachmentRedactionEvent", "attachment": {"id": "800"}},
        {"event_type": "AttachmentRedactionEvent", "attachments": [{"id": 800}, None]},
    ],
)
def test_redacted_attachment_brings_its_comment_and_its_row(account: Account, child: dict[str, Any]) -> None:
    outcome = synced(account, event(9, child))
    assert outcome.records("ticket_comments") == [
        {**HOLDER, "ticket_id": 7, "timestamp": 1714521600, "event_type": "Comment"}
    ]
    assert outcome.records("ticket_attachments") == [
        {
            "id": 800,
            "file_name": "redacted.txt",
            "ticket_id": 7,
            "comment_id": 700,
            "created_at": MAY,
            "timestamp": 1714521600,
        }
    ]
    assert outcome.warnings == []


@pytest.mark.parametrize("kind", ["CommentRedactionEvent", "AttachmentRedactionEvent", "ChatMessageRedactionEvent"])
def test_redaction_that_names_nothing_brings_all_comments(account: Account, kind: str) -> None:
    outcome = synced(account, event(9, {"event_type": kind, "id": 1, **WEB}))
    assert sent(outcome) == ([699, 700, 701], [800, 801])


@pytest.mark.parametrize(("comment", "attachment"), [("702", "800"), ("700", "802"), (699, 802)])
def test_what_is_named_and_not_there_is_reported_once(account: Account, comment: Any, attachment: Any) -> None:
    gone = {"event_type": "CommentRedactionEvent", "id": 1, "comment_id": comment}
    also = {"event_type": "AttachmentRedactionEvent", "id": 2, "attachment_id": attachment}
    outcome = synced(account, event(9, gone, also), streams=("ticket_comments",))
    assert outcome.warnings == [
        (
            "Stream ticket_comments: 1 redacted comments or attachments were not found in their tickets, so the rows "
            "emitted for them earlier are not replaced."
        )
    ]
    assert outcome.errors == []


def test_rows_leave_with_their_ids_as_they_came(account: Account) -> None:
    account.on(EVENTS, page(event(9, {"event_type": "CommentRedactionEvent", "comment_id": 700}, ticket_id="7")))
    account.on(TICKET, comments({**HOLDER, "id": "700", "attachments": [{"id": "800"}]}))
    outcome = read("ticket_comments", "ticket_attachments")
    assert sent(outcome) == (["700"], ["800"])
    assert [row["comment_id"] for row in outcome.records("ticket_attachments")] == ["700"]


def test_comment_that_two_events_name_is_sent_once(account: Account) -> None:
    child = {"event_type": "CommentRedactionEvent", "comment_id": "700"}
    later = event(10, child, timestamp=1717200001)
    account.on(EVENTS, {**page(event(9, child), later), "end_of_stream": False, "end_time": 1717200001})
    account.on(EVENTS, page(later, event(11, child, timestamp=1717200002)))
    account.on(TICKET, comments(PLAIN, HOLDER))
    outcome = read("ticket_comments", "ticket_attachments")
    assert sent(outcome) == ([700], [800, 801])
    assert account.requested.count(TICKET) == 1


@pytest.mark.parametrize(
    "times", [{"timestamp": None}, {"timestamp": None, "created_at": None}, {"timestamp": "soon", "created_at": []}]
)
def test_event_without_a_time_is_followed_once_a_page(account: Account, times: dict[str, Any]) -> None:
    child = {"event_type": "CommentRedactionEvent", "comment_id": "700"}
    outcome = synced(account, event(9, child, **times), event(10, child, **times))
    assert sent(outcome) == ([700], [800, 801])
    assert account.requested.count(TICKET) == 1


def test_event_that_is_younger_than_what_was_read_is_followed_again(account: Account) -> None:
    child = {"event_type": "CommentRedactionEvent", "comment_id": "700"}
    ten_minutes_on = {"Date": "Mon, 10 Jun 2024 12:10:00 GMT"}
    account.on(EVENTS, {**page(event(9, child)), "end_of_stream": False})
    younger = event(10, child, timestamp=1718021100)  # five minutes after the first page
    account.on(EVENTS, Reply({**page(event(9, child), younger), "end_time": 1718021100}, headers=ten_minutes_on))
    account.on(TICKET, comments(HOLDER), comments({**HOLDER, "body": "▇"}))
    outcome = read("ticket_comments")
    assert [row["body"] for row in outcome.records()] == ["▇▇▇", "▇"]


def test_redaction_in_a_ticket_that_is_gone_is_counted(account: Account) -> None:
    account.on(EVENTS, page(event(9, {"event_type": "AttachmentRedactionEvent", "attachment_id": "800"})))
    account.on(TICKET, Reply({"error": "RecordNotFound"}, status=404))
    outcome = read("ticket_comments")
    assert outcome.records() == []
    assert outcome.warnings == [
        "Stream ticket_comments: Zendesk denied access to 1 parents; their records are skipped."
    ]
    assert outcome.statuses() == ["STARTED", "COMPLETE"]


def test_update_of_a_person_without_content_brings_what_is_private_now(account: Account) -> None:
    outcome = synced(account, event(9), event(10))
    assert sent(outcome) == ([701], [])
    assert account.requested.count(TICKET) == 1
    assert outcome.warnings == []


def test_change_of_privacy_that_names_nothing_brings_what_is_private_now(account: Account) -> None:
    outcome = synced(account, event(9, {"event_type": "CommentPrivacyChange", "public": False}))
    assert sent(outcome) == ([701], [])


def test_private_comment_that_is_younger_than_the_update_is_not_sent(account: Account) -> None:
    account.on(EVENTS, page(event(9)))
    account.on(TICKET, comments({**PRIVATE, "created_at": "2024-06-02T00:00:00Z"}, {**PRIVATE, "id": 702}))
    assert sent(read("ticket_comments")) == ([702], [])


@pytest.mark.parametrize(
    "more", [{"updater_id": -1}, {"updater_id": None}, {"child_events": None}, {"ticket_id": None}]
)
def test_other_updates_without_content_cost_no_request(account: Account, more: dict[str, Any]) -> None:
    outcome = synced(account, event(9, **more))
    assert TICKET not in account.requested
    assert outcome.warnings == []


@pytest.mark.parametrize("streams", [("ticket_attachments",), ("ticket_events",)])
def test_only_comments_follow_updates_without_content(account: Account, streams: tuple[str, ...]) -> None:
    synced(account, event(9), streams=streams)
    assert TICKET not in account.requested


def test_ticket_that_is_gone_has_lost_nothing_for_certain(account: Account) -> None:
    account.on(EVENTS, page(event(9)))
    account.on(TICKET, Reply({"error": "RecordNotFound"}, status=404))
    outcome = read("ticket_comments")
    assert (outcome.warnings, outcome.errors) == ([], [])


def test_updates_without_content_are_followed_in_500_tickets(account: Account) -> None:
    account.on(EVENTS, page(*(event(key, ticket_id=key) for key in range(1, 504))))
    for key in range(1, 504):
        account.on(f"/api/v2/tickets/{key}/comments?page[size]=100", comments())
    outcome = read("ticket_comments", max_quota_percent=100)
    assert len(account.requested) == 501
    assert outcome.warnings == [
        (
            "Stream ticket_comments: 3 updates without content were not checked, because a sync rereads at most 500 "
            "tickets for this. If a comment was made private there, its row still says that it is public."
        )
    ]
