"""Walks that go on without getting anywhere end, with an error that says where."""

from dataclasses import replace
from itertools import cycle, islice
from typing import Any

import pytest
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.page_reader import ProgressGuard
from source_zendesk_support.components.page_result import PageResult
from source_zendesk_support.state.position import Position
from unit_tests.account import Account, Reply
from unit_tests.components.parts import pages_of
from unit_tests.reading import read

TICKETS = "/api/v2/incremental/tickets/cursor"
JUNE, JUNE_1 = "2024-06-01T00:00:00Z", 1717200000
NO_PROGRESS = "had no new rows and no later time, but linked to a next page"
MACROS = pages_of("macros")


def tickets(cursor: str, *keys: int) -> Any:
    rows = [{"id": key, "generated_timestamp": JUNE_1 + key} for key in keys]
    return {"tickets": rows, "after_cursor": cursor, "end_of_stream": False}


def macros(cursor: str, *keys: int) -> Any:
    rows = [{"id": key, "updated_at": JUNE} for key in keys]
    return {"macros": rows, "meta": {"has_more": True, "after_cursor": cursor}}


def test_cursors_that_lead_round_in_a_circle_end_the_walk(account: Account) -> None:
    account.on(TICKETS, *[tickets(cursor, 1) for cursor in islice(cycle("ab"), 40)])
    outcome = read("tickets", fails=True)
    assert len(account.requested) == 9  # the first page, page a, and page b seven times
    assert outcome.errors[0] == (
        "transient_error",
        (
            "Stream tickets: the page at b could not be read after 7 attempts: the page links to a page that was "
            "already read. All earlier pages are saved; the next sync resumes there."
        ),
    )
    assert outcome.state()["cursor"] == "b"


def test_one_wrong_answer_in_a_circle_is_got_over(account: Account) -> None:
    last = {**tickets("c", 3), "end_of_stream": True}
    account.on(TICKETS, tickets("a", 1), tickets("b", 2), tickets("a", 1), last)
    outcome = read("tickets")
    assert outcome.ids() == [1, 2, 3]


def test_export_of_ever_new_cursors_without_rows_ends(account: Account) -> None:
    account.on(TICKETS, tickets("c0", 1), *[tickets(f"c{number}") for number in range(1, 40) for _ in range(3)])
    outcome = read("tickets", fails=True)
    assert len(account.requested) == 31  # each page without rows three times
    kind, message = outcome.errors[0]
    assert kind == "transient_error"
    assert message == (
        f"Stream tickets: 10 consecutive pages, the last of them the page at c9, {NO_PROGRESS}. All earlier pages are "
        f"saved; the next sync resumes there."
    )
    assert outcome.state()["cursor"] == "c10"


def test_rows_that_were_lost_from_a_page_arrive_with_the_same_page_again(account: Account) -> None:
    end = {"macros": [{"id": 3, "updated_at": JUNE}], "meta": {"has_more": False}}
    link = {"links": {"next": "https://acme.zendesk.com/api/v2/macros?page[after]=p2&page[size]=100"}}
    account.on("/api/v2/macros?page[size]=100", macros("") | link, macros("p2", 1, 2) | link)
    account.on("/api/v2/macros?page[after]=p2&page[size]=100", macros("p3"), end)
    assert read("macros").ids() == [1, 2, 3]


def test_some_pages_without_rows_are_no_end(account: Account) -> None:
    end = {"macros": [{"id": 2, "updated_at": JUNE}], "meta": {"has_more": False}}
    account.on("/api/v2/macros", macros("c", 1), *[macros(f"c{number}") for number in range(49) for _ in range(3)], end)
    assert read("macros").ids() == [1, 2]


