"""A sync of all walks that ends at any STATE, and is resumed with the exports closed, opened again, or with faults."""

import pytest

from integration_tests.command_output import CommandOutput
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.without_exports.closed_account import LISTED, killed_after_states, wrong_tables

WAYS = ("403_object", "404_endpoint", "410_gone", "451_legal", "404_html", "200_html", "empty")
OPEN = ""
FAULTS = ["429", "500", "504", "truncated", "reset_body", "html", "no_key"]

pytestmark = [pytest.mark.account(tickets=60), pytest.mark.config(start_date="1970-01-01")]


def cut_at(output: CommandOutput, share: float) -> CommandOutput:
    """What had arrived of a sync when it was killed right after one of its STATEs."""
    killed = killed_after_states(output, *LISTED)
    return killed[int(share * (len(killed) - 1))]


def read_with(account: SimulatedAccount, connector: Connector, way: str, *before: CommandOutput) -> CommandOutput:
    """A sync from the last STATE of each stream, while the exports are closed in a way."""
    account.set_behavior(closed_exports=way)
    states = {stream: state for output in before for stream, state in output.states.items()}
    return connector.read(*LISTED, state=states)


def change(account: SimulatedAccount) -> None:
    """A day goes by, in which tickets change and an organization is deleted."""
    account.change(share=0.1)
    account.delete("organizations", account.truth("organizations")[1]["id"])
    account.set_clock(skew=86_400)


@pytest.mark.parametrize("share", [0.2, 0.6])
@pytest.mark.parametrize(
    ("first", "then"), [*((OPEN, way) for way in WAYS), *((way, OPEN) for way in ("403_object", "empty"))]
)
def test_killed_first_sync_is_completed_the_other_way(
    account: SimulatedAccount, connector: Connector, first: str, then: str, share: float
) -> None:
    killed = cut_at(read_with(account, connector, first), share)
    rest = read_with(account, connector, then, killed)
    assert rest.exit_code == 0, rest.errors
    assert wrong_tables(account, killed, rest) == {}


@pytest.mark.parametrize("share", [0.2, 0.6])
@pytest.mark.parametrize("way", ["404_html", "empty"])
def test_killed_second_sync_is_completed_although_exports_open_again(
    account: SimulatedAccount, connector: Connector, way: str, share: float
) -> None:
    first = read_with(account, connector, OPEN)
    change(account)
    killed = cut_at(read_with(account, connector, way, first), share)
    change(account)
    rest = read_with(account, connector, OPEN, first, killed)
    assert rest.exit_code == 0, rest.errors
    assert wrong_tables(account, first, killed, rest) == {}


@pytest.mark.parametrize("way", [way for way in WAYS if way != "200_html"])
def test_faults_lose_nothing_while_exports_close_and_open(
    account: SimulatedAccount, connector: Connector, way: str
) -> None:
    """Not 200_html: it is retried as a fault is, so a 504 at the last attempt fails the sync with a transient error."""
    account.set_faults(rate=0.15, seed=7, kinds=FAULTS, in_a_row=2)
    outputs: list[CommandOutput] = []
    for closed in (OPEN, way, OPEN):
        outputs.append(read_with(account, connector, closed, *outputs))
        change(account)
    outputs.append(read_with(account, connector, way, *outputs))
    account.set_faults()
    assert [output.exit_code for output in outputs] == [0, 0, 0, 0], [output.errors for output in outputs]
    assert wrong_tables(account, *outputs) == {}
