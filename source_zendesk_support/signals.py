"""Ends the process within seconds after a signal, at the end of a line, whatever the main thread is doing.

CPython runs signal handlers in the main thread, between two instructions. That may be long after the signal: the main
thread may wait for a lock, import a large module, or sleep because the kernel delivered the signal to another thread.
So the handlers do nothing, and a separate thread reads the wake-up pipe, which CPython fills at once. It is started
before large imports; as process 1 of a container, a program without handlers does not receive these signals at all.

Nothing needs to be saved here: each STATE was flushed when it was written.
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
"""From a signal to the end of the process: for a token request in progress and a slow reader."""
TOKEN_TIMEOUT_SECONDS = 2.2
"""The part of it for a token request in progress."""
EXIT_TIMEOUT_SECONDS = 30.0
"""For a token request in progress when a command ends by itself."""
ALWAYS_HANDLED_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
"""Handled even if the parent process ignores them, as shells do for background jobs."""
UNHANDLED_SIGNALS = frozenset(
    getattr(signal, name, None)
    for name in (
        *("SIGKILL", "SIGSTOP"),  # cannot be caught
        *("SIGCHLD", "SIGCLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH", "SIGINFO"),  # no end
        *("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS"),  # crashes, which cannot be continued
        *("SIGPIPE", "SIGXFSZ"),  # CPython turns them into errors of the write
    )
)
_LAST_LOG_LINE = (
    '{{"type":"LOG","log":{{"level":"WARN","message":"Stopped by {name}. Everything up to the last STATE is saved; '
    'the next sync resumes there.{more}"}}}}\n'
)
_NO_ANSWER_IN_TIME = (
    " A token request was in progress and got no response in time: if the next sync reports that the refresh token is "
    "already used, authenticate again."
)


class ClosableOutput(Protocol):
    """The output of a command."""

    def close(self, timeout: float, last_line: str) -> None:
        """Write a last line and block all later output; if the current line does not end in time, only block."""


_outputs: list[ClosableOutput] = []
_exit_lock = threading.Lock()


def install_signal_handlers() -> Callable[[], None]:
    """Handle every signal that would end the process; the returned function undoes it.

    The process then ends with the shell's exit code for a signal, 128 plus the signal's number.
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
    """Within this context, a signal waits for the current line and writes a last one that names the signal."""
    _outputs.append(output)
    try:
        yield
    finally:
        _outputs.remove(output)


def exit_process(code: int) -> NoReturn:
    """End the process without waiting for its threads, unless a signal is already ending it."""
    _exit_lock.acquire()  # never released
    finish_before_exit(EXIT_TIMEOUT_SECONDS)
    os._exit(code)


def exit_for_signal(number: int) -> None:
    """End the process for this signal."""
    deadline = time.monotonic() + SHUTDOWN_TIMEOUT_SECONDS
    overdue = threading.Timer(SHUTDOWN_TIMEOUT_SECONDS, os._exit, [128 + number])
    overdue.daemon = True
    with suppress(RuntimeError):  # no thread available
        overdue.start()
    try:
        _exit_lock.acquire()  # never released; its holder is ending the process and has until it is overdue
        finished = finish_before_exit(TOKEN_TIMEOUT_SECONDS)
        last = _LAST_LOG_LINE.format(name=_name(number), more="" if finished else _NO_ANSWER_IN_TIME)
        for output in _outputs:
            output.close(max(deadline - time.monotonic(), 0), last)
    finally:
        os._exit(128 + number)


def _name(number: int) -> str:
    """A signal's name, or its number if it has none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _terminating_signals() -> list[signal.Signals]:
    """The signals that end a process by default and can be caught."""
    numbers = [number for number in signal.valid_signals() if number not in UNHANDLED_SIGNALS]
    return [
        number
        for number in numbers
        if number in ALWAYS_HANDLED_SIGNALS or signal.getsignal(number) is not signal.SIG_IGN
    ]


def _ignore(_number: int, _frame: object) -> None:
    """The thread does the work, but without a handler the wake-up pipe stays empty."""


def _wait_for_signal(read_end: int) -> None:
    """Wait for a signal's number; a closed pipe ends the thread."""
    with os.fdopen(read_end, "rb", buffering=0) as pipe:
        numbers = pipe.read(1)
    if numbers:
        exit_for_signal(numbers[0])
