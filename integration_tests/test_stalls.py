"""A server that accepts a call and then says nothing."""

import pytest

from integration_tests.connector import Connector
from integration_tests.row_comparison import wrong_rows
from integration_tests.simulated_account import SimulatedAccount
from source_zendesk_support.pacing import TEST_PACING


def test_a_response_that_never_comes_is_requested_again_while_others_continue(
    account: SimulatedAccount, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TEST_PACING, '{"wait_factor": 0, "read_timeout_seconds": 4, "deadline_factor": 60}')
    account.set_faults(script=[{"fault": "stall", "path": "groups", "seconds": 600}])
    output = connector.read("groups", "macros", "tickets")
    assert (output.exit_code, output.errors) == (0, [])
    sizes = [call["query"]["page[size]"] for call in account.requests() if call["path"] == "/api/v2/groups"]
    assert sizes == ["100", "100"]
    assert wrong_rows(account, output, "groups", "macros", "tickets") == {}
