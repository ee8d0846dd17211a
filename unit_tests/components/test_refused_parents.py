"""Children of a parent that was refused in one sync arrive from the start once Zendesk shows it."""

from typing import Any

import pytest
from airbyte_cdk.models import SyncMode
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components import parents
from source_zendesk_support.components.parents import RefusedParents
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import pack
from source_zendesk_support.state.position import Position
from unit_tests.account import FORBIDDEN, NOT_FOUND, NOW, Account, Reply, cursor_page
from unit_tests.reading import read

ARTICLES = "/api/v2/help_center/articles"
EVENTS = "/api/v2/tickets/side_conversations/events"
OLD, NEW = "2024-02-01T00:00:00Z", "2024-06-03T00:00:00Z"

pytestmark = pytest.mark.usefixtures("votes_by_parent")


def page(kind: str, *rows: tuple[int, str], after: str | None = None) -> Any:
    return cursor_page(kind, [{"id": key, "updated_at": at} for key, at in rows], after)


@pytest.mark.parametrize("refusal", [FORBIDDEN, NOT_FOUND, Reply({"error": "RecordInvalid"}, status=422)])
def test_votes_of_an_article_that_opens_later_are_read_from_the_start(refusal: Reply, account: Account) -> None:
    articles = page("articles", (100, OLD), (200, OLD))
    account.on(f"{ARTICLES}.json", articles, articles, articles)
    account.on(f"{ARTICLES}/100/votes.json", refusal, page("votes", (1, OLD)), page("votes", (1, OLD)))
    account.on(f"{ARTICLES}/200/votes.json", *[page("votes", (2, OLD), (3, NEW))] * 3)
    first = read("article_votes")
    state = first.state()
    assert state == {"updated_at": "1717372800", "ids": [3], "refused": [100], "v": 1}
    second = read("article_votes", saved=state)
    assert (sorted(first.ids()), second.ids()) == ([2, 3], [1])
    state = second.state()
    assert state == {"updated_at": "1717372800", "ids": [3], "v": 1}
    assert read("article_votes", saved=state).ids() == []


def test_refused_article_is_remembered_as_long_as_it_is_refused(account: Account) -> None:
    account.on(f"{ARTICLES}.json", page("articles", (100, OLD)))
    account.on(f"{ARTICLES}/100/votes.json", FORBIDDEN)
    state = {"updated_at": "1717372800", "refused": [100], "v": 1}
    assert read("article_votes", saved=state).state() == state


def test_article_that_is_no_longer_in_the_list_is_forgotten(account: Account) -> None:
    account.on(f"{ARTICLES}.json", page("articles", (200, OLD)))
    account.on(f"{ARTICLES}/200/votes.json", page("votes"))
    state = {"updated_at": "1717372800", "refused": [100], "v": 1}
    end = read("article_votes", saved=state).state()
    assert end == {"updated_at": "1717372800", "v": 1}


def test_a_sync_that_is_broken_off_keeps_what_is_still_to_be_read(account: Account) -> None:
    account.on(f"{ARTICLES}.json?page[size]=100", page("articles", (100, OLD), (200, OLD), after="p2"))
    account.on(f"{ARTICLES}.json?page[after]=p2&page[size]=100", Reply({}, status=500), page("articles", (300, OLD)))
    account.on(f"{ARTICLES}/100/votes.json", page("votes", (1, OLD)))
    account.on(f"{ARTICLES}/200/votes.json", FORBIDDEN)
    account.on(f"{ARTICLES}/300/votes.json", page("votes"), page("votes"))
    before = {"updated_at": "1717372800", "refused": [100, 100], "v": 1}
    outcome = read("article_votes", saved=before)
    under_way, *_, end = outcome.states()
    assert (under_way["next"], under_way["refused"]) == ("p2", [200])
    assert outcome.ids() == [1]
    assert end == {"updated_at": "1717372800", "refused": [200], "v": 1}
    account.on(f"{ARTICLES}.json?page[after]=p2&page[size]=100", page("articles", (300, OLD)))
    resumed = read("article_votes", saved=under_way)
    assert resumed.ids() == []
    assert resumed.state()["refused"] == [200]


def test_votes_of_a_comment_two_steps_away_are_read_from_the_start(account: Account) -> None:
    """The article's comments were refused before; one comment's votes are refused now."""
    account.on(f"{ARTICLES}.json", page("articles", (100, OLD)))
    account.on(f"{ARTICLES}/100/comments.json", page("comments", (10, OLD), (11, OLD)))
    account.on(f"{ARTICLES}/100/comments/10/votes.json", page("votes", (1, OLD)))
    account.on(f"{ARTICLES}/100/comments/11/votes.json", FORBIDDEN)
    state = {"updated_at": "1717372800", "refused": [100], "v": 1}
    outcome = read("article_comment_votes", saved=state)
    assert outcome.ids() == [1]
    assert outcome.state() == {"updated_at": "1717372800", "refused": [11], "v": 1}


def conversation(key: int, at: str = OLD) -> Any:
    return {"side_conversations": [{"id": key, "ticket_id": 7, "updated_at": at}], "next_page": None}


def test_side_conversations_of_a_ticket_that_no_event_names_again_are_retried(account: Account) -> None:
    named = {"events": [{"id": "e1", "ticket_id": 7, "created_at": NEW}], "end_time": 1717372800, "next_page": None}
    account.on(EVENTS, named, named, named)
    account.on("/api/v2/tickets/7/side_conversations", FORBIDDEN, FORBIDDEN, conversation(1))
    state = read("side_conversations").state()
    assert state == {"updated_at": NEW, "ids": ["e1"], "refused": [7], "v": 1}
    second = read("side_conversations", saved=state)
    assert (second.ids(), second.state()["refused"]) == ([], [7])
    third = read("side_conversations", saved=second.state())
    assert third.ids() == [1]
    assert "refused" not in third.state()


