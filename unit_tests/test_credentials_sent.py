"""Credentials, names and ids reach the wire byte for byte, although the CDK reads rendered templates as literals."""

import json
from base64 import b64encode
from typing import Any

import pytest
import requests_mock

from unit_tests.account import Account, Reply
from unit_tests.reading import REFRESH, read

SECRETS = [
    *("1e5", "1_000", "0x1f", "0o17", "1j", "007", "123456789012345678901234567890", "None", "True", "..."),
    *("'quoted'", '"quoted"', "b'x'", "[1]", "{'a':1}", "(1)", "{{x}}", "{{config}}", "{%if%}", "{#x#}"),
    *("back\\slash\\n\\x41", "it's", "a+b/c==", "%41"),
]
GROUPS = "/api/v2/groups"
ANSWER = {"groups": [{"id": 1, "updated_at": "2024-05-01T00:00:00Z"}], "meta": {"has_more": False}}


def authorization(account: Account, **credentials: Any) -> str:
    """The header with which groups are read."""
    account.on(GROUPS, ANSWER)
    assert read("groups", credentials=credentials).ids() == [1]
    (header,) = account.authorization
    return header


@pytest.mark.parametrize("secret", SECRETS)
def test_access_token_is_sent_as_it_is(secret: str, account: Account) -> None:
    sent = authorization(account, credentials="oauth2.0", access_token=secret)
    assert sent == f"Bearer {secret}"


@pytest.mark.parametrize("secret", SECRETS)
def test_api_token_is_sent_as_it_is(secret: str, account: Account) -> None:
    sent = authorization(account, credentials="api_token", email="jo@example.com", api_token=secret)
    assert sent == "Basic " + b64encode(f"jo@example.com/token:{secret}".encode()).decode()


@pytest.mark.parametrize("email", [*SECRETS, "j\u00f6@example.com", "o'neil@example.com"])
def test_email_is_sent_as_it_is(email: str, account: Account) -> None:
    sent = authorization(account, credentials="api_token", email=email, api_token="made-up")
    assert sent == "Basic " + b64encode(f"{email}/token:made-up".encode()).decode()


@pytest.mark.parametrize("kind", ["oauth2_refresh", "oauth2_client_credentials"])
@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_exchanged_for_a_token_is_sent_as_it_is(kind: str, secret: str) -> None:
    tokens = {"client_secret": f"s{secret}", "refresh_token": f"r{secret}"}
    credentials = {"credentials": kind, "client_id": secret, **tokens}
    with requests_mock.Mocker() as mocker:
        account = Account(mocker)
        mocker.post("https://acme.zendesk.com/oauth/tokens", json={"access_token": f"t{secret}", "expires_in": 7200})
        assert authorization(account, **credentials) == f"Bearer t{secret}"
        (requested,) = [request.json() for request in mocker.request_history if request.method == "POST"]
    names = ("client_id", "client_secret", *(["refresh_token"] if kind == "oauth2_refresh" else []))
    assert {name: requested[name] for name in names} == {name: credentials[name] for name in names}


@pytest.mark.parametrize("secret", ["1e5", "None", "{{x}}"])
def test_renewed_token_is_sent_from_the_next_request_on(secret: str) -> None:
    credentials = {**REFRESH, "access_token": "old"}
    with requests_mock.Mocker() as mocker:
        account = Account(mocker)
        mocker.post("https://acme.zendesk.com/oauth/tokens", json={"access_token": secret, "expires_in": 7200})
        account.on(GROUPS, Reply({"error": "invalid_token"}, status=401), ANSWER)
        assert read("groups", credentials=credentials).ids() == [1]
    assert account.authorization == {"Bearer old", f"Bearer {secret}"}


@pytest.mark.parametrize("secret", SECRETS)
def test_chat_token_is_sent_to_chat_as_it_is(secret: str, account: Account) -> None:
    account.on("/api/v2/chat/account", {"account_key": "k"})
    read("chat_account", chat_credentials={"access_token": secret})
    assert account.authorization == {f"Bearer {secret}"}


@pytest.mark.parametrize("value", [secret for secret in SECRETS if not secret.startswith("\\")])
def test_marketplace_names_are_sent_as_they_are(value: str) -> None:
    with requests_mock.Mocker() as mocker:
        Account(mocker).on(GROUPS, ANSWER)
        read("groups", marketplace={"name": value, "organization_id": value, "application_id": value})
        (request,) = mocker.request_history
    headers = {name: text for name, text in request.headers.items() if "Marketplace" in name}
    assert headers == {
        "X-Zendesk-Marketplace-Name": value,
        "X-Zendesk-Marketplace-Organization-Id": value,
        "X-Zendesk-Marketplace-App-Id": value,
    }


@pytest.mark.parametrize("subdomain", ["1e5", "0x1f", "123", "none", "true", "1-000", "007"])
def test_subdomain_is_the_host_as_it_is(subdomain: str, account: Account) -> None:
    account.on(GROUPS, ANSWER)
    read("groups", subdomain=subdomain)
    assert account.hosts == {f"{subdomain}.zendesk.com"}


@pytest.mark.parametrize("path", ["/1e5", "/a/'b'", "/{{ 7 * 7 }}"])
def test_path_of_another_address_stays_as_it_is(path: str, account: Account) -> None:
    url = path.replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")
    account.on(f"{url}{GROUPS}", ANSWER)
    read("groups", base_url=f"https://proxy.example.com{path}")
    assert account.requested == [f"{url}{GROUPS}?exclude_deleted=false&page[size]=100"]


@pytest.mark.parametrize("parent", ["1e5", "0x1f", "1_000", "None", "007", 100000000000000000001, "{{x}}"])
def test_id_of_a_parent_is_in_the_path_as_it_is(parent: int | str, account: Account) -> None:
    shown = str(parent).replace("{", "%7B").replace("}", "%7D")
    page = json.dumps({"schedules": [{"id": parent}]}).encode()
    account.on("/api/v2/business_hours/schedules", Reply(page))
    account.on(f"/api/v2/business_hours/schedules/{shown}/holidays", {"holidays": [{"id": 1}]})
    assert read("schedule_holidays").ids() == [1]
    assert account.requested[1:] == [f"/api/v2/business_hours/schedules/{shown}/holidays"]
