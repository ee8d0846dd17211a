"""Troubles that pass: every one is met once, and the sync is whole and equal to the truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput, Json
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import rows_by_key, wrong_rows
from integration_tests.simulated_account import SimulatedAccount
from source_zendesk_support.pacing import TEST_PACING


@dataclass(frozen=True)
class PassingFault:
    """A fault on one call to a stream's endpoint, and how many calls the stream then needs in all."""

    stream: str
    path: str
    fault: str
    calls: int
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def step(self) -> Json:
        """The line of the account's script."""
        return {"fault": self.fault, "path": self.path, **dict(self.more)}


SECOND = (("call", 2),)
PASSING_FAULTS = [
    PassingFault("tickets", "incremental/tickets/cursor", "429", 2, (("retry_after", "1"),)),
    PassingFault("users", "incremental/users/cursor", "429", 2, (("retry_after", "date"),)),
    PassingFault("groups", "groups", "429", 2, (("retry_after", "0.5"),)),
    PassingFault("locales", "locales", "429", 2),
    PassingFault("brands", "brands", "503", 2, (("retry_after", "1"),)),
    PassingFault("schedules", "business_hours/schedules", "503", 2, (("retry_after", "date"),)),
    PassingFault("custom_statuses", "custom_statuses", "503", 2),
    PassingFault("organizations", "incremental/organizations", "500", 2),
    PassingFault("user_fields", "user_fields", "502", 2),
    PassingFault("organization_fields", "organization_fields", "504", 2),
    PassingFault("trigger_categories", "trigger_categories", "520", 2),
    PassingFault("recipient_addresses", "recipient_addresses", "524", 2),
    PassingFault("suspended_tickets", "suspended_tickets", "408", 2),
    PassingFault("deleted_tickets", "deleted_tickets", "409", 2),
    PassingFault("ticket_events", "incremental/ticket_events", "reset", 3),
    PassingFault("ticket_activities", "activities", "reset_body", 2),
    PassingFault("macros", "macros", "truncated", 3, SECOND),
    PassingFault("ticket_fields", "ticket_fields", "gzip_cut", 2),
    PassingFault("tags", "tags", "html", 3, SECOND),
    PassingFault("custom_roles", "custom_roles", "wrong_type", 1),
    PassingFault("automations", "automations", "no_key", 2),
    PassingFault("triggers", "triggers", "empty_object", 2),
    PassingFault("views", "views", "no_id", 2),
    PassingFault("satisfaction_ratings", "satisfaction_ratings", "no_links", 2),
    PassingFault("posts", "community/posts", "foreign_link", 2),
    PassingFault("articles", "help_center/incremental/articles", "foreign_link", 1),
    PassingFault("talk_calls", "channels/voice/stats/incremental/calls", "no_links", 2),
    PassingFault("talk_phone_numbers", "channels/voice/phone_numbers", "foreign_link", 1),
    PassingFault("chat_agents", "chat/agents", "reset", 4),
    PassingFault("audit_logs", "audit_logs", "reorder", 1),
]
SIZES = {"posts": 130, "satisfaction_ratings": 130}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SimulatedAccount, CommandOutput]]:
    with running_account(tickets=250, sizes=SIZES) as account:
        account.set_faults(script=[trouble.step for trouble in PASSING_FAULTS])
        connector = connector_of(account, tmp_path_factory.mktemp("troubled"))
        yield account, connector.read(*(trouble.stream for trouble in PASSING_FAULTS))


def test_a_passing_fault_costs_nothing_but_a_retry(troubled: tuple[SimulatedAccount, CommandOutput]) -> None:
    account, output = troubled
    requests = account.requests()
    for trouble in PASSING_FAULTS:
        calls = [call for call in requests if call["endpoint"] == f"/api/v2/{trouble.path}"]
        assert (trouble, [call["fault"] for call in calls if call["fault"]]) == (trouble, [trouble.fault])
        assert (trouble, len(calls)) == (trouble, trouble.calls)
        assert output.statuses[trouble.stream] == ["STARTED", "RUNNING", "COMPLETE"]
        assert wrong_rows(account, output, trouble.stream) == {}
        assert len(output.rows(trouble.stream)) == len(account.truth(trouble.stream))


def test_passing_faults_do_not_fail_the_sync(troubled: tuple[SimulatedAccount, CommandOutput]) -> None:
    _, output = troubled
    assert (output.exit_code, output.errors, output.warnings) == (0, [], [])
    assert "elsewhere.example" not in output.log  # the host of foreign links


@pytest.mark.parametrize("fault", ["null_cursor", "lone_surrogate"])
def test_an_odd_value_loses_no_row(account: SimulatedAccount, connector: Connector, fault: str) -> None:
    account.set_faults(script=[{"fault": fault, "path": path} for path in ("macros", "incremental/tickets/cursor")])
    output = connector.read("macros", "tickets")
    assert (output.exit_code, output.errors) == (0, [])
    for stream in ("macros", "tickets"):
        assert rows_by_key(stream, output.rows(stream)).keys() == rows_by_key(stream, account.truth(stream)).keys()


@pytest.mark.parametrize(("fault", "skipped"), [("empty_object", 0), ("no_id", 1)])
def test_a_row_that_stays_without_its_id_is_skipped_with_a_warning(
    account: SimulatedAccount, connector: Connector, fault: str, skipped: int
) -> None:
    account.set_faults(script=[{"fault": fault, "path": "groups", "times": 2}])
    output = connector.read("groups")
    assert (output.exit_code, len(account.requests()), len(output.warnings)) == (0, 2, 1)
    assert len(output.rows("groups")) == len(account.truth("groups")) - skipped


def test_a_page_that_is_too_large_to_be_served_is_halved(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(largest_page=50, slow_paths=["macros", "tags"])
    output = connector.read("macros", "tags")
    assert output.exit_code == 0
    for stream in ("macros", "tags"):
        calls = [call for call in account.requests() if call["path"] == f"/api/v2/{stream}"]
        assert [call["query"]["page[size]"] for call in calls] == ["100", "50", "50", "50"]
        assert len(output.rows(stream)) == len(account.truth(stream))


@pytest.mark.account(tickets=50, sizes={"articles": 1050})
def test_a_missing_link_does_not_end_an_export(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "no_links", "path": "help_center/incremental/articles"}])
    output = connector.read("articles")
    assert (output.exit_code, len(output.rows("articles"))) == (0, 1050)


def test_a_response_that_never_comes_is_requested_again_while_others_continue(
    account: SimulatedAccount, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server accepts a call and then says nothing."""
    monkeypatch.setenv(TEST_PACING, '{"wait_factor": 0, "read_timeout_seconds": 4, "deadline_factor": 60}')
    account.set_faults(script=[{"fault": "stall", "path": "groups", "seconds": 600}])
    output = connector.read("groups", "macros", "tickets")
    assert (output.exit_code, output.errors) == (0, [])
    sizes = [call["query"]["page[size]"] for call in account.requests() if call["path"] == "/api/v2/groups"]
    assert sizes == ["100", "100"]
    assert wrong_rows(account, output, "groups", "macros", "tickets") == {}