AUDIT, VOTES = {"id": 7, "created_at": JUNE}, "/api/v2/help_center/articles/9/votes.json"
CURSORS = [f"c{number}" for number in range(80)]
LINKED = [{"custom_roles": [{"id": 1}], "next_page": f"https://x/y?page={number}"} for number in range(2, 90)]
ENDLESS: dict[str, tuple[str, int, dict[str, list[Any]]]] = {
    "new cursors without rows": (
        "macros",
        150,
        {"/api/v2/macros": [macros(cursor) for cursor in CURSORS for _ in range(3)]},
    ),
    "new cursors, the same rows": ("macros", 51, {"/api/v2/macros": [macros(cursor, 1, 2) for cursor in CURSORS]}),
    "audits that never reach the bookmark": (
        "ticket_audits",
        51,
        {"/api/v2/ticket_audits": [{"audits": [AUDIT], "before_cursor": cursor} for cursor in CURSORS]},
    ),
    "children": (
        "article_votes",
        54,
        {
            "/api/v2/help_center/votes.json": [Reply({"error": "Forbidden"}, status=403)] * 2,
            "/api/v2/help_center/articles.json": [{"articles": [{"id": 9}], "meta": {"has_more": False}}],
            VOTES: [{"votes": [{"id": 1}], "meta": {"has_more": True, "after_cursor": cursor}} for cursor in CURSORS],
        },
    ),
    "links": (
        "custom_roles",
        51,
        {
            "/api/v2/custom_roles": [
                {"custom_roles": [{"id": 1}], "next_page": f"https://x/y?page={n}"} for n in range(2, 90)
            ]
        },
    ),
}


@pytest.mark.parametrize(("stream", "requests", "pages"), ENDLESS.values(), ids=ENDLESS)
def test_pages_without_end_end(stream: str, requests: int, pages: dict[str, list[Any]], account: Account) -> None:
    for path, responses in pages.items():
        account.on(path, *responses)
    outcome = read(stream, fails=True)
    assert len(account.requested) == requests
    assert outcome.errors[0][0] == "transient_error"
    assert NO_PROGRESS in outcome.errors[0][1]


@pytest.mark.parametrize("more", [{"end_of_stream": False}, {"end_of_stream": False, "next_page": "the same"}])
def test_export_that_answers_every_start_with_the_same_page_ends(more: dict[str, Any], account: Account) -> None:
    rows = [{"id": key, "timestamp": JUNE_1 + key} for key in range(3)]
    account.on("/api/v2/incremental/ticket_events", *[{"ticket_events": rows, "end_time": JUNE_1 + 2, **more}] * 200)
    outcome = read("ticket_events", fails=True)
    kind, message = outcome.errors[0]
    assert kind == "transient_error"
    assert message.startswith(
        "Stream ticket_events: 10 consecutive pages, the last of them the page from 2024-06-01T00:00:"
    )


def test_export_that_names_itself_although_it_has_not_ended_ends(account: Account) -> None:
    page = {"organizations": [{"id": 1, "updated_at": JUNE}], "end_time": JUNE_1}
    account.on("/api/v2/incremental/organizations", *[{**page, "end_of_stream": False}] * 200)
    account.on("/api/v2/organizations", *[{"organizations": [], "meta": {"has_more": False}}] * 200)
    assert NO_PROGRESS in read("organizations", fails=True).errors[0][1]


def led(rows: list[dict[str, Any]], reached: int | None = None) -> PageResult:
    """What a page with these rows leads to."""
    return PageResult(Position(0), rows, reached)


def test_row_that_changes_while_it_is_read_is_progress() -> None:
    guard = ProgressGuard(MACROS)
    for second in range(60):
        guard.check(f"c{second}", "", led([{"id": 1, "updated_at": f"2024-06-01T00:00:{second:02}Z"}]))


def test_bounds_are_declared_in_the_manifest() -> None:
    assert pages_of("tickets").max_pages_without_progress == 10
    assert pages_of("macros").max_pages_without_progress == 50


STEPS = st.tuples(st.integers(0, 6), st.none() | st.integers(0, 9), st.lists(st.integers(0, 5), max_size=3))


@given(steps=st.lists(STEPS, min_size=1, max_size=12), most=st.integers(2, 8))
def test_any_walk_that_repeats_itself_ends(steps: list[tuple[int, int | None, list[int]]], most: int) -> None:
    """Whatever a few pages hold: if they come again and again, under tokens that are new each time, the walk ends."""
    guard = ProgressGuard(replace(MACROS, max_pages_without_progress=most))
    few = steps[:3]  # as many pages as are remembered
    most_pages = 3 * (most + len(few) + 3)

    def walk() -> None:
        for number, (_, reached, keys) in enumerate(islice(cycle(few), most_pages)):
            guard.check(f"c{number}", "", led([{"id": key} for key in keys], reached))

    with pytest.raises(AirbyteTracedException):
        walk()


@given(st.lists(st.integers(1, 3), min_size=1, max_size=200))
def test_a_walk_with_new_rows_on_every_page_never_ends_early(sizes: list[int]) -> None:
    guard = ProgressGuard(replace(MACROS, max_pages_without_progress=2))
    for number, size in enumerate(sizes):
        guard.check(None, "", led([{"id": (number, row)} for row in range(size)]))
