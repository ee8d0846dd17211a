"""Wrong credentials and wrong subdomains are errors of the configuration, in words."""

from pathlib import Path

import pytest

from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount


def test_wrong_credentials_fail_the_check_and_the_read(account: SimulatedAccount, tmp_path: Path) -> None:
    wrong = {"credentials": "api_token", "email": "admin@acme.example", "api_token": "a-guess"}
    connector = connector_of(account, tmp_path, credentials=wrong)
    verdict = connector.check().verdict
    assert verdict["status"] == "FAILED"
    assert "check your credentials" in verdict["message"].lower()
    output = connector.read("tickets", "audit_logs", "articles")
    assert (output.exit_code, output.records) == (1, {})
    for stream in ("tickets", "audit_logs", "articles"):
        assert output.statuses[stream] == ["STARTED", "INCOMPLETE"]
        assert "check your credentials" in output.errors_of(stream)[0]["message"].lower()
    assert "a-guess" not in str(output.messages)


@pytest.mark.parametrize("page", ["redirect", "html404", "html"])
def test_an_unknown_subdomain_is_a_configuration_error(
    account: SimulatedAccount, connector: Connector, page: str
) -> None:
    account.set_behavior(unknown_subdomain=page)
    verdict = connector.check().verdict
    assert verdict["status"] == "FAILED"
    assert "subdomain" in verdict["message"]


def test_nothing_is_gated_under_an_unknown_subdomain(account: SimulatedAccount, connector: Connector) -> None:
    account.set_behavior(unknown_subdomain="html404")
    output = connector.read("audit_logs", "tickets")
    assert (output.exit_code, output.warnings) == (1, [])
    for stream in ("audit_logs", "tickets"):
        assert output.statuses[stream] == ["STARTED", "INCOMPLETE"]
        assert output.errors_of(stream)[0]["failure_type"] == "config_error"
