"""The connector's command inside the tests' own process: starting one, with the CDK, takes longer than most syncs."""

import faulthandler
import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from integration_tests.command_output import CommandOutput, parsed_messages
from source_zendesk_support import command

WATCHDOG_SECONDS = 240.0
"""After which a command is ended, whatever it does."""


def run(*arguments: str) -> CommandOutput:
    """What the console entry point runs, with the same files and the same lines of output."""
    stdout_bytes, stderr_text = io.BytesIO(), io.StringIO()
    with (
        _restored_logging(),
        patch.object(sys, "stdout", io.TextIOWrapper(stdout_bytes, "utf-8", write_through=True)),
        patch.object(sys, "stderr", stderr_text),
    ):
        faulthandler.dump_traceback_later(WATCHDOG_SECONDS, exit=True, file=2)
        try:
            code = command.run(arguments)
            sys.stdout.flush()
            lines = stdout_bytes.getvalue().splitlines()
        finally:
            faulthandler.cancel_dump_traceback_later()
    return CommandOutput(code, parsed_messages(lines), stderr_text.getvalue())


@contextmanager
def _restored_logging() -> Iterator[None]:
    """Undo what a command does to the process it runs in."""
    root, airbyte, hook = logging.getLogger(), logging.getLogger("airbyte"), sys.excepthook
    handlers, levels = root.handlers[:], (root.level, airbyte.level)
    try:
        yield
    finally:
        sys.excepthook = hook
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        airbyte.setLevel(levels[1])
