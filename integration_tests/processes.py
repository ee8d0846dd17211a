"""The connector as a process of its own, for tests of what only a process has: signals, files, limits, an end."""

import os
import subprocess
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
    command = [*PROGRAM, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, **options)
    return CommandOutput(done.returncode, parsed_messages(done.stdout.splitlines()), done.stderr.decode())


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
