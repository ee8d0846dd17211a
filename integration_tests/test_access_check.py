"""What check says: who signed in, what is missing, and one message with a remedy for each way to fail."""

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from integration_tests.command_output import Json
from integration_tests.conftest import CHAT, connector_of
from integration_tests.connector import Connector
from integration_tests.credentials import API_TOKEN, BEARER, CLIENT_CREDENTIALS, REFRESH
from integration_tests.scripted_host import HostResponse, scripted_host
from integration_tests.simulated_account import SimulatedAccount
from source_zendesk_support.pacing import TEST_PACING


def failed(connector: Connector) -> str:
    """The message of a check that fails."""
    verdict = connector.check().verdict
    assert verdict["status"] == "FAILED"
    return str(verdict["message"])


def passed(connector: Connector) -> str:
    """The report of a check that succeeds."""
    verdict = connector.check().verdict
    assert verdict["status"] == "SUCCEEDED", verdict
    return str(verdict["message"])


@pytest.mark.parametrize("credentials", [API_TOKEN, BEARER, CLIENT_CREDENTIALS])
def test_who_signed_in_and_what_the_limit_is(account: SimulatedAccount, tmp_path: Path, credentials: Json) -> None:
    reported = passed(connector_of(account, tmp_path, credentials=credentials))
    assert account.base_url.removeprefix("http://") in reported
    assert "role: admin" in reported
    assert ("scopes: read" in reported) == (credentials["credentials"] != "api_token")
    assert "API limit is 1000000 requests a minute" in reported
    assert "Not available" not in reported
    assert len(account.requests()) <= 15


def test_what_the_plan_lacks_is_reported_by_reason(account: SimulatedAccount, connector: Connector) -> None:
    account.set_plan("team", gates={"talk": "403_object"})
    reported = passed(connector)
    assert "talk_call_legs, talk_calls, talk_current_queue_activity" in reported
    assert "talk_phone_numbers, talk_settings (needs Talk; Zendesk answered HTTP 403" in reported
    assert "audit_logs (needs the audit log (Enterprise); Zendesk answered HTTP 403" in reported
    assert "account_attributes, agent_attribute_values, attribute_definitions (needs skills-based routing" in reported
    assert len(account.requests()) <= 15


def test_a_probe_that_meets_trouble_is_not_the_end(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "503", "path": "audit_logs", "times": 9}])
    assert "Could not be checked: audit_logs." in passed(connector)


@pytest.mark.parametrize("path", ["account/settings", "users/me", "incremental/tickets/cursor"])
def test_trouble_that_passes_costs_no_more_than_fifteen_calls(
    account: SimulatedAccount, connector: Connector, path: str
) -> None:
    account.set_faults(script=[{"fault": "503", "path": path, "times": 2}])
    passed(connector)
    assert len(account.requests()) <= 15


def test_trouble_that_lasts_ends_a_check_in_words(account: SimulatedAccount, tmp_path: Path) -> None:
    account.set_faults(script=[{"fault": "503", "path": "oauth/tokens", "times": 9}])
    assert failed(connector_of(account, tmp_path, credentials=REFRESH)) == (
        "Zendesk did not return account_settings (the token endpoint answered HTTP 503), 3 attempts. Try again in a "
        "few minutes."
    )
    assert len(account.requests()) == 3


def test_users_and_tokens_that_may_not_export_get_that_reason(account: SimulatedAccount, tmp_path: Path) -> None:
    account.set_credentials(bearers={"narrow": {"role": "admin", "scope": "tickets:read"}})
    cases = {
        "to administrators only": API_TOKEN | {"email": "agent2@acme.example"},
        "is an end user": API_TOKEN | {"email": "customer@mail.example"},
        "Check your credentials": API_TOKEN | {"email": "nobody@acme.example"},
        "lacks a scope": BEARER | {"access_token": "narrow"},
        "scope read": BEARER | {"access_token": "narrow"},
    }
    for words, credentials in cases.items():
        assert words in failed(connector_of(account, tmp_path, credentials=credentials))
    admin = min(row["id"] for row in account.truth("users"))
    account.update("users", admin, verified=False)
    assert "has not verified" in failed(connector_of(account, tmp_path))
    account.update("users", admin, verified=True, suspended=True)
    assert "is suspended" in failed(connector_of(account, tmp_path))


