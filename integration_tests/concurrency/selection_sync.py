"""One catalog read by so many workers, compared with the truth."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.command_output import CommandOutput
from integration_tests.concurrency.stream_selections import StreamSelection
from integration_tests.conftest import connector_of
from integration_tests.connector import run_process
from integration_tests.row_comparison import Key, row_differences, rows_by_key
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
    """Rows that are missing, differ, or do not exist, by stream; older ones than the state's time may come or not."""
    found = {stream: _wrong(account, stream, selection.since.get(stream), output) for stream in selection.streams}
    return {stream: rows for stream, rows in found.items() if rows}


def _wrong(account: SimulatedAccount, stream: str, since: int | None, output: CommandOutput) -> dict[Key, str]:
    truth, rows = rows_by_key(stream, account.truth(stream)), rows_by_key(stream, output.rows(stream))
    due = truth.keys() if since is None else rows_by_key(stream, account.truth(stream, since=since)).keys()
    return row_differences(stream, rows, {key: row for key, row in truth.items() if key in due or key in rows})


def selection_trial(
    fault: str, account: SimulatedAccount, folder: Path, selection: StreamSelection, workers: int
) -> TrialResult:
    """A process, and its line of the report."""
    output = run_process(*arguments(account, folder, selection, workers))
    lost = sum(len(rows) for rows in wrong(account, selection, output).values())
    again = sum(len(rows) - len(rows_by_key(stream, rows)) for stream, rows in output.records.items())
    return TrialResult(fault, 1, int(output.exit_code == 0 and not output.errors and not lost), lost, again)
