"""Marks of deletion are requested, and they arrive although a deletion need not move a row's time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.state.position import Position
from unit_tests.account import Account, Reply
from unit_tests.components.parts import pages_of, turn
from unit_tests.examples import examples
from unit_tests.reading import read

JUNE_1, JUNE_3 = 1717200000, 1717372800
TIME = {JUNE_1: "2024-06-01T00:00:00Z", JUNE_3: "2024-06-03T00:00:00Z"}
MARKED = {
    "groups": ("groups", "deleted", True),
    "brands": ("brands", "is_deleted", True),
    "ticket_forms": ("ticket_forms", "deleted_at", "2024-06-05T00:00:00Z"),
    "satisfaction_reasons": ("reasons", "deleted_at", "2024-06-05T00:00:00Z"),
}


def listed(stream: str, rows: dict[int, bool], at: int = JUNE_1) -> Any:
    records, mark, value = MARKED[stream]
    made = [{"id": key, "updated_at": TIME[at], mark: value if gone else None} for key, gone in rows.items()]
    return {records: made, "meta": {"has_more": False}}


@pytest.mark.parametrize("stream", MARKED)
def test_a_deletion_that_does_not_move_the_time_is_sent_once(stream: str) -> None:
    rules, before = pages_of(stream), Position(JUNE_3)
    sent, state = turn(rules, before, listed(stream, {1: False, 2: False}))
    assert (sent, state.deleted) == ([], frozenset())
    sent, state = turn(rules, state, listed(stream, {1: False, 2: True}))
    assert (sent, state.deleted) == ([2], frozenset({2}))
    sent, state = turn(rules, state, listed(stream, {1: False, 2: True}))
    assert sent == []
    sent, state = turn(rules, state, listed(stream, {1: False, 2: False}))
    assert (sent, state.deleted) == ([2], frozenset())


@pytest.mark.parametrize("stream", MARKED)
def test_what_was_deleted_before_the_start_date_is_not_sent(stream: str) -> None:
    rules = pages_of(stream)
    first = Position(rules.start)
    page = listed(stream, {1: True})
    page[MARKED[stream][0]][0]["updated_at"] = "2023-06-01T00:00:00Z"
    sent, state = turn(rules, first, page)
    assert (sent, state.deleted) == ([], frozenset({1}))


@examples(50)
@given(states=st.lists(st.dictionaries(st.integers(1, 5), st.booleans(), min_size=1), min_size=1, max_size=6))
def test_the_last_copy_that_was_sent_says_whether_a_row_is_deleted(states: list[dict[int, bool]]) -> None:
    position, last = Position(JUNE_3), dict[int, bool]()
    rules = pages_of("groups")
    for rows in states:
        sent, position = turn(rules, Position(position.bookmark, deleted=position.deleted), listed("groups", rows))
        last |= {key: rows[key] for key in sent}
        assert {key for key, gone in rows.items() if gone} == {key for key in rows if last.get(key, False)}


def test_deleted_groups_are_requested(account: Account) -> None:
    url = "/api/v2/groups?exclude_deleted=false&page[size]=100"
    account.on(url, listed("groups", {1: True}))
    outcome = read("groups")
    assert account.requested == [url]
    assert outcome.records() == [{"id": 1, "updated_at": TIME[JUNE_1], "deleted": True}]
    assert outcome.state() == {"updated_at": TIME[JUNE_1], "ids": [1], "deleted": [1], "v": 1}


@pytest.mark.parametrize(("stream", "param"), [("groups", "exclude_deleted=false"), ("brands", "include_deleted=true")])
def test_an_account_that_refuses_the_parameter_is_read_without_it(stream: str, param: str, account: Account) -> None:
    account.on(f"/api/v2/{stream}?{param}&page[size]=100", Reply({"error": "InvalidParameter"}, status=400))
    account.on(f"/api/v2/{stream}?page[size]=100", listed(stream, {1: False}))
    outcome = read(stream)
    assert outcome.ids() == [1]
    name = param.partition("=")[0]
    assert outcome.warnings == [f"Stream {stream}: Zendesk rejected the parameter {name}; continuing without it."]


def test_an_organization_that_is_deleted_in_its_known_second_is_sent_again() -> None:
    rules = pages_of("organizations")
    position = rules.begin(Position(JUNE_1, ids=frozenset({5})))
    row = {"id": 5, "updated_at": TIME[JUNE_1], "deleted_at": TIME[JUNE_1]}
    sent, after = turn(rules, position, {"organizations": [row], "end_time": JUNE_1, "end_of_stream": True})
    assert sent == [5]
    sent, _ = turn(rules, rules.begin(after), {"organizations": [row], "end_time": JUNE_1, "end_of_stream": True})
    assert sent == []


def test_state_holds_at_most_4000_marks() -> None:
    rules, position = pages_of("groups"), Position(JUNE_3)
    _, after = turn(rules, position, listed("groups", dict.fromkeys(range(1, 5001), True)))
    assert len(after.deleted) == 4000
