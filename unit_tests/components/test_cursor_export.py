from typing import Any

import pytest

from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW
from unit_tests.components.parts import pages_of, request_of, turn


def page(*moments: int, end: bool = False, cursor: str | None = "c2") -> Any:
    rows = [{"id": index, "generated_timestamp": moment} for index, moment in enumerate(moments)]
    return {"tickets": rows, "after_cursor": cursor, "end_of_stream": end}


def test_first_page_is_requested_by_time_and_the_next_by_cursor() -> None:
    assert request_of("tickets").params == {"support_type_scope": "all", "per_page": 1000, "start_time": 1704067200}
    assert request_of("tickets", Position(1717200000, token="c1")).params == {
        "support_type_scope": "all",
        "per_page": 1000,
        "cursor": "c1",
    }


def test_nothing_younger_than_a_minute_is_requested() -> None:
    rules = pages_of("tickets")
    assert rules.params(Position(NOW - 61), NOW) == {"start_time": NOW - 61}
    assert rules.params(Position(NOW), NOW) == {"start_time": NOW - 60}


def test_cursor_of_digits_stays_text() -> None:
    _, after = turn(pages_of("tickets"), Position(1), page(1717200000, cursor="007"))
    assert after.token == "007"


def test_bookmark_follows_the_greatest_time_of_the_page() -> None:
    sent, after = turn(pages_of("tickets"), Position(1704067200), page(1717372800, 1717200000))
    assert sent == [0, 1]
    assert after == Position(1717372800, token="c2")


def test_row_that_is_too_young_is_sent_and_does_not_move_the_bookmark_past_what_is_final() -> None:
    sent, after = turn(pages_of("tickets"), Position(1704067200), page(NOW - 5))
    assert sent == [0]
    assert after.bookmark == NOW - 62


def test_bookmark_never_goes_back() -> None:
    _, after = turn(pages_of("tickets"), Position(1717372800, token="c1"), page(1717200000))
    assert after.bookmark == 1717372800


def test_end_keeps_the_cursor_for_the_next_sync() -> None:
    _, after = turn(pages_of("tickets"), Position(1717372800, token="c1"), page(end=True, cursor=None))
    assert after == Position(1717372800, token="c1", done=True)


@pytest.mark.parametrize("cursor", ["c9", "MTcxNzIwMDAwMC4wfHw5OTk5OTk=", ""])
def test_last_page_without_rows_does_not_move_the_cursor(cursor: str) -> None:
    _, after = turn(pages_of("tickets"), Position(1717372800, token="c1"), page(end=True, cursor=cursor))
    assert after == Position(1717372800, token="c1", done=True)


def test_page_without_rows_that_is_not_the_last_moves_the_cursor() -> None:
    _, after = turn(pages_of("tickets"), Position(1717372800, token="c1"), page(cursor="c2"))
    assert after == Position(1717372800, token="c2")


def test_last_page_without_a_cursor_is_not_sent_again() -> None:
    rules = pages_of("tickets")
    last = page(1717200000, 1717372800, 1717372800, end=True, cursor=None)
    _, after = turn(rules, Position(1704067200, token="c1"), last)
    assert after == Position(1717372800, ids=frozenset({1, 2}), done=True)
    again = page(1717372800, 1717372800, 1717372800, 1717372801, end=True, cursor=None)
    again["tickets"][0]["id"] = 9
    sent, after = turn(rules, Position(1717372800, ids=after.ids), again)
    assert sent == [9, 3]
    assert after == Position(1717372801, ids=frozenset({3}), done=True)


def test_streams_of_one_endpoint_share_a_walk() -> None:
    assert pages_of("tickets").shared_by == pages_of("ticket_metrics").shared_by
    assert pages_of("users").shared_by == pages_of("user_identities").shared_by
    assert pages_of("tickets").shared_by != pages_of("users").shared_by


def test_page_that_names_itself_as_the_next_one_is_requested_again() -> None:
    request = request_of("tickets", Position(1717200000, token="c7"))
    with pytest.raises(MalformedResponse, match="links to itself"):
        request.check({"tickets": [{"id": 1}], "after_cursor": "c7", "end_of_stream": False}, request)
    request.check({"tickets": [{"id": 1}], "after_cursor": "c8", "end_of_stream": False}, request)
    request.check({"tickets": [], "after_cursor": "c7", "end_of_stream": True}, request)
