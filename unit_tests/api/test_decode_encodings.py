"""A body is JSON in any of Unicode's encodings, marked or not."""

import gzip
import json
from typing import Any

import pytest
import requests
import requests_mock
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.body import CompressedBody
from source_zendesk_support.api.decode import decode, decode_in_chunks
from source_zendesk_support.api.error_text import is_html, response_text
from source_zendesk_support.api.oauth import OAuthAuthenticator, TokenRenewal
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import MalformedResponse
from unit_tests.account import Account, Reply
from unit_tests.reading import read

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
PAGE = {
    "groups": [{"id": 1, "name": "\u00e9\U0001f64f", "updated_at": "2024-05-01T00:00:00Z"}],
    "meta": {"has_more": False},
}


def response(body: bytes, status: int = 403) -> requests.Response:
    response = requests.Response()
    response._content, response.status_code = body, status
    return response


@given(value=st.dictionaries(st.text(), st.text() | st.integers() | st.none()), encoding=st.sampled_from(ENCODINGS))
def test_body_in_any_encoding_is_the_same(value: Any, encoding: str) -> None:
    body = json.dumps({"rows": [value]}, ensure_ascii=False).encode(encoding)
    assert decode(body, "groups", set()) == {"rows": [value]}
    assert list(decode_in_chunks(decode(body, "groups", set(), "rows", ("id",))["rows"])) == [[value]]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_half_an_emoji_in_any_encoding_becomes_the_usual_character(encoding: str) -> None:
    body = '{"a": "hi \\ud83d", "b": "\ud83d \u00e9"}'.encode(encoding, "surrogatepass")
    assert decode(body, "groups", set()) == {"a": "hi \ufffd", "b": "\ufffd \u00e9"}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_web_page_in_any_encoding_is_called_one(encoding: str) -> None:
    body = " <!DOCTYPE html>".encode(encoding)
    with pytest.raises(MalformedResponse, match="a web page was returned instead of JSON"):
        decode(body, "groups", set())
    assert is_html(response(body)) is True


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_refusal_in_any_encoding_is_reported(encoding: str) -> None:
    body = json.dumps({"error": "Forbidden", "description": "No access"}).encode(encoding)
    assert response_text(response(body)) == "Forbidden No access"
    assert is_html(response(body)) is False


@pytest.mark.parametrize("body", [b"\xff\xfe{", b"\x00", b"{\x00", b"\x00\x00\xfe\xff\x00", b"\xef\xbb\xbf"])
def test_body_that_is_cut_off_in_a_character_is_malformed_and_says_nothing(body: bytes) -> None:
    with pytest.raises(MalformedResponse, match="the JSON is truncated or malformed"):
        decode(body, "groups", set())
    assert response_text(response(body)) == ""


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_token_in_any_encoding_is_taken(encoding: str) -> None:
    url = "https://acme.zendesk.com/oauth/tokens"
    credentials = {"client_id": "a", "client_secret": "b", "access_token": ""}
    with requests_mock.Mocker() as mocker:
        mocker.post(url, content=json.dumps({"access_token": "t1", "expires_in": 7200}).encode(encoding))
        renewal = TokenRenewal(HttpTransport(), lambda _tokens: None)
        oauth = OAuthAuthenticator({"credentials": credentials}, "client_credentials", url, renewal)
        oauth.ensure_valid()
    assert oauth.token == "Bearer t1"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_packed_body_in_any_encoding_is_the_same(encoding: str) -> None:
    body = CompressedBody(gzip.compress(json.dumps(PAGE, ensure_ascii=False).encode(encoding)), compressed=True)
    assert decode(body.decompress(), "groups", set()) == PAGE


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_rows_in_any_encoding_arrive(encoding: str, account: Account) -> None:
    account.on("/api/v2/groups", Reply(json.dumps(PAGE, ensure_ascii=False).encode(encoding)))
    outcome = read("groups")
    assert outcome.records() == PAGE["groups"]
    assert (outcome.errors, outcome.warnings) == ([], [])
