"""A first sync of tickets and their metrics under Zendesk's limits: from the export, and by ids.

The limits are a tenth of each plan's, for a tenth of the tickets, and the account's minutes last three seconds. Times
are those of the account's log, from the first call to the last, because a process starts in real seconds. By ids, the
limit of exports is not scaled: the proof and the gap take two or three calls whatever the number of tickets. They never
wait for ten calls a minute, but would for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import requests

from benchmarks.cases import Line
from benchmarks.programs import Bench
from integration_tests.simulated_account import SimulatedAccount

SPEED = 20.0
"""Minutes of the account in one of this machine."""
SCALE = 10
EXPORTS = 10
PLANS = {"Team": 200, "Growth, Professional": 400, "Enterprise": 700}
"""Calls a minute."""
WORKERS = 16
LEAST_FACTOR = 1.1


def first_syncs(account: SimulatedAccount, bench: Bench, tickets: int) -> Iterator[Line]:
    """From the export, whose limit is the same on all plans; and by ids on each plan."""
    yield _line(account, bench, f"of {tickets * SCALE:,} tickets and metrics, exports", "exports", PLANS["Enterprise"])
    for plan, calls in PLANS.items():
        yield _line(account, bench, f"of {tickets * SCALE:,} tickets and metrics, by_id, {plan}", "by_id", calls)
    account.set_limits(enabled=False)


def _line(account: SimulatedAccount, bench: Bench, name: str, way: str, limit: int) -> Line:
    exports = EXPORTS if way == "by_id" else EXPORTS // SCALE
    totals = {"account": limit // SCALE, "incremental-exports": exports}
    account.set_limits(enabled=True, speed=SPEED, totals=totals)
    account.forget_requests()
    choices: dict[str, Any] = {"first_sync": way, "num_workers": WORKERS, "start_date": "1970-01-01"}
    found = bench.read("tickets", "ticket_metrics", **choices)
    calls = account.requests()
    refused = sum(call["status"] == requests.codes.too_many_requests for call in calls)
    least = max(ceil(_drawn(calls, bucket) / total) - 1 for bucket, total in totals.items())
    minutes = (calls[-1]["time"] - calls[0]["time"]) * SPEED / 60
    reported = f"first sync {name}: minutes ({len(calls):,} calls, {refused} refused, {found.records:,} records)"
    good = minutes <= least * LEAST_FACTOR and not refused
    return Line(reported, f"{minutes:.1f}", f"{least}", f"{minutes / least:.2f}", f"{LEAST_FACTOR} or less", good)


def _drawn(calls: list[dict[str, Any]], bucket: str) -> int:
    return sum(bucket in call["buckets"] for call in calls)
