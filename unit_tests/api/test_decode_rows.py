import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.decode import LazyRow, decode, decode_in_chunks, decode_row
from source_zendesk_support.errors import MalformedResponse
from unit_tests.examples import json_values

VALUES = json_values()
ROWS = st.dictionaries(st.sampled_from(["id", "updated_at", "deleted", "tags", "\u00e9"]) | st.text(), VALUES)
ENVELOPES = st.dictionaries(st.sampled_from(["next_page", "count", "users", "meta", "end_time"]), VALUES)
FIELDS = ("id", "updated_at", "deleted")


def nested(levels: int) -> bytes:
    """A list in a list in a list."""
    return b"[" * levels + b"]" * levels


def opened(body: bytes, reported: set[str] | None = None) -> Any:
    """A page of tickets whose rows are heads."""
    return decode(body, "tickets", set() if reported is None else reported, "tickets", FIELDS)


@given(rows=st.lists(ROWS, max_size=6), envelope=ENVELOPES)
def test_a_page_is_the_same_whenever_its_rows_are_decoded(rows: list[Any], envelope: Any) -> None:
    page = opened(json.dumps({**envelope, "tickets": rows}, ensure_ascii=False).encode())
    heads = page.pop("tickets")
    assert page == envelope
    assert [dict(head) for head in heads] == [{key: row[key] for key in FIELDS if key in row} for row in rows]
    assert [row for run in decode_in_chunks(heads) for row in run] == rows


@given(page=ENVELOPES | VALUES)
def test_a_page_without_rows_is_decoded_at_once(page: Any) -> None:
    assert opened(json.dumps(page).encode()) == page


@pytest.mark.parametrize("rows", [[{"id": 1}, None], ["a"], [[{"id": 1}]], {"id": 1, "name": "a"}, 4, None])
def test_rows_that_are_no_objects_arrive_as_they_are(rows: Any) -> None:
    assert opened(json.dumps({"tickets": rows, "count": 2}).encode()) == {"tickets": rows, "count": 2}


@given(cut=st.integers(0, 98))
def test_a_page_that_is_cut_off_is_malformed_wherever_it_is_cut(cut: int) -> None:
    page = b'{"next_page": null, "tickets": [{"id": 1, "tags": ["a"]}, {"id": 2, "t": "\xc3\xa9 \\u00e9"}], "count": 2}'
    assert len(page) == 99
    with pytest.raises(MalformedResponse, match="the JSON is truncated or malformed"):
        opened(page[:cut])


@pytest.mark.parametrize(
    "inside",
    [
        b'"\xff"',
        b'"a\x01b"',
        b'"\\x"',
        b"01",
        b"NaN",
        b"tru",
        b"[1,]",
        b'{"a" 1}',
        pytest.param(nested(20_000), id="deep"),
    ],
)
def test_a_page_with_nonsense_in_a_row_is_malformed_before_any_row_is_taken(inside: bytes) -> None:
    with pytest.raises(MalformedResponse, match="the JSON is truncated or malformed"):
        opened(b'{"tickets": [{"id": 1}, {"id": 2, "subject": ' + inside + b"}]}")


@pytest.mark.parametrize("levels", [1030, 5000])
def test_a_row_of_too_many_levels_is_malformed(levels: int) -> None:
    """CPython 3.11 says so when the page is opened, later ones when the row is taken."""
    with pytest.raises(MalformedResponse, match=r"the JSON is truncated or malformed|more than a thousand levels deep"):
        decode_row(opened(b'{"tickets": [{"id": 2, "subject": ' + nested(levels) + b"}]}")["tickets"][0])


@pytest.mark.parametrize("half", [b"\\ud83d", b"\xed\xa0\xbd"])
def test_half_an_emoji_in_a_row_becomes_the_usual_character(half: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (head,) = opened(b'{"tickets": [{"id": 1, "subject": "hi ' + half + b' there \xc3\xa9"}]}')["tickets"]
    assert decode_row(head) == {"id": 1, "subject": "hi \ufffd there \u00e9"}
    assert caplog.messages == [
        "Stream tickets: the response contained invalid Unicode; the broken characters were replaced with U+FFFD."
    ]


def test_rows_are_decoded_some_at_a_time_by_the_size_of_their_text() -> None:
    rows = [{"id": number, "description": "x" * 8_000} for number in range(7)]
    heads = opened(json.dumps({"tickets": rows}).encode())["tickets"]
    assert [len(run) for run in decode_in_chunks(heads)] == [3, 3, 1]
    assert all(isinstance(head, LazyRow) and "description" not in head for head in heads)


def test_rows_that_are_decoded_already_are_one_run() -> None:
    rows = [{"id": 1}, {"id": 2}]
    assert list(decode_in_chunks(rows)) == [rows]
    assert list(decode_in_chunks([])) == []
