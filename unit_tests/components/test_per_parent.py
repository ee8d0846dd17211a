"""Children, read through the stock entry point."""

from typing import Any

import pytest

from source_zendesk_support.times import iso
from unit_tests.account import FORBIDDEN, NOT_FOUND, NOW, PROOF, SETTINGS, Account, Reply, cursor_page
from unit_tests.clocks import FakeTime
from unit_tests.reading import read

ARTICLES = "/api/v2/help_center/articles"
SIZE = "page[size]=100"

pytestmark = pytest.mark.usefixtures("votes_by_parent")


def listed(kind: str, *keys: int, after: str | None = None) -> Any:
    return cursor_page(kind, ({"id": key, "updated_at": "2024-06-01T00:00:00Z"} for key in keys), after)


@pytest.mark.parametrize(
    "refusal",
    [
        Reply({"error": {"title": "Forbidden", "message": "No."}}, status=403),
        Reply({"errors": [{"code": "Forbidden", "title": "Access denied", "status": "403"}]}, status=403),
        NOT_FOUND,
        Reply({"error": "RecordInvalid"}, status=422),
    ],
)
def test_refused_parent_is_skipped_counted_and_summed_up(refusal: Reply, account: Account) -> None:
    account.on(f"{ARTICLES}.json?{SIZE}", listed("articles", 100, 200, 300))
    account.on(f"{ARTICLES}/100/votes.json?{SIZE}", refusal)
    account.on(f"{ARTICLES}/200/votes.json?{SIZE}", listed("votes", 1))
    account.on(f"{ARTICLES}/300/votes.json?{SIZE}", refusal)
    outcome = read("article_votes")
    assert outcome.ids() == [1]
    assert outcome.warnings == ["Stream article_votes: Zendesk denied access to 2 parents; their records are skipped."]
    assert outcome.statuses() == ["STARTED", "RUNNING", "COMPLETE"]
    assert outcome.errors == []


def test_children_on_several_pages_are_all_read(account: Account) -> None:
    account.on(f"{ARTICLES}.json?{SIZE}", listed("articles", 100))
    account.on(f"{ARTICLES}/100/votes.json?{SIZE}", listed("votes", 1, 2, after="v2"))
    account.on(f"{ARTICLES}/100/votes.json?page[after]=v2&{SIZE}", listed("votes", 3))
    outcome = read("article_votes")
    assert outcome.ids() == [1, 2, 3]
    assert len(outcome.states()) == 2  # one page of parents, and the end


def test_parent_page_whose_children_failed_is_not_checkpointed(account: Account) -> None:
    account.on(f"{ARTICLES}.json?{SIZE}", listed("articles", 100, after="p2"))
    account.on(f"{ARTICLES}.json?page[after]=p2&{SIZE}", listed("articles", 200))
    account.on(f"{ARTICLES}/100/votes.json?{SIZE}", listed("votes", 1))
    account.on(f"{ARTICLES}/200/votes.json?{SIZE}", *[Reply({}, status=500)] * 7)
    outcome = read("article_votes", fails=True)
    assert outcome.state()["next"] == "p2"
    assert outcome.statuses() == ["STARTED", "RUNNING", "INCOMPLETE"]
    assert outcome.errors[0][0] == "transient_error"


def test_parents_that_several_streams_walk_are_fetched_once(account: Account) -> None:
    account.on(f"{ARTICLES}.json?{SIZE}", listed("articles", 100))
    account.on(f"{ARTICLES}/100/votes.json?{SIZE}", listed("votes", 1))
    account.on(f"{ARTICLES}/100/comments.json?{SIZE}", listed("comments", 2))
    account.on(f"{ARTICLES}/100/comments/2/votes.json?{SIZE}", listed("votes", 3))
    account.on(f"{ARTICLES}/100/attachments.json?{SIZE}", listed("article_attachments", 4))
    streams = ("article_votes", "article_comments", "article_comment_votes", "article_attachments")
    outcome = read(*streams, num_workers=2)
    assert account.requested.count(f"{ARTICLES}.json?{SIZE}") == 1
    assert {stream: outcome.records(stream)[0]["id"] for stream in streams} == {
        "article_votes": 1,
        "article_comments": 2,
        "article_comment_votes": 3,
        "article_attachments": 4,
    }


