from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW, cursor_page
from unit_tests.components.parts import pages_of, turn

MAY, JUNE_1, JUNE_3 = 1714521600, 1717200000, 1717372800
START = 1704067200


def page(rows: Sequence[tuple[int, str | None]], after: str | None = None) -> Any:
    return cursor_page("groups", ({"id": key, "updated_at": time} for key, time in rows), after)


def test_rows_before_the_bookmark_are_not_sent() -> None:
    rows = [(1, "2024-05-31T23:59:59Z"), (2, "2024-06-01T00:00:00Z")]
    sent, _ = turn(pages_of("groups"), Position(JUNE_1), page(rows))
    assert sent == [2]


def test_rows_of_the_bookmark_second_are_sent_once() -> None:
    rows = [(1, "2024-06-01T00:00:00Z"), (2, "2024-06-01T00:00:00Z")]
    sent, after = turn(pages_of("groups"), Position(JUNE_1, ids=frozenset({1})), page(rows))
    assert sent == [2]
    assert after == Position(JUNE_1, ids=frozenset({1, 2}), done=True)


def test_row_without_a_time_is_always_sent_and_moves_nothing() -> None:
    sent, after = turn(pages_of("groups"), Position(JUNE_1), page([(1, None), (2, "not a time")]))
    assert sent == [1, 2]
    assert after == Position(JUNE_1, done=True)


def test_bookmark_stays_while_the_pass_is_under_way() -> None:
    _, after = turn(pages_of("groups"), Position(START), page([(1, "2024-06-01T00:00:00Z")], "p2"))
    assert after == Position(START, token="p2", high=JUNE_1, requested_at=NOW, high_ids=frozenset({1}))


def test_greatest_second_of_several_pages_keeps_all_its_ids() -> None:
    rules = pages_of("groups")
    _, after = turn(rules, Position(START), page([(1, "2024-06-01T00:00:00Z"), (2, "2024-05-01T00:00:00Z")], "p2"))
    _, after = turn(rules, after, page([(3, "2024-06-01T00:00:00Z")]), requested=NOW + 60)
    assert after == Position(JUNE_1, ids=frozenset({1, 3}), done=True)


def test_bookmark_never_passes_the_time_at_which_the_first_page_was_requested() -> None:
    """Page 1 was read at noon; a row that changed a minute later, on page 2, says nothing about page 1."""
    rules = pages_of("groups")
    _, after = turn(rules, Position(START), page([(1, "2024-06-01T00:00:00Z")], "p2"))
    sent, after = turn(rules, after, page([(2, "2024-06-10T12:01:00Z")]), requested=NOW + 120)
    assert sent == [2]
    assert after == Position(NOW, done=True)


def test_row_that_changes_on_page_1_while_page_2_is_read_comes_in_the_next_sync() -> None:
    rules = pages_of("groups")
    _, after = turn(rules, Position(START), page([(1, "2024-06-01T00:00:00Z")], "p2"))
    _, after = turn(rules, after, page([(2, "2024-06-10T12:01:00Z")]), requested=NOW + 120)
    changed = [(1, "2024-06-10T12:00:30Z"), (2, "2024-06-10T12:01:00Z")]
    sent, _ = turn(pages_of("groups"), Position(after.bookmark), page(changed), requested=NOW + 3600)
    assert 1 in sent


def test_first_attempt_of_a_resumed_pass_decides() -> None:
    resumed = Position(START, token="p2", high=JUNE_1, requested_at=NOW - 86_400, high_ids=frozenset({1}))
    _, after = turn(pages_of("groups"), resumed, page([(2, "2024-06-10T11:00:00Z")]))
    assert after == Position(NOW - 86_400, done=True)


def test_second_that_was_not_over_is_read_again() -> None:
    _, after = turn(pages_of("groups"), Position(START), page([(1, "2024-06-10T11:59:59Z")]))
    assert after == Position(NOW - 1, ids=frozenset(), done=True)


def test_list_that_has_only_old_rows_keeps_its_bookmark() -> None:
    _, after = turn(pages_of("groups"), Position(JUNE_3, ids=frozenset({9})), page([(1, "2024-05-01T00:00:00Z")]))
    assert after == Position(JUNE_3, ids=frozenset({9}), done=True)


def test_list_without_cursor_sends_everything() -> None:
    rules = pages_of("organization_subscriptions")
    assert rules.cursor is not None
    sent, after = turn(pages_of("talk_phone_numbers"), Position(0), {"phone_numbers": [{"id": 1}], "next_page": None})
    assert sent == [1]
    assert after.done


