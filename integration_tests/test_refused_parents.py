"""What a parent's refusal kept back in one sync arrives in the sync after Zendesk has opened the parent."""

import pytest

from integration_tests.connector import Connector
from integration_tests.row_comparison import rows_by_key, wrong_rows
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.situations import Response, line

CHILDREN = ("article_attachments", "article_comment_votes", "article_votes", "post_comments", "side_conversations")


@pytest.mark.config(start_date="2015-01-01T00:00:00Z")
@pytest.mark.parametrize("shape", ["403_object", "404_record"])
def test_children_of_parents_that_open_later_arrive(
    account: SimulatedAccount, connector: Connector, shape: str
) -> None:
    ids = {kind: [str(row["id"]) for row in account.truth(kind)] for kind in ("articles", "posts", "tickets")}
    forbidden = Response(403, body={"error": "Forbidden"})
    account.set_responses(line("help_center/votes", forbidden))  # so votes are read by parent
    account.set_plan(refused={kind: dict.fromkeys(keys[::2], shape) for kind, keys in ids.items()})
    first = connector.read(*CHILDREN)
    assert first.exit_code == 0
    assert all(first.states[stream]["refused"] for stream in CHILDREN)
    account.set_plan()
    second = connector.read(*CHILDREN, state=first.states)
    assert second.exit_code == 0
    assert wrong_rows(account, first + second, *CHILDREN) == {}
    for stream in CHILDREN:
        assert len(rows_by_key(stream, first.rows(stream))) < len(account.truth(stream)), stream
        assert "refused" not in second.states[stream]
    third = connector.read(*CHILDREN, state=second.states)
    assert {stream: len(third.rows(stream)) for stream in CHILDREN if third.rows(stream)} == {}
