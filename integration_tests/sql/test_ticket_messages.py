"""What was said in tickets, of all channels in one shape: by example, and compared with the simulated account."""

import json
from datetime import UTC, datetime
from typing import Any

from integration_tests.command_output import Json
from integration_tests.sql.conftest import Rows, fill
from integration_tests.sql.database import Database
from integration_tests.sql.view_files import recipe

AT = "2026-01-05T08:00:00Z"
FILE = {"id": 5, "file_name": "a.png"}
SECONDS = len("2026-01-05T08:00:00")
"""Of a time: databases write fractions and zones in several ways."""
CHAT_WORDS = ("ChatMessage", "ChatFileAttachment")


def comment(number: int, **more: Any) -> Json:
    said = {"body": "Hi", "plain_body": "Hi", "html_body": "<p>Hi</p>", "public": True, "attachments": []}
    return {"id": number, "ticket_id": 1, "audit_id": number - 1, "author_id": 7, "created_at": AT, **said, **more}


def event(number: str, **more: Any) -> Json:
    said = {"type": "Messaging::ConversationMessage", "content": {"type": "text", "text": "Yes?"}}
    author = {"type": "bot", "display_name": "Acme Bot", "zen:support:user_id": -1}
    return {"id": number, "ticket_id": 1, "created_at": AT, "author": author, **said, **more}


def chat(position: int, **more: Any) -> Json:
    place = {"ticket_id": 2, "audit_id": 30, "event_id": 31, "position": position, "created_at": AT}
    return {**place, "timestamp": 1767600060000, "type": "ChatMessage", "message": "Hello", **more}


def said(database: Database, rows: dict[str, list[Json]]) -> list[tuple[Any, ...]]:
    """All messages of a database with these rows, without their ticket and time."""
    fill(database, rows)
    found = database.rows("SELECT * FROM ticket_messages ORDER BY ticket_id, created_at, id")
    return [tuple(map(_decoded, list(row.values())[1:2] + list(row.values())[3:])) for row in found]


def _decoded(value: Any) -> Any:
    """JSON comes as text, or as what it says."""
    return json.loads(value) if isinstance(value, str) and value.startswith("[") else value


USERS = [{"id": 7, "name": "Kim", "role": "admin"}, {"id": 8, "name": "Sam", "role": "end-user"}]


def test_comments_say_who_wrote_them_and_whether_requesters_see_them(database: Database) -> None:
    rows = [
        comment(10, via={"channel": "email"}, attachments=[FILE]),
        comment(11, author_id=8, via="web", plain_body=None, body="raw", public=False),
        comment(12, author_id=-1, html_body=None),
        comment(13, author_id=9),
    ]
    assert said(database, {"ticket_comments": rows, "users": USERS}) == [
        ("10", 7, "agent", "Kim", "email", True, "Hi", "<p>Hi</p>", [FILE], "comment"),
        ("11", 8, "user", "Sam", "web", False, "raw", "<p>Hi</p>", [], "comment"),
        ("12", -1, "system", None, None, True, "Hi", None, [], "comment"),
        ("13", 9, None, None, None, True, "Hi", "<p>Hi</p>", [], "comment"),
    ]


def test_a_call_also_has_its_transcript_if_it_is_shown(database: Database) -> None:
    spoken = {"data": {"transcription_text": "Hello?"}, "via": {"channel": "voice"}}
    rows = [
        comment(10, **spoken, transcription_visible=True),
        comment(11, **spoken, transcription_visible=False),
        comment(12, data={"transcription_text": ""}),
    ]
    found = said(database, {"ticket_comments": rows})
    assert [(row[0], row[4], row[6], row[9]) for row in found] == [
        ("10", "voice", "Hi", "comment"),
        ("10/transcript", "voice", "Hello?", "voice transcript"),
        ("11", "voice", "Hi", "comment"),
        ("12", None, "Hi", "comment"),
    ]


