"""What users bring and paste, and what a host may answer: configs in every known form, and a token that never works."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from integration_tests.command_output import Json
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

API = {"email": "admin@acme.example", "api_token": "simulated-token"}
CLIENT = {"client_id": "simulated-client", "client_secret": "simulated-secret"}
REFRESH = CLIENT | {"refresh_token": "simulated-refresh-token"}
BEARER = {"access_token": "simulated-access-token"}
SAVED: dict[str, Json] = {
    "Support, API token": {"credentials": {"credentials": "api_token", **API}},
    "Support, legacy OAuth": {"credentials": {"credentials": "oauth2.0", **BEARER, **CLIENT}},
    "Support, no const": {"credentials": REFRESH},
    "Support before 1.0": {"auth_method": {"auth_method": "access_token", **BEARER}},
    "Talk, API token": {"credentials": {"auth_type": "api_token", **API}, "subscription_tier": "team"},
    "Talk, legacy": {"email": "admin@acme.example", "access_token": "simulated-token"},
    "copied with blanks": {"credentials": {"credentials": "oauth2.0", "access_token": " simulated-access-token\n"}},
    "pasted address": {"subdomain": " https://ACME.zendesk.com/agent/filters/1 ", "start_date": "2024-01-31"},
    "start_date with an offset": {"start_date": "2024-01-31T10:00:00.123+05:30"},
}


def verdict_of(connector: Connector) -> tuple[str, str]:
    """Status and message of a check."""
    verdict = connector.check().verdict
    return verdict["status"], verdict["message"]


@pytest.mark.parametrize("form", SAVED.values(), ids=SAVED.keys())
def test_a_config_is_understood(account: SimulatedAccount, tmp_path: Path, form: Json) -> None:
    config = account.config(**form)
    if "credentials" not in form and "start_date" not in form:
        del config["credentials"]
    assert verdict_of(Connector(config, tmp_path))[0] == "SUCCEEDED"


def test_tokens_are_handed_back_in_todays_form(account: SimulatedAccount, tmp_path: Path) -> None:
    config = account.config(credentials={"auth_type": "oauth2_refresh", **REFRESH}, subscription_tier="team")
    (control,) = Connector(config, tmp_path).check().of("CONTROL")
    given = control["connectorConfig"]["config"]
    assert given.keys() == config.keys()
    assert given["credentials"].keys() == {"credentials", *REFRESH, "access_token", "token_expiry_date"}
    assert given["credentials"]["credentials"] == "oauth2_refresh"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"subdomain": "acme.zendesk.com:443"}, "subdomain: it holds a port (:)"),
        ({"subdomain": "https://acme.zendesk.com.evil.example/"}, "is not a host of Zendesk's"),
        ({"start_date": "31.01.2024"}, "'31.01.2024' is no date; write it like 2024-01-31T00:00:00Z"),
        ({"start_date": "20240131"}, "'20240131' is no date; write it like 2024-01-31T00:00:00Z"),
        ({"start_date": "2999-01-01"}, "lies in the future"),
        ({"base_url": "https://exa mple.com"}, "base_url: not a URL"),
        ({"base_url": "http://127.0.0.1:9"}, "127.0.0.1:9 does not answer"),
        ({"credentials": {"credentials": "oauth2.0", "access_token": "hun\nter2"}}, "copy it again"),
        ({"credentials": {"credentials": "oauth2.0", "access_token": "hunéter2"}}, "copy it again"),
    ],
)
def test_what_cannot_work_is_told_without_a_call(
    account: SimulatedAccount, tmp_path: Path, form: Json, words: str
) -> None:
    output = connector_of(account, tmp_path, **form).check()
    assert output.verdict["status"] == "FAILED"
    assert words in output.verdict["message"]
    assert account.requests() == []
    assert "ter2" not in json.dumps(output.messages)


@pytest.mark.parametrize("path", ["account/settings", "users/me", "incremental/tickets/cursor"])
def test_trouble_that_passes_costs_no_more_than_fifteen_calls(
    account: SimulatedAccount, tmp_path: Path, path: str
) -> None:
    account.set_faults(script=[{"fault": "503", "path": path, "times": 2}])
    assert verdict_of(connector_of(account, tmp_path))[0] == "SUCCEEDED"
    assert len(account.requests()) <= 15


def test_trouble_that_lasts_ends_a_check_in_words(account: SimulatedAccount, tmp_path: Path) -> None:
    account.set_faults(script=[{"fault": "503", "path": "oauth/tokens", "times": 9}])
    output = connector_of(account, tmp_path, credentials={"credentials": "oauth2_refresh", **REFRESH}).check()
    assert output.verdict["message"] == (
        "Zendesk could not be asked for account_settings (the token endpoint answered HTTP 503), 3 attempts. Try again "
        "in some minutes."
    )
    assert len(account.requests()) == 3


def test_a_refused_refresh_fails_discover(account: SimulatedAccount, tmp_path: Path) -> None:
    """A catalog without custom fields would drop the columns of the user's tables."""
    credentials = {"credentials": "oauth2_refresh", **REFRESH, "refresh_token": "used-up"}
    output = connector_of(account, tmp_path, credentials=credentials).discover()
    assert (output.exit_code, output.of("CATALOG")) == (1, [])
    assert "invalid_grant" in output.errors[0]["message"]


class UnauthorizedHandler(BaseHTTPRequestHandler):
    """Issues tokens and accepts none of them; notes path and headers of every call."""

    seen: ClassVar[list[tuple[str, Json]]] = []

    def do_GET(self) -> None:
        self._answer(401, {"error": "invalid_token"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, {"access_token": "issued-token", "refresh_token": "issued-refresh", "expires_in": 900})

    def _answer(self, status: int, body: Json) -> None:
        self.seen.append((self.path.partition("?")[0], dict(self.headers)))
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    """The address of such a host."""
    UnauthorizedHandler.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), UnauthorizedHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_second_401_is_an_error_and_every_call_says_who_asks(host: str, tmp_path: Path) -> None:
    marketplace = {"name": "Acme Sync", "organization_id": 12, "app_id": 34}
    credentials = {"credentials": "oauth2_refresh", **REFRESH, "access_token": "withdrawn"}
    config = {"subdomain": "acme", "base_url": host, "credentials": credentials, "marketplace": marketplace}
    output = Connector(config, tmp_path).read("groups", "brands", "macros")
    assert {error["failure_type"] for error in output.errors} == {"config_error"}
    assert "only just issued" in output.errors[0]["message"]
    assert [path for path, _ in UnauthorizedHandler.seen].count("/oauth/tokens") == 1
    for _, headers in UnauthorizedHandler.seen:
        assert headers["User-Agent"].startswith("source-zendesk-support/")
        assert headers["X-Zendesk-Marketplace-Name"] == "Acme Sync"
        assert headers["X-Zendesk-Marketplace-Organization-Id"] == "12"
        assert headers["X-Zendesk-Marketplace-App-Id"] == "34"