def test_a_wrong_chat_token_fails(account: SimulatedAccount, tmp_path: Path) -> None:
    connector = Connector(account.config(chat_credentials={"access_token": "not-it"}), tmp_path)
    assert "Chat does not accept the token in chat_credentials" in failed(connector)


def test_a_config_of_the_chat_connector_passes(account: SimulatedAccount, tmp_path: Path) -> None:
    connector = Connector(account.config(credentials=CHAT), tmp_path)
    assert "cover only Chat" in passed(connector)
    assert connector.read("chats", "chat_agents").exit_code == 0


def test_wrong_credentials_fail_every_command(account: SimulatedAccount, tmp_path: Path) -> None:
    connector = connector_of(account, tmp_path, credentials=API_TOKEN | {"api_token": "a-guess"})
    assert "Check your credentials" in failed(connector)
    discovered = connector.discover()
    assert (discovered.exit_code, discovered.of("CATALOG")) == (1, [])
    assert discovered.errors[0]["failure_type"] == "config_error"
    output = connector.read("tickets", "audit_logs", "articles")
    assert (output.exit_code, output.records) == (1, {})
    for stream in ("tickets", "audit_logs", "articles"):
        assert output.statuses[stream] == ["STARTED", "INCOMPLETE"]
        assert "check your credentials" in output.errors_of(stream)[0]["message"].lower()
    assert "a-guess" not in str(output.messages)


def test_an_unknown_subdomain_is_a_configuration_error_and_gates_nothing(
    account: SimulatedAccount, connector: Connector
) -> None:
    for page in ("redirect", "html", "html404"):
        account.set_behavior(unknown_subdomain=page)
        assert "subdomain" in failed(connector)
    output = connector.read("audit_logs", "tickets")
    assert (output.exit_code, output.warnings) == (1, [])
    for stream in ("audit_logs", "tickets"):
        assert output.statuses[stream] == ["STARTED", "INCOMPLETE"]
        assert output.errors_of(stream)[0]["failure_type"] == "config_error"


@pytest.mark.parametrize("credentials", [API_TOKEN, CLIENT_CREDENTIALS])
def test_a_redirect_is_not_followed(tmp_path: Path, credentials: Json) -> None:
    with scripted_host(lambda _path: HostResponse(200)) as other:
        moved = HostResponse(302, headers={"Location": f"http://{other.address}/api/v2"})
        with scripted_host(lambda _path: moved) as host:
            assert "no Zendesk account" in failed(Connector(host.config(credentials=credentials), tmp_path))
        assert other.seen == []


def test_a_host_that_does_not_speak_tls_gets_that_reason(tmp_path: Path) -> None:
    with scripted_host(lambda _path: HostResponse(200)) as host:
        assert "TLS" in failed(Connector(host.config("https"), tmp_path))


def test_a_second_401_is_an_error_and_every_call_names_the_client(tmp_path: Path) -> None:
    granted = {"access_token": "issued-token", "refresh_token": "issued-refresh", "expires_in": 900}

    def response(path: str) -> HostResponse:
        return HostResponse(200, granted) if path == "/oauth/tokens" else HostResponse(401, {"error": "invalid_token"})

    marketplace = {"name": "Acme Sync", "organization_id": 12, "application_id": 34}
    credentials = {**REFRESH, "access_token": "withdrawn"}
    with scripted_host(response) as host:
        config = host.config(credentials=credentials, marketplace=marketplace)
        output = Connector(config, tmp_path).read("groups", "brands", "macros")
        assert {error["failure_type"] for error in output.errors} == {"config_error"}
        assert "has just issued" in output.errors[0]["message"]
        assert [path for path, _ in host.seen].count("/oauth/tokens") == 1
        for _, headers in host.seen:
            assert headers["User-Agent"].startswith("source-zendesk-support/")
            assert headers["X-Zendesk-Marketplace-Name"] == "Acme Sync"
            assert headers["X-Zendesk-Marketplace-Organization-Id"] == "12"
            assert headers["X-Zendesk-Marketplace-App-Id"] == "34"


