import base64

import pytest

from integration_tests.simulated_account.access import AccountCredentials, ApiCaller, grant
from integration_tests.simulated_account.account_behavior import AccountBehavior
from integration_tests.simulated_account.responses import ApiError
from integration_tests.simulated_account.server_state import ServerState
from unit_tests.simulated_account.api_client import BASIC, CHAT, NOW, ApiClient

CLIENT = {"client_id": "simulated-client", "client_secret": "simulated-secret"}


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic !",
        _basic("admin@acme.example/token:wrong"),
        _basic("nobody@acme.example/token:simulated-token"),
        _basic("admin@acme.example:simulated-token"),
        CHAT,
    ],
)
def test_wrong_or_missing_credentials_are_401(reading: ApiClient, header: str | None) -> None:
    reply = reading.get("account/settings", authorization=header)
    assert reply.status == 401
    assert reply.json["error"] in ("Couldn't authenticate you", "invalid_token")


def test_users_me_is_anonymous_without_credentials(reading: ApiClient) -> None:
    assert reading.get("users/me", authorization=None).json["user"]["id"] is None
    assert reading.get("users/me").json["user"]["role"] == "admin"
    assert reading.get("users/me", authorization=_basic("x/token:y")).status == 401


def test_exports_are_for_administrators(reading: ApiClient) -> None:
    agent, customer = (_basic(f"{caller}@{at}/token:simulated-token") for caller, at in _OTHERS)
    assert reading.get("macros", authorization=agent).status == 200
    refused = reading.get("incremental/tickets/cursor?start_time=0", authorization=agent)
    assert (refused.status, refused.json["error"]["title"]) == (403, "Forbidden")
    assert reading.get("macros", authorization=customer).json["error"] == "Forbidden"


_OTHERS = (("agent2", "acme.example"), ("customer", "mail.example"))


def test_chat_takes_its_own_token_only(server: ServerState) -> None:
    api = ApiClient(server)
    assert api.get("chat/departments", authorization=CHAT).status == 200
    assert api.get("chat/departments", authorization=BASIC).status == 401


def test_a_token_ends_with_its_life_and_needs_the_read_scope(server: ServerState) -> None:
    server.credentials.bearers |= {
        "short": ApiCaller("admin", expires=NOW + 10),
        "narrow": ApiCaller("admin", scope="users:read"),
    }
    api = ApiClient(server, "Bearer short")
    assert api.get("oauth/tokens/current").json["token"]["expires_at"] == "2026-11-01T12:00:10Z"
    server.account.clock.shift(11)
    assert api.get("groups").json["error"] == "invalid_token"
    assert ApiClient(server, "Bearer narrow").get("groups").status == 403


def test_a_refresh_token_is_good_for_one_use(server: ServerState) -> None:
    requested = {"grant_type": "refresh_token", "refresh_token": "simulated-refresh-token", **CLIENT}
    first = grant(server.credentials, server.account.clock, requested).rest
    assert first["expires_in"] == 1800
    assert ApiClient(server, f"Bearer {first['access_token']}").get("groups").status == 200
    second = grant(server.credentials, server.account.clock, requested | {"refresh_token": first["refresh_token"]}).rest
    assert ApiClient(server, f"Bearer {first['access_token']}").get("groups").status == 401
    assert ApiClient(server, f"Bearer {second['access_token']}").get("groups").status == 200
    with pytest.raises(ApiError) as replayed:
        grant(server.credentials, server.account.clock, requested)
    assert replayed.value.response.status == 400


def test_client_credentials_are_granted_to_the_right_client(server: ServerState) -> None:
    clock = server.account.clock
    requested = {"grant_type": "client_credentials", "expires_in": 600, **CLIENT}
    assert grant(server.credentials, clock, requested).rest["expires_in"] == 600
    for changes, status in (({"client_secret": "x"}, 401), ({"grant_type": "password"}, 400), ({"expires_in": 9}, 400)):
        with pytest.raises(ApiError) as refused:
            grant(AccountCredentials(), clock, requested | changes)
        assert refused.value.response.status == status


@pytest.mark.parametrize(("how", "status"), [("redirect", 302), ("html", 200), ("html404", 404)])
def test_an_unknown_subdomain_answers_with_a_page(server: ServerState, how: str, status: int) -> None:
    server.behavior = AccountBehavior(unknown_subdomain=how)
    reply = ApiClient(server).get("account/settings")
    assert reply.status == status
    assert reply.headers.get("Location", "https://www.zendesk.com").startswith("https://www.zendesk.com")


def test_unknown_paths_are_404(reading: ApiClient) -> None:
    assert reading.get("no/such/thing").json["error"] == "InvalidEndpoint"
    assert reading.get("/elsewhere").status == 404
    assert reading.get("tickets/999999/comments").json["error"] == "RecordNotFound"
    assert reading.get("tickets/x/comments").status == 404
