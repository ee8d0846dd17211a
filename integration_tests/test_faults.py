"""Troubles that pass: every one is met once, and the sync is whole and equal to the truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.output import Json, Output
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.truths import differing, keyed


@dataclass(frozen=True)
class Trouble:
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
TROUBLES = [
    Trouble("tickets", "incremental/tickets/cursor", "429", 2, (("retry_after", "1"),)),
    Trouble("users", "incremental/users/cursor", "429", 2, (("retry_after", "date"),)),
    Trouble("groups", "groups", "429", 2, (("retry_after", "0.5"),)),
    Trouble("locales", "locales", "429", 2),
    Trouble("brands", "brands", "503", 2, (("retry_after", "1"),)),
    Trouble("schedules", "business_hours/schedules", "503", 2, (("retry_after", "date"),)),
    Trouble("custom_statuses", "custom_statuses", "503", 2),
    Trouble("organizations", "incremental/organizations", "500", 2),
    Trouble("user_fields", "user_fields", "502", 2),
    Trouble("organization_fields", "organization_fields", "504", 2),
    Trouble("trigger_categories", "trigger_categories", "520", 2),
    Trouble("recipient_addresses", "recipient_addresses", "524", 2),
    Trouble("suspended_tickets", "suspended_tickets", "408", 2),
    Trouble("deleted_tickets", "deleted_tickets", "409", 2),
    Trouble("ticket_events", "incremental/ticket_events", "reset", 3),
    Trouble("ticket_activities", "activities", "reset_body", 2),
    Trouble("macros", "macros", "truncated", 3, SECOND),
    Trouble("ticket_fields", "ticket_fields", "gzip_cut", 2),
    Trouble("tags", "tags", "html", 3, SECOND),
    Trouble("custom_roles", "custom_roles", "wrong_type", 1),
    Trouble("automations", "automations", "no_key", 2),
    Trouble("triggers", "triggers", "empty_object", 2),
    Trouble("views", "views", "no_id", 2),
    Trouble("satisfaction_ratings", "satisfaction_ratings", "no_links", 2),
    Trouble("posts", "community/posts", "foreign_link", 2),
    Trouble("articles", "help_center/incremental/articles", "foreign_link", 1),
    Trouble("talk_calls", "channels/voice/stats/incremental/calls", "no_links", 2),
    Trouble("talk_phone_numbers", "channels/voice/phone_numbers", "foreign_link", 1),
    Trouble("chat_agents", "chat/agents", "reset", 4),
    Trouble("audit_logs", "audit_logs", "reorder", 1),
]
SIZES = {"posts": 130}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SimulatedAccount, Output]]:
    with running_account(tickets=250, sizes=SIZES) as account:
        account.set_faults(script=[trouble.step for trouble in TROUBLES])
        connector = connector_of(account, tmp_path_factory.mktemp("troubled"))
        yield account, connector.read(*(trouble.stream for trouble in TROUBLES))


def named(trouble: Trouble) -> str:
    return f"{trouble.fault} {trouble.stream}"


@pytest.mark.parametrize("trouble", TROUBLES, ids=named)
def test_a_passing_fault_costs_nothing_but_a_retry(troubled: tuple[SimulatedAccount, Output], trouble: Trouble) -> None:
    account, output = troubled
    calls = [call for call in account.requests() if call["endpoint"] == f"/api/v2/{trouble.path}"]
    assert [call["fault"] for call in calls if call["fault"]] == [trouble.fault]
    assert len(calls) == trouble.calls
    assert output.statuses[trouble.stream] == ["STARTED", "RUNNING", "COMPLETE"]
    found, truth = keyed(trouble.stream, output.rows(trouble.stream)), account.truth(trouble.stream)
    assert differing(trouble.stream, found, keyed(trouble.stream, truth)) == {}
    assert len(output.rows(trouble.stream)) == len(truth)


def test_passing_faults_do_not_fail_the_sync(troubled: tuple[SimulatedAccount, Output]) -> None:
    _, output = troubled
    assert (output.exit_code, output.errors, output.warnings) == (0, [], [])


def test_every_call_goes_to_the_configured_host(troubled: tuple[SimulatedAccount, Output]) -> None:
    account, output = troubled
    assert len(account.requests()) >= len(TROUBLES)
    assert "elsewhere.example" not in str(output.log)


@pytest.mark.parametrize("fault", ["null_cursor", "lone_surrogate"])
def test_an_odd_value_loses_no_row(account: SimulatedAccount, connector: Connector, fault: str) -> None:
    account.set_faults(script=[{"fault": fault, "path": path} for path in ("macros", "incremental/tickets/cursor")])
    output = connector.read("macros", "tickets")
    assert (output.exit_code, output.errors) == (0, [])
    for stream in ("macros", "tickets"):
        assert keyed(stream, output.rows(stream)).keys() == keyed(stream, account.truth(stream)).keys()


def test_an_empty_object_that_stays_is_left_out_with_a_warning(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "empty_object", "path": "groups", "times": 2}])
    output = connector.read("groups")
    assert (output.exit_code, len(account.requests()), len(output.warnings)) == (0, 2, 1)
    assert differing("groups", keyed("groups", output.rows("groups")), keyed("groups", account.truth("groups"))) == {}


def test_a_row_that_stays_without_its_id_is_left_out_with_a_warning(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_faults(script=[{"fault": "no_id", "path": "groups", "times": 2}])
    output = connector.read("groups")
    assert (output.exit_code, len(account.requests()), len(output.warnings)) == (0, 2, 1)
    assert len(output.rows("groups")) == len(account.truth("groups")) - 1


def test_a_page_that_comes_twice_loses_nothing(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(script=[{"fault": "repeat_page", "path": path, "call": 2} for path in ("macros", "tags")])
    output = connector.read("macros", "tags")
    assert output.exit_code == 0
    for stream in ("macros", "tags"):
        truth = keyed(stream, account.truth(stream))
        assert differing(stream, keyed(stream, output.rows(stream)), truth) == {}


def test_a_page_that_is_too_large_to_be_served_is_halved(account: SimulatedAccount, connector: Connector) -> None:
    account.set_faults(largest_page=50, slow_paths=["macros", "tags"])
    output = connector.read("macros", "tags")
    assert output.exit_code == 0
    for stream in ("macros", "tags"):
        calls = [call for call in account.requests() if call["path"] == f"/api/v2/{stream}"]
        assert [call["query"]["page[size]"] for call in calls] == ["100", "50", "50", "50"]
        assert len(output.rows(stream)) == len(account.truth(stream))


def test_a_missing_link_does_not_end_an_export(tmp_path: Path) -> None:
    with running_account(tickets=50, sizes={"articles": 1050}) as account:
        account.set_faults(script=[{"fault": "no_links", "path": "help_center/incremental/articles"}])
        output = connector_of(account, tmp_path).read("articles")
        assert (output.exit_code, len(output.rows("articles"))) == (0, 1050)
