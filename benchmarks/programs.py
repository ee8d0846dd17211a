"""The measured programs: the connector's commands, the floor, and their servers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.export import PATH
from benchmarks.measure import Cost, cost
from integration_tests.simulated_account import SimulatedAccount

PROGRAM = ("-m", "source_zendesk_support.run")
Json = dict[str, Any]


class Bench:
    """Runs programs against one account.

    Args:
        base_url: of the account.
        folder: for the programs' files.
    """

    def __init__(self, base_url: str, folder: Path) -> None:
        self.base_url = base_url
        self._folder = folder

    def read(self, *streams: str | Json, stalled: float = 0.0, state: Any = None, **choices: Any) -> Cost:
        """One sync of streams, given by name or as ``discover`` describes them."""
        return cost(*self.arguments(streams, state, choices), stalled=stalled)

    def arguments(self, streams: Sequence[str | Json], state: Any = None, choices: Json | None = None) -> list[str]:
        """The command line of a sync."""
        described = [{"name": each, "json_schema": {}} if isinstance(each, str) else each for each in streams]
        modes = {"supported_sync_modes": ["full_refresh", "incremental"]}
        how = {"sync_mode": "incremental", "destination_sync_mode": "append"}
        catalog = {"streams": [{"stream": {**each, **modes}, **how} for each in described]}
        files = ["--config", self.config(**(choices or {})), "--catalog", self.file("catalog", catalog)]
        return [*PROGRAM, "read", *files, *(["--state", self.file("state", state)] if state else [])]

    def command(self, name: str) -> Cost:
        """``spec``, ``check`` or ``discover``."""
        return cost(*PROGRAM, name, *([] if name == "spec" else ["--config", self.config()]))

    def floor(self, paths: Sequence[str], *tuned: str) -> Cost:
        """The bare loop over these paths (with their queries)."""
        file = self._folder / "paths"
        file.write_text("\n".join(paths), "utf-8")
        return cost("-m", "benchmarks.floor", self.base_url, str(file), *tuned)

    def discovered(self, stream: str) -> Json:
        """A stream as ``discover`` describes it."""
        program = [sys.executable, *PROGRAM, "discover", "--config", self.config()]
        lines = subprocess.run(program, stdout=subprocess.PIPE, check=True).stdout.splitlines()
        (catalog,) = (message for line in lines if (message := json.loads(line))["type"] == "CATALOG")
        (found,) = (each for each in catalog["catalog"]["streams"] if each["name"] == stream)
        return dict(found)

    def config(self, **choices: Any) -> str:
        """The path of a config file."""
        return self.file("config", SimulatedAccount(self.base_url, "").config(**choices))

    def file(self, name: str, content: Any) -> str:
        """The path of a JSON file."""
        path = self._folder / f"{name}.json"
        path.write_text(json.dumps(content), "utf-8")
        return str(path)


@contextmanager
def export(account: SimulatedAccount, tickets: int, rows: int = 1000) -> Iterator[str]:
    """The base URL of an export of this many tickets, served by its own process."""
    program = [sys.executable, "-m", "benchmarks.export", account.base_url, str(tickets), str(rows)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield (process.stdout.readline() if process.stdout else "").strip()
        finally:
            process.terminate()


def export_paths(tickets: int, rows: int = 1000) -> list[str]:
    """The floor's requests to such an export."""
    return [f"{PATH}?cursor={page}" for page in range(-(-tickets // rows))]


def requested_paths(account: SimulatedAccount) -> list[str]:
    """The requests to an account, in order."""
    calls = account.requests()
    return [
        f"{call['path']}?{urlencode(call['query'], doseq=True)}" for call in calls if call["status"] == HTTPStatus.OK
    ]
