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

from source_zendesk_support.exit_guard import finish_before_exit

SHUTDOWN_TIMEOUT_SECONDS = 3.0
"""From a signal to the end of the process: for a token under way, and for a reader that does not take its line."""
TOKEN_TIMEOUT_SECONDS = 2.2
"""Of these, for a token under way."""
EXIT_TIMEOUT_SECONDS = 30.0
"""For a token under way when a command ends by itself; nobody is about to kill it."""
ALWAYS_HANDLED_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
"""Heard even if whoever started the process has set them to be ignored, as shells do for what runs behind."""
UNHANDLED_SIGNALS = frozenset(
    getattr(signal, name, None)
    for name in (
        *("SIGKILL", "SIGSTOP"),  # cannot be caught
        *("SIGCHLD", "SIGCLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH", "SIGINFO"),  # no end
        *("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS"),  # a fault of the machine's code, which cannot go on
        *("SIGPIPE", "SIGXFSZ"),  # CPython makes them errors of the write that they are about
    )
)
_LAST_LOG_LINE = (
    '{{"type":"LOG","log":{{"level":"WARN","message":"Stopped by {name}. Everything up to the last STATE is saved; the '
    'next sync goes on from there.{more}"}}}}\n'
)
_NO_ANSWER_IN_TIME = (
    " A new access token was being fetched, and no answer came in time: if the next sync finds the refresh token used "
    "up, authenticate again."
)


class ClosableOutput(Protocol):
    """Where a command writes to."""

    def close(self, timeout: float, last_line: str) -> None:
        """Write a last line and let nothing follow it; if the line under way does not end in time, only the latter."""


_outputs: list[ClosableOutput] = []
_exit_lock = threading.Lock()


def install_signal_handlers() -> Callable[[], None]:
    """Hear, from now on, every signal that would end the process; the result undoes it.

    The process then ends with the shell's exit code for a signal, 128 and the signal's number.
    """
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    threading.Thread(target=_wait_for_signal, args=(read_end,), name="signals", daemon=True).start()
    wakeup = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    before = {number: signal.signal(number, _ignore) for number in _terminating_signals()}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, before)

    def undo() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
        os.close(write_end)

    return undo


@contextmanager
def closed_by_signals(output: ClosableOutput) -> Iterator[None]:
    """Within, a signal lets a line end, and writes a last one that tells of it."""
    _outputs.append(output)
    try:
        yield
    finally:
        _outputs.remove(output)


def exit_process(code: int) -> NoReturn:
    """End the process by itself, without waiting for its threads, unless a signal is just about to do so."""
    _exit_lock.acquire()  # for good
    finish_before_exit(EXIT_TIMEOUT_SECONDS)
    os._exit(code)


def exit_for_signal(number: int) -> None:
    """End the process for this signal."""
    deadline = time.monotonic() + SHUTDOWN_TIMEOUT_SECONDS
    overdue = threading.Timer(SHUTDOWN_TIMEOUT_SECONDS, os._exit, [128 + number])
    overdue.daemon = True
    with suppress(RuntimeError):  # no more threads
        overdue.start()
    try:
        _exit_lock.acquire()  # for good; whoever holds it is ending the process, and has until it is overdue
        finished = finish_before_exit(TOKEN_TIMEOUT_SECONDS)
        last = _LAST_LOG_LINE.format(name=_name(number), more="" if finished else _NO_ANSWER_IN_TIME)
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


def _terminating_signals() -> list[signal.Signals]:
    """The signals whose usual effect is the end of a process, and that can be caught."""
    numbers = [number for number in signal.valid_signals() if number not in UNHANDLED_SIGNALS]
    return [
        number
        for number in numbers
        if number in ALWAYS_HANDLED_SIGNALS or signal.getsignal(number) is not signal.SIG_IGN
    ]


def _ignore(_number: int, _frame: object) -> None:
    """What has to be done is done in a thread; a handler there must be, or the wake-up pipe stays empty."""


def _wait_for_signal(read_end: int) -> None:
    """Wait for the number of a signal; the pipe's end is that of the watch."""
    with os.fdopen(read_end, "rb", buffering=0) as pipe:
        numbers = pipe.read(1)
    if numbers:
        exit_for_signal(numbers[0])
