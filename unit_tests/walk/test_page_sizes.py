"""A page size that is refused, or too heavy, becomes smaller; no row is passed over for it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.paging import blames_size
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW, Account, Reply
from unit_tests.components.parts import pages_of, stanzas
from unit_tests.examples import examples
from unit_tests.reading import read
from unit_tests.walk.responses import TICKETS

QUERY = "start_time=1704067200&support_type_scope=all"
TOO_LARGE = Reply(
    {"errors": [{"code": "InvalidPaginationParameter", "title": "per_page must be at most 300"}]}, status=400
)
BAD = Reply({"error": "Bad"}, status=400)
END = {"tickets": [{"id": 1, "generated_timestamp": 1717200000}], "after_cursor": "c", "end_of_stream": True}


def test_a_size_that_is_refused_is_halved_before_anything_else_is_tried(account: Account) -> None:
    for size in (1000, 500):
        account.on(f"{TICKETS}?per_page={size}&{QUERY}", TOO_LARGE)
    account.on(f"{TICKETS}?per_page=250&{QUERY}", END)
    outcome = read("tickets")
    assert [url.partition("&")[0] for url in account.requested] == [f"{TICKETS}?per_page={n}" for n in (1000, 500, 250)]
    assert (len(outcome.records()), outcome.warnings) == (1, [])


def test_a_refusal_without_words_tries_the_parameter_first_and_keeps_it_if_that_is_not_the_reason(
    account: Account,
) -> None:
    account.on(f"{TICKETS}?per_page=1000&{QUERY}", BAD)
    account.on(f"{TICKETS}?per_page=1000&start_time=1704067200", BAD)
    account.on(f"{TICKETS}?per_page=500&{QUERY}", END)
    outcome = read("tickets")
    assert len(account.requested) == 3
    assert (len(outcome.records()), outcome.warnings) == (1, [])


def test_a_size_that_was_refused_is_not_requested_again(account: Account) -> None:
    account.on("/api/v2/macros?page[size]=100", TOO_LARGE)
    for number in range(25):
        cursor = f"page[after]=c{number}&" if number else ""
        page = {"macros": [{"id": number}], "meta": {"has_more": number < 24, "after_cursor": f"c{number + 1}"}}
        account.on(f"/api/v2/macros?{cursor}page[size]=50", page)
    outcome = read("macros")
    assert len(outcome.records()) == 25
    assert len(account.requested) == 26


def test_a_size_that_is_refused_for_a_child_becomes_smaller(account: Account) -> None:
    account.refuse_list_of_votes()
    account.on("/api/v2/help_center/articles.json", {"articles": [{"id": 9}], "meta": {"has_more": False}})
    votes = "/api/v2/help_center/articles/9/votes.json?page[size]="
    account.on(f"{votes}100", BAD)
    account.on(f"{votes}50", {"votes": [{"id": 1}], "meta": {"has_more": False}})
    assert read("article_votes").ids() == [1]


def test_a_child_that_is_refused_in_every_size_is_an_error_of_its_stream(account: Account) -> None:
    account.refuse_list_of_votes()
    account.on("/api/v2/help_center/articles.json", {"articles": [{"id": 9}], "meta": {"has_more": False}})
    account.on("/api/v2/help_center/articles/9/votes.json", *[BAD] * 3)
    outcome = read("article_votes", fails=True)
    assert len(account.requested) == 2 + 4
    reported = "Stream article_votes: Zendesk did not understand the request (HTTP 400 Bad)."
    assert outcome.errors[0] == ("system_error", reported)


def test_a_list_whose_pages_hold_50_rows_is_requested_so(account: Account) -> None:
    since = "filter[created_at_start]=1704067200000"
    empty = {"survey_responses": [], "meta": {"has_more": False}}
    account.on(f"/api/v2/guide/survey_responses?{since}&page[size]=50", empty)
    assert read("csat_survey_responses").statuses()[-1] == "COMPLETE"


DOCUMENTED = {"limit": 1000, "per_page": 1000, "page[size]": 100}


@pytest.mark.parametrize("stream", stanzas().names)
def test_no_request_is_for_more_rows_than_are_documented(stream: str) -> None:
    params = pages_of(stream).page_request(Position(1717200000), NOW).params
    for name, most in DOCUMENTED.items():
        assert int(params.get(name, 0)) <= most
    if stream.startswith(("chat_agents", "chat_banned")):
        assert params == {}


@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        ("HTTP 400 InvalidPaginationParameter page[size] must be between 1 and 100", True),
        ("HTTP 400 per_page is too large", True),
        ("HTTP 400 limit must be less than or equal to 100", True),
        ("HTTP 400 Invalid page size", True),
        ("HTTP 400 InvalidPaginationParameter cursor has expired", False),
        ("HTTP 400 InvalidParameter support_type_scope is not a known parameter", False),
        ("HTTP 400", False),
    ],
)
def test_words_that_blame_the_size(text: str, *, blamed: bool) -> None:
    assert blames_size(text) is blamed


@examples(60)
@given(rows=st.integers(0, 900), heavy=st.sets(st.integers(1, 30), max_size=4))
def test_numbered_pages_pass_over_no_row_when_their_size_changes(rows: int, heavy: set[int]) -> None:
    """The requests named in `heavy` are answered by 504 once, so that they are made again for half the rows."""
    rules, sent, position = pages_of("account_attributes"), [], Position(0)
    rules.begin(position)
    calls = 0
    while not position.done and calls < 90:
        calls += 1
        request = rules.page_request(position, NOW)
        request = (calls in heavy and request.smaller()) or request
        size, number = int(request.params["per_page"]), int(request.params.get("page", 1))
        page = list(range(rows))[(number - 1) * size : number * size]
        link = f"https://x/y?page={number + 1}&per_page={size}" if number * size < rows else None
        envelope: Any = {"attributes": [{"id": key} for key in page], "next_page": link}
        turn = request.check(envelope, request)
        sent += page
        position = Position(0, token=turn.token, done=turn.is_last)
    assert set(sent) == set(range(rows))


def test_the_size_of_numbered_pages_is_kept_in_the_state(account: Account) -> None:
    url = "/api/v2/routing/attributes"
    row = {"id": "a", "updated_at": "2024-06-01T00:00:00Z"}
    account.on(f"{url}?include=attribute_values&per_page=100", Reply({}, status=504))
    account.on(
        f"{url}?include=attribute_values&per_page=50",
        {"attributes": [row], "next_page": f"https://acme.zendesk.com{url}?page=2"},
    )
    account.on(f"{url}?include=attribute_values&page=2&per_page=50", {"attributes": [], "next_page": None})
    outcome = read("account_attributes")
    assert outcome.states()[0]["next"] == "?page=2&per_page=50"
