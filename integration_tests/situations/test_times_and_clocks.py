"""Times, clocks and refused parents."""

from typing import Any

import pytest

from integration_tests.command_output import Json, failed_as
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import JUNE, JUNE_1, MAY, Response, assert_complete, exported, ids, line, listed

EVENTS = "incremental/ticket_events"
SIDE_EVENTS = "tickets/side_conversations/events"
FORBIDDEN = Response(403, body={"error": "Forbidden"})
GONE = Response(404, body={"error": "RecordNotFound", "description": "Not found"})
NEW = "2024-06-03T00:00:00Z"


def events(end: Any, *rows: tuple[int, Any], last: bool = False) -> Json:
    found = [{"id": key, "timestamp": time, "ticket_id": 7, "child_events": []} for key, time in rows]
    return {"ticket_events": found, "end_time": end, "end_of_stream": last}


CLAIMS = (JUNE_1 + 500, 253402300799, (JUNE_1 + 500) * 1000, "2024-06-09T00:00:00Z", -5, "never", 1e300, JUNE_1 - 500)


@pytest.mark.parametrize("claim", [*CLAIMS, JUNE_1 + 7, str(JUNE_1 + 7), f"{JUNE_1 + 7}.0", "2024-06-01T00:00:07Z"])
def test_export_resumes_from_the_last_row_whatever_end_it_claims(
    account: SimulatedAccount, connector: Connector, claim: Any
) -> None:
    last = events(JUNE_1 + 9, (2, JUNE_1 + 7), (3, JUNE_1 + 9), last=True)
    account.set_responses(
        line(EVENTS, events(claim, (1, JUNE_1), (2, JUNE_1 + 7)), start_time=str(JUNE_1)),
        line(EVENTS, last, start_time=str(JUNE_1 + 7)),
    )
    state = {"ticket_events": {"timestamp": str(JUNE_1), "v": 1}}
    output = connector.read("ticket_events", state=state)
    assert (output.exit_code, output.errors, ids(output, "ticket_events")) == (0, [], [1, 2, 3])
    reported = [warning for warning in output.warnings if "which its rows do not confirm" in warning]
    doubted = claim in CLAIMS
    assert (len(reported), len(output.warnings)) == (doubted, doubted)


