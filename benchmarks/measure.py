"""Runs a program and measures its cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

STALL_AFTER, STALLS = 20_000_000, 4
PIECE = 1 << 20


@dataclass(frozen=True)
class Cost:
    """The cost of one run: CPU and wall seconds of the process, peak memory in MB, and records written."""

    cpu: float
    wall: float
    memory: float
    records: int


def cost(*arguments: str, stalled: float = 0.0) -> Cost:
    """Run ``python`` with these arguments and measure it.

    Args:
        arguments: of the interpreter.
        stalled: seconds for which the reader of its output sleeps after the first bytes, and some times later.

    Raises:
        RuntimeError: the program failed.
    """
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, env=usual) as run:
        records = _read(run.stdout.fileno() if run.stdout else 0, stalled)
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise RuntimeError(f"{arguments} failed with exit code {run.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss / 1024, records)


def _read(pipe: int, stalled: float) -> int:
    """Read to the end; the number of records."""
    records = read = slept = 0
    tail = b""
    while piece := os.read(pipe, PIECE):
        if stalled and slept < STALLS and read >= slept * STALL_AFTER:
            time.sleep(stalled / (slept + 1))
            slept += 1
        read += len(piece)
        records += (tail + piece).count(b'"type":"RECORD"')
        tail = piece[-len(b'"type":"RECORD"') + 1 :]
    return records


def medians(runs: int, *programs: Callable[[], Cost]) -> list[Cost]:
    """The median run of each program by CPU; the programs take turns, so that a busy machine slows all alike."""
    rounds = [[program() for program in programs] for _ in range(runs)]
    return [_median([each[index] for each in rounds]) for index in range(len(programs))]


def _median(costs: list[Cost]) -> Cost:
    middle = statistics.median_low([each.cpu for each in costs])
    return next(each for each in costs if each.cpu == middle)
