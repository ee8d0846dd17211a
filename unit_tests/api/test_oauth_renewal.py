"""Any 401 on the main API is worth one renewal, if the credentials can be renewed."""

from typing import Any

import pytest

from unit_tests.account import Account, Reply, cursor_page
from unit_tests.reading import REFRESH, read

RENEWED = {**REFRESH, "access_token": "d-secret"}
TOKENS = {"access_token": "e-secret", "refresh_token": "f-secret", "expires_in": 172_800}
PAGE = cursor_page("groups", [{"id": 1}])
BODIES: list[Any] = [
    {"error": "invalid_token", "error_description": "expired"},
    {"error": "Couldn't authenticate you"},
    {"message": "Unauthorized"},
    b"",
    b"HTTP Basic: Access denied.\n",
    b"<html>Sign in</html>",
]


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_refused_token_is_renewed_once(body: Any, account: Account) -> None:
    account.on("/api/v2/groups", Reply(body, status=401), PAGE)
    account.on("/oauth/tokens", TOKENS)
    outcome = read("groups", credentials=RENEWED)
    assert outcome.ids() == [1]
    assert [url.partition("?")[0] for url in account.requested] == ["/api/v2/groups", "/oauth/tokens", "/api/v2/groups"]


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_second_refusal_is_a_configuration_error(body: Any, account: Account) -> None:
    account.on("/api/v2/groups", *[Reply(body, status=401)] * 3)
    account.on("/oauth/tokens", TOKENS)
    outcome = read("groups", fails=True, credentials=RENEWED)
    assert account.requested.count("/oauth/tokens") == 1
    assert outcome.stream_errors[0][1] == "config_error"
    assert "Zendesk rejects the access token it has just issued (HTTP 401" in outcome.stream_errors[0][2]


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_credentials_that_cannot_be_renewed_are_wrong_at_once(body: Any, account: Account) -> None:
    account.on("/api/v2/groups", Reply(body, status=401))
    outcome = read("groups", fails=True)
    assert len(account.requested) == 1
    assert "Check your credentials" in outcome.stream_errors[0][2]
