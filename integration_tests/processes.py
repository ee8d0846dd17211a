"""The connector as a process of its own, for tests of what only a process has: signals, files, limits, an end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from integration_tests.command_output import CommandOutput, parsed_messages
from integration_tests.connector import PROGRAM

ROOT = Path(__file__).parent.parent
DEADLINE_SECONDS = 60
"""For what must happen, however slow the machine is; no test waits so long if it succeeds."""


@contextmanager
def running(*command: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process under way, in a session of its own; it is dead on leaving."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": ROOT}
    with subprocess.Popen(command, start_new_session=True, **(pipes | options)) as process:
        try:
            yield process
        finally:
            process.kill()


def finished(*arguments: str, **options: Any) -> CommandOutput:
    """The connector's command, run to its end."""
    return finished_program(*PROGRAM, *arguments, **options)


def finished_program(*command: str, **options: Any) -> CommandOutput:
    """Another program that writes messages, run to its end."""
    options = {"cwd": ROOT, **options}
    done = subprocess.run(command, capture_output=True, check=False, **options)
    return CommandOutput(done.returncode, parsed_messages(done.stdout.splitlines()), done.stderr.decode())


MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Runs a command and prints its memory; in its own process, as Linux counts that of the process that starts it."""


def measured(*arguments: str) -> tuple[CommandOutput, int]:
    """The connector's command, run to its end, and the most memory that it had, in KiB."""
    output = finished_program(sys.executable, "-c", MEASURE, *PROGRAM, *arguments)
    return output, int(output.stderr.split()[-1])


def wait_until(condition: Callable[[], Any], process: subprocess.Popen[Any]) -> None:
    """Wait for something that must happen while the process lives."""
    ends = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert process.poll() is None, "the process ended before that"
        assert time.monotonic() < ends
        time.sleep(0.002)


def environment(temp: Path) -> dict[str, str]:
    """This process's, with another temp folder."""
    return os.environ | {"TMPDIR": str(temp)}
