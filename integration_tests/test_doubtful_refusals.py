"""Refusals that may be anybody's: no table is emptied and no parent is skipped; the next sync brings everything."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.output import Output
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.truths import differing, keyed

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
class Syncs:
    """A sync with doubtful refusals, the next one without, and the account."""

    account: SimulatedAccount
    first: Output
    second: Output


@pytest.fixture(scope="module")
def syncs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Syncs]:
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
        yield Syncs(account, first, connector.read(*REFUSED, state=first.states))


def test_nothing_is_said_to_be_unavailable(syncs: Syncs) -> None:
    assert (syncs.first.exit_code, syncs.first.warnings) == (1, [])


@pytest.mark.parametrize("stream", REFUSED)
def test_stream_fails_as_transient(syncs: Syncs, stream: str) -> None:
    assert syncs.first.statuses[stream][-1] == "INCOMPLETE"
    assert {error["failure_type"] for error in syncs.first.errors_of(stream)} == {"transient_error"}


def test_others_complete(syncs: Syncs) -> None:
    assert syncs.first.statuses["groups"] == ["STARTED", "RUNNING", "COMPLETE"]


@pytest.mark.parametrize("stream", REFUSED)
def test_next_sync_brings_everything(syncs: Syncs, stream: str) -> None:
    assert syncs.second.exit_code == 0
    found = {**keyed(stream, syncs.first.rows(stream)), **keyed(stream, syncs.second.rows(stream))}
    assert differing(stream, found, keyed(stream, syncs.account.truth(stream))) == {}