def test_children_of_a_refused_endpoint_share_one_message(account: Account) -> None:
    account.on(f"{ARTICLES}.json?{SIZE}", FORBIDDEN, FORBIDDEN)
    account.on(PROOF, SETTINGS)
    outcome = read("article_votes", "article_comments")
    assert outcome.warnings == [
        (
            "Stream article_votes, article_comments: not available to this user or plan, so it is empty. It needs "
            "Guide; Zendesk answered HTTP 403 Forbidden. Ask an administrator of the account, or deselect the stream."
        )
    ]
    for stream in ("article_votes", "article_comments"):
        assert outcome.statuses(stream) == ["STARTED", "COMPLETE"]


def test_ticket_named_after_its_visit_is_visited_again(account: Account) -> None:
    events = "/api/v2/tickets/side_conversations/events?start_time="
    old = {"id": "e1", "ticket_id": 7, "created_at": "2024-06-01T00:00:00Z"}
    new = {"id": "e2", "ticket_id": 7, "created_at": iso(NOW)}
    account.on(f"{events}1704067200", {"events": [old], "end_time": 1717200000, "next_page": "more"})
    account.on(f"{events}1717200000", {"events": [old, new], "end_time": NOW, "next_page": None})
    visit = "/api/v2/tickets/7/side_conversations?per_page=100"
    changed = [{"id": "s1", "ticket_id": 7, "updated_at": at} for at in ("2024-06-01T00:00:00Z", iso(NOW))]
    account.on(visit, *({"side_conversations": [row], "next_page": None} for row in changed))
    outcome = read("side_conversations")
    assert account.requested == [f"{events}1704067200", visit, f"{events}1717200000", visit]
    assert [row["updated_at"] for row in outcome.records()] == ["2024-06-01T00:00:00Z", iso(NOW)]


@pytest.mark.parametrize("updated_at", ["2019-01-01T00:00:00Z", "2024-05-01T00:00:00Z", None, "odd"])
def test_side_conversation_that_an_event_names_is_sent_whatever_its_own_time(
    updated_at: str | None, account: Account
) -> None:
    """The second page names another conversation of the ticket, whose only visit was made for the first."""
    events = "/api/v2/tickets/side_conversations/events?start_time="
    first = {"id": "e1", "ticket_id": 7, "side_conversation_id": "s1", "created_at": "2024-06-01T00:00:00Z"}
    second = {"id": "e2", "ticket_id": 7, "side_conversation_id": "s2", "created_at": "2024-06-01T00:00:01Z"}
    account.on(f"{events}1717200000", {"events": [first], "end_time": 1717200000, "next_page": "more"})
    account.on(f"{events}1717200001", {"events": [second], "end_time": 1717200001, "next_page": None})
    rows = [{"id": key, "ticket_id": 7, "updated_at": updated_at} for key in ("s1", "s2")]
    visit = "/api/v2/tickets/7/side_conversations?per_page=100"
    account.on(visit, {"side_conversations": rows, "next_page": None})
    state = {"updated_at": "2024-06-01T00:00:00Z", "v": 1}
    outcome = read("side_conversations", saved=state)
    assert outcome.ids() == ["s1", "s2"]
    assert account.requested.count(visit) == 1


def test_ticket_named_by_many_events_is_visited_once(account: Account) -> None:
    events = "/api/v2/tickets/side_conversations/events?start_time=1704067200"
    rows = [{"id": f"e{key}", "ticket_id": 7, "created_at": "2024-06-01T00:00:00Z"} for key in range(3)]
    account.on(events, {"events": rows, "end_time": 1717200000, "next_page": None})
    conversation = {"id": "s1", "ticket_id": 7, "updated_at": "2024-06-01T00:00:00Z"}
    visit = "/api/v2/tickets/7/side_conversations?per_page=100"
    account.on(visit, {"side_conversations": [conversation], "next_page": None})
    outcome = read("side_conversations", "side_conversation_events")
    assert account.requested == [events, visit]
    assert [len(outcome.records(name)) for name in ("side_conversations", "side_conversation_events")] == [1, 3]


def test_ticket_named_again_after_its_visit_is_visited_again(account: Account) -> None:
    events = "/api/v2/tickets/side_conversations/events?start_time="
    before = [{"id": "e1", "ticket_id": 7, "created_at": "2024-06-01T00:00:00.123Z"}]
    behind = [
        {"id": "e2", "ticket_id": 7, "created_at": "2024-06-02T00:00:00.123Z"},
        {"id": "e3", "ticket_id": 7, "created_at": "2024-06-10T12:05:00.123Z"},
    ]
    account.on(f"{events}1704067200", {"events": before, "end_time": 1717200000, "next_page": "…"})
    ten_minutes_on = {"Date": "Mon, 10 Jun 2024 12:10:00 GMT"}
    last = {"events": behind, "end_time": 1718021100, "next_page": None}
    account.on(f"{events}1717200000", Reply(last, headers=ten_minutes_on))
    visit = "/api/v2/tickets/7/side_conversations?per_page=100"
    conversation = {"id": "s1", "ticket_id": 7, "updated_at": "2024-06-01T00:00:00.123Z"}
    account.on(visit, {"side_conversations": [conversation], "next_page": None})
    account.on(visit, {"side_conversations": [{**conversation, "updated_at": "2024-06-10T12:05:00.123Z"}]})
    outcome = read("side_conversations")
    assert account.requested == [f"{events}1704067200", visit, f"{events}1717200000", visit]
    assert [record["updated_at"] for record in outcome.records()] == [
        "2024-06-01T00:00:00.123Z",
        "2024-06-10T12:05:00.123Z",
    ]


