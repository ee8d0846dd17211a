import io
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from source_zendesk_support.interrupt import ended_by_signals
from source_zendesk_support.output import Output


class Exit:
    """Takes the place of os._exit."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.called = threading.Event()

    def __call__(self, code: int) -> None:
        self.codes.append(code)
        self.called.set()


@pytest.fixture
def end(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exit]:
    """Stays until all that could end the process is over."""
    found = Exit()
    monkeypatch.setattr(os, "_exit", found)
    yield found
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
        elif thread.name == "end":
            thread.join(5)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signal_ends_the_process_with_a_last_line_and_without_its_folder(
    number: signal.Signals, code: int, end: Exit, tmp_path: Path
) -> None:
    raw, folder = io.BytesIO(), tmp_path / "pages"
    folder.mkdir()
    with ended_by_signals(Output(raw), str(folder)):
        signal.raise_signal(number)
        assert end.called.wait(5)
    assert end.codes[0] == code
    assert raw.getvalue().decode() == (
        f'{{"type":"LOG","log":{{"level":"WARN","message":"Stopped by {number.name}. Everything up to the last STATE '
        f'is saved; the next sync goes on from there."}}}}\n'
    )
    assert not folder.exists()


def test_nothing_follows_the_last_line(end: Exit, tmp_path: Path) -> None:
    raw = io.BytesIO()
    output = Output(raw)
    with ended_by_signals(output, str(tmp_path)):
        signal.raise_signal(signal.SIGTERM)
        assert end.called.wait(5)
    late = threading.Thread(target=output.write, args=("late\n",), daemon=True)
    late.start()
    late.join(0.2)
    assert not raw.getvalue().endswith(b"late\n")


def test_a_reader_that_takes_nothing_does_not_hold_up_the_end(
    end: Exit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("source_zendesk_support.interrupt.PATIENCE", 0.05)
    raw = io.BytesIO()
    output = Output(raw)
    with output._lock, ended_by_signals(output, str(tmp_path)):
        signal.raise_signal(signal.SIGTERM)
        assert end.called.wait(5)
    assert end.codes[0] == 143
    assert raw.getvalue() == b""


def test_handlers_are_put_back(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    with ended_by_signals(Output(io.BytesIO()), str(tmp_path)):
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
