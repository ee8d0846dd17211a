"""``make bench``: measures the connector against the floor and writes ``benchmarks/RESULTS.md``."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import cases
from benchmarks.cases import Line
from benchmarks.first_sync import first_syncs
from benchmarks.programs import Bench, export
from benchmarks.requests_made import requests_made
from integration_tests.simulated_account import SimulatedAccount

MANY, RUNS, FEW = 11, 5, 3
SHORT, LONG, MILLION = 20_000, 200_000, 1_000_000
WITH_FIELDS, FIELDS = 5_000, 308
"""Ticket fields of that account: 8 system fields, and 300 custom fields, 50 of them set per ticket."""
FAST = 12.0
RESULTS = Path(__file__).parent / "RESULTS.md"
HEADER = ("measure", "value", "floor", "ratio", "target", "verdict")


def main() -> None:
    """Measure, print each line at once, and write the table."""
    lines = []
    for line in measured(Path(tempfile.mkdtemp()), long="--long" in sys.argv[1:]):
        lines.append(line)
        print(_row(line), flush=True)
    table = "\n".join([_cells(HEADER), _cells(("---",) * len(HEADER)), *map(_row, lines)])
    RESULTS.write_text(_page(table), "utf-8")


def measured(folder: Path, *, long: bool) -> Iterator[Line]:
    """All lines of the table."""
    with SimulatedAccount.running(tickets=SHORT, seed=7) as account:
        bench = Bench(account.base_url, folder)
        yield from _exports(account, folder, long=long)
        yield cases.events(account, bench, FEW)
        yield cases.exports(bench)
        yield cases.all_streams(account, bench, FEW)
        yield from cases.commands(bench, RUNS)
        yield cases.limits(account, bench, FAST)
        yield from first_syncs(account, bench, SHORT)
    with SimulatedAccount.running(tickets=WITH_FIELDS, seed=7, sizes={"ticket_fields": FIELDS}) as account:
        yield cases.custom_fields(Bench(account.base_url, folder), WITH_FIELDS, MANY)
    yield from requests_made(folder)


def _exports(account: SimulatedAccount, folder: Path, *, long: bool) -> Iterator[Line]:
    with export(account, SHORT) as url:
        yield cases.server(url, SHORT // 1000)
        yield from cases.tickets(Bench(url, folder), SHORT, RUNS, 0.6)
        yield cases.stalled(Bench(url, folder), SHORT)
    with export(account, LONG) as url:
        yield from cases.tickets(Bench(url, folder), LONG, FEW, 0.9, 0.75)
    for rows, reported, most in ((1900, "5 MB", 150.0), (7600, "20 MB", 170.0)):
        with export(account, rows * 6, rows) as url:
            yield cases.large_pages(Bench(url, folder), reported, most)
    if long:
        with export(account, MILLION) as url:
            yield from cases.tickets(Bench(url, folder), MILLION, 1, 0.9, 0.75)


def _row(line: Line) -> str:
    verdict = {True: "reached", False: "**missed**", None: ""}[line.good]
    return _cells((*line[:-1], verdict))


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _page(table: str) -> str:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    machine = f"{os.cpu_count()} cores, {gigabytes:.0f} GB, {platform.machine()}, Python {platform.python_version()}"
    names = ("airbyte-cdk", "orjson", "requests")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        "# Results\n\nWritten by `make bench` (`make bench-long` adds a million tickets). CPU is user and system time\n"
        "of the complete process, including start-up; the median of several alternating runs. **Only the ratios\n"
        "matter**: absolute figures are from one machine on one day. The floor is [floor.py](floor.py), over the\n"
        "same pages.\n\n"
        f"{table}\n\n{datetime.now(UTC):%Y-%m-%d}; {machine}; {versions}.\n"
    )


if __name__ == "__main__":
    main()
