"""Where the CPU time of a sync goes, in shares: ``python -m benchmarks.profile`` writes ``benchmarks/PROFILE.md``.

Each step of a page is timed as a whole, in the thread that does it, so that nothing is slowed by being watched.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TICKETS = 20_000
PROFILE = Path(__file__).parent / "PROFILE.md"


def watched(arguments: list[str]) -> None:
    """Run a command in this process, and print its shares to stderr."""
    spent: defaultdict[str, float] = defaultdict(float)
    began = time.process_time()
    import source_zendesk_support.run  # noqa: F401, PLC0415  what is measured
    from source_zendesk_support import command, startup  # noqa: PLC0415  part of it

    spent["import airbyte-cdk and the connector"] = time.process_time() - began
    startup.after_imports()
    for owner, name, step in steps_of_a_sync():
        wrap = timed_steps if name == "decode_in_chunks" else timed
        setattr(owner, name, wrap(getattr(owner, name), spent, step))
    command.run(arguments)
    spent["all"] = time.process_time()
    sys.stderr.write(json.dumps(spent))


def steps_of_a_sync() -> list[tuple[Any, str, str]]:
    """What is timed: where a function is looked up, its name, and the step that it is."""
    from source_zendesk_support import source, sync  # noqa: PLC0415  imported only after the imports have been timed
    from source_zendesk_support.api import body, client  # noqa: PLC0415  the same
    from source_zendesk_support.api.transport import HttpTransport  # noqa: PLC0415  the same
    from source_zendesk_support.components import cursor_export, row_check  # noqa: PLC0415  the same
    from source_zendesk_support.output import MessageWriter  # noqa: PLC0415  the same
    from source_zendesk_support.walk import record_batch, walk  # noqa: PLC0415  the same

    return [
        (source.SourceZendeskSupport, "__init__", "read the manifest"),
        (sync.Sync, "__init__", "read the manifest"),
        (sync.Sync, "selected", "build the stream"),
        (MessageWriter, "_put", "write"),
        (HttpTransport, "get", "fetch: HTTP, headers, the compressed body"),
        (body.CompressedBody, "decompress", "decompress"),
        (client, "decode", "find the rows and the fields needed for decisions"),
        (row_check.RowCheck, "_with_key", "check each row's key"),
        (walk, "decode_in_chunks", "decode the rows"),
        (record_batch, "serialise", "encode"),
        (cursor_export.CursorExportRetriever, "advance", "position after the page"),
    ]


def timed(function: Callable[..., Any], spent: defaultdict[str, float], step: str) -> Callable[..., Any]:
    """The same function; its CPU time is added up."""

    def call(*given: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return function(*given, **named)
        finally:
            spent[step] += time.thread_time() - began

    return call


def timed_steps(
    function: Callable[..., Iterator[Any]], spent: defaultdict[str, float], step: str
) -> Callable[..., Iterator[Any]]:
    """The same generator function; the CPU time of its own steps is added up."""

    def steps(*given: Any) -> Iterator[Any]:
        rest = function(*given)
        following = timed(lambda: next(rest, None), spent, step)
        while (found := following()) is not None:
            yield found

    return steps


def main() -> None:
    """Profile a sync of tickets and write the table."""
    from benchmarks.programs import Bench, export  # noqa: PLC0415  no part of what is watched
    from integration_tests.simulated_account import SimulatedAccount  # noqa: PLC0415  part of what is watched

    folder = Path(tempfile.mkdtemp())
    with SimulatedAccount.running(tickets=TICKETS, seed=7) as account, export(account, TICKETS) as url:
        arguments = Bench(url, folder).arguments(["tickets"])[2:]
        program = [sys.executable, "-m", "benchmarks.profile", "--watched", *arguments]
        run = subprocess.run(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    spent: dict[str, float] = json.loads(run.stderr.splitlines()[-1])
    whole = spent.pop("all")
    spent["other: interpreter start, threads, checkpoints, freeing pages"] = whole - sum(spent.values())
    lines = [f"| {step} | {seconds / whole:.0%} | {seconds:.2f} |" for step, seconds in spent.items()]
    table = "\n".join(["| step | share | CPU seconds |", "| --- | --- | --- |", *lines])
    text = (
        f"# Where the time goes\n\nA sync of {TICKETS:,} tickets in 20 pages, including start-up; written by\n"
        f"`python -m benchmarks.profile`. Update it if a line of [RESULTS.md](RESULTS.md) changes by more than 10 %.\n"
        f"Only the shares matter; the seconds are from one machine.\n\n{table}\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {whole:.2f} s in total.\n"
    )
    PROFILE.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--watched"]:
        watched(sys.argv[2:])
    else:
        main()
