"""Zendesk hands out fewer rows than requested, names next pages that are not documented, or never ends."""

from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.row_comparison import row_differences, rows_by_key

EXPORTS = ("talk_calls", "talk_call_legs", "ticket_metric_events", "side_conversation_events", "chats", "ticket_events")
ONE_ANSWER = ("custom_roles", "custom_statuses", "locales", "sla_policies", "schedules", "schedule_holidays")


def test_every_row_arrives_whatever_the_cap_and_the_paging(tmp_path: Path) -> None:
    streams = (*EXPORTS, *ONE_ANSWER, "chat_agents", "chat_banned_ips", "chat_banned_visitors", "groups")
    with running_account(tickets=60) as account:
        account.set_behavior(rows_at_once=23, pages_of_one_response=2)
        output = connector_of(account, tmp_path).read(*streams)
        truths = {stream: rows_by_key(stream, account.truth(stream)) for stream in streams}
    assert output.exit_code == 0
    for stream in streams:
        assert row_differences(stream, rows_by_key(stream, output.rows(stream)), truths[stream]) == {}
        assert output.statuses[stream][-1] == "COMPLETE"


def test_lists_without_end_end_with_an_error(tmp_path: Path) -> None:
    with running_account(tickets=10) as account:
        account.set_behavior(endless_cursors=True)
        output = connector_of(account, tmp_path).read("macros", "article_votes")
    assert output.exit_code == 1
    assert {statuses[-1] for statuses in output.statuses.values()} == {"INCOMPLETE"}
