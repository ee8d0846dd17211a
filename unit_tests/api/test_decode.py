import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api import decode as pages
from source_zendesk_support.api import exact_json
from source_zendesk_support.api.decode import decode
from source_zendesk_support.api.exact_json import check_utf8
from source_zendesk_support.errors import MalformedResponse
from unit_tests.examples import json_values


@given(value=json_values())
def test_json_arrives_as_it_was_sent(value: Any) -> None:
    assert decode(json.dumps(value).encode(), "groups", set()) == value


@given(body=st.binary())
def test_anything_else_is_malformed(body: bytes) -> None:
    try:
        value = decode(body, "groups", set())
    except MalformedResponse:
        return
    assert value == json.loads(body)


@pytest.mark.parametrize("body", [b"<html>", b" \n<!DOCTYPE html>"])
def test_web_page_is_called_one(body: bytes) -> None:
    with pytest.raises(MalformedResponse, match="a web page was returned instead of JSON"):
        decode(body, "groups", set())


@pytest.mark.parametrize("body", [b"", b'{"groups": [', b'{"a": NaN}', b'{"a": Infinity}', b"nonsense"])
def test_cut_body_is_called_cut(body: bytes) -> None:
    with pytest.raises(MalformedResponse, match="the JSON is truncated or malformed"):
        decode(body, "groups", set())


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_body_nested_without_end_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedResponse, match="the JSON is truncated or malformed"):
        decode(body, "groups", set())


def test_half_an_emoji_becomes_the_replacement_character_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert decode(b'{"subject": "hi \\ud83d there"}', "tickets", set()) == {"subject": "hi \ufffd there"}
    assert caplog.messages == [
        "Stream tickets: the response contained invalid Unicode; the broken characters were replaced with U+FFFD."
    ]


def test_half_emojis_of_one_stream_are_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    reported: set[str] = set()
    for stream in ("tickets", "users", "tickets"):
        decode(b'["\\ud83d"]', stream, reported)
    assert [message.split(":")[0] for message in caplog.messages] == ["Stream tickets", "Stream users"]


def test_whole_emoji_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    assert decode(b'{"subject": "\\ud83d\\ude4f"}', "tickets", set()) == {"subject": "\U0001f64f"}
    assert caplog.messages == []


@pytest.mark.parametrize("records", ["", "groups"])
def test_missing_memory_is_no_fault_of_the_page(monkeypatch: pytest.MonkeyPatch, records: str) -> None:
    class StarvedDecoder:
        def decode(self, _text: bytes) -> None:
            raise MemoryError

    monkeypatch.setattr(exact_json, "_DECODER", StarvedDecoder())
    monkeypatch.setattr(pages, "_ENVELOPE", StarvedDecoder())
    with pytest.raises(MemoryError):
        decode(b"{}", "groups", set(), records, ("id",))


PIECE = 1_048_576
"""Bytes that are looked at together."""


@pytest.mark.parametrize("before", [0, PIECE - 1, PIECE - 2, 2 * PIECE - 3])
@pytest.mark.parametrize("letter", ["\u00e9", "\u20ac", "\U0001f600"])
def test_letters_may_lie_across_pieces(before: int, letter: str) -> None:
    check_utf8(b"a" * before + letter.encode() + b"b")


@pytest.mark.parametrize("text", [b"\xff", b"a" * PIECE + b"\xe2\x82", b"a" * (PIECE - 1) + b"\xc3a", b"\xed\xa0\x80"])
def test_what_is_no_text_is_reported(text: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        check_utf8(text)
