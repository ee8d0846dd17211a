"""What a sync costs: every request of a first, an unchanged and a changed sync, counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from integration_tests.accounts import counted, running_account
from integration_tests.command_output import CommandOutput
from integration_tests.conftest import connector_of
from integration_tests.simulated_account.declared_streams import (
    CURSOR,
    EXPORT,
    IDS,
    OFFSET,
    ONE_ANSWER,
    declared_streams,
    parent_of,
    parents_path,
)

STREAMS = declared_streams().values()
LARGEST_PAGE = 100

EXPORTS = (
    "chat/incremental/agent_events", "chat/incremental/agent_timeline", "chat/incremental/chats",
    "chat/incremental/conversions", "chat/incremental/department_events",
    "channels/voice/stats/incremental/calls", "channels/voice/stats/incremental/legs",
    "help_center/incremental/articles", "incremental/organizations", "incremental/ticket_events",
    "incremental/ticket_metric_events", "incremental/tickets/cursor", "incremental/users/cursor", "ticket_audits",
)  # fmt: skip
"""Of each, one request brings everything that all streams together read from it."""

ID_LISTS = {"chat/agents": 3, "chat/bans": 5}
"""12 agents and 25 bans, ten rows a page; only an empty page is the last. A list of one page takes three requests."""

SILENT_EXPORTS = {
    "channels/voice/stats/incremental/calls": 2,
    "channels/voice/stats/incremental/legs": 2,
    "chat/incremental/chats": 2,
    "incremental/ticket_metric_events": 2,
}
"""They do not say when they end: a first page of more than a few rows may be full."""

SKILL_EVENTS = dict.fromkeys(
    [f"incremental/routing/{kind}" for kind in ("attributes", "attribute_values", "instance_values")], 2
)
"""Only a page without rows is the last; without new events it is the only one."""

FIRST = {
    **SILENT_EXPORTS,
    **SKILL_EVENTS,
    "users": 1,  # agents, whose skills are requested
    "tickets/side_conversations/events": 2,  # the last page is known by its repeating the one before
    "tickets/{ticket_id}/conversation_log": 12,  # 11 messaging tickets, of which one has more than 100 events
    "tickets/{ticket_id}/side_conversations": 6,  # 6 tickets have some
}
UNCHANGED = {"tickets/side_conversations/events": 1, "tickets": 1, "users": 2}
"""The last two compare exports without rows, which may be closed, with the lists of the same rows; one lists agents."""
CHANGED = {
    **SKILL_EVENTS,
    "tickets/side_conversations/events": 2,
    "tickets/{ticket_id}/conversation_log": 3,  # of the changed messaging tickets
    "users": 1,
    "tickets/{ticket_id}/comments": 2,  # of the two tickets of which a comment was redacted or hidden
    "tickets/{ticket_id}/side_conversations": 2,  # of the two tickets that the events name
}


def usual(rows: Mapping[str, int]) -> dict[str, int]:
    """Requests by path of every sync: one for each 100 rows of a list, or for each parent that has children.

    Translations are embedded in the lists of the objects that they translate; the votes of all kinds are in one list.
    """
    found = dict.fromkeys(EXPORTS, 1) | ID_LISTS
    for stream in STREAMS:
        if stream.paging in (CURSOR, OFFSET) and not stream.parents:
            found[stream.path] = max(1, -(-rows[stream.name] // LARGEST_PAGE))
        if stream.paging == ONE_ANSWER and not stream.parents:
            found[stream.path] = 1
        if stream.paging == IDS:
            found[stream.path] = ID_LISTS.get(stream.path, 3)
        if (
            stream.parents
            and not stream.path.startswith("tickets/")
            and not stream.path.endswith(("/translations", "/votes"))
        ):
            parent = parent_of(stream, declared_streams())
            listed = len(stream.parents) == 1 and stream.paging != EXPORT
            found |= {stream.path: rows[parent.name]} | ({parents_path(stream): 1} if listed else {})
    return found


@dataclass(frozen=True)
class RequestCounts:
    """The requests of three syncs in a row, the account's rows before and after the last, and what that one said."""

    first: dict[str, int]
    unchanged: dict[str, int]
    changed: dict[str, int]
    rows: dict[str, int]
    rows_at_last: dict[str, int]
    last: CommandOutput


@pytest.fixture(scope="module")
def cost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RequestCounts]:
    with running_account() as account:
        connector = connector_of(account, tmp_path_factory.mktemp("cost"))
        first = connector.read()
        one = counted(account)
        second = connector.read(state=first.states)
        two, rows = counted(account), account.truth_counts()
        account.change(share=0.01)
        last = connector.read(state=second.states)
        yield RequestCounts(one, two, counted(account), rows, account.truth_counts(), last)


def test_a_first_sync_makes_a_request_for_each_page_and_parent(cost: RequestCounts) -> None:
    assert cost.first == usual(cost.rows) | FIRST


def test_a_sync_in_which_nothing_changed_makes_no_request_for_old_data(cost: RequestCounts) -> None:
    assert cost.unchanged == usual(cost.rows) | UNCHANGED


def test_a_sync_after_some_changes_requests_only_what_has_changed(cost: RequestCounts) -> None:
    assert cost.last.exit_code == 0
    assert cost.changed == usual(cost.rows_at_last) | CHANGED
