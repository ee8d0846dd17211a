"""Zendesk hands out fewer rows than requested, names next pages where none are documented, or never ends."""

from pathlib import Path

import pytest

from integration_tests.conftest import NOW, connector_of
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.truths import differing, keyed

EXPORTS = ("talk_calls", "talk_call_legs", "ticket_metric_events", "side_conversation_events", "chats", "ticket_events")
ONE_ANSWER = ("custom_roles", "custom_statuses", "locales", "sla_policies", "schedules", "schedule_holidays")


def test_every_row_arrives_whatever_the_cap_and_the_paging(tmp_path: Path) -> None:
    streams = (*EXPORTS, *ONE_ANSWER, "chat_agents", "chat_banned_ips", "chat_banned_visitors", "groups")
    with SimulatedAccount.running(tickets=60, now=NOW, frozen=True) as account:
        account.set_behavior(rows_at_once=23, pages_of_one_answer=2)
        output = connector_of(account, tmp_path).read(*streams)
        truths = {stream: keyed(stream, account.truth(stream)) for stream in streams}
    assert output.exit_code == 0
    for stream in streams:
        assert differing(stream, keyed(stream, output.rows(stream)), truths[stream]) == {}
        assert output.statuses[stream][-1] == "COMPLETE"


@pytest.mark.parametrize("stream", ["macros", "article_votes"])
def test_a_list_without_end_ends_with_an_error(stream: str, tmp_path: Path) -> None:
    with SimulatedAccount.running(tickets=10, now=NOW, frozen=True) as account:
        account.set_behavior(endless_cursors=True)
        output = connector_of(account, tmp_path).read(stream)
    assert output.exit_code == 1
    assert output.statuses[stream][-1] == "INCOMPLETE"
