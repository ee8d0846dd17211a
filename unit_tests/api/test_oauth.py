"""Tokens that end, against a scripted token endpoint."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests_mock
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.oauth import OAuthAuthenticator, SaveTokens, TokenRenewal
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.config.model import parse
from source_zendesk_support.errors import TransientFailure
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW

URL = "https://acme.zendesk.com/oauth/tokens"
CREDENTIALS = {
    "credentials": "oauth2_refresh",
    "client_id": "id",
    "client_secret": "secret",
    "refresh_token": "refresh-1",
    "access_token": "",
    "token_expiry_date": "",
}
FRESH = {"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 172_800}


GRANTS = {"oauth2_refresh": "refresh_token", "oauth2_client_credentials": "client_credentials"}


def oauth_of(credentials: dict[str, Any], save: SaveTokens) -> OAuthAuthenticator:
    config = {"base_url": "https://acme.zendesk.com", "credentials": credentials}
    url = "{{ config['base_url'] }}/oauth/tokens"
    return OAuthAuthenticator(config, GRANTS[credentials["credentials"]], url, TokenRenewal(HttpTransport(), save))


class Signed:
    """A sign-in, what it saved, and what it requested."""

    def __init__(self, mocker: requests_mock.Mocker, **credentials: Any) -> None:
        self.credentials: dict[str, Any] = {**CREDENTIALS, **credentials}
        self.saved: list[dict[str, str]] = []
        self.mocker = mocker
        self.used_when_saved: list[str] = []
        self.it = oauth_of(self.credentials, self._save)

    def _save(self, tokens: dict[str, str]) -> None:
        self.used_when_saved.append(self.it.access_token)
        self.saved.append(dict(tokens))

    @property
    def requested(self) -> list[Any]:
        return [request.json() for request in self.mocker.request_history]


def test_a_refresh_requests_the_longest_life_and_saves_before_use(mocker: requests_mock.Mocker) -> None:
    mocker.post(URL, json=FRESH)
    signed = Signed(mocker)
    signed.it.ensure_valid()
    assert signed.requested == [
        {
            "grant_type": "refresh_token",
            "expires_in": 172_800,
            "client_id": "id",
            "client_secret": "secret",
            "refresh_token": "refresh-1",
        }
    ]
    tokens = {"access_token": "access-2", "refresh_token": "refresh-2", "token_expiry_date": "2024-06-12T12:00:00Z"}
    assert (signed.saved, signed.used_when_saved) == ([tokens], [""])
    assert signed.it.token == "Bearer access-2"
    assert signed.credentials == CREDENTIALS


def test_client_credentials_request_read_and_save_nothing(mocker: requests_mock.Mocker) -> None:
    mocker.post(URL, json={"access_token": "access-2", "expires_in": None})
    signed = Signed(mocker, credentials="oauth2_client_credentials")
    signed.it.ensure_valid()
    assert signed.requested[0] == {
        "grant_type": "client_credentials",
        "expires_in": 172_800,
        "client_id": "id",
        "client_secret": "secret",
        "scope": "read",
    }
    assert (signed.saved, signed.it.access_token) == ([], "access-2")


@pytest.mark.parametrize(
    ("expiry", "refreshed"),
    [
        ("2024-06-10T11:00:00Z", 1),
        ("2024-06-10T12:04:59Z", 1),
        ("2024-06-10T12:06:00Z", 0),
        ("2024-06-10T14:06:00.123456+02:00", 0),
        ("", 0),
        (None, 0),
        ("soon", 0),
    ],
)
def test_a_token_is_renewed_five_minutes_before_its_end(
    mocker: requests_mock.Mocker, expiry: str | None, refreshed: int
) -> None:
    mocker.post(URL, json=FRESH)
    signed = Signed(mocker, access_token="access-1", token_expiry_date=expiry)
    signed.it.ensure_valid()
    assert len(signed.requested) == refreshed


def test_all_threads_share_one_refresh(mocker: requests_mock.Mocker) -> None:
    mocker.post(URL, json=FRESH)
    signed = Signed(mocker, access_token="access-1")
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(signed.it.replace_rejected, ["Bearer access-1"] * 64))
    assert len(signed.requested) == 1


def test_a_new_token_that_is_refused_at_once_is_not_replaced(mocker: requests_mock.Mocker) -> None:
    mocker.post(URL, json=FRESH)
    signed = Signed(mocker, access_token="access-1")
    signed.it.replace_rejected("Bearer access-1")
    with pytest.raises(AirbyteTracedException, match="has just issued"):
        signed.it.replace_rejected("Bearer access-2")
    signed.it.accepted("Bearer access-1")  # a late answer to the old token proves nothing
    with pytest.raises(AirbyteTracedException, match="has just issued"):
        signed.it.replace_rejected("Bearer access-2")
    signed.it.accepted("Bearer access-2")
    signed.it.replace_rejected("Bearer access-2")
    assert len(signed.requested) == 2


def test_main_credentials_and_chat_share_one_token() -> None:
    config = parse({"subdomain": "acme", "credentials": {**CREDENTIALS, "access_token": "access-1"}}).declarative()
    definitions = StreamDefinitions(config, TokenRenewal(HttpTransport(), lambda _tokens: None))
    chat, support = (definitions.pages(stream).requester.get_authenticator() for stream in ("chat_agents", "groups"))
    assert chat is support is definitions.authenticator


def test_chat_with_its_own_token_needs_none_of_these(mocker: requests_mock.Mocker) -> None:
    mocker.get("https://acme.zendesk.com/api/v2/chat/agents", json=[])
    user = {"subdomain": "acme", "credentials": CREDENTIALS, "chat_credentials": {"access_token": "chat-1"}}
    definitions = StreamDefinitions(parse(user).declarative(), TokenRenewal(HttpTransport(), lambda _tokens: None))
    request = definitions.pages("chat_agents").page_request(Position(0), NOW)
    request.auth.ensure_valid()
    assert request.auth.token == "Bearer chat-1"
    assert mocker.request_history == []


def test_without_anybody_to_save_the_next_token_the_stored_one_is_sent(mocker: requests_mock.Mocker) -> None:
    config = {"base_url": "https://acme.zendesk.com", "credentials": {**CREDENTIALS, "access_token": "access-1"}}
    oauth = OAuthAuthenticator(config, "refresh_token", URL)
    oauth.ensure_valid()
    oauth.replace_rejected("Bearer access-1")
    assert (oauth.token, oauth.can_renew, mocker.request_history) == ("Bearer access-1", False, [])


REFUSALS: list[tuple[int, Any, str]] = [
    (
        400,
        {"error": "invalid_grant", "error_description": "It was used"},
        "(HTTP 400 invalid_grant It was used). The re",
    ),
    (401, {"error": "invalid_client"}, "(HTTP 401 invalid_client). Check the client ID and the client secret"),
    (400, {"error": "invalid_scope"}, "(HTTP 400 invalid_scope). The OAuth client needs the scope read."),
    (403, {}, "(HTTP 403). Check the OAuth client"),
    (400, None, "(HTTP 400). Check the OAuth client"),
    (404, None, "There is no Zendesk account"),
    (302, None, "There is no Zendesk account"),
]


@pytest.mark.parametrize(("status", "body", "words"), REFUSALS)
def test_a_refusal_is_reported_once_and_not_requested_again(
    mocker: requests_mock.Mocker, status: int, body: Any, words: str
) -> None:
    mocker.post(URL, status_code=status, **({"content": b""} if body is None else {"json": body}))
    signed = Signed(mocker)
    for _ in range(2):
        with pytest.raises(AirbyteTracedException) as raised:
            signed.it.ensure_valid()
        assert raised.value.failure_type is FailureType.config_error
        assert words in str(raised.value)
    assert len(signed.requested) == 1


@pytest.mark.parametrize(
    "response",
    [
        {"status_code": 503},
        {"status_code": 429, "headers": {"Retry-After": "7"}},
        {"json": {}},
        {"json": []},
        {"json": {"access_token": None}},
        {"content": b'{"access_to'},
    ],
)
def test_trouble_that_passes_is_met_again(mocker: requests_mock.Mocker, response: dict[str, Any]) -> None:
    mocker.post(URL, [response, {"json": FRESH}])
    signed = Signed(mocker)
    with pytest.raises(TransientFailure):
        signed.it.ensure_valid()
    signed.it.ensure_valid()
    assert signed.it.access_token == "access-2"


def test_no_token_is_logged(mocker: requests_mock.Mocker, caplog: pytest.LogCaptureFixture) -> None:
    mocker.post(URL, json=FRESH)
    with caplog.at_level(logging.DEBUG):
        Signed(mocker).it.ensure_valid()
    assert "Access token renewed; it expires at 2024-06-12T12:00:00Z." in caplog.text
    assert "access-2" not in caplog.text
    assert "refresh-2" not in caplog.text