def test_a_pass_that_resumes_visits_again_only_what_was_named_after_it_began(
    account: Account, local_time: FakeTime
) -> None:
    local_time.advance(600)
    events = "/api/v2/tickets/side_conversations/events?start_time=1717200000"
    rows = [
        {"id": "e2", "ticket_id": 7, "created_at": "2024-06-02T00:00:00Z"},
        {"id": "e3", "ticket_id": 8, "created_at": "2024-06-10T12:05:00Z"},
        {"id": "e4", "ticket_id": 9, "created_at": "2024-06-02T00:00:00Z"},
    ]
    ten_minutes_on = {"Date": "Mon, 10 Jun 2024 12:10:00 GMT"}
    account.on(events, Reply({"events": rows, "end_time": 1718021100, "next_page": None}, headers=ten_minutes_on))
    for ticket, changed in ((8, "2024-06-10T12:05:00Z"), (9, "2024-06-02T00:00:00Z")):
        row = {"id": f"s{ticket}", "ticket_id": ticket, "updated_at": changed}
        account.on(f"/api/v2/tickets/{ticket}/side_conversations", {"side_conversations": [row], "next_page": None})
    saved = {"updated_at": "2024-06-01T00:00:00Z", "ids": ["e1"], "asked": NOW, "visited": [7, 1], "v": 1}
    outcome = read("side_conversations", saved=saved)
    assert sorted(outcome.ids()) == ["s8", "s9"]
    assert len(account.requested) == 3
    assert outcome.state() == {"updated_at": "2024-06-10T12:05:00Z", "ids": ["e3"], "v": 1}


def test_the_other_stream_of_the_walk_does_not_remember_parents(account: Account) -> None:
    events = "/api/v2/tickets/side_conversations/events?start_time="
    first = [{"id": "e1", "ticket_id": 7, "created_at": "2024-06-01T00:00:00Z"}]
    account.on(f"{events}1704067200", {"events": first, "end_time": 1717200000, "next_page": "more"})
    account.on(f"{events}1717200000", {"events": first, "end_time": 1717200000, "next_page": None})
    account.on("/api/v2/tickets/7/side_conversations", {"side_conversations": [], "next_page": None})
    outcome = read("side_conversations", "side_conversation_events")
    under_way = {"ids": ["e1"], "asked": NOW, "v": 1}
    at = "2024-06-01T00:00:00Z"
    assert outcome.states("side_conversations")[0] == {"updated_at": at, "visited": [7], **under_way}
    assert outcome.states("side_conversation_events")[0] == {"created_at": "1717200000", **under_way}


def test_only_the_last_visits_are_remembered(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("source_zendesk_support.components.parents.PARENTS_REMEMBERED", 3)
    monkeypatch.setattr("source_zendesk_support.components.parents.PARENTS_STORED", 2)
    events = "/api/v2/tickets/side_conversations/events?start_time="
    first = [{"id": f"e{key}", "ticket_id": key, "created_at": "2024-06-01T00:00:00Z"} for key in (1, 2, 3, 4)]
    again = [{"id": f"f{key}", "ticket_id": key, "created_at": "2024-06-02T00:00:00Z"} for key in (1, 4)]
    account.on(f"{events}1704067200", {"events": first, "end_time": 1717200000, "next_page": "more"})
    account.on(f"{events}1717200001", {"events": again, "end_time": 1717372800, "next_page": None})
    for key in (1, 1, 2, 3, 4):
        account.on(f"/api/v2/tickets/{key}/side_conversations", {"side_conversations": [], "next_page": None})
    outcome = read("side_conversations")
    requested = [url.split("/")[4] for url in account.requested if "/events" not in url]
    assert sorted(requested) == ["1", "1", "2", "3", "4"]
    assert outcome.states()[0]["visited"] == [3, 1]
