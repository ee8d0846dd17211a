"""What a sync costs: every request of a first, an unchanged and a changed sync, counted."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput
from integration_tests.conftest import connector_of
from integration_tests.simulated_account import SimulatedAccount

ONE_PAGE = [
    "account/settings", "activities", "audit_logs", "automations", "brands", "business_hours/schedules",
    "channels/voice/phone_numbers", "channels/voice/stats/incremental/calls", "channels/voice/stats/incremental/legs",
    "chat/account", "chat/departments", "chat/incremental/chats", "chat/shortcuts",
    "chat/triggers", "community/posts", "community/topics", "custom_roles", "custom_statuses", "deleted_tickets",
    "deleted_users", "dynamic_content/items", "group_memberships", "group_slas/policies", "groups",
    "guide/survey_responses", "help_center/articles", "help_center/categories", "help_center/incremental/articles",
    "help_center/sections", "incremental/organizations", "incremental/ticket_events",
    "incremental/ticket_metric_events", "incremental/tickets/cursor", "incremental/users/cursor", "locales",
    "organization_fields", "organization_memberships", "organization_subscriptions", "recipient_addresses",
    "routing/attributes", "routing/attributes/definitions", "satisfaction_ratings", "satisfaction_reasons", "skips",
    "slas/policies", "suspended_tickets", "ticket_audits", "ticket_fields", "ticket_forms", "trigger_categories",
    "triggers", "user_fields", "views",
]  # fmt: skip
"""Paths of which one request brings everything that all streams together read from them."""

CHILDREN = {
    "business_hours/schedules/{schedule_id}/holidays": 2,
    "community/posts/{post_id}/comments": 8,
    "community/posts/{post_id}/comments/{comment_id}/votes": 12,
    "community/posts/{post_id}/votes": 8,
    "help_center/articles/{article_id}/attachments": 10,
    "help_center/articles/{article_id}/comments": 10,
    "help_center/articles/{article_id}/comments/{comment_id}/votes": 13,
    "help_center/articles/{article_id}/votes": 10,
}
"""One request a parent: 2 schedules, 8 posts with 12 comments, 10 articles with 13 comments."""

TWO_PAGES = {"macros": 2, "tags": 2}  # 120 and 130 rows, of which Zendesk gives 100 at most

ID_LISTS = {"chat/agents": 3, "chat/bans": 5}
"""12 agents and 14 bans, ten rows a page; only an empty page is the last."""

SILENT_EXPORTS = {
    "channels/voice/stats/incremental/calls": 2,
    "channels/voice/stats/incremental/legs": 2,
    "chat/incremental/chats": 2,
    "incremental/ticket_metric_events": 2,
}
"""They do not say when they end: a first page of more than a few rows may be full."""

FIRST = {
    **dict.fromkeys(ONE_PAGE, 1),
    **SILENT_EXPORTS,
    **ID_LISTS,
    **TWO_PAGES,
    **CHILDREN,
    "tickets/side_conversations/events": 2,  # the last page is known by its repeating the one before
    "tickets/{ticket_id}/side_conversations": 6,  # 6 tickets have some
}
UNCHANGED = {
    **dict.fromkeys(ONE_PAGE, 1),
    **ID_LISTS,
    **TWO_PAGES,
    **CHILDREN,
    "tickets/side_conversations/events": 1,
}
CHANGED = {
    **UNCHANGED,
    "business_hours/schedules/{schedule_id}/holidays": 3,  # a schedule was added
    "community/posts/{post_id}/comments/{comment_id}/votes": 9,  # a post was deleted, and its comments with it
    "tickets/side_conversations/events": 2,
    "tickets/{ticket_id}/comments": 2,  # of the two tickets of which a comment was redacted or hidden
    "tickets/{ticket_id}/side_conversations": 1,  # of the one ticket that the events name
}


@dataclass(frozen=True)
class RequestCounts:
    """The requests of three syncs in a row, and what the last one said."""

    first: dict[str, int]
    unchanged: dict[str, int]
    changed: dict[str, int]
    last: CommandOutput


@pytest.fixture(scope="module")
def cost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RequestCounts]:
    with running_account() as account:
        connector = connector_of(account, tmp_path_factory.mktemp("cost"))
        first = connector.read()
        one = counted(account)
        second = connector.read(state=first.states)
        two = counted(account)
        account.change(share=0.01)
        last = connector.read(state=second.states)
        yield RequestCounts(one, two, counted(account), last)


def counted(account: SimulatedAccount) -> dict[str, int]:
    """Requests by path since the last count."""
    counts = {path.removeprefix("/api/v2/"): count for path, count in account.counts().items()}
    account.forget_requests()
    return counts


def test_a_first_sync_makes_150_requests(cost: RequestCounts) -> None:
    assert cost.first == FIRST
    assert sum(cost.first.values()) == 150


def test_a_sync_in_which_nothing_changed_makes_no_request_for_old_data(cost: RequestCounts) -> None:
    assert cost.unchanged == UNCHANGED


def test_a_sync_after_some_changes_asks_only_for_what_has_changed(cost: RequestCounts) -> None:
    assert cost.last.exit_code == 0
    assert cost.changed == CHANGED
