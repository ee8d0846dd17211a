"""What check says: who signed in, what is missing, and one message with a remedy for each way to fail."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from integration_tests.command_output import Json
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

CLIENT = {"credentials": "oauth2_client_credentials", "client_id": "simulated-client"}
BEARER = {"credentials": "oauth2.0", "access_token": "simulated-access-token"}


def token_of(email: str) -> Json:
    return {"credentials": "api_token", "email": email, "api_token": "simulated-token"}


def failed(connector: Connector) -> str:
    """The message of a check that fails."""
    verdict = connector.check().verdict
    assert verdict["status"] == "FAILED"
    message: str = verdict["message"]
    return message


def passed(connector: Connector) -> str:
    """The report of a check that succeeds."""
    verdict = connector.check().verdict
    assert verdict["status"] == "SUCCEEDED", verdict
    message: str = verdict["message"]
    return message


@pytest.mark.parametrize(
    "credentials", [token_of("admin@acme.example"), BEARER, {**CLIENT, "client_secret": "simulated-secret"}]
)
def test_who_signed_in_and_what_the_limit_is(account: SimulatedAccount, tmp_path: Path, credentials: Json) -> None:
    told = passed(connector_of(account, tmp_path, credentials=credentials))
    assert account.base_url.removeprefix("http://") in told
    assert "role: admin" in told
    assert ("scopes: read" in told) == (credentials["credentials"] != "api_token")
    assert "API limit is 1000000 requests a minute" in told
    assert "Not available" not in told
    assert len(account.requests()) <= 15


def test_what_the_plan_lacks_is_told_by_reason(account: SimulatedAccount, connector: Connector) -> None:
    account.set_plan("team", gates={"talk": "403_object"})
    told = passed(connector)
    assert "talk_call_legs, talk_calls, talk_phone_numbers (needs Talk; Zendesk answered HTTP 403" in told
    assert "audit_logs (needs the audit log (Enterprise); Zendesk answered HTTP 403" in told
    assert "account_attributes, attribute_definitions (needs skills-based routing (Professional); Zendesk" in told
    assert len(account.requests()) <= 15


def test_a_probe_that_meets_trouble_is_not_the_end(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "503", "path": "audit_logs", "times": 9}])
    assert "Could not be tried: audit_logs." in passed(connector)


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("agent2@acme.example", "to administrators only"),
        ("customer@mail.example", "is an end user"),
        ("nobody@acme.example", "Check your credentials"),
    ],
)
def test_a_user_who_cannot_export_is_told_so(account: SimulatedAccount, tmp_path: Path, email: str, words: str) -> None:
    assert words in failed(connector_of(account, tmp_path, credentials=token_of(email)))


def test_a_token_of_too_few_scopes_is_told_so(account: SimulatedAccount, tmp_path: Path) -> None:
    account.set_credentials(bearers={"narrow": {"role": "admin", "scope": "tickets:read"}})
    told = failed(connector_of(account, tmp_path, credentials={"credentials": "oauth2.0", "access_token": "narrow"}))
    assert "lacks a scope" in told
    assert "scope read" in told


def test_a_suspended_user_is_told_so(account: SimulatedAccount, connector: Connector) -> None:
    admin = min(row["id"] for row in account.truth("users"))
    account.update("users", admin, suspended=True)
    assert "is suspended" in failed(connector)


def test_an_unverified_user_is_told_so(account: SimulatedAccount, connector: Connector) -> None:
    admin = min(row["id"] for row in account.truth("users"))
    account.update("users", admin, verified=False)
    assert "has not verified" in failed(connector)


def test_a_wrong_chat_token_fails(account: SimulatedAccount, tmp_path: Path) -> None:
    chat = {"access_token": "not-it"}
    told = failed(Connector(account.config(chat_credentials=chat), tmp_path))
    assert "Chat does not accept the token in chat_credentials" in told


def test_a_config_of_the_chat_connector_passes(account: SimulatedAccount, tmp_path: Path) -> None:
    chat = {"credentials": "access_token", "access_token": "simulated-chat-token"}
    connector = Connector(account.config(credentials=chat), tmp_path)
    assert "Chat alone" in passed(connector)
    assert connector.read("chats", "chat_agents").exit_code == 0


class RedirectHandler(BaseHTTPRequestHandler):
    """Sends every caller to another host, and notes what came."""

    target = ""
    seen: list[str | None]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization"))
        self.send_response(302)
        self.send_header("Location", f"{self.target}{self.path}")
        self.end_headers()

    do_POST = do_GET  # noqa: N815  the module's own spelling

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def lured() -> Iterator[tuple[HTTPServer, HTTPServer]]:
    """A host that redirects everything to another, and that other."""
    servers = []
    for _ in range(2):
        handler = type("Handler", (RedirectHandler,), {"seen": []})
        server = HTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    servers[0].RequestHandlerClass.target = f"http://localhost:{servers[1].server_port}"  # type: ignore[attr-defined]
    yield servers[0], servers[1]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "credentials", [token_of("admin@acme.example"), {**CLIENT, "client_secret": "simulated-secret"}]
)
def test_a_redirect_is_not_followed(lured: tuple[HTTPServer, HTTPServer], tmp_path: Path, credentials: Json) -> None:
    first, other = lured
    config = {"subdomain": "acme", "base_url": f"http://127.0.0.1:{first.server_port}", "credentials": credentials}
    assert "no Zendesk account" in failed(Connector(config, tmp_path))
    assert other.RequestHandlerClass.seen == []  # type: ignore[attr-defined]


def test_a_host_that_does_not_speak_tls_is_told_so(lured: tuple[HTTPServer, HTTPServer], tmp_path: Path) -> None:
    config = {
        "subdomain": "acme",
        "base_url": f"https://127.0.0.1:{lured[0].server_port}",
        "credentials": token_of("admin@acme.example"),
    }
    assert "TLS" in failed(Connector(config, tmp_path))
