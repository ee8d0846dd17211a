"""Requests of a first and a second sync of all streams, compared with the minimum."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.cases import Line
from benchmarks.programs import Bench
from integration_tests.accounts import NOW
from integration_tests.conftest import CHAT
from integration_tests.connector import discovered
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.test_requests import CHANGED, FIRST, usual

TICKETS = 120
CHOICES = {"chat_credentials": CHAT}


def requests_made(folder: Path) -> Iterator[Line]:
    """Two syncs of a small account, with 1 % changed in between; docs/performance.md explains the numbers."""
    with SimulatedAccount.running(tickets=TICKETS, now=NOW, frozen=True) as account:
        bench = Bench(account.base_url, folder)
        states = _states(bench.arguments(list(discovered()), choices=CHOICES))
        yield _line("a first sync", account, FIRST)
        account.change(share=0.01)
        account.forget_requests()
        _states(bench.arguments(list(discovered()), states, CHOICES))
        yield _line("a second sync, 1 % changed", account, CHANGED)


def _line(name: str, account: SimulatedAccount, special: dict[str, int]) -> Line:
    made, least = sum(account.counts().values()), sum((usual(account.truth_counts()) | special).values())
    reported = f"requests of {name} of all streams ({TICKETS} tickets)"
    return Line(reported, str(made), str(least), f"{made / least:.2f}", "the least possible", made <= least)


def _states(arguments: list[str]) -> list[Any]:
    """The last STATE of each stream."""
    lines = subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, check=True).stdout.splitlines()
    states = [message["state"] for line in lines if (message := json.loads(line))["type"] == "STATE"]
    return list({state["stream"]["stream_descriptor"]["name"]: state for state in states}.values())
