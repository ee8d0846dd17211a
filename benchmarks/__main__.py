"""``make bench``: measures the connector against the floor and writes ``benchmarks/RESULTS.md``."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, cost, medians
from integration_tests.simulated_account.client import SimulatedAccount

TICKETS = 20_000
RUNS = 5
RESULTS = Path(__file__).parent / "RESULTS.md"
HEADER = ("measure", "value", "floor", "ratio")


def main() -> None:
    """Measure, print the table, write it down."""
    print(f"starting an account with {TICKETS:,} tickets ...", flush=True)
    with SimulatedAccount.running(tickets=TICKETS, seed=7) as account, tempfile.TemporaryDirectory() as folder:
        rows = [tickets(account, Path(folder))]
    table = "\n".join(_line(row) for row in (HEADER, ("---",) * len(HEADER), *rows))
    print(table)
    RESULTS.write_text(_page(table), "utf-8")


def tickets(account: SimulatedAccount, folder: Path) -> tuple[str, ...]:
    """Tickets per CPU second, start-up included, as a share of the floor's."""
    arguments = ["read", "--config", _file(folder, "config", account.config())]
    arguments += ["--catalog", _file(folder, "catalog", _catalog("tickets"))]
    print(f"{RUNS} turns of the floor and of the connector ...", flush=True)
    ours, floor = medians(RUNS, lambda: _whole("source_zendesk_support.run", arguments), lambda: _floor(account))
    share = ours.speed / floor.speed
    name = f"tickets, {TICKETS:,}: records per CPU second (peak memory {ours.memory:.0f} MB)"
    return name, f"{ours.speed:,.0f}", f"{floor.speed:,.0f}", f"{share:.0%}"


def _floor(account: SimulatedAccount) -> Cost:
    return _whole("benchmarks.floor", [account.base_url])


def _whole(module: str, arguments: list[str]) -> Cost:
    found = cost(module, arguments)
    if found.records != TICKETS:
        sys.exit(f"{module} wrote {found.records} records instead of {TICKETS}")
    return found


def _catalog(stream: str) -> dict[str, Any]:
    described = {"name": stream, "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"]}
    return {"streams": [{"stream": described, "sync_mode": "incremental", "destination_sync_mode": "append"}]}


def _file(folder: Path, name: str, content: Any) -> str:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content), "utf-8")
    return str(path)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _page(table: str) -> str:
    made = f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}"
    return (
        "# Results\n\nWritten by `make bench`. The ratios count; the figures are those of one machine.\n\n"
        f"{table}\n\n{made}, airbyte-cdk {version('airbyte-cdk')}; medians of {RUNS} runs in turn.\n"
    )


if __name__ == "__main__":
    main()