ALL_CALLS = 13
"""Of a check with an API token."""


@pytest.mark.parametrize("workers", [2, 4])
def test_no_call_of_a_check_waits_for_the_answer_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.delenv(TEST_PACING)
    all_here = threading.Barrier(ALL_CALLS, timeout=60)
    body = {"settings": {"active_features": {}}, "user": {"id": 7, "role": "admin"}, "tickets": []}

    def response(_path: str) -> HostResponse:
        """Nobody is answered before all calls have come."""
        with suppress(threading.BrokenBarrierError):
            all_here.wait()
        return HostResponse(503 if all_here.broken else 200, body)

    with scripted_host(response) as host:
        config = host.config(credentials=API_TOKEN, num_workers=workers)
        assert "as user 7 (role: admin)" in passed(Connector(config, tmp_path))


def refreshes(account: SimulatedAccount) -> int:
    return sum(call["path"] == "/oauth/tokens" for call in account.requests())


EXPIRIES = ["2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "", None, "soon", 0]


def test_a_living_access_token_is_used_whatever_its_expiry_says(account: SimulatedAccount, tmp_path: Path) -> None:
    account.set_credentials(bearers={"living": {"role": "admin"}})
    for expiry in EXPIRIES:
        credentials = REFRESH | {"access_token": "living", "token_expiry_date": expiry}
        connector = Connector(account.config(credentials=credentials), tmp_path)
        for output in (connector.check(), connector.discover()):
            assert (output.exit_code, refreshes(account), output.of("CONTROL")) == (0, 0, []), expiry


@pytest.mark.parametrize("expiry", EXPIRIES, ids=str)
def test_an_ended_access_token_is_replaced_once_and_all_is_still_checked_in_fifteen_calls(
    account: SimulatedAccount, tmp_path: Path, expiry: Any
) -> None:
    credentials = REFRESH | {"access_token": "ended", "token_expiry_date": expiry}
    output = Connector(account.config(credentials=credentials), tmp_path).check()
    message = output.verdict["message"]
    assert (output.verdict["status"], refreshes(account), len(output.of("CONTROL"))) == ("SUCCEEDED", 1, 1)
    assert "scopes: read" in message
    assert "Could not be checked" not in message
    assert len(account.requests()) == 15


def test_a_withdrawn_access_token_is_replaced_once_in_fifteen_calls_on_a_slow_host(
    account: SimulatedAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No end is known to be near, and the first refusal takes longer than the head start of the first call."""
    monkeypatch.setenv(TEST_PACING, "{}")
    account.set_faults(script=[{"fault": "stall", "seconds": 1.5, "times": 100}])
    credentials = REFRESH | {"access_token": "withdrawn", "token_expiry_date": "2999-01-01T00:00:00Z"}
    output = Connector(account.config(credentials=credentials), tmp_path).check()
    assert (output.verdict["status"], refreshes(account), len(account.requests())) == ("SUCCEEDED", 1, 15)
    assert "Could not be checked" not in output.verdict["message"]


@pytest.mark.parametrize("credentials", [REFRESH, CLIENT_CREDENTIALS])
def test_without_an_access_token_one_is_fetched(account: SimulatedAccount, tmp_path: Path, credentials: Json) -> None:
    output = Connector(account.config(credentials=credentials), tmp_path).check()
    assert (output.verdict["status"], refreshes(account)) == ("SUCCEEDED", 1)
    assert len(output.of("CONTROL")) == (credentials is REFRESH)
    assert account.requests()[0]["path"] == "/oauth/tokens"
    assert len(account.requests()) == 14
