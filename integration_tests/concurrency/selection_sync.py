"""One catalog read by so many workers, compared with the truth."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput
from integration_tests.concurrency.stream_selections import StreamSelection
from integration_tests.conftest import connector_of
from integration_tests.connector import run_process
from integration_tests.row_comparison import Key, rows_by_key, wrong_rows_since
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.trial_result import TrialResult

SIZES = {"articles": 5, "posts": 5, "macros": 20, "tags": 20}
TICKETS = 1_100
"""More than a page of them."""
YEAR = range(1_748_779_200, 1_780_315_200, 86_400)
"""Every day of the year before the account's present."""


@contextmanager
def accounts() -> Iterator[SimulatedAccount]:
    """An account whose clock stands still, so that its truth does; its limits are real but a hundred times as fast."""
    with running_account(tickets=TICKETS, sizes=SIZES) as account:
        account.set_limits(enabled=True, speed=100)
        yield account


def arguments(account: SimulatedAccount, folder: Path, selection: StreamSelection, workers: int) -> list[str]:
    """The command line of its sync."""
    connector = connector_of(account, folder, num_workers=workers)
    return connector.arguments(selection.streams, selection.states or None, full_refresh=selection.whole)


def wrong(account: SimulatedAccount, selection: StreamSelection, output: CommandOutput) -> dict[str, dict[Key, str]]:
    """Rows that are missing, differ, or do not exist, by stream."""
    return wrong_rows_since(account, output, {stream: selection.since.get(stream) for stream in selection.streams})


def selection_trial(
    fault: str, account: SimulatedAccount, folder: Path, selection: StreamSelection, workers: int
) -> TrialResult:
    """A process, and its line of the report."""
    output = run_process(*arguments(account, folder, selection, workers))
    lost = sum(len(rows) for rows in wrong(account, selection, output).values())
    again = sum(len(rows) - len(rows_by_key(stream, rows)) for stream, rows in output.records.items())
    return TrialResult(fault, 1, int(output.exit_code == 0 and not output.errors and not lost), lost, again)
