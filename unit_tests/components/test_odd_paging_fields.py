"""Whatever is in the fields that lead to the next page, a page is a page or a typed error."""

from copy import copy
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.manifest import load_manifest
from source_zendesk_support.state.position import Position, StateFormat
from unit_tests.account import NOW, Account, Reply
from unit_tests.cases import CASES
from unit_tests.components.parts import pages_of, response_of
from unit_tests.examples import examples
from unit_tests.reading import read

FAMILIES = {stanza["$ref"]: stanza["$parameters"]["name"] for stanza in load_manifest()["streams"]}
STREAMS = sorted(FAMILIES.values())
"""One stream of each family."""
TEXTS = st.sampled_from(
    ["", "false", "true", "1704067200", "1704067200.0", "-1", "nan", "inf", "1e400", "../x", "'", "{{"]
)
NUMBERS = (
    st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([10**30, -5, 1704067200000])
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | st.text(max_size=20)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=5), SCALARS, max_size=2)
PAGING = st.fixed_dictionaries(
    {},
    optional={
        "end_time": VALUES,
        "next_page": VALUES,
        "after_cursor": VALUES,
        "before_cursor": VALUES,
        "end_of_stream": VALUES,
        "end_id": VALUES,
        "count": VALUES,
        "meta": VALUES | st.fixed_dictionaries({}, optional={"has_more": VALUES, "after_cursor": VALUES}),
        "links": VALUES | st.fixed_dictionaries({}, optional={"next": VALUES}),
    },
)
KEYS = st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5)
IDS = KEYS | st.none() | st.booleans() | st.lists(KEYS, max_size=2) | st.dictionaries(st.just("id"), KEYS)


@cache
def family(stream: str) -> PagedRetriever:
    """Built once: it takes longer than a hundred pages."""
    return pages_of(stream)


def page_of(stream: str, paging: dict[str, Any], keys: list[Any]) -> Any:
    rules = family(stream)
    rows = [{rules.primary_key or "x": key, rules.row_time or "y": "2024-06-01T00:00:00Z"} for key in keys]
    return {rules.records: rows, **paging} if rules.records else rows


@pytest.mark.parametrize("stream", STREAMS)
@examples(40)
@given(paging=PAGING, keys=st.lists(IDS, max_size=3))
def test_page_is_a_page_or_malformed_and_its_position_can_be_written(
    stream: str, paging: dict[str, Any], keys: list[Any]
) -> None:
    rules = copy(family(stream))
    position = rules.begin(Position(1_704_067_200))
    response = response_of(rules, page_of(stream, paging, keys), position)
    try:
        response.next_page = response.request.check(response.envelope, response.request)
    except MalformedResponse:
        return
    after = rules.advance(position, rules.read(response, position)).after
    assert 0 <= after.bookmark <= NOW
    assert after.token is None or isinstance(after.token, str)
    if rules.form:
        assert isinstance(rules.form, StateFormat)
        assert isinstance(rules.form.write(after), dict)


@pytest.mark.parametrize(
    ("paging", "token"),
    [
        ({"end_time": 1717200000}, "1717200000"),
        ({"end_time": "1717200000"}, "1717200000"),
        ({"end_time": 1717200000.0}, "1717200000"),
        ({"end_time": "2024-06-01T00:00:00Z"}, "1717200000"),
        ({"end_time": 1717200000000}, "1717200000"),
    ],
)
def test_time_in_another_notation_is_the_same_time(paging: dict[str, Any], token: str) -> None:
    page = page_of("organizations", {**paging, "end_of_stream": "false"}, [1])
    turn = pages_of("organizations").next_page(page, 1000)
    assert (turn.is_last, turn.token) == (False, token)


@pytest.mark.parametrize("value", [True, [], [1], {}, {"a": 1}])
def test_what_is_no_time_makes_no_page(value: Any) -> None:
    page = page_of("organizations", {"end_time": value, "end_of_stream": False}, [1])
    with pytest.raises(MalformedResponse, match="end_time has an invalid value"):
        pages_of("organizations").next_page(page, 1000)


@pytest.mark.parametrize("value", [-1, "soon", "nan", 1e300])
def test_a_number_or_a_text_that_is_no_time_stays_for_the_rows_to_judge(value: Any) -> None:
    page = page_of("organizations", {"end_time": value, "end_of_stream": False}, [1])
    assert pages_of("organizations").next_page(page, 1000).token == str(value)


@pytest.mark.parametrize("value", [True, 1.5, [], ["c"], {}, {"a": 1}])
def test_what_is_no_cursor_makes_no_page(value: Any) -> None:
    page = page_of("tickets", {"after_cursor": value, "end_of_stream": False}, [1])
    with pytest.raises(MalformedResponse, match="after_cursor has an invalid value"):
        pages_of("tickets").next_page(page, 1000)


@pytest.mark.parametrize("key", [None, ""])
def test_row_with_such_a_key_has_none(key: Any) -> None:
    request = response_of(pages_of("groups"), {}, Position(0)).request
    with pytest.raises(MalformedResponse, match="1 of 1 rows lack their id"):
        request.check({"groups": [{"id": key}]}, request)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize(
    "odd",
    [
        {"end_time": {}, "after_cursor": [], "before_cursor": {}, "next_page": 5, "meta": [1], "end_of_stream": "soon"},
        {"meta": {"has_more": [], "after_cursor": {}}, "end_time": [], "after_cursor": 1.5, "next_page": []},
    ],
)
def test_stream_that_gets_odd_fields_for_ever_ends_with_a_typed_error(
    stream: str, odd: dict[str, Any], account: Account
) -> None:
    call = CASES[stream].calls[0]
    page = {**call.body, **odd} if isinstance(call.body, dict) else [{"id": {}}, {"id": []}]
    account.on(call.path, *[Reply(page)] * 99)
    for later in CASES[stream].calls[1:]:
        account.on(later.url, later.body)
    outcome = read(stream, fails=True)
    assert not any("nexpected" in message for _, message in outcome.errors)
    assert outcome.statuses()[-1] in ("COMPLETE", "INCOMPLETE")
