"""Signals that end a process end this one within seconds, at the end of a line, whatever its main thread is doing.

CPython runs a signal's handler in the main thread, between two of its instructions. That may be long after the signal:
the main thread may wait for a lock, import a large module, or not have been woken because the kernel gave the signal to
another thread. Therefore the handlers do nothing, and a thread of its own reads from the wake-up pipe, which CPython
fills at once. It is started before anything large is imported; as process 1 of a container, a program without handlers
does not hear these signals at all.

Nothing of a sync needs to be saved here: each STATE was flushed when it was written.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, Protocol

from source_zendesk_support.exit_guard import finished_within

PATIENCE_SECONDS = 3.0
"""From a signal to the end of the process: for a token under way, and for a reader that does not take its line."""
TOKEN_PATIENCE_SECONDS = 2.2
"""Of these, for a token under way."""
EXIT_PATIENCE_SECONDS = 30.0
"""For a token under way when a command ends by itself; nobody is about to kill it."""
ALWAYS = frozenset({signal.SIGTERM, signal.SIGINT})
"""Heard even if whoever started the process has set them to be ignored, as shells do for what runs behind."""
UNTOUCHED = frozenset(
    getattr(signal, name, None)
    for name in (
        *("SIGKILL", "SIGSTOP"),  # cannot be caught
        *("SIGCHLD", "SIGCLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH", "SIGINFO"),  # no end
        *("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS"),  # a fault of the machine's code, which cannot go on
        *("SIGPIPE", "SIGXFSZ"),  # CPython makes them errors of the write that they are about
    )
)
_LAST = (
    '{{"type":"LOG","log":{{"level":"WARN","message":"Stopped by {name}. Everything up to the last STATE is saved; the '
    'next sync goes on from there.{more}"}}}}\n'
)
_NO_ANSWER_IN_TIME = (
    " A new access token was being fetched, and no answer came in time: if the next sync finds the refresh token used "
    "up, authenticate again."
)


class ClosableOutput(Protocol):
    """Where a command writes to."""

    def close(self, patience: float, last: str) -> None:
        """Write a last line and let nothing follow it; if the line under way does not end in time, only the latter."""


_outputs: list[ClosableOutput] = []
_the_end = threading.Lock()


def listen() -> Callable[[], None]:
    """Hear, from now on, every signal that would end the process; the result undoes it.

    The process then ends with the shell's exit code for a signal, 128 and the signal's number.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    threading.Thread(target=_hear, args=(heard,), name="signals", daemon=True).start()
    wakeup = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    before = {number: signal.signal(number, _nothing) for number in _deadly()}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, before)

    def undo() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
        os.close(told)

    return undo


@contextmanager
def closed_by_signals(output: ClosableOutput) -> Iterator[None]:
    """Within, a signal lets a line end, and writes a last one that tells of it."""
    _outputs.append(output)
    try:
        yield
    finally:
        _outputs.remove(output)


def leave(code: int) -> NoReturn:
    """End the process by itself, without waiting for its threads, unless a signal is just about to do so."""
    _the_end.acquire()  # for good
    finished_within(EXIT_PATIENCE_SECONDS)
    os._exit(code)


def end(number: int) -> None:
    """End the process for this signal."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    overdue = threading.Timer(PATIENCE_SECONDS, os._exit, [128 + number])
    overdue.daemon = True
    with suppress(RuntimeError):  # no more threads
        overdue.start()
    try:
        _the_end.acquire()  # for good; whoever holds it is ending the process, and has until it is overdue
        whole = finished_within(TOKEN_PATIENCE_SECONDS)
        last = _LAST.format(name=_name(number), more="" if whole else _NO_ANSWER_IN_TIME)
        for output in _outputs:
            output.close(max(deadline - time.monotonic(), 0), last)
    finally:
        os._exit(128 + number)


def _name(number: int) -> str:
    """SIGTERM, or the bare number of a signal that has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _deadly() -> list[signal.Signals]:
    """The signals whose usual effect is the end of a process, and that can be caught."""
    numbers = [number for number in signal.valid_signals() if number not in UNTOUCHED]
    return [number for number in numbers if number in ALWAYS or signal.getsignal(number) is not signal.SIG_IGN]


def _nothing(_number: int, _frame: object) -> None:
    """What has to be done is done in a thread; a handler there must be, or the wake-up pipe stays empty."""


def _hear(heard: int) -> None:
    """Wait for the number of a signal; the pipe's end is that of the watch."""
    with os.fdopen(heard, "rb", buffering=0) as pipe:
        numbers = pipe.read(1)
    if numbers:
        end(numbers[0])
