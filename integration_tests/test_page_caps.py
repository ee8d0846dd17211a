"""Zendesk hands out fewer rows than requested, names next pages that are not documented, or never ends."""

import pytest

from integration_tests.connector import Connector
from integration_tests.row_comparison import wrong_rows
from integration_tests.simulated_account import SimulatedAccount

EXPORTS = ("talk_calls", "talk_call_legs", "ticket_metric_events", "side_conversation_events", "chats", "ticket_events")
ONE_ANSWER = ("custom_roles", "custom_statuses", "locales", "sla_policies", "schedules", "schedule_holidays")


STREAMS = (*EXPORTS, *ONE_ANSWER, "chat_agents", "chat_banned_ips", "chat_banned_visitors", "groups")


@pytest.mark.account(tickets=60)
def test_every_row_arrives_whatever_the_cap_and_the_paging(account: SimulatedAccount, connector: Connector) -> None:
    account.set_behavior(rows_at_once=23, pages_of_one_response=2)
    output = connector.read(*STREAMS)
    assert (output.exit_code, wrong_rows(account, output, *STREAMS)) == (0, {})
    assert {output.statuses[stream][-1] for stream in STREAMS} == {"COMPLETE"}


@pytest.mark.account(tickets=10)
def test_lists_without_end_end_with_an_error(account: SimulatedAccount, connector: Connector) -> None:
    account.set_behavior(endless_cursors=True)
    output = connector.read("macros", "article_votes")
    assert output.exit_code == 1
    assert {statuses[-1] for statuses in output.statuses.values()} == {"INCOMPLETE"}