def test_page_without_rows_that_ends_at_no_possible_time_skips_nothing(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_responses(line(EVENTS, events(253402300799)))
    output = connector.read("ticket_events", state={"ticket_events": {"timestamp": str(JUNE_1), "v": 1}})
    assert "the page from 2024-06-01T00:00:00Z" in failed_as(output, "ticket_events", "transient_error")


@pytest.mark.parametrize("odd", ["9999-12-31T23:59:59Z", 253402300799000, "soon"])
def test_row_with_an_impossible_time_is_sent_and_moves_no_bookmark(
    account: SimulatedAccount, connector: Connector, odd: Any
) -> None:
    rows = [{"id": 1, "updated_at": odd}, {"id": 2, "updated_at": JUNE}]
    page = events(JUNE_1 + 7, (1, JUNE_1 + 7), (2, odd), last=True)
    account.set_responses(line("groups", listed("groups", *rows)), line(EVENTS, page))
    output = connector.read("groups", "ticket_events")
    assert (output.exit_code, ids(output, "groups"), ids(output, "ticket_events")) == (0, [1, 2], [1, 2])
    assert JUNE <= output.states["groups"]["updated_at"] < "2026-06-01T12:00:00Z"  # when the sync began
    assert int(output.states["ticket_events"]["timestamp"]) == JUNE_1 + 7


def test_one_odd_date_of_a_sync_makes_no_state_that_the_next_one_refuses(
    account: SimulatedAccount, connector: Connector
) -> None:
    """The first page says that it is the year 2100; the second one fails for good, so that its STATE is the last."""
    date = {"Date": "Fri, 01 Jan 2100 00:00:00 GMT"}
    first = listed("macros", {"id": 1, "updated_at": JUNE}, meta={"has_more": True, "after_cursor": "p2"})
    account.set_responses(
        line("macros", Response(503), page__after="p2"), line("macros", Response(body=first, headers=date))
    )
    before = connector.read("macros")
    assert (before.exit_code, ids(before, "macros")) == (1, [1])
    last = line("macros", listed("macros", {"id": 2, "updated_at": JUNE}))
    account.set_responses(last)
    after = connector.read("macros", state=before.states)
    assert (after.exit_code, after.errors, ids(after, "macros")) == (0, [], [2])


def test_age_of_a_cached_answer_counts(account: SimulatedAccount, connector: Connector) -> None:
    """A cache says that its page is an hour old: rows of that hour may be missing from it."""
    cached = Response(body=listed("groups", {"id": 1, "updated_at": "2026-06-01T11:59:00Z"}), headers={"Age": "3600"})
    account.set_responses(line("groups", cached))
    output = connector.read("groups")
    assert (output.exit_code, ids(output, "groups")) == (0, [1])
    assert output.states["groups"]["updated_at"] <= "2026-06-01T11:59:00Z"


def test_state_in_the_future_of_two_answers_is_refused(account: SimulatedAccount, connector: Connector) -> None:
    ahead = {"generated_timestamp": "1800000000", "v": 1}
    output = connector.read("tickets", state={"tickets": ahead})
    assert "future" in failed_as(output, "tickets", "config_error")
    assert output.records == {}


CURSOR = "c" * 200_000


def test_cursor_of_200_kb_is_used_and_not_stored(account: SimulatedAccount, connector: Connector) -> None:
    row = {"id": 1, "generated_timestamp": JUNE_1}
    account.set_responses(line("incremental/tickets/cursor", exported("tickets", row, after_cursor=CURSOR)))
    output = connector.read("tickets")
    assert (output.exit_code, ids(output, "tickets")) == (0, [1])
    assert output.states["tickets"] == {"generated_timestamp": str(JUNE_1), "ids": [1], "v": 1} or (
        "cursor" not in output.states["tickets"]
    )
    (reported,) = [warning for warning in output.warnings if "cursor is too long to store" in warning]
    assert reported.startswith("Stream tickets: ")


def refusing(account: SimulatedAccount, *visits: Any, tickets: tuple[int, ...] = (7,)) -> None:
    """Events name these tickets, whose side conversations are refused or shown."""
    named = [{"id": f"e{key}", "ticket_id": key, "created_at": NEW} for key in tickets]
    account.set_responses(
        line(SIDE_EVENTS, {"events": named, "end_time": 1717372800, "next_page": None}),
        line("tickets/*/side_conversations", *visits),
    )


def test_ticket_that_no_event_names_again_is_retried(account: SimulatedAccount, connector: Connector) -> None:
    refusing(account, FORBIDDEN, FORBIDDEN, {"side_conversations": [{"id": "s1", "ticket_id": 7}], "next_page": None})
    outputs, state = [], None
    for _ in range(3):
        outputs.append(connector.read("side_conversations", state=state))
        state = outputs[-1].states
    assert [ids(output, "side_conversations") for output in outputs] == [[], [], ["s1"]]
    assert [output.states["side_conversations"].get("refused") for output in outputs] == [[7], [7], None]


def test_log_of_one_ticket_that_is_refused_fails_nothing_and_comes_later(
    account: SimulatedAccount, connector: Connector
) -> None:
    tickets = [{"id": key, "generated_timestamp": JUNE_1, "from_messaging_channel": True} for key in (7, 8)]
    log = {"events": [{"id": "M1"}], "meta": {"has_more": False}}
    account.set_responses(
        line("incremental/tickets/cursor", exported("tickets", *tickets), start_time="*"),
        line("incremental/tickets/cursor", exported("tickets")),
        line("tickets/7/conversation_log", FORBIDDEN, log),
        line("tickets/8/conversation_log", GONE),
    )
    first = connector.read("ticket_conversation_log")
    second = connector.read("ticket_conversation_log", state=first.states)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (first.rows("ticket_conversation_log"), ids(second, "ticket_conversation_log")) == ([], ["M1"])
    refused = [output.states["ticket_conversation_log"].get("refused") for output in (first, second)]
    assert refused == [[7, 1], None]  # ids by their distances


def test_retries_of_refused_tickets_are_bounded(account: SimulatedAccount, connector: Connector) -> None:
    """150 tickets are remembered: a sync visits 100 of them, once each."""
    refusing(account, FORBIDDEN, tickets=())
    saved = {"updated_at": NEW, "refused": [1, *[1] * 149], "v": 1}
    output = connector.read("side_conversations", state={"side_conversations": saved})
    visits = [call for call in account.requests() if call["path"].endswith("/side_conversations")]
    assert (output.exit_code, len(visits), output.states["side_conversations"]) == (0, 100, saved)


def test_more_refused_parents_than_a_state_holds_are_reported_once(
    account: SimulatedAccount, connector: Connector
) -> None:
    """3,000 schedules whose ids lie so far apart that the state cannot store them all."""
    keys = [key * 10_000_000_000_019 for key in range(1, 3_001)]
    account.set_responses(
        line("help_center/articles", listed("articles", *({"id": key, "updated_at": MAY} for key in keys))),
        line("help_center/votes", FORBIDDEN),
        line("help_center/articles/*/votes", FORBIDDEN),
    )
    output = connector.read("article_votes")
    (reported,) = [warning for warning in output.warnings if "more parents than the state can store" in warning]
    assert (output.exit_code, "run a full refresh of this stream" in reported) == (0, True)
    assert len(output.states["article_votes"]["refused"]) < 3_000


def test_refused_parent_that_is_gone_is_forgotten(account: SimulatedAccount, connector: Connector) -> None:
    account.set_responses(
        line("help_center/articles", listed("articles", {"id": 200, "updated_at": MAY})),
        line("help_center/votes", FORBIDDEN),
        line("help_center/articles/200/votes", listed("votes")),
        line(SIDE_EVENTS, {"events": [], "end_time": None, "next_page": None}),
        line("tickets/7/side_conversations", GONE),
    )
    saved = {
        "article_votes": {"updated_at": "1717372800", "refused": [100], "v": 1},
        "side_conversations": {"updated_at": NEW, "refused": [7], "v": 1},
    }
    output = connector.read(*saved, state=saved)
    assert output.exit_code == 0
    assert output.states == {
        "article_votes": {"updated_at": "1717372800", "v": 1},
        "side_conversations": {"updated_at": NEW, "v": 1},
    }


def test_redaction_of_a_refused_ticket_is_made_up_for_when_it_opens(
    account: SimulatedAccount, connector: Connector
) -> None:
    redaction = {"id": 91, "event_type": "CommentRedactionEvent", "comment_id": 5}
    event = {"id": 9, "ticket_id": 7, "timestamp": JUNE_1, "child_events": [redaction]}
    comments: list[Json] = [{"id": key, "type": "Comment", "created_at": MAY, "attachments": []} for key in (4, 5)]
    comments[1]["attachments"] = [{"id": 50}]
    account.set_responses(
        line(EVENTS, exported("ticket_events", event)),
        line("tickets/7/comments", FORBIDDEN, listed("comments", *comments)),
    )
    streams = ("ticket_comments", "ticket_attachments")
    first = connector.read(*streams)
    assert [first.states[stream]["refused"] for stream in streams] == [[7], [7]]
    second = connector.read(*streams, state=first.states)
    assert (ids(second, "ticket_comments"), ids(second, "ticket_attachments")) == ([4, 5], [50])
    assert account.counts()["/api/v2/tickets/7/comments"] == 2


def test_sync_that_stops_keeps_the_refused_parents_that_are_still_to_be_read(
    account: SimulatedAccount, connector: Connector
) -> None:
    page = listed("articles", {"id": 100, "updated_at": MAY}, {"id": 200, "updated_at": MAY})
    more = page | {"meta": {"has_more": True, "after_cursor": "p2"}}
    account.set_responses(
        line("help_center/articles", Response(500), page__after="p2"),
        line("help_center/articles", more),
        line("help_center/articles/100/votes", listed("votes", {"id": 1, "updated_at": MAY})),
        line("help_center/votes", FORBIDDEN),
        line("help_center/articles/200/votes", FORBIDDEN),
    )
    saved = {"article_votes": {"updated_at": "1717372800", "refused": [100], "v": 1}}
    output = connector.read("article_votes", state=saved)
    assert (output.exit_code, ids(output, "article_votes")) == (1, [1])
    assert (output.states["article_votes"]["next"], output.states["article_votes"]["refused"]) == ("p2", [200])
    account.set_responses(
        line("help_center/votes", FORBIDDEN),
        line("help_center/articles", listed("articles"), page__after="p2"),
        line("help_center/articles", page),
    )
    resumed = connector.read("article_votes", state=output.states)
    assert (resumed.exit_code, ids(resumed, "article_votes")) == (0, [])
    assert resumed.states["article_votes"]["refused"] == [200]
    assert_complete(resumed, "article_votes")
