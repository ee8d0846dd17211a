"""Whatever changes while an account is read: after one more sync the destination equals the truth."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from integration_tests.changes.changing_account import HOUR, ChangingAccountTrial, outdated
from integration_tests.command_output import CommandOutput
from integration_tests.connector import Connector
from integration_tests.row_comparison import rows_by_key
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.upsert_destination import UpsertDestination

BURST = 5_000
BURSTS = ["organizations", "chats", "users", "tickets"]
WHOLE_SECONDS = ["articles", "ticket_events", "talk_calls", "ticket_metric_events", "side_conversation_events"]
"""Exports without a tie-breaker: only an endpoint that completes a page's last second can hand such a burst out."""


@pytest.mark.account(tickets=1100, frozen=False)
def test_everything_that_changes_during_a_sync_is_there_after_the_next(
    account: SimulatedAccount, tmp_path: Path
) -> None:
    wrong, row = ChangingAccountTrial(account, tmp_path).run_trial("changes", seed=0)
    assert (wrong, row.lost) == ([], 0)


@pytest.mark.parametrize("skew", [300, -300])
@pytest.mark.account(tickets=200, now=None, frozen=False)
def test_a_machine_whose_clock_is_five_minutes_off_misses_nothing(
    account: SimulatedAccount, tmp_path: Path, skew: int
) -> None:
    account.set_clock(skew=skew)
    wrong, row = ChangingAccountTrial(account, tmp_path, changes=2).run_trial("skew", seed=1)
    assert (wrong, row.lost) == ([], 0)


def synced_twice(
    account: SimulatedAccount, connector: Connector, streams: list[str], meanwhile: Callable[[], None]
) -> tuple[UpsertDestination, CommandOutput]:
    """A sync in which something happens at the first STATE, and one an hour later."""
    arrived = UpsertDestination()
    with connector.reading(*streams) as process:
        for line in process.stdout or ():
            first = not arrived.states
            arrived.take(json.loads(line))
            if first and arrived.states:
                meanwhile()
        assert process.wait() == 0
    account.set_clock(skew=HOUR)
    second = connector.read(*streams, state=arrived.states)
    arrived.take_all(second)
    assert (second.exit_code, second.errors) == (0, [])
    return arrived, second


@pytest.mark.parametrize(("streams", "whole"), [(BURSTS, False), (WHOLE_SECONDS, True)])
@pytest.mark.account(tickets=50, frozen=False)
def test_five_thousand_rows_of_one_second_that_come_during_a_sync_are_complete(
    account: SimulatedAccount, connector: Connector, streams: list[str], *, whole: bool
) -> None:
    account.set_behavior(whole_seconds=whole)

    def meanwhile() -> None:
        for stream in streams:
            account.burst(stream, rows=BURST, at=int(account.set_clock()))

    arrived, second = synced_twice(account, connector, streams, meanwhile)
    assert outdated(arrived, {name: rows_by_key(name, account.truth(name)) for name in streams}) == {}
    assert [warning for warning in second.warnings if "cannot be read" in warning] == []


@pytest.mark.account(tickets=1100, frozen=False)
def test_a_field_that_is_redefined_during_a_sync_changes_no_value(
    account: SimulatedAccount, connector: Connector
) -> None:
    fields = [row for row in account.truth("ticket_fields") if row["type"] in ("tagger", "integer")]

    def meanwhile() -> None:
        for field in fields:
            account.update("ticket_fields", field["id"], title=f"{field['title']} again", type="text")

    arrived, _ = synced_twice(account, connector, ["tickets", "ticket_fields"], meanwhile)
    truth = {name: rows_by_key(name, account.truth(name)) for name in ("tickets", "ticket_fields")}
    assert fields
    assert outdated(arrived, truth) == {}
