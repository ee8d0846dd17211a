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
    from source_zendesk_support import command, source, startup, sync  # noqa: PLC0415  part of what is watched
    from source_zendesk_support.api import body, client, decode  # noqa: PLC0415  and this
    from source_zendesk_support.api.transport import HttpTransport  # noqa: PLC0415  and this
    from source_zendesk_support.components import cursor_export, row_check  # noqa: PLC0415  part of what is watched
    from source_zendesk_support.output import MessageWriter  # noqa: PLC0415  part of what is watched
    from source_zendesk_support.walk import record_batch, walk  # noqa: PLC0415  so are these

    spent["import airbyte-cdk and the connector"] = time.process_time() - began
    startup.after_imports()

    def watch(owner: Any, name: str, told: str) -> None:
        setattr(owner, name, timed(getattr(owner, name), spent, told))

    watch(HttpTransport, "get", "fetch: HTTP, headers, the packed body")
    watch(body.CompressedBody, "unpacked", "unpack")
    watch(client, "decode", "find the rows, and the fields that rules look at")
    setattr(walk, "decode_in_chunks", timed_steps(decode.decode_in_chunks, spent, "decode the rows"))  # noqa: B010  mypy: no name of its own
    watch(row_check.RowCheck, "_with_key", "look at each row's key")
    watch(cursor_export.CursorExportRetriever, "advance", "position after the page")
    watch(source.SourceZendeskSupport, "__init__", "read the manifest")
    watch(source.SourceZendeskSupport, "_sync", "read the manifest")
    watch(sync.Sync, "selected", "build the stream")
    watch(record_batch, "serialise", "encode")
    watch(MessageWriter, "_put", "write")
    command.run(arguments)
    spent["all"] = time.process_time()
    sys.stderr.write(json.dumps(spent))


def timed(function: Callable[..., Any], spent: defaultdict[str, float], told: str) -> Callable[..., Any]:
    """The same function; its CPU time is added up."""

    def call(*given: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return function(*given, **named)
        finally:
            spent[told] += time.thread_time() - began

    return call


def timed_steps(
    function: Callable[..., Iterator[Any]], spent: defaultdict[str, float], told: str
) -> Callable[..., Iterator[Any]]:
    """The same generator function; the CPU time of its own steps is added up."""

    def steps(*given: Any) -> Iterator[Any]:
        rest = function(*given)
        step = timed(lambda: next(rest, None), spent, told)
        while (found := step()) is not None:
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
    spent["the rest: start of the interpreter, threads, checkpoints, freeing pages"] = whole - sum(spent.values())
    lines = [f"| {step} | {seconds / whole:.0%} | {seconds:.2f} |" for step, seconds in spent.items()]
    table = "\n".join(["| step | share | CPU seconds |", "| --- | --- | --- |", *lines])
    text = (
        f"# Where the time goes\n\nA sync of {TICKETS:,} tickets in 20 pages, start-up included; written by "
        f"`python -m benchmarks.profile`. Take it again when a line of [RESULTS.md](RESULTS.md) changes by more than "
        f"10 %. The shares count; the seconds are those of one machine.\n\n{table}\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {whole:.2f} s in all.\n"
    )
    PROFILE.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--watched"]:
        watched(sys.argv[2:])
    else:
        main()
