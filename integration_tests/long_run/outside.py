"""The command as a process that is watched: its greatest size, or its end at a moment of our choice."""

import os
from collections.abc import Sequence

from integration_tests.connector import started
from integration_tests.output import Output, parsed


def run_watched(arguments: Sequence[str]) -> tuple[Output, int]:
    """As `connector.run`; also gives the most memory that the process had, in KiB."""
    with started(*arguments) as process:
        lines = list(process.stdout or ())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Output(process.returncode, parsed(lines)), usage.ru_maxrss


def run_killed(arguments: Sequence[str], checkpoints: int) -> Output:
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
    return Output(process.returncode, parsed(line for line in lines if line.endswith("\n")))
