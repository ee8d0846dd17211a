"""Cursors reach the wire character for character, whatever is in them."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from source_zendesk_support.components.paging import cursor_text
from unit_tests.account import NEWEST_TICKET, Account
from unit_tests.reading import read

ODD = [
    "it's",
    'say "hi"',
    "back\\slash\\n\\u0041",
    "line\nend\t",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "'quoted'",
    "[1, 2]",
    "(1)",
    "000123",
    "123",
    "1_000",
    "1e5",
    "0x1f",
    "1j",
    "None",
    "True",
    "null",
    "b'x'",
    "\u00e9\U0001f64f",
    "a+b/c==&x=1#y%20?",
    " blanks ",
]
FORMS = ["'{{ response.meta.after_cursor }}'", "{{ response.meta.after_cursor }}"]
GROUPS = "/api/v2/groups"


@pytest.mark.parametrize("form", FORMS)
@given(cursor=st.text(min_size=1))
@example(cursor="None")
@example(cursor="'")
@example(cursor="1_000")
def test_any_text_is_the_cursor_as_it_is(form: str, cursor: str) -> None:
    assert cursor_text(form, {"response": {"meta": {"after_cursor": cursor}}}) == cursor


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("response", "cursor"),
    [
        ({"meta": {"after_cursor": 1793491186}}, "1793491186"),
        ({"meta": {"after_cursor": 100000000000000000000}}, "100000000000000000000"),
        ({"meta": {"after_cursor": 0}}, "0"),
        ({"meta": {"after_cursor": None}}, None),
        ({"meta": {"after_cursor": ""}}, None),
        ({"meta": {"after_cursor": False}}, None),
        ({"meta": {"after_cursor": ["a"]}}, None),
        ({"meta": {"after_cursor": {"a": 1}}}, None),
        ({"meta": {}}, None),
        ({"meta": None}, None),
        ({}, None),
        ([], None),
    ],
)
def test_number_is_a_cursor_and_nothing_else_is(form: str, response: Any, cursor: str | None) -> None:
    assert cursor_text(form, {"response": response}) == cursor


@pytest.mark.parametrize(
    ("last", "cursor"),
    [({"id": 41}, "42"), ({"id": 2**64}, str(2**64 + 1)), ({"id": "a"}, None), ({}, None), (None, None)],
)
def test_cursor_may_be_reckoned_from_the_last_row(last: Any, cursor: str | None) -> None:
    assert cursor_text("{{ last_record['id'] + 1 }}", {"last_record": last}) == cursor


@pytest.mark.parametrize("cursor", ODD)
def test_cursor_is_sent_and_stored_and_sent_again_unchanged(cursor: str, account: Account) -> None:
    rows = [{"id": number, "updated_at": "2024-05-01T00:00:00Z"} for number in (1, 2)]
    last = f"{GROUPS}?exclude_deleted=false&page[after]={cursor}&page[size]=100"
    first = {"groups": rows[:1], "meta": {"has_more": True, "after_cursor": cursor}}
    account.on(f"{GROUPS}?exclude_deleted=false&page[size]=100", first)
    account.on(
        last, {"groups": rows[1:], "meta": {"has_more": False}}, {"groups": rows[1:], "meta": {"has_more": False}}
    )
    outcome = read("groups")
    assert account.requested == [f"{GROUPS}?exclude_deleted=false&page[size]=100", last]
    assert outcome.ids() == [1, 2]
    state = outcome.states()[0]
    assert state["next"] == cursor
    read("groups", saved=state)
    assert account.requested[2:] == [last]


@pytest.mark.parametrize("cursor", ODD)
def test_cursor_of_an_export_is_sent_and_stored_unchanged(cursor: str, account: Account) -> None:
    tickets = "/api/v2/incremental/tickets/cursor"
    account.on(
        tickets,
        {"tickets": [{"id": 1, "generated_timestamp": 1717200000}], "after_cursor": cursor, "end_of_stream": True},
    )
    state = read("tickets").state()
    assert state["cursor"] == cursor
    account.on(tickets, {"tickets": [], "after_cursor": cursor, "end_of_stream": True})
    read("tickets", saved=state)
    assert account.requested[1:] == [f"{tickets}?cursor={cursor}&per_page=1000&support_type_scope=all", NEWEST_TICKET]