def test_list_that_zendesk_filters_requests_nothing_younger_than_a_minute() -> None:
    rules = pages_of("satisfaction_ratings")
    assert rules.params(Position(MAY), NOW) == {"start_time": MAY}
    assert rules.params(Position(NOW), NOW) == {"start_time": NOW - 60}
    assert rules.params(Position(0), NOW) == {"start_time": 1}


def range_of(rules: PagedRetriever, position: Position, now: int) -> Any:
    return rules.page_request(position, now).params["filter[created_at][]"]


def test_audit_log_requests_a_closed_range_that_ends_behind_a_slow_clock() -> None:
    rules = pages_of("audit_logs")
    ends = ["2024-05-01T00:00:00Z", "2024-06-10T13:00:00Z"]
    assert range_of(rules, Position(MAY), NOW) == ends
    _, second = turn(rules, Position(MAY), {"audit_logs": [], "meta": {"has_more": True, "after_cursor": "p2"}})
    assert range_of(rules, second, NOW + 5) == ends


def test_resumed_audit_log_keeps_the_end_of_its_range() -> None:
    resumed = Position(MAY, token="p2", requested_at=NOW - 600)
    ends = range_of(pages_of("audit_logs"), resumed, NOW)
    assert ends == ["2024-05-01T00:00:00Z", "2024-06-10T12:50:00Z"]


def test_newest_first_list_ends_at_the_bookmark() -> None:
    rules = pages_of("ticket_audits")

    def audits(*times: str) -> Any:
        rows = [{"id": index, "created_at": time} for index, time in enumerate(times)]
        return {"audits": rows, "before_cursor": "b1"}

    _, after = turn(rules, Position(JUNE_1), audits("2024-06-03T00:00:00Z", "2024-06-02T00:00:00Z"))
    assert (after.done, after.token) == (False, "b1")
    _, after = turn(rules, after, audits("2024-06-01T12:00:00Z", "2024-05-31T00:00:00Z"))
    assert (after.done, after.token) == (False, "b1")
    _, after = turn(rules, after, audits("2024-05-30T12:00:00Z", "2024-05-30T00:00:00Z"))
    assert after == Position(JUNE_3, ids=frozenset({0}), done=True)


@pytest.mark.parametrize(
    ("stream", "token", "requested"),
    [("groups", "p2", None), ("groups", None, JUNE_3), ("account_attributes", "3", None)],
)
def test_pass_that_cannot_be_resumed_starts_again(stream: str, token: str | None, requested: int | None) -> None:
    stored = Position(MAY, token=token, high=JUNE_1, requested_at=requested, high_ids=frozenset({7}))
    assert pages_of(stream).begin(stored) == Position(MAY)


def test_pass_that_was_broken_off_resumes() -> None:
    stored = Position(MAY, token="p2", high=JUNE_1, requested_at=JUNE_3, high_ids=frozenset({7}))
    assert pages_of("groups").begin(stored) == stored


@pytest.mark.parametrize(("token", "before"), [("9", "8"), ("3", "2"), ("2", None), ("p2", None)])
def test_pass_over_numbered_pages_resumes_one_page_earlier(token: str, before: str | None) -> None:
    """A row deleted since has moved another one to the page behind us."""
    stored = Position(MAY, token=token, high=JUNE_1, requested_at=JUNE_3, high_ids=frozenset({7}))
    assert pages_of("account_attributes").begin(stored) == replace(stored, token=before)


def test_range_that_is_read_again_ends_behind_now() -> None:
    rules = pages_of("audit_logs")
    stored = rules.begin(Position(MAY, token="p2", requested_at=JUNE_1))
    assert range_of(rules, stored, NOW) == ["2024-05-01T00:00:00Z", "2024-06-01T01:00:00Z"]
    again = rules.without_token(stored)
    assert range_of(rules, again, NOW) == ["2024-05-01T00:00:00Z", "2024-06-10T13:00:00Z"]


@pytest.mark.parametrize(
    ("stream", "page"),
    [
        ("macros", {"macros": [{"id": 1}]}),
        ("macros", {"macros": [{"id": 1}], "meta": {}}),
        ("macros", {"macros": [{"id": 1}], "meta": {"has_more": True}}),
        ("macros", {"macros": [{"id": 1}], "meta": {"has_more": True, "after_cursor": ""}}),
        ("ticket_audits", {"audits": [{"id": 1}]}),
    ],
)
def test_full_page_that_does_not_say_whether_it_is_the_last_is_requested_again(stream: str, page: Any) -> None:
    with pytest.raises(MalformedResponse, match="neither says that it is the last nor links to the next one"):
        pages_of(stream).next_page(page, 1)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_list_that_ignores_paging_has_one_page(rows: int) -> None:
    assert pages_of("macros").next_page({"macros": [{"id": n} for n in range(rows)], "count": rows}, 2).is_last