def test_a_comment_that_the_log_repeats_comes_once(database: Database) -> None:
    """The log names a comment by its own id or by its audit's; one that is in no other table comes from the log."""
    of_log = {"type": "Comment", "content": {"body": "From the log"}, "metadata": {"public": False}}
    log = [
        event("M1", reference="zen:ticket_event:10", **of_log),
        event("M2", reference="zen:ticket_event:20", **of_log),
        event("M3", reference="zen:ticket_event:40", **of_log),
        {**event("M4", reference="zen:ticket_event:10", **of_log), "ticket_id": 3},
    ]
    rows = {"ticket_comments": [comment(10), comment(21)], "ticket_conversation_log": log}
    assert [(row[0], row[5], row[6], row[9]) for row in said(database, rows)] == [
        ("10", True, "Hi", "comment"),
        ("21", True, "Hi", "comment"),
        ("40", False, "From the log", "comment"),
        ("10", False, "From the log", "comment"),
    ]


def test_events_of_a_log_without_text_are_skipped(database: Database) -> None:
    log = [
        event("M1", reference="zen:sunco:conversation_message:a", source={"type": "whatsapp"}, attachments=[]),
        event("M2", content={"type": "image"}, attachments=[FILE], metadata={"public": True}),
        event("M3", type="Messaging::ConversationEnded", content=None, author=None),
        event("M4", content={"type": "text", "text": ""}, attachments=[]),
    ]
    assert said(database, {"ticket_conversation_log": log}) == [
        ("M1", -1, "bot", "Acme Bot", "whatsapp", True, "Yes?", None, [], "conversation message"),
        ("M2", -1, "bot", "Acme Bot", None, True, None, None, [FILE], "conversation message"),
    ]


def test_chats_have_messages_and_files_unless_the_log_has_them(database: Database) -> None:
    events = [
        chat(0, actor_id="agent:7", actor_name="Kim"),
        chat(1, actor_id="10502823-1", actor_name="Visitor"),
        chat(2, actor_id="__trigger", actor_name="Welcome"),
        chat(3, actor_id="__system", actor_name=None),
        chat(4, type="ChatJoin", actor_id="agent:7", message=None),
        chat(5, type="ChatFileAttachment", message=None, filename="a.png", url="https://a.example/", size=9),
        {**chat(6), "ticket_id": 1},
    ]
    file = {"file_name": "a.png", "content_url": "https://a.example/", "content_type": None, "size": 9}
    rows = {"ticket_chat_events": events, "ticket_conversation_log": [event("M1")]}
    assert said(database, rows)[1:] == [
        ("30/31/0", 7, "agent", "Kim", "chat", True, "Hello", None, None, "chat message"),
        ("30/31/1", None, "user", "Visitor", "chat", True, "Hello", None, None, "chat message"),
        ("30/31/2", None, "bot", "Welcome", "chat", True, "Hello", None, None, "chat message"),
        ("30/31/3", None, "system", None, "chat", True, "Hello", None, None, "chat message"),
        ("30/31/5", None, "user", None, "chat", True, None, None, [file], "chat message"),
    ]
    (time,) = {row["created_at"] for row in database.rows("SELECT created_at FROM ticket_messages WHERE ticket_id = 2")}
    assert time == "2026-01-05T08:01:00Z"


def test_messages_are_those_of_the_account(account_database: Database, account_truth: Rows) -> None:
    expected = {*map(_of_comment, account_truth["ticket_comments"])}
    expected |= {_transcript(row) for row in account_truth["ticket_comments"] if row.get("data")}
    expected |= {_of_event(row) for row in account_truth["ticket_conversation_log"] if _is_message(row)}
    expected |= {_of_chat(row) for row in account_truth["ticket_chat_events"] if row["type"] in CHAT_WORDS}
    columns = "ticket_id, id, created_at, author_id, channel, public, text, source"
    found = [
        (ticket, number, time[:SECONDS], *rest)
        for ticket, number, time, *rest in map(
            dict.values, account_database.rows(f"SELECT {columns} FROM ticket_messages")
        )
    ]
    assert len(found) == len(set(found))
    assert set(found) == expected
    sources = {source: sum(row[-1] == source for row in expected) for source in {row[-1] for row in expected}}
    assert sources.keys() == {"comment", "voice transcript", "conversation message", "chat message"}
    assert min(sources.values()) > 10


