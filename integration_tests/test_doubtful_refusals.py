"""Refusals that may be anybody's: no table is emptied and no parent is skipped; the next sync brings everything."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput
from integration_tests.conftest import connector_of
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount

GATES = {
    "audit_logs": ("audit_logs", "403_firewall"),
    "articles": ("help_center/incremental/articles", "404_firewall"),
    "satisfaction_ratings": ("satisfaction_ratings", "403_empty"),
    "sla_policies": ("slas/policies", "403_gateway"),
    "views": ("views", "404_empty"),
}
PARENTS = {
    "article_comments": ("articles", "source_id", "403_html"),
    "post_comments": ("posts", "post_id", "404_empty"),
}
REFUSED = [*GATES, *PARENTS]


@dataclass(frozen=True)
class SyncPair:
    """A sync with doubtful refusals, the next one without, and the account."""

    account: SimulatedAccount
    first: CommandOutput
    second: CommandOutput


@pytest.fixture(scope="module")
def syncs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncPair]:
    """One sync for all, because each doubtful refusal is retried for a minute."""
    with running_account(tickets=100) as account:
        refused = {
            kind: {str(min(row[column] for row in account.truth(stream))): shape}
            for stream, (kind, column, shape) in PARENTS.items()
        }
        account.set_plan(gates=dict(GATES.values()), refused=refused)
        connector = connector_of(account, tmp_path_factory.mktemp("doubtful"))
        first = connector.read(*REFUSED, "groups", full_refresh=list(GATES), destination="overwrite")
        account.set_plan()
        yield SyncPair(account, first, connector.read(*REFUSED, state=first.states))


def test_nothing_is_said_to_be_unavailable(syncs: SyncPair) -> None:
    assert (syncs.first.exit_code, syncs.first.warnings) == (1, [])


@pytest.mark.parametrize("stream", REFUSED)
def test_stream_fails_as_transient(syncs: SyncPair, stream: str) -> None:
    assert syncs.first.statuses[stream][-1] == "INCOMPLETE"
    assert {error["failure_type"] for error in syncs.first.errors_of(stream)} == {"transient_error"}


def test_others_complete(syncs: SyncPair) -> None:
    assert syncs.first.statuses["groups"] == ["STARTED", "RUNNING", "COMPLETE"]


@pytest.mark.parametrize("stream", REFUSED)
def test_next_sync_brings_everything(syncs: SyncPair, stream: str) -> None:
    assert syncs.second.exit_code == 0
    found = {**rows_by_key(stream, syncs.first.rows(stream)), **rows_by_key(stream, syncs.second.rows(stream))}
    assert row_differences(stream, found, rows_by_key(stream, syncs.account.truth(stream))) == {}
