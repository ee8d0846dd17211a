"""The benchmark's cases; each produces rows of the table."""

from __future__ import annotations

import time
from math import ceil
from typing import NamedTuple

import requests

from benchmarks.export import AUTH
from benchmarks.measure import Cost, cost, medians
from benchmarks.programs import Bench, export_paths, requested_paths
from integration_tests.connector import discovered
from integration_tests.simulated_account import SimulatedAccount

EVENTS = ("ticket_events", "ticket_comments", "ticket_attachments")
WALKS = ("tickets", "ticket_metrics", *EVENTS, "ticket_metric_events", "users", "user_identities", "organizations",
         "articles", "talk_calls", "talk_call_legs", "chats")  # fmt: skip
LIMITED = ("tickets", "ticket_events", "ticket_metric_events", "organizations")
STALL = 8.0
MOST_TIMES, MOST_MORE = 2.5, 0.15
MEMORY = 150.0
"""MB; the target for pages up to 5 MB."""


class Line(NamedTuple):
    """A row of the table; ``good`` is the verdict, or None if there is no target."""

    measure: str
    value: str
    floor: str = ""
    ratio: str = ""
    target: str = ""
    good: bool | None = None


def share(name: str, ours: Cost, floor: Cost, least: float) -> Line:
    """Records per CPU second as a share of the floor's."""
    speed, most = ours.records / ours.cpu, floor.records / floor.cpu
    ratio = speed / most
    return Line(name, f"{speed:,.0f}", f"{most:,.0f}", f"{ratio:.0%}", f"{least:.0%} or more", ratio >= least)


def memory(name: str, found: Cost, most: float = MEMORY) -> Line:
    """Peak memory."""
    return Line(name, f"{found.memory:.0f} MB", "", "", f"under {most:.0f} MB", found.memory < most)


def server(base_url: str, pages: int) -> Line:
    """Pages and bytes per second of the server, to show that it is not the bottleneck."""
    session, paths = requests.Session(), export_paths(pages * 1000)
    session.auth = AUTH
    began = time.monotonic()
    packed = sum(len(session.get(base_url + path, stream=True, timeout=60).raw.read()) for path in paths)
    seconds = time.monotonic() - began
    reported = f"{pages / seconds:,.0f} pages/s, {packed / seconds / 1e6:,.0f} MB/s compressed"
    return Line("the account's server: pages of 1,000 tickets", reported)


def tickets(bench: Bench, count: int, runs: int, least: float, tuned: float | None = None) -> list[Line]:
    """Only tickets, against the floor and, for long runs, against a floor with our garbage collector settings."""
    paths = export_paths(count)
    ours, plain, fast = medians(
        runs, lambda: bench.read("tickets"), lambda: bench.floor(paths), lambda: bench.floor(paths, "tuned")
    )
    if (ours.records, plain.records) != (count, count):
        raise RuntimeError(f"{ours.records} and {plain.records} records instead of {count}")
    name = f"tickets, {count:,}: records per CPU second"
    lines = [share(name, ours, plain, least), memory(f"tickets, {count:,}: peak memory", ours)]
    return [*lines, share(f"{name}; floor with tuned collector", ours, fast, tuned)] if tuned else lines


def stalled(bench: Bench, count: int) -> Line:
    """Tickets behind a reader that stops reading."""
    return memory(f"tickets, {count:,}, reader stalls: peak memory", bench.read("tickets", stalled=STALL))


def large_pages(bench: Bench, name: str, most: float) -> Line:
    """Pages larger than most."""
    return memory(f"tickets, pages of {name}, reader stalls: peak memory", bench.read("tickets", stalled=STALL), most)


def events(account: SimulatedAccount, bench: Bench, runs: int) -> Line:
    """Three streams of one walk."""
    account.forget_requests()
    bench.read(*EVENTS)
    paths = requested_paths(account)
    ours, floor = medians(runs, lambda: bench.read(*EVENTS), lambda: bench.floor(paths))
    return share("ticket_events, ticket_comments, ticket_attachments: records per CPU second", ours, floor, 0.6)


def exports(bench: Bench) -> Line:
    """All large exports at once, with as many workers, behind a reader that stops reading."""
    found = bench.read(*WALKS, stalled=STALL, num_workers=8)
    return memory("8 export walks, 8 workers, reader stalls: peak memory", found)


def all_streams(account: SimulatedAccount, bench: Bench, runs: int) -> Line:
    """Every stream in one sync, against the bare loop over the same pages."""
    every = list(discovered())
    account.forget_requests()
    bench.read(*every)
    paths = requested_paths(account)
    ours, floor = medians(runs, lambda: bench.read(*every), lambda: bench.floor(paths))
    ratio = ours.cpu / floor.cpu
    name = f"all {len(every)} streams, {len(paths):,} pages: CPU seconds"
    return Line(name, f"{ours.cpu:.2f}", f"{floor.cpu:.2f}", f"{ratio:.2f}", "2.5 or less", ratio <= MOST_TIMES)


def commands(bench: Bench, runs: int) -> list[Line]:
    """Start-up, against the import of the CDK's entry point and nothing else."""
    spec, check, alone = medians(
        runs,
        lambda: bench.command("spec"),
        lambda: bench.command("check"),
        lambda: cost("-c", "import airbyte_cdk.entrypoint"),
    )
    return [
        Line(f"{name}: CPU seconds (floor: importing airbyte_cdk.entrypoint)", f"{each.cpu:.2f}", f"{alone.cpu:.2f}",
             f"{each.cpu / alone.cpu:.2f}", "1.00 or less", each.cpu <= alone.cpu)
        for name, each in (("spec", spec), ("check", check))
    ]  # fmt: skip


def custom_fields(bench: Bench, count: int, runs: int) -> Line:
    """The cost of 300 typed columns, 50 of them set per ticket, without start-up."""
    found = bench.discovered("tickets")
    columns, plain, none = medians(runs, lambda: bench.read(found), lambda: bench.read("tickets"), bench.read)
    speed, most = (count / (each.cpu - none.cpu) for each in (columns, plain))
    more = most / speed - 1
    name = f"tickets, {count:,}, 300 custom columns, 50 set: records per CPU second after start-up"
    return Line(name, f"{speed:,.0f}", f"{most:,.0f}", f"{more:+.0%} CPU", "15 % more or less", more <= MOST_MORE)


def limits(account: SimulatedAccount, bench: Bench, speed: float) -> Line:
    """Wall time of continuous calls on one bucket, divided by the minimum that its windows allow."""
    account.set_limits(enabled=True, speed=speed)
    account.forget_requests()
    bench.read(*LIMITED)
    calls = [call for call in account.requests() if "incremental-exports" in call["buckets"]]
    account.set_limits(enabled=False)
    refused = sum(call["status"] == requests.codes.too_many_requests for call in calls)
    window = 60.0 / speed
    least = (ceil(len(calls) / 10) - 1) * window
    took = calls[-1]["time"] - calls[0]["time"]
    name = f"{len(calls)} calls of a bucket with 10 in {window:.0f} s: seconds from first to last ({refused} refused)"
    good = took <= 1.05 * least and not refused
    return Line(name, f"{took:.1f}", f"{least:.1f}", f"{took / least:.2f}", "1.05 or less, none refused", good)
