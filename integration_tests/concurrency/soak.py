"""Every subset and twenty catalogs by chance, each with every number of workers."""

from collections.abc import Iterator
from pathlib import Path

from integration_tests.concurrency.catalogs import WORKERS, by_chance, shuffled, subsets
from integration_tests.concurrency.reading import YEAR, accounts, row
from integration_tests.soak.row import Row, Suite, told_of

CATALOGS = 20


def rows(folder: Path) -> Iterator[Row]:
    """A row a sync; a sync that does not end is killed by the watchdog, and not survived."""
    with accounts() as account:
        for workers in WORKERS:
            for number, streams in enumerate(subsets()):
                name = f"every subset of the streams that share pages, {workers} workers"
                yield told_of((), row(name, account, folder, shuffled(streams, number), workers))
            for seed in range(CATALOGS):
                name = f"catalogs by chance, {workers} workers"
                yield told_of((), row(name, account, folder, by_chance(seed, YEAR), workers))


CONCURRENCY = Suite(
    name="concurrency",
    title="Concurrency",
    about="Streams that share pages wait for each other, and pages wait for slots, limits and the reader. Each "
    "catalog is read in its own order by a process that a watchdog kills after four minutes; every row is "
    "compared with the account. In the random catalogs, some streams are read completely, and some resume from "
    "different times.",
    run=rows,
)
