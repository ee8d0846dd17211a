"""A sync of all walks that ends at any STATE, and is resumed with the exports closed, opened again, or with faults."""

import pytest

from integration_tests.command_output import CommandOutput
from integration_tests.connector import Connector
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.without_exports.closed_account import LISTED, WAYS, changed, killed_after_states, wrong_tables

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
    changed(account)
    killed = cut_at(read_with(account, connector, way, first), share)
    changed(account)
    rest = read_with(account, connector, OPEN, first, killed)
    assert rest.exit_code == 0, rest.errors
    assert wrong_tables(account, first, killed, rest) == {}


@pytest.mark.parametrize(
    ("rate", "seed", "ways"),
    [
        (0.2, 3, ("410_gone", "410_gone")),
        *((0.15, 7, (OPEN, way, OPEN, way)) for way in WAYS if way != "200_html"),
    ],
)
def test_faults_lose_nothing_while_exports_close_and_open(
    account: SimulatedAccount, connector: Connector, rate: float, seed: int, ways: tuple[str, ...]
) -> None:
    """Not 200_html: it is retried as a fault is, so a 504 at the last attempt fails the sync with a transient error."""
    account.set_faults(rate=rate, seed=seed, kinds=FAULTS, in_a_row=2)
    outputs = [read_with(account, connector, ways[0])]
    for way in ways[1:]:
        changed(account)
        outputs.append(read_with(account, connector, way, *outputs))
    account.set_faults()
    assert {output.exit_code for output in outputs} == {0}, [output.errors for output in outputs]
    assert wrong_tables(account, *outputs) == {}
