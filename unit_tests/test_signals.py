import io
import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from source_zendesk_support import exit_guard
from source_zendesk_support import signals as interrupt
from source_zendesk_support.output import MessageWriter
from source_zendesk_support.signals import closed_by_signals, exit_for_signal, exit_process, install_signal_handlers

end_for: Callable[[int], None] = exit_for_signal
leave_with: Callable[[int], None] = exit_process
"""They return where os._exit does."""


class ExitRecorder:
    """Takes the place of os._exit."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.called = threading.Event()

    def __call__(self, code: int) -> None:
        self.codes.append(code)
        self.called.set()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[ExitRecorder]:
    """Stays until all that could end the process is over."""
    found = ExitRecorder()
    monkeypatch.setattr(os, "_exit", found)
    monkeypatch.setattr(interrupt, "_exit_lock", threading.Lock())
    monkeypatch.setattr(exit_guard, "_CRITICAL_WORK", threading.Lock())
    yield found
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
        elif thread.name == "signals":
            thread.join(5)


@pytest.fixture
def listening(ended: ExitRecorder) -> Iterator[ExitRecorder]:
    numbers = [getattr(signal, name) for name in ENDING]
    before = {number: signal.signal(number, signal.SIG_DFL) for number in numbers}  # nohup and shells ignore some
    undo = install_signal_handlers()
    yield ended
    undo()
    for number, handler in before.items():
        signal.signal(number, handler)


def last_line(name: str) -> str:
    return (
        f'{{"type":"LOG","log":{{"level":"WARN","message":"Stopped by {name}. Everything up to the last STATE is '
        'saved; the next sync resumes there."}}\n'
    )


ENDING = (
    *("SIGHUP", "SIGINT", "SIGQUIT", "SIGTRAP", "SIGABRT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGTERM", "SIGXCPU"),
    *("SIGVTALRM", "SIGPROF", "SIGIO", "SIGRTMIN", "SIGRTMAX"),
)
"""Every signal of Linux that ends a process by default and can be caught, but those of its own faults."""


@pytest.mark.parametrize("name", ENDING)
def test_a_signal_ends_the_process_with_its_code_and_a_last_line(name: str, listening: ExitRecorder) -> None:
    raw, number = io.BytesIO(), getattr(signal, name)
    with closed_by_signals(MessageWriter(raw)):
        signal.raise_signal(number)
        assert listening.called.wait(5)
    assert listening.codes[0] == 128 + number
    assert raw.getvalue().decode() == last_line(signal.Signals(number).name)


def test_a_signal_without_a_name_is_reported_by_its_number(ended: ExitRecorder) -> None:
    raw = io.BytesIO()
    with closed_by_signals(MessageWriter(raw)):
        end_for(signal.SIGRTMIN + 3)
    assert ended.codes == [128 + signal.SIGRTMIN + 3]
    assert raw.getvalue().decode() == last_line(f"signal {signal.SIGRTMIN + 3}")


def test_before_there_is_an_output_the_end_is_silent(
    listening: ExitRecorder, capfd: pytest.CaptureFixture[str]
) -> None:
    signal.raise_signal(signal.SIGTERM)
    assert listening.called.wait(5)
    assert listening.codes[0] == 143
    assert capfd.readouterr() == ("", "")


def test_a_signal_is_heard_while_the_main_thread_waits_for_a_lock(listening: ExitRecorder) -> None:
    """CPython would call a handler only when the main thread continues."""
    never = threading.Lock()
    never.acquire()
    threading.Timer(0, os.kill, [os.getpid(), signal.SIGTERM]).start()

    def release() -> None:
        listening.called.wait(5)
        never.release()

    threading.Thread(target=release).start()
    assert never.acquire(timeout=5)
    assert listening.codes[0] == 143


def test_a_blocked_signal_that_came_before_is_heard(ended: ExitRecorder) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    signal.raise_signal(signal.SIGTERM)
    undo = install_signal_handlers()
    assert ended.called.wait(5)
    undo()
    assert ended.codes[0] == 143
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_what_was_set_to_be_ignored_stays_so_but_for_the_two_that_mean_stop(ended: ExitRecorder) -> None:
    numbers = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    undo = install_signal_handlers()
    handlers = [signal.getsignal(number) for number in numbers]
    undo()
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
    assert [handler is signal.SIG_IGN for handler in handlers] == [True, False, False]


def test_signals_that_end_nothing_or_are_errors_of_a_write_are_left_alone(ended: ExitRecorder) -> None:
    names = ("SIGCHLD", "SIGCONT", "SIGTSTP", "SIGWINCH", "SIGURG", "SIGPIPE", "SIGXFSZ", "SIGSEGV", "SIGBUS", "SIGFPE")
    before = [signal.getsignal(getattr(signal, name)) for name in names]
    undo = install_signal_handlers()
    assert [signal.getsignal(getattr(signal, name)) for name in names] == before
    undo()


def test_nothing_follows_the_last_line(listening: ExitRecorder) -> None:
    raw = io.BytesIO()
    output = MessageWriter(raw)
    with closed_by_signals(output):
        signal.raise_signal(signal.SIGTERM)
        assert listening.called.wait(5)
    late = threading.Thread(target=output.write, args=("late\n",), daemon=True)
    late.start()
    late.join(0.2)
    assert not raw.getvalue().endswith(b"late\n")


def test_a_reader_that_takes_nothing_does_not_hold_up_the_end(
    listening: ExitRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupt, "SHUTDOWN_TIMEOUT_SECONDS", 0.05)
    raw = io.BytesIO()
    output = MessageWriter(raw)
    with output._lock, closed_by_signals(output):
        signal.raise_signal(signal.SIGTERM)
        assert listening.called.wait(5)
    assert listening.codes[0] == 143
    assert raw.getvalue() == b""


def token_under_way(ended: ExitRecorder) -> tuple[threading.Thread, list[str]]:
    """A thread that is fetching a token, and what it has stored."""
    begun, stored = threading.Event(), list[str]()

    def rotate() -> None:
        with exit_guard.delay_exit():
            begun.set()
            ended.called.wait(0.2)
            stored.append("token" if not ended.codes else "too late")

    rotating = threading.Thread(target=rotate)
    rotating.start()
    assert begun.wait(5)
    return rotating, stored


def test_the_end_waits_for_a_token_under_way(ended: ExitRecorder) -> None:
    raw, (rotating, stored) = io.BytesIO(), token_under_way(ended)
    with closed_by_signals(MessageWriter(raw)):
        end_for(signal.SIGTERM)
    rotating.join()
    assert stored == ["token"]
    assert raw.getvalue().decode() == last_line("SIGTERM")


def test_a_token_that_does_not_come_is_reported(ended: ExitRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupt, "TOKEN_TIMEOUT_SECONDS", 0.05)
    raw = io.BytesIO()
    with closed_by_signals(MessageWriter(raw)), exit_guard.delay_exit():
        end_for(signal.SIGTERM)
    assert ended.codes[0] == 143
    assert (
        "if the next sync reports that the refresh token is already used, authenticate again."
        in raw.getvalue().decode()
    )


def test_no_token_is_requested_once_the_end_has_begun(ended: ExitRecorder) -> None:
    leave_with(1)
    requested = list[str]()

    def rotate() -> None:
        with exit_guard.delay_exit():
            requested.append("token")

    late = threading.Thread(target=rotate, daemon=True)
    late.start()
    late.join(0.2)
    assert requested == []


def test_a_command_that_ends_by_itself_waits_for_a_token_under_way(ended: ExitRecorder) -> None:
    rotating, stored = token_under_way(ended)
    leave_with(1)
    rotating.join()
    assert (stored, ended.codes) == (["token"], [1])


def test_handlers_are_put_back(ended: ExitRecorder) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)]
    undo = install_signal_handlers()
    assert signal.getsignal(signal.SIGTERM) != before[0]
    undo()
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)] == before
