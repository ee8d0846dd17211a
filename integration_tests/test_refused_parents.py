"""What a parent's refusal kept back in one sync arrives in the sync after Zendesk has opened the parent."""

from pathlib import Path

import pytest

from integration_tests.conftest import connector_of
from integration_tests.row_comparison import row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import Response, line

CHILDREN = ("article_attachments", "article_comment_votes", "article_votes", "post_comments", "side_conversations")


@pytest.mark.parametrize("shape", ["403_object", "404_record"])
def test_children_of_parents_that_open_later_arrive(account: SimulatedAccount, tmp_path: Path, shape: str) -> None:
    ids = {kind: [str(row["id"]) for row in account.truth(kind)] for kind in ("articles", "posts", "tickets")}
    account.set_responses(
        line("help_center/votes", Response(403, body={"error": "Forbidden"}))
    )  # so votes are read by parent
    account.set_plan(refused={kind: dict.fromkeys(keys[::2], shape) for kind, keys in ids.items()})
    connector = connector_of(account, tmp_path, start_date="2015-01-01T00:00:00Z")
    first = connector.read(*CHILDREN)
    assert first.exit_code == 0
    assert all(first.states[stream]["refused"] for stream in CHILDREN)
    account.set_plan()
    second = connector.read(*CHILDREN, state=first.states)
    assert second.exit_code == 0
    for stream in CHILDREN:
        whole = rows_by_key(stream, account.truth(stream))
        assert len(rows_by_key(stream, first.rows(stream))) < len(whole), stream
        assert row_differences(stream, rows_by_key(stream, [*first.rows(stream), *second.rows(stream)]), whole) == {}, (
            stream
        )
        assert "refused" not in second.states[stream]
    third = connector.read(*CHILDREN, state=second.states)
    assert {stream: len(third.rows(stream)) for stream in CHILDREN if third.rows(stream)} == {}
