"""``make bench``: measures the connector against the floor and writes ``benchmarks/RESULTS.md``."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, cost, medians
from integration_tests.simulated_account.client import SimulatedAccount

TICKETS = 20_000
WITH_FIELDS = 5_000
FIELDS = 308
"""Ticket fields of the second account, 8 of them of the system; its tickets have 50 of the others set."""
RUNS = 5
RESULTS = Path(__file__).parent / "RESULTS.md"
HEADER = ("measure", "value", "floor", "ratio")


def main() -> None:
    """Measure, print the table, write it down."""
    print(f"starting an account with {TICKETS:,} tickets ...", flush=True)
    with SimulatedAccount.running(tickets=TICKETS, seed=7) as account, tempfile.TemporaryDirectory() as folder:
        rows = [tickets(account, Path(folder))]
    print(f"starting an account with {FIELDS} ticket fields ...", flush=True)
    sizes = {"ticket_fields": FIELDS}
    with (
        SimulatedAccount.running(tickets=WITH_FIELDS, seed=7, sizes=sizes) as account,
        tempfile.TemporaryDirectory() as folder,
    ):
        rows += [custom_fields(account, Path(folder))]
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


def custom_fields(account: SimulatedAccount, folder: Path) -> tuple[str, ...]:
    """The CPU that typed columns take, as a share of a read without; start-up not counted."""
    config = ["--config", _file(folder, "config", account.config())]
    (found,) = (stream for stream in _discovered(config) if stream["name"] == "tickets")
    plain = ["read", *config, "--catalog", _file(folder, "plain", _catalog("tickets"))]
    columns = ["read", *config, "--catalog", _file(folder, "columns", _catalog("tickets", found["json_schema"]))]
    none = ["read", *config, "--catalog", _file(folder, "none", {"streams": []})]
    program = "source_zendesk_support.run"
    print(f"{RUNS} turns without and with the columns of custom fields ...", flush=True)
    with_columns, without, start = medians(
        RUNS, lambda: cost(program, columns), lambda: cost(program, plain), lambda: cost(program, none)
    )
    speeds = [WITH_FIELDS / (each.cpu - start.cpu) for each in (with_columns, without)]
    name = f"tickets, {WITH_FIELDS:,}, with {FIELDS - 8} custom columns: records per CPU second after start-up"
    return name, *(f"{speed:,.0f}" for speed in speeds), f"{speeds[1] / speeds[0] - 1:+.0%} CPU"


def _discovered(config: list[str]) -> list[dict[str, Any]]:
    program = [sys.executable, "-m", "source_zendesk_support.run", "discover", *config]
    lines = subprocess.run(program, stdout=subprocess.PIPE, check=True).stdout.splitlines()
    (catalog,) = (message for line in lines if (message := json.loads(line))["type"] == "CATALOG")
    streams: list[dict[str, Any]] = catalog["catalog"]["streams"]
    return streams


def _floor(account: SimulatedAccount) -> Cost:
    return _whole("benchmarks.floor", [account.base_url])


def _whole(module: str, arguments: list[str]) -> Cost:
    found = cost(module, arguments)
    if found.records != TICKETS:
        sys.exit(f"{module} wrote {found.records} records instead of {TICKETS}")
    return found


def _catalog(stream: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    described = {"name": stream, "json_schema": schema or {}, "supported_sync_modes": ["full_refresh", "incremental"]}
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
