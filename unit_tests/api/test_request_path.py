"""Ids in a path are one segment each, whatever is in them."""

from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.request_path import path_segments
from source_zendesk_support.errors import EndpointUnavailable
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW, Account
from unit_tests.components.parts import pages_of
from unit_tests.reading import read

ARTICLES = "/api/v2/help_center/articles"


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        (7, "7"),
        ("7", "7"),
        (-7, "-7"),
        ("../users", "..%2Fusers"),
        ("a/b", "a%2Fb"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("%2e%2e", "%252e%252e"),
        ("a b", "a%20b"),
        ("a\r\nb", "a%0D%0Ab"),
        ("ü", "%C3%BC"),
        ("a\\b", "a%5Cb"),
        ("{{ config }}", "%7B%7B%20config%20%7D%7D"),
        ("\ud800", "%3F"),
    ],
)
def test_id_is_one_segment(value: Any, segment: str) -> None:
    assert path_segments({"id": value}) == {"id": segment}


@pytest.mark.parametrize("value", ["", ".", "..", None, True, 1.5, [], ["a"], {}, {"id": 1}])
def test_what_is_no_segment_is_refused(value: Any) -> None:
    with pytest.raises(EndpointUnavailable, match="an id that cannot be part of a path"):
        path_segments({"id": value})


@given(value=st.integers() | st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_no_id_leads_to_another_endpoint(value: Any) -> None:
    rules = pages_of("side_conversations").record_selector.extractor.pages  # type: ignore[attr-defined]
    request = rules.page_request(Position(0), NOW, parent={"ticket_id": value})
    sent = requests.Request("GET", request.url, params=request.params).prepare()
    parts = sent.path_url.partition("?")[0].split("/")
    assert parts[:4] == ["", "api", "v2", "tickets"]
    assert parts[5:] == ["side_conversations"]
    assert sent.url is not None
    assert sent.url.startswith("https://acme.zendesk.com/")


@pytest.mark.usefixtures("votes_by_parent")
def test_odd_parents_are_visited_under_their_own_path_or_counted(account: Account) -> None:
    keys = ["../users", "..", 5]
    rows = [{"id": key, "updated_at": "2024-06-01T00:00:00Z"} for key in keys]
    account.on(f"{ARTICLES}.json", {"articles": rows, "meta": {"has_more": False, "after_cursor": None}})
    for key in ("..%2Fusers", "5"):
        votes = {"votes": [{"id": len(key)}], "meta": {"has_more": False, "after_cursor": None}}
        account.on(f"{ARTICLES}/{key}/votes.json", votes)
    outcome = read("article_votes")
    assert sorted(outcome.ids()) == [1, 10]
    assert outcome.warnings == ["Stream article_votes: Zendesk denied access to 1 parents; their records are skipped."]
