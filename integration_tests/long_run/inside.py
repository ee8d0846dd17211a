"""The command inside this process: for hundreds of syncs, most of whose time would be spent on starting."""

import io
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from integration_tests.output import Output, parsed
from source_zendesk_support import command


def run_inside(arguments: Sequence[str]) -> Output:
    """As `connector.run`: what the console entry point runs, with the same files and the same lines of output."""
    raw = io.BytesIO()
    with _logging_as_before(), patch.object(sys, "stdout", io.TextIOWrapper(raw, "utf-8", write_through=True)):
        code = command.run(arguments)
        sys.stdout.flush()
        lines = raw.getvalue().decode().splitlines()
    return Output(code, parsed(lines))


@contextmanager
def _logging_as_before() -> Iterator[None]:
    """Undo what a command does to the process it runs in."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        sys.excepthook = hook
        root.handlers[:] = handlers
        root.setLevel(level)