def test_ticket_that_is_gone_is_looked_for_once_more(account: Account) -> None:
    account.on(EVENTS, {"events": [], "end_time": None, "next_page": None})
    account.on("/api/v2/tickets/7/side_conversations", NOT_FOUND)
    state = {"updated_at": NEW, "refused": [7], "v": 1}
    outcome = read("side_conversations", saved=state)
    assert len(account.requested) == 2
    assert outcome.state() == {"updated_at": NEW, "v": 1}


def test_audits_of_an_archived_ticket_that_was_refused_are_retried(account: Account) -> None:
    account.on("/api/v2/ticket_audits", {"audits": [], "before_cursor": None, "after_cursor": None})
    tickets = "/api/v2/incremental/tickets/cursor"
    closed = [{"id": 7, "status": "closed", "generated_timestamp": 1717200000}]
    account.on(tickets, {"tickets": closed, "after_cursor": "c1", "end_of_stream": True})
    account.on(tickets, {"tickets": [], "after_cursor": "c1", "end_of_stream": True})
    audits = {"audits": [{"id": 70, "ticket_id": 7, "created_at": OLD}]}
    account.on("/api/v2/tickets/7/audits", FORBIDDEN, audits)
    state = read("ticket_audits", ticket_audits_archived=True).state()
    assert state["archived"] == {"generated_timestamp": "1717200000", "cursor": "c1", "refused": [7], "v": 1}
    outcome = read("ticket_audits", saved=state, ticket_audits_archived=True)
    assert outcome.ids() == [70]
    assert outcome.state()["archived"] == {"generated_timestamp": "1717200000", "cursor": "c1", "v": 1}


def test_retries_of_a_sync_are_bounded(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parents, "RETRIED_PER_SYNC", 3)
    account.on(EVENTS, {"events": [], "end_time": None, "next_page": None})
    for ticket in range(1, 9):
        account.on(f"/api/v2/tickets/{ticket}/side_conversations", FORBIDDEN)
    state = {"updated_at": NEW, "refused": [1, *[1] * 7], "v": 1}
    outcome = read("side_conversations", saved=state)
    assert len(account.requested) == 4
    assert outcome.state() == state


def test_full_refresh_remembers_nothing_of_the_past(account: Account) -> None:
    account.on(f"{ARTICLES}.json", page("articles", (100, OLD)))
    account.on(f"{ARTICLES}/100/votes.json", page("votes", (1, OLD)))
    state = {"updated_at": "1717372800", "refused": [100, 9], "v": 1}
    outcome = read("article_votes", saved=state, mode=SyncMode.full_refresh)
    assert outcome.ids() == [1]
    assert "refused" not in outcome.state()


def test_more_than_can_be_remembered_is_reported_once_with_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    refused = RefusedParents("article_votes", Position(NOW), listed=True)
    for key in range(5_000):
        refused.add(key * 10_000_019, 403)
    kept = refused.stored(done=False)
    assert caplog.messages == []
    assert refused.stored(done=True) == kept
    assert 1_500 < len(kept) < 5_000
    assert caplog.messages == [
        (
            f"Stream article_votes: Zendesk denied access to {5_000 - len(kept)} more parents than the state can "
            "store. When access is granted, run a full refresh of this stream to fetch their records."
        )
    ]


@given(keys=st.sets(st.integers() | st.text(max_size=300) | st.floats(allow_nan=False), max_size=200))
def test_whatever_is_remembered_fits_into_the_state(keys: set[Any]) -> None:
    refused = RefusedParents("article_votes", Position(NOW), listed=False)
    for key in keys:
        refused.add(key, 403)
    kept = refused.stored(done=False)
    assert not kept or pack(kept)
    assert kept <= {id_key(key) for key in keys}


TICKET_EVENTS = "/api/v2/incremental/ticket_events"


def test_comments_of_a_ticket_that_could_not_be_read_again_are_sent_when_it_opens(account: Account) -> None:
    """Which of them the event named is not stored, so all of them are sent, for both streams from one request."""
    redaction = {"id": 91, "event_type": "CommentRedactionEvent", "comment_id": 5}
    event = {"id": 9, "ticket_id": 7, "timestamp": 1717200000, "child_events": [redaction]}
    last = {"ticket_events": [event], "end_time": 1717200000, "end_of_stream": True}
    account.on(TICKET_EVENTS, last, last, last)
    comments = [
        {"id": 4, "type": "Comment", "created_at": OLD, "attachments": []},
        {"id": 5, "type": "Comment", "created_at": OLD, "attachments": [{"id": 50}]},
    ]
    account.on("/api/v2/tickets/7/comments", FORBIDDEN, {"comments": comments, "meta": {"has_more": False}})
    streams = ("ticket_comments", "ticket_attachments")
    first = read(*streams)
    state = {stream: first.state(stream) for stream in streams}
    assert [state[stream]["refused"] for stream in streams] == [[7], [7]]
    second = read(*streams, state=state)
    assert (sorted(second.ids("ticket_comments")), second.ids("ticket_attachments")) == ([4, 5], [50])
    assert len([url for url in account.requested if url.startswith("/api/v2/tickets/7/comments")]) == 2
    state = {stream: second.state(stream) for stream in streams}
    assert ["refused" in state[stream] for stream in streams] == [False, False]
    assert read(*streams, state=state).ids("ticket_comments") == []
