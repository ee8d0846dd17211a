"""A check ends within a minute, and spends no refresh token as long as an access token lives."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from integration_tests.command_output import Json
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

BASIC = {"credentials": "api_token", "email": "admin@acme.example", "api_token": "simulated-token"}
REFRESH = {
    "credentials": "oauth2_refresh",
    "client_id": "simulated-client",
    "client_secret": "simulated-secret",
    "refresh_token": "simulated-refresh-token",
}
CLIENT = {name: REFRESH[name] for name in ("client_id", "client_secret")}
ALL_CALLS = 13
"""Of a check with an API token."""
ANSWER: Json = {"settings": {"active_features": {}}, "user": {"id": 7, "role": "admin"}, "tickets": []}


class SimultaneousAnswerHandler(BaseHTTPRequestHandler):
    """Answers nobody before all calls have come."""

    protocol_version = "HTTP/1.1"
    all_here: threading.Barrier

    def do_GET(self) -> None:
        with suppress(threading.BrokenBarrierError):
            self.all_here.wait()
        body = json.dumps(ANSWER).encode()
        self.send_response(503 if self.all_here.broken else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Takes all connections at once."""

    request_queue_size = 64


@pytest.fixture
def slow_host() -> Iterator[str]:
    handler = type("Handler", (SimultaneousAnswerHandler,), {"all_here": threading.Barrier(ALL_CALLS, timeout=60)})
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("workers", [2, 4])
def test_no_call_of_a_check_waits_for_the_answer_to_another(slow_host: str, tmp_path: Path, workers: int) -> None:
    config = {"subdomain": "acme", "base_url": slow_host, "credentials": BASIC, "num_workers": workers}
    verdict = Connector(config, tmp_path).check().verdict
    assert verdict["status"] == "SUCCEEDED", verdict
    assert "as user 7 (role: admin)" in verdict["message"]


def refreshes(account: SimulatedAccount) -> int:
    return sum(call["path"] == "/oauth/tokens" for call in account.requests())


EXPIRIES = ["2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "", None, "soon", 0]


@pytest.mark.parametrize("expiry", EXPIRIES, ids=str)
@pytest.mark.parametrize("command", ["check", "discover"])
def test_a_living_access_token_is_used_whatever_its_expiry_says(
    account: SimulatedAccount, tmp_path: Path, expiry: Any, command: str
) -> None:
    account.set_credentials(bearers={"living": {"role": "admin"}})
    credentials = REFRESH | {"access_token": "living", "token_expiry_date": expiry}
    connector = Connector(account.config(credentials=credentials), tmp_path)
    output = connector.check() if command == "check" else connector.discover()
    assert (output.exit_code, refreshes(account), output.of("CONTROL")) == (0, 0, [])
    assert connector.read("groups").exit_code == 0


@pytest.mark.parametrize("expiry", EXPIRIES, ids=str)
def test_an_ended_access_token_is_replaced_once_and_all_is_still_checked_in_fifteen_calls(
    account: SimulatedAccount, tmp_path: Path, expiry: Any
) -> None:
    credentials = REFRESH | {"access_token": "ended", "token_expiry_date": expiry}
    output = Connector(account.config(credentials=credentials), tmp_path).check()
    message = output.verdict["message"]
    assert (output.verdict["status"], refreshes(account), len(output.of("CONTROL"))) == ("SUCCEEDED", 1, 1)
    assert "scopes: read" in message
    assert "Could not be tried" not in message
    assert len(account.requests()) == 15


@pytest.mark.parametrize("credentials", [REFRESH, {**CLIENT, "credentials": "oauth2_client_credentials"}])
def test_without_an_access_token_one_is_fetched(account: SimulatedAccount, tmp_path: Path, credentials: Json) -> None:
    output = Connector(account.config(credentials=credentials), tmp_path).check()
    assert (output.verdict["status"], refreshes(account)) == ("SUCCEEDED", 1)
    assert len(output.of("CONTROL")) == (credentials is REFRESH)
    assert account.requests()[0]["path"] == "/oauth/tokens"
    assert len(account.requests()) == 14


def test_a_read_renews_a_token_that_is_about_to_end(account: SimulatedAccount, tmp_path: Path) -> None:
    account.set_credentials(bearers={"living": {"role": "admin"}})
    credentials = REFRESH | {"access_token": "living", "token_expiry_date": "2020-01-01T00:00:00Z"}
    output = Connector(account.config(credentials=credentials), tmp_path).read("groups")
    assert (output.exit_code, refreshes(account), len(output.of("CONTROL"))) == (0, 1, 1)
