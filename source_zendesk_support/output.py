"""What leaves the process: whole lines on stdout, flushed after each STATE.

The CDK's own loop serialises one record at a time and flushes when it next writes, so a checkpoint may stay in memory
while the walk waits for a limit, and is lost if the process is killed then.
"""

from __future__ import annotations

import io
import os
import select
import sys
import threading
from collections import defaultdict
from contextlib import suppress
from typing import IO, Any

import orjson
from airbyte_cdk.models import AirbyteMessage, AirbyteStateStats, Type
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets

from source_zendesk_support.masking import stack_frames
from source_zendesk_support.startup import as_json_value
from source_zendesk_support.walk.record_batch import RecordBatch

STDERR_TIMEOUT_MILLISECONDS = 1000


class StdoutClosed(Exception):
    """Nothing more can be written to stdout: whoever read it has closed it, or its disk is full."""


class MessageWriter:
    """stdout of a sync; log lines and messages never mix within a line.

    ``send`` and ``last`` raise ReaderGone where nothing can be written any more.

    Args:
        raw: the byte stream to write to.
    """

    def __init__(self, raw: IO[bytes] | io.BufferedWriter) -> None:
        self._raw = raw
        self._lock = threading.Lock()
        self._records: defaultdict[str, float] = defaultdict(float)

    def send(self, message: AirbyteMessage) -> None:
        """Write a message; a STATE carries the number of its stream's records since the last one."""
        if isinstance(message, RecordBatch):
            self._records[message.stream] += message.count
            self._put(message.lines)
            message.written()
            return
        if message.type == Type.STATE and message.state and message.state.stream:
            count = self._records.pop(message.state.stream.stream_descriptor.name, 0.0)
            message.state.sourceStats = AirbyteStateStats(recordCount=count)
        self._put(message_line(message), flush=True)

    def write_line(self, line: bytes) -> None:
        """Write a line that was made before."""
        self._put(line, flush=True)

    def write(self, text: str) -> int:
        """Write a log line; what the logging module calls."""
        with suppress(StdoutClosed):  # the next message meets the same, and only the main thread can end the sync
            self._put(text.encode("utf-8", "replace"), flush=True)  # a person may be waiting for it
        return len(text)

    def flush(self) -> None:
        """Hand everything over to the system."""
        with suppress(StdoutClosed):
            self._put(b"", flush=True)

    def close(self, timeout: float, last_line: str) -> None:
        """Write a last line and let nothing follow it.

        Args:
            timeout: seconds to wait for the line in progress; if it does not end, the last line is not written.
            last_line: the last line.
        """
        if self._lock.acquire(timeout=timeout):  # for good
            with suppress(OSError):
                self._raw.write(last_line.encode())
                self._raw.flush()

    def _put(self, data: bytes, *, flush: bool = False) -> None:
        with self._lock:
            try:
                self._raw.write(data)
                if flush:
                    self._raw.flush()
            except OSError as error:
                raise StdoutClosed(error.strerror) from error


def message_line(message: AirbyteMessage) -> bytes:
    """A message as it leaves, secrets hidden."""
    return orjson.dumps(_without_secrets(as_json_value(message))) + b"\n"


def _without_secrets(message: Any) -> Any:
    """Whoever wrote a text that people read, no secret leaves in it; CONTROL is made of secrets and stays whole."""
    texts = ((message.get("trace") or {}).get("error"), message.get("connectionStatus"), message.get("log"))
    for block in filter(None, texts):
        for name in _TEXT_FIELDS & block.keys():
            block[name] = filter_secrets(stack_frames(block[name]) if name == "stack_trace" else block[name])
    return message


_TEXT_FIELDS = {"message", "internal_message", "stack_trace"}


class BlockingWriter(io.RawIOBase):
    """Takes all that is written, also if the file below takes a part, or nothing until its reader has caught up.

    Whoever starts a process may give it a stdout that does not block (O_NONBLOCK); a plain write then cuts a line.

    Args:
        raw: the file below; its ``write`` gives how much it took, and None if it would have had to wait.
    """

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__()
        self._raw = raw

    def writable(self) -> bool:
        """It is, for ``io.BufferedWriter``."""
        return True

    def write(self, data: Any) -> int:
        """Write everything.

        Raises:
            OSError: nothing more can be written.
        """
        rest = memoryview(data)
        while rest:
            taken = self._raw.write(rest)
            if taken is None:
                wait_until_writable(self._raw.fileno())
            rest = rest[taken or 0 :]
        return len(data)


def wait_until_writable(descriptor: int, milliseconds: int | None = None) -> bool:
    """Wait for a reader that is slower than we are, or gone; the next write tells which. False if time is up."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLOUT)
    return bool(waiting.poll(milliseconds))


def stdout() -> MessageWriter:
    """The process's own stdout.

    Raises:
        ReaderGone: the process was started without one.
    """
    if sys.stdout is None:
        raise StdoutClosed("there is none")
    out: Any = sys.stdout.buffer
    out.flush()
    return MessageWriter(
        io.BufferedWriter(BlockingWriter(getattr(out, "raw", out)))
    )  # under PYTHONUNBUFFERED it is raw already


def write_to_stderr(line: str) -> None:
    """Say something where there is no stdout any more; if there is no stderr either, nobody listens."""
    with suppress(OSError, AttributeError, ValueError):
        descriptor = sys.stderr.fileno()
        if wait_until_writable(descriptor, STDERR_TIMEOUT_MILLISECONDS):
            os.write(descriptor, line.encode())
