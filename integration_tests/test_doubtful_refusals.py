"""Refusals that may be anybody's: no table is emptied and no parent is skipped; the next sync brings everything."""

import pytest

from integration_tests.connector import Connector
from integration_tests.row_comparison import wrong_rows
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


@pytest.mark.account(tickets=100)
def test_next_sync_brings_everything(account: SimulatedAccount, connector: Connector) -> None:
    refused = {
        kind: {str(min(row[column] for row in account.truth(stream))): shape}
        for stream, (kind, column, shape) in PARENTS.items()
    }
    account.set_plan(gates=dict(GATES.values()), refused=refused)
    first = connector.read(*REFUSED, "groups", full_refresh=list(GATES), destination="overwrite")
    account.set_plan()
    second = connector.read(*REFUSED, state=first.states)
    assert (first.exit_code, first.warnings, second.exit_code) == (1, [], 0)
    assert first.statuses["groups"] == ["STARTED", "RUNNING", "COMPLETE"]
    for stream in REFUSED:
        assert first.statuses[stream][-1] == "INCOMPLETE"
        assert {error["failure_type"] for error in first.errors_of(stream)} == {"transient_error"}
    assert wrong_rows(account, first + second, *REFUSED) == {}
