"""Limits on a fast clock: no refusal, no window left unused while work waits, and nobody starves."""

import pytest

from integration_tests.command_output import CommandOutput, Json
from integration_tests.connector import Connector
from integration_tests.row_comparison import wrong_rows
from integration_tests.simulated_account import SimulatedAccount
from source_zendesk_support.pacing import TEST_PACING

SPEED = 20.0
WINDOW = 60.0 / SPEED
LISTS = [
    "account_attributes", "account_settings", "automations", "brands", "custom_roles", "custom_statuses",
    "deleted_users", "dynamic_content_items", "group_memberships", "groups", "locales", "macros",
    "organization_fields", "organization_memberships", "recipient_addresses", "satisfaction_reasons", "schedules",
    "sla_policies", "suspended_tickets", "tags", "ticket_activities", "ticket_forms", "trigger_categories", "triggers",
    "user_fields", "views",
]  # fmt: skip
GUIDE = ["article_attachments", "article_comments", "article_votes", "article_comment_votes", "post_comments"]


pytestmark = pytest.mark.account(tickets=300, frozen=False)


@pytest.fixture(autouse=True)
def _no_test_pacing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's windows are short, so the connector may wait for them as in earnest."""
    monkeypatch.delenv(TEST_PACING)


def limit(account: SimulatedAccount, /, **totals: int) -> None:
    """Let each of these buckets (``_`` for ``-``) have so many calls in a short window."""
    given = {name.replace("_", "-"): total for name, total in totals.items()}
    account.set_limits(enabled=True, speed=SPEED, totals=given)


def windows(account: SimulatedAccount, bucket: str) -> list[int]:
    """How many calls each window of a bucket has seen; a window begins with the first call after the one before."""
    counts: list[int] = []
    ends = 0.0
    for call in account.requests():
        if bucket not in call["buckets"]:
            continue
        if call["time"] >= ends:
            ends = call["time"] + WINDOW
            counts.append(0)
        counts[-1] += 1
    return counts


def refusals(account: SimulatedAccount) -> list[Json]:
    return [call for call in account.requests() if call["status"] == 429]


def assert_whole(account: SimulatedAccount, output: CommandOutput, streams: list[str]) -> None:
    assert (output.exit_code, output.errors) == (0, [])
    assert wrong_rows(account, output, *streams) == {}


def test_windows_are_used_to_the_full_without_a_refusal(account: SimulatedAccount, connector: Connector) -> None:
    """The calls of the Help Center need no second window: its headers name no reset, so that would be a real minute."""
    limit(account, account=10, help_center=40)
    output = connector.read(*LISTS, *GUIDE)
    assert_whole(account, output, LISTS + GUIDE)
    assert refusals(account) == []
    *all_but_last, last = windows(account, "account")
    assert all_but_last == [10, 10]
    assert last <= 10
    assert len(windows(account, "help-center")) == 1


@pytest.mark.config(num_workers=2)
def test_lists_finish_while_exports_wait(account: SimulatedAccount, connector: Connector) -> None:
    exports = ["tickets", "ticket_events", "ticket_metric_events", "organizations"]
    limit(account, incremental_exports=2)
    output = connector.read(*exports, *LISTS)
    assert_whole(account, output, exports + LISTS)
    assert refusals(account) == []
    assert len(windows(account, "incremental-exports")) >= 3
    order = completed(output)
    assert max(order.index(name) for name in LISTS) < order.index("ticket_metric_events")
    assert max(order.index(name) for name in LISTS) < order.index("ticket_events")


def completed(output: CommandOutput) -> list[str]:
    """The streams in the order of their COMPLETE."""
    statuses = [trace["stream_status"] for trace in output.of("TRACE") if trace["type"] == "STREAM_STATUS"]
    return [status["stream_descriptor"]["name"] for status in statuses if status["status"] == "COMPLETE"]


@pytest.mark.config(max_quota_percent=50)
def test_a_part_of_the_quota_is_left_to_others(account: SimulatedAccount, connector: Connector) -> None:
    limit(account, account=20)
    output = connector.read(*LISTS)
    assert_whole(account, output, LISTS)
    assert max(windows(account, "account")) <= 10


@pytest.mark.parametrize("body", ["json", "text", "html"])
def test_limits_that_no_header_announces_are_met_and_kept(
    account: SimulatedAccount, connector: Connector, body: str
) -> None:
    account.set_limits(enabled=True, speed=SPEED, totals={"account": 15}, body=body, headers=False)
    assert_whole(account, connector.read(*LISTS), LISTS)
    assert 1 <= len(refusals(account)) <= 8
