"""A first sync of tickets and their metrics under Zendesk's limits: from the export, and by ids.

The limits are a tenth of each plan's, for a tenth of the tickets, and the account's minutes last three seconds.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.cases import Line
from benchmarks.programs import Bench
from integration_tests.simulated_account import SimulatedAccount

TICKETS = 20_000
SPEED = 20.0
"""Minutes of the account in one of this machine."""
SCALE = 10
EXPORTS = 10
PLANS = {"Team": 200, "Growth, Professional": 400, "Enterprise": 700}
"""Calls a minute."""
WORKERS = 16
LEAST_FACTOR = 1.1
STARTUP_MINUTES = 1.0
"""A process starts, decodes and writes in real seconds, of which twenty are a second of the account."""


def first_syncs(folder: Path) -> Iterator[Line]:
    """Each plan, both ways."""
    with SimulatedAccount.running(tickets=TICKETS, seed=7) as account:
        for plan, calls in PLANS.items():
            for way in ("exports", "by_id"):
                yield _line(account, folder, plan, calls, way)


def _line(account: SimulatedAccount, folder: Path, plan: str, calls: int, way: str) -> Line:
    totals = {"account": calls // SCALE, "incremental-exports": EXPORTS // SCALE, "search-export": 10}
    account.set_limits(enabled=True, speed=SPEED, totals=totals)
    account.forget_requests()
    choices: dict[str, Any] = {"first_sync": way, "num_workers": WORKERS, "start_date": "1970-01-01"}
    began = time.monotonic()
    found = Bench(account.base_url, folder).read("tickets", "ticket_metrics", **choices)
    minutes = (time.monotonic() - began) * SPEED / 60
    counts = account.counts()
    exported = sum(count for endpoint, count in counts.items() if "/incremental/" in endpoint)
    least = max(
        ceil(sum(counts.values()) / totals["account"]) - 1,
        ceil(exported / totals["incremental-exports"]) - 1,
    )
    name = f"first sync of {TICKETS * SCALE:,} tickets and metrics, {plan}, {way}: minutes ({found.records:,} records)"
    good = minutes <= least * LEAST_FACTOR + STARTUP_MINUTES * 2
    return Line(name, f"{minutes:.1f}", f"{least}", f"{minutes / max(1, least):.2f}", "1.1 times the least", good)


if __name__ == "__main__":
    for each in first_syncs(Path(tempfile.mkdtemp())):
        print(" | ".join(map(str, each)), flush=True)
