"""Odd answers of a token endpoint: whatever else is in them, the new refresh token is stored."""

import json
from typing import Any

import pytest
import requests
import requests_mock
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.token_grant import TokenGrant
from source_zendesk_support.errors import TransientFailure
from unit_tests.api.test_oauth import oauth_of
from unit_tests.examples import json_values
from unit_tests.reading import REFRESH

URL = "https://acme.zendesk.com/oauth/tokens"
GRANTED = '"access_token": "access-2", "refresh_token": "refresh-2"'
NUMBERS = (
    *("1000000000000000000", "1e308", "1e999", "-1", "0", "-0.0", "NaN", "Infinity", "1" * 5000, "1e-400"),
    *("true", "null", "[7200]", "{}", '""', '"soon"', '"nan"', '"1e308"', '"-5"'),
)


class StoredTokens:
    """A sign-in with a refresh token, and what it has stored."""

    def __init__(self) -> None:
        self.credentials = {**REFRESH, "refresh_token": "refresh-1", "access_token": ""}
        self.saved: list[dict[str, str]] = []
        self.fails = False
        self.sign_in = oauth_of(self.credentials, self._save)

    def _save(self, tokens: dict[str, str]) -> None:
        if self.fails:
            raise OSError("no such device")
        self.saved.append(dict(tokens))


@pytest.mark.parametrize("lifetime", NUMBERS)
def test_an_odd_lifetime_costs_nothing(mocker: requests_mock.Mocker, lifetime: str) -> None:
    mocker.post(URL, text=f'{{{GRANTED}, "expires_in": {lifetime}}}')
    store = StoredTokens()
    store.sign_in.ensure_valid()
    store.sign_in.ensure_valid()
    assert store.saved == [{"access_token": "access-2", "token_expiry_date": "", "refresh_token": "refresh-2"}]
    assert mocker.call_count == 1


@pytest.mark.parametrize("lifetime", ["7200", '"7200"', '" 7200 "', "7200.9", "7.2e3"])
def test_a_lifetime_is_a_number_or_its_text(mocker: requests_mock.Mocker, lifetime: str) -> None:
    mocker.post(URL, text=f'{{{GRANTED}, "expires_in": {lifetime}}}')
    store = StoredTokens()
    store.sign_in.ensure_valid()
    assert store.saved[0]["token_expiry_date"] == "2024-06-10T14:00:00Z"


@pytest.mark.parametrize("access", ['"a b"', '"\\u00e9"', '"a\\nb"', '""', "null", "[]", "{}", "true"])
def test_an_access_token_that_no_header_can_carry_is_requested_again_with_the_new_refresh_token(
    mocker: requests_mock.Mocker, access: str
) -> None:
    odd = f'{{"access_token": {access}, "refresh_token": "refresh-2", "expires_in": 7200}}'
    mocker.post(URL, [{"text": odd}, {"text": odd.replace(access, '"access-3"').replace("refresh-2", "refresh-3")}])
    store = StoredTokens()
    with pytest.raises(TransientFailure, match="sent no access token"):
        store.sign_in.ensure_valid()
    assert store.saved == [{"access_token": "", "token_expiry_date": "", "refresh_token": "refresh-2"}]
    store.sign_in.ensure_valid()
    assert [request.json()["refresh_token"] for request in mocker.request_history] == ["refresh-1", "refresh-2"]
    assert store.saved[1]["refresh_token"] == "refresh-3"


def test_blanks_around_tokens_do_no_harm(mocker: requests_mock.Mocker) -> None:
    mocker.post(URL, text='{"access_token": " access-2\\n", "refresh_token": "\\trefresh-2 "}')
    store = StoredTokens()
    store.sign_in.ensure_valid()
    assert store.saved == [{"access_token": "access-2", "token_expiry_date": "", "refresh_token": "refresh-2"}]


