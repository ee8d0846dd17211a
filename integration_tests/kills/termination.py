"""Ways to end a sync from outside, and what must be true of the process afterwards."""

import json
import resource
import signal
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from subprocess import Popen

from integration_tests.command_output import Json
from integration_tests.upsert_destination import UpsertDestination

Process = Popen[str]
PATIENCE = 60
"""Seconds after which a process that should have ended hangs."""
STOPPED = "Everything up to the last STATE is saved; the next sync resumes there."


def take(process: Process, arrived: UpsertDestination, lines: int | None = None) -> list[Json]:
    """Read so many whole lines, or all; gives their messages. A line that was cut by a kill is no line."""
    found = []
    for line in islice(process.stdout or (), lines):
        if line.endswith("\n"):
            found.append(json.loads(line))
            arrived.take(found[-1])
    return found


def kill(process: Process, arrived: UpsertDestination) -> list[str]:
    """SIGKILL."""
    process.kill()
    take(process, arrived)
    return []


def terminate(process: Process, arrived: UpsertDestination) -> list[str]:
    """SIGTERM: a last line says so, and nothing follows it."""
    process.terminate()
    rest = take(process, arrived)
    code = process.wait(PATIENCE)
    if code == 0:
        return []  # it was done just then
    last = rest[-1].get("log", {}).get("message", "") if rest else ""
    reported = code == 128 + signal.SIGTERM and last == f"Stopped by SIGTERM. {STOPPED}"
    return [] if reported else [f"exit code {code}, last line {last!r}"]


def close(process: Process, arrived: UpsertDestination) -> list[str]:
    """The reader closes the pipe."""
    if process.stdout:
        process.stdout.close()
    code = process.wait(PATIENCE)
    return [] if code in (0, 1) else [f"exit code {code}"]


def starve(process: Process, arrived: UpsertDestination) -> list[str]:
    """No more memory than it has: it may do without, say what is wrong, or die.

    Where CPython finds no memory for a frame, it may lose the MemoryError and end in a later, wrong one, or in none.
    """
    has = _memory_of(process.pid)
    if not has:
        return []
    resource.prlimit(process.pid, resource.RLIMIT_DATA, (has, has))
    reported = [message["trace"]["error"] for message in take(process, arrived) if "error" in message.get("trace", {})]
    code = process.wait(PATIENCE)
    named = any("memory" in error["message"] for error in reported)
    return [f"exit code 1, and nothing tells of the memory: {reported}"[:2000]] if code == 1 and not named else []


def _memory_of(process: int) -> int:
    """Bytes of memory of its own that a process has; 0 if it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:")), 0)


STARVED = "no more memory"
WAYS: Mapping[str, Callable[[Process, UpsertDestination], list[str]]] = {
    "SIGKILL": kill,
    "SIGTERM": terminate,
    "stdout closed by the reader": close,
    STARVED: starve,
}
"""Each ends a process and gives what was wrong about its end."""

_LOST = ("MemoryError", "SystemError", "Fatal Python error")


def ungainly(way: str, stderr: str) -> bool:
    """Whether a stack trace was left; one by which CPython itself tells how memory ran out is not ours to prevent."""
    return "Traceback" in stderr and not (way == STARVED and any(word in stderr for word in _LOST))
