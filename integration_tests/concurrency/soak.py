"""Every subset and twenty catalogs by chance, each with every number of workers."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.concurrency.selection_sync import YEAR, accounts, row
from integration_tests.concurrency.stream_selections import WORKERS, random_selection, shuffled, subsets
from integration_tests.soak.trial_result import ReliabilitySuite, TrialResult, logged_result

CATALOGS = 20


def rows(folder: Path) -> Iterator[TrialResult]:
    """A row a sync; a sync that does not end is killed by the watchdog, and not survived."""
    with accounts() as account:
        for workers in WORKERS:
            for number, streams in enumerate(subsets()):
                name = f"every subset of the streams that share pages, {workers} workers"
                yield logged_result((), row(name, account, folder, shuffled(streams, number), workers))
            for seed in range(CATALOGS):
                name = f"catalogs by chance, {workers} workers"
                yield logged_result((), row(name, account, folder, random_selection(seed, YEAR), workers))


CONCURRENCY = ReliabilitySuite(
    name="concurrency",
    title="Concurrency",
    about="Streams that share pages wait for each other, and pages wait for slots, limits and the reader. Each catalog "
    "is read in an order of its own by a process that a watchdog kills after four minutes; every row is compared with "
    "the truth. In the catalogs by chance some streams are read whole, and some go on from times that lie apart.",
    run=rows,
)