@pytest.mark.parametrize(
    "body",
    [
        (f"{{{GRANTED}, " + '"expires_in": 17').encode(),
        f"{{{GRANTED}}} and more".encode(),
        b"\xef\xbb\xbf" + f"{{{GRANTED}}}".encode(),
        f"{{{GRANTED}}}".encode("utf-16"),
        f"{{{GRANTED}}}".encode("utf-32"),
        f'{{{GRANTED}, "other": "\ud83d"}}'.encode("utf-8", "surrogatepass"),
        (f"{{{GRANTED}, " + '"deep": ' + "[" * 5000 + "]" * 5000 + "}").encode(),
    ],
)
def test_the_refresh_token_is_found_in_an_answer_that_is_cut_off_or_in_another_encoding(
    mocker: requests_mock.Mocker, body: bytes
) -> None:
    mocker.post(URL, content=body)
    store = StoredTokens()
    try:
        store.sign_in.ensure_valid()
    except TransientFailure:
        assert store.sign_in.access_token == ""
    assert [tokens["refresh_token"] for tokens in store.saved] == ["refresh-2"]


@pytest.mark.parametrize(
    "first",
    [
        {"exc": requests.exceptions.ReadTimeout},
        {"exc": requests.exceptions.ConnectionError},
        {"content": b'{"access_tok'},
        {"json": {}},
    ],
)
def test_a_refresh_token_that_was_used_up_by_an_answer_that_did_not_arrive_is_explained(
    mocker: requests_mock.Mocker, first: dict[str, Any]
) -> None:
    mocker.post(URL, [first, {"status_code": 400, "json": {"error": "invalid_grant"}}])
    store = StoredTokens()
    with pytest.raises(TransientFailure):
        store.sign_in.ensure_valid()
    with pytest.raises(AirbyteTracedException, match="the refresh token was probably used then") as raised:
        store.sign_in.ensure_valid()
    assert "Authenticate again" in str(raised.value)


def test_a_refusal_without_such_an_answer_says_nothing_of_it(mocker: requests_mock.Mocker) -> None:
    mocker.post(URL, [{"status_code": 503}, {"status_code": 400, "json": {"error": "invalid_grant"}}])
    store = StoredTokens()
    with pytest.raises(TransientFailure):
        store.sign_in.ensure_valid()
    with pytest.raises(AirbyteTracedException) as raised:
        store.sign_in.ensure_valid()
    assert "was incomplete" not in str(raised.value)


def test_a_store_that_fails_does_not_bring_the_old_token_back(mocker: requests_mock.Mocker) -> None:
    mocker.post(URL, text=f"{{{GRANTED}}}")
    store = StoredTokens()
    store.fails = True
    with pytest.raises(OSError, match="no such device"):
        store.sign_in.ensure_valid()
    store.fails = False
    store.sign_in.accepted("Bearer access-2")
    store.sign_in.replace_rejected("Bearer access-2")
    assert [request.json()["refresh_token"] for request in mocker.request_history] == ["refresh-1", "refresh-2"]


JSON = json_values(leaves=6) | st.integers() | st.floats()


@given(rest=st.dictionaries(st.sampled_from(["access_token", "expires_in", "scope", "refresh_token_expires_in"]), JSON))
def test_no_other_member_of_an_answer_hides_the_refresh_token(rest: dict[str, Any]) -> None:
    grant = TokenGrant.of(json.dumps({**rest, "refresh_token": "refresh-2"}).encode())
    assert grant.refresh_token == "refresh-2"
    assert grant.lifetime is None or 0 < grant.lifetime < 400_000_000


@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_can_be_read(body: bytes) -> None:
    assert isinstance(TokenGrant.of(body).refresh_token, str)


@given(cut=st.integers(0, 200))
def test_a_cut_answer_gives_the_complete_refresh_token_or_none(cut: int) -> None:
    body = json.dumps({"refresh_token": "refresh-2-and-more", "access_token": "access-2", "expires_in": 5}).encode()
    assert TokenGrant.of(body[:cut]).refresh_token in ("refresh-2-and-more", "")
