"""SIGTERM and SIGINT end a command within seconds, at the end of a line.

Without a handler, process 1 of a container does not hear SIGTERM at all, and is killed after the platform's patience;
any other process would end in the middle of a line, or (SIGINT) with a stack trace while its workers go on. Nothing
needs to be saved: each STATE was flushed when it was written.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from source_zendesk_support.output import Output
from source_zendesk_support.temp import remove

PATIENCE = 3.0
"""Seconds for a reader that does not take the line under way; then the process ends within that line."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)
_LAST = (
    '{{"type":"LOG","log":{{"level":"WARN","message":"Stopped by {name}. Everything up to the last STATE is saved; the '
    'next sync goes on from there."}}}}\n'
)


@contextmanager
def ended_by_signals(output: Output, folder: str) -> Iterator[None]:
    """Within, the signals end the process with the shell's exit code for them, 128 and the signal's number.

    Args:
        output: gets a last line that says so.
        folder: is removed first.
    """
    before = {number: signal.signal(number, _handler(output, folder)) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _handler(output: Output, folder: str) -> Callable[[int, FrameType | None], None]:
    """A handler must not wait for what the main thread holds, such as a line half written; its thread may."""

    def handle(number: int, _frame: FrameType | None) -> None:
        overdue = threading.Timer(PATIENCE, os._exit, [128 + number])
        overdue.daemon = True
        overdue.start()
        threading.Thread(target=_end, args=(number, output, folder), name="end", daemon=True).start()

    return handle


def _end(number: int, output: Output, folder: str) -> None:
    remove(folder)
    try:
        output.close(PATIENCE, _LAST.format(name=signal.Signals(number).name))
    finally:
        os._exit(128 + number)