def test_authors_are_those_of_the_account(account_database: Database, account_truth: Rows) -> None:
    people = {user["id"]: user for user in account_truth["users"]}
    query = "SELECT author_id, author_type, author_name FROM ticket_messages WHERE source = 'comment'"
    found = {tuple(row.values()) for row in account_database.rows(query)}
    assert len(found) > 20
    for number, kind, name in found:
        assert name == people[number]["name"]
        assert kind == ("user" if people[number]["role"] == "end-user" else "agent")


def test_one_text_a_ticket(database: Database) -> None:
    log = [event("M1", created_at="2026-01-05T07:59:59Z"), event("M2", content=None, attachments=[FILE])]
    tickets = [{"id": 1, "subject": "Parcel", "status": "open"}, {"id": 2, "subject": "Gone", "status": "deleted"}]
    comments = [comment(10), comment(11, author_id=9, public=False), {**comment(12), "ticket_id": 2}]
    rows = {"tickets": tickets, "ticket_comments": comments, "ticket_conversation_log": log, "users": USERS}
    fill(database, rows)
    assert database.rows(recipe("ticket_texts")) == [
        {"ticket_id": 1, "text": "Parcel\nAcme Bot: Yes?\nKim: Hi\nunknown (internal note): Hi"}
    ]


def test_texts_are_those_of_the_account(account_database: Database, account_truth: Rows) -> None:
    found = {row["ticket_id"]: row["text"] for row in account_database.rows(recipe("ticket_texts"))}
    kept = {row["id"]: row["subject"] for row in account_truth["tickets"] if row["status"] != "deleted"}
    assert found.keys() == kept.keys()
    assert {ticket: text.partition("\n")[0] for ticket, text in found.items()} == kept
    for row in account_truth["ticket_conversation_log"]:
        if _is_message(row):
            assert f"\n{row['author']['display_name']}: {row['content']['text']}" in found[row["ticket_id"]]
    for row in account_truth["ticket_comments"]:
        assert row["ticket_id"] not in kept or row["plain_body"] in found[row["ticket_id"]]


def _of_comment(row: Json) -> tuple[Any, ...]:
    channel = row["via"]["channel"]
    text = row["plain_body"]
    key = (row["ticket_id"], str(row["id"]), row["created_at"][:SECONDS], row["author_id"])
    return (*key, channel, row["public"], text, "comment")


def _transcript(row: Json) -> tuple[Any, ...]:
    key = (row["ticket_id"], f"{row['id']}/transcript", row["created_at"][:SECONDS], None)
    return (*key, row["via"]["channel"], row["public"], row["data"]["transcription_text"], "voice transcript")


def _is_message(row: Json) -> bool:
    return str(row["type"]) == "Messaging::ConversationMessage"


def _of_chat(row: Json) -> tuple[Any, ...]:
    time = datetime.fromtimestamp(row["timestamp"] // 1000, UTC).isoformat()[:SECONDS]
    agent = row["actor_id"].removeprefix("agent:")
    author = int(agent) if agent != row["actor_id"] else None
    key = (row["ticket_id"], f"{row['audit_id']}/{row['event_id']}/{row['position']}", time, author)
    return (*key, "chat", True, row.get("message"), "chat message")


def _of_event(row: Json) -> tuple[Any, ...]:
    author = row["author"]["zen:support:user_id"]
    key = (row["ticket_id"], row["id"], row["created_at"][:SECONDS], author)
    return (*key, row["source"]["type"], True, row["content"]["text"], "conversation message")
