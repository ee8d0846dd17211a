"""Runs a program to its end and says what it took."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What one run took: CPU and wall seconds of the whole process, peak memory in MB, and records written."""

    cpu: float
    wall: float
    memory: float
    records: int

    @property
    def speed(self) -> float:
        """Records per CPU second."""
        return self.records / self.cpu


def cost(module: str, arguments: Sequence[str]) -> Cost:
    """Run ``python -m module`` and measure it.

    Raises:
        RuntimeError: the program failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stdout"
        began = os.times().elapsed
        with (
            path.open("wb") as stdout,
            subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=stdout) as run,
        ):
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
        if run.returncode:
            raise RuntimeError(f"{module} failed with exit code {run.returncode}")
        wall = os.times().elapsed - began
        with path.open("rb") as lines:
            records = sum(b'"type":"RECORD"' in line for line in lines)
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, records)


def medians(runs: int, *programs: Callable[[], Cost]) -> list[Cost]:
    """The median run of each program by CPU; the programs take turns, so that a busy machine slows all alike."""
    rounds = [[program() for program in programs] for _ in range(runs)]
    return [_median([each[index] for each in rounds]) for index in range(len(programs))]


def _median(costs: list[Cost]) -> Cost:
    middle = statistics.median_low([each.cpu for each in costs])
    return next(each for each in costs if each.cpu == middle)
