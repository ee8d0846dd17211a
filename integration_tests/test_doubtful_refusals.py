"""Refusals that may be anybody's: no table is emptied and no parent is skipped; the next sync brings everything."""

from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.conftest import connector_of
from integration_tests.row_comparison import row_differences, rows_by_key

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


def test_next_sync_brings_everything(tmp_path: Path) -> None:
    with running_account(tickets=100) as account:
        refused = {
            kind: {str(min(row[column] for row in account.truth(stream))): shape}
            for stream, (kind, column, shape) in PARENTS.items()
        }
        account.set_plan(gates=dict(GATES.values()), refused=refused)
        connector = connector_of(account, tmp_path)
        first = connector.read(*REFUSED, "groups", full_refresh=list(GATES), destination="overwrite")
        account.set_plan()
        second = connector.read(*REFUSED, state=first.states)
        truth = {stream: rows_by_key(stream, account.truth(stream)) for stream in REFUSED}
    assert (first.exit_code, first.warnings, second.exit_code) == (1, [], 0)
    assert first.statuses["groups"] == ["STARTED", "RUNNING", "COMPLETE"]
    for stream in REFUSED:
        assert first.statuses[stream][-1] == "INCOMPLETE"
        assert {error["failure_type"] for error in first.errors_of(stream)} == {"transient_error"}
        found = {**rows_by_key(stream, first.rows(stream)), **rows_by_key(stream, second.rows(stream))}
        assert row_differences(stream, found, truth[stream]) == {}, stream
