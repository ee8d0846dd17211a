import io
import os
import threading
from typing import Any

import orjson
import pytest
from airbyte_cdk.models import AirbyteLogMessage, AirbyteMessage, Level, Type
from airbyte_cdk.utils.airbyte_secrets_utils import update_secrets

from source_zendesk_support.components.cursor_spec import WalkCursor
from source_zendesk_support.errors import config_error
from source_zendesk_support.output import MessageWriter, StdoutClosed, stdout
from source_zendesk_support.state.position import Position, StateFormat
from source_zendesk_support.walk.record_batch import RecordBatch


class FlushRecordingPipe(io.BytesIO):
    """Remembers what had been written at each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[int] = []

    def flush(self) -> None:
        self.flushed.append(len(self.getvalue()))


@pytest.fixture
def pipe() -> FlushRecordingPipe:
    return FlushRecordingPipe()


def state(stream: str) -> AirbyteMessage:
    cursor = WalkCursor(stream, StateFormat("updated_at", "iso"), {}, None)  # type: ignore[arg-type]
    cursor.begin(Position(1717200000))
    return cursor.message()


def page(stream: str, count: int, written: list[str]) -> RecordBatch:
    return RecordBatch(stream, b'{"type":"RECORD"}\n' * count, count, lambda: written.append(stream))


def test_page_is_written_completely_and_released(pipe: FlushRecordingPipe) -> None:
    written: list[str] = []
    MessageWriter(pipe).send(page("tags", 3, written))
    assert len(pipe.getvalue().splitlines()) == 3
    assert written == ["tags"]


def test_state_counts_the_records_of_its_own_stream_since_the_last_one(pipe: FlushRecordingPipe) -> None:
    output, written = MessageWriter(pipe), list[str]()
    for message in (page("tags", 3, written), page("groups", 1, written), page("tags", 2, written), state("tags")):
        output.send(message)
    output.send(state("groups"))
    output.send(state("tags"))
    states = [line for line in map(orjson.loads, pipe.getvalue().splitlines()) if line["type"] == "STATE"]
    assert [line["state"]["sourceStats"]["recordCount"] for line in states] == [5, 1, 0]


def test_state_is_flushed_at_once(pipe: FlushRecordingPipe) -> None:
    MessageWriter(pipe).send(state("tags"))
    assert pipe.flushed == [len(pipe.getvalue())]
    assert orjson.loads(pipe.getvalue())["state"]["stream"]["stream_state"] == {
        "updated_at": "2024-06-01T00:00:00Z",
        "v": 1,
    }


def test_other_messages_pass(pipe: FlushRecordingPipe) -> None:
    MessageWriter(pipe).send(AirbyteMessage(type=Type.LOG, log=AirbyteLogMessage(level=Level.INFO, message="hi")))
    assert orjson.loads(pipe.getvalue()) == {"type": "LOG", "log": {"level": "INFO", "message": "hi"}}


def test_secret_in_the_error_of_a_stream_is_hidden(pipe: FlushRecordingPipe) -> None:
    update_secrets(["hunter2"])
    MessageWriter(pipe).send(config_error("hunter2 is wrong", stream="tags").as_airbyte_message())
    update_secrets([])
    assert b"hunter2" not in pipe.getvalue()
    assert orjson.loads(pipe.getvalue())["trace"]["error"]["message"] == "**** is wrong"


def test_log_line_with_half_an_emoji_is_written(pipe: FlushRecordingPipe) -> None:
    MessageWriter(pipe).write("broken \ud83d text\n")
    assert pipe.getvalue() == b"broken ? text\n"


class ClosedPipe(io.BytesIO):
    """A pipe whose reader has gone."""

    def write(self, _data: object) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_a_message_without_a_reader_ends_the_sync_and_a_log_line_does_not() -> None:
    output = MessageWriter(ClosedPipe())
    assert output.write("a log line") == 10
    with pytest.raises(StdoutClosed, match="Broken pipe"):
        output.send(state("tags"))


class NonBlockingStdout(io.RawIOBase):
    """A stdout that does not block: it takes a part, then nothing until somebody has read."""

    def __init__(self, pipe: tuple[int, int]) -> None:
        super().__init__()
        self.reading, self._writing = pipe
        os.set_blocking(self._writing, False)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._writing

    def write(self, data: Any) -> int | None:
        try:
            return os.write(self._writing, data)
        except BlockingIOError:
            return None


@pytest.mark.parametrize("size", [1, 511, 4096, 100_000])
def test_a_line_is_written_completely_if_stdout_does_not_block(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    hesitant, taken = NonBlockingStdout(os.pipe()), list[bytes]()

    def read() -> None:
        while piece := os.read(hesitant.reading, size):
            taken.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    monkeypatch.setattr("sys.stdout", UnbufferedStdout(hesitant))
    output = stdout()
    output.send(page("tags", 9000, []))
    output.send(state("tags"))
    os.close(hesitant.fileno())
    reader.join()
    os.close(hesitant.reading)
    lines = b"".join(taken).splitlines()
    assert [orjson.loads(line)["type"] for line in lines] == ["RECORD"] * 9000 + ["STATE"]


def test_a_process_without_stdout_has_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(StdoutClosed, match="there is none"):
        stdout()


class PartialStdout(io.RawIOBase):
    """An unbuffered stdout that takes seven bytes at a time, as a pipe may when a signal comes in between."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.taken += bytes(data[:7])
        return min(7, len(data))


class UnbufferedStdout:
    """sys.stdout under PYTHONUNBUFFERED."""

    def __init__(self, buffer: io.RawIOBase) -> None:
        self.buffer = buffer


def test_a_line_is_written_completely_if_stdout_takes_it_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    part, written = PartialStdout(), list[str]()
    monkeypatch.setattr("sys.stdout", UnbufferedStdout(part))
    output = stdout()
    output.send(page("tags", 1000, written))
    output.send(state("tags"))
    lines = part.taken.splitlines()
    assert [orjson.loads(line)["type"] for line in lines] == ["RECORD"] * 1000 + ["STATE"]
