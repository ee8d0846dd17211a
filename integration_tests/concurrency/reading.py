"""One catalog read by so many workers, compared with the truth."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integration_tests.accounts import running_account
from integration_tests.concurrency.catalogs import Chosen
from integration_tests.conftest import connector_of
from integration_tests.output import Output
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.soak.row import Row
from integration_tests.truths import Key, differing, keyed

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


def read(account: SimulatedAccount, folder: Path, chosen: Chosen, workers: int) -> Output:
    """The process; the watchdog kills one that does not end."""
    connector = connector_of(account, folder, num_workers=workers)
    return connector.read(*chosen.streams, state=chosen.states or None, full_refresh=chosen.whole)


def wrong(account: SimulatedAccount, chosen: Chosen, output: Output) -> dict[str, dict[Key, str]]:
    """Rows that are missing, differ, or do not exist, by stream; older ones than the state's time may come or not."""
    found = {stream: _wrong(account, stream, chosen.since.get(stream), output) for stream in chosen.streams}
    return {stream: rows for stream, rows in found.items() if rows}


def _wrong(account: SimulatedAccount, stream: str, since: int | None, output: Output) -> dict[Key, str]:
    truth, rows = keyed(stream, account.truth(stream)), keyed(stream, output.rows(stream))
    due = truth.keys() if since is None else keyed(stream, account.truth(stream, since=since)).keys()
    return differing(stream, rows, {key: row for key, row in truth.items() if key in due or key in rows})


def row(fault: str, account: SimulatedAccount, folder: Path, chosen: Chosen, workers: int) -> Row:
    """A line of the report."""
    output = read(account, folder, chosen, workers)
    lost = sum(len(rows) for rows in wrong(account, chosen, output).values())
    again = sum(len(rows) - len(keyed(stream, rows)) for stream, rows in output.records.items())
    return Row(fault, 1, int(output.exit_code == 0 and not output.errors and not lost), lost, again)
