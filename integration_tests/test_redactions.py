"""Redactions, and comments made private, as the export tells of them: a destination holds what Zendesk shows."""

import pytest

from integration_tests.command_output import Json
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount

STREAMS = ("ticket_comments", "ticket_attachments", "ticket_events")
REREAD = "/api/v2/tickets/{ticket_id}/comments"


def with_attachment(account: SimulatedAccount) -> Json:
    return next(row for row in account.truth("ticket_comments") if row["attachments"])


def merged(connector: Connector, account: SimulatedAccount, **change: object) -> dict[str, dict[int, Json]]:
    """What a destination holds after a sync, a change of a comment, and another sync; nothing may be warned of."""
    first = connector.read(*STREAMS)
    account.update("ticket_comments", with_attachment(account)["id"], **change)
    account.set_clock(skew=120)
    account.forget_requests()
    second = connector.read(*STREAMS, state=first.states)
    assert (second.exit_code, second.errors, second.warnings) == (0, [], [])
    return {name: {row["id"]: row for row in [*first.rows(name), *second.rows(name)]} for name in STREAMS}


@pytest.mark.parametrize("change", [{"body": "▇▇▇"}, {"public": False}])
def test_changed_comment_is_as_zendesk_shows_it(
    account: SimulatedAccount, connector: Connector, change: dict[str, object]
) -> None:
    comment = with_attachment(account)
    held = merged(connector, account, **change)
    (name, value), *_ = change.items()
    assert held["ticket_comments"][comment["id"]][name] == value
    assert account.counts()[REREAD] == 1


def test_redacted_attachment_is_as_zendesk_shows_it_in_both_tables(
    account: SimulatedAccount, connector: Connector
) -> None:
    comment = with_attachment(account)
    gone = comment["attachments"][0] | {"deleted": True, "file_name": "redacted.txt"}
    held = merged(connector, account, attachments=[gone, *comment["attachments"][1:]])
    assert held["ticket_comments"][comment["id"]]["attachments"][0] == gone
    row, ids = held["ticket_attachments"][gone["id"]], (comment["ticket_id"], comment["id"])
    assert (row["file_name"], row["ticket_id"], row["comment_id"]) == ("redacted.txt", *ids)
    assert account.counts()[REREAD] == 1
