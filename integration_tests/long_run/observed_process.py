"""The command as a process that is watched: its greatest size, or its end at a moment of our choice."""

from collections.abc import Sequence
from pathlib import Path

from integration_tests.command_output import CommandOutput, parsed_messages
from integration_tests.connector import started


def run_watched(arguments: Sequence[str]) -> tuple[CommandOutput, int]:
    """As `connector.run`; also gives the most memory that the process had, in KiB (Linux only, 0 elsewhere).

    Not by `wait4`: what that tells begins with the memory of the process that it was forked from, which is ours.
    """
    lines, most = [], 0
    with started(*arguments) as process:
        status = Path(f"/proc/{process.pid}/status")
        for line in process.stdout or ():
            lines.append(line)
            if '"type":"STATE"' in line and status.exists():
                most = max(most, _high_water(status.read_text("utf-8")))
        process.wait()
    return CommandOutput(process.returncode, parsed_messages(lines)), most


def _high_water(status: str) -> int:
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def run_killed(arguments: Sequence[str], checkpoints: int) -> CommandOutput:
    """Kill the process after so many STATE messages; what it had written until then."""
    lines = []
    with started(*arguments) as process:
        for line in process.stdout or ():
            lines.append(line)
            checkpoints -= '"type":"STATE"' in line
            if checkpoints <= 0:
                process.kill()
                break
        lines += process.stdout or ()
        process.wait()
    return CommandOutput(process.returncode, parsed_messages(line for line in lines if line.endswith("\n")))
