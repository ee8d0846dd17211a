"""The process's output: complete lines on stdout, flushed after each STATE.

The CDK's loop serializes one record at a time and flushes at the next write. So a checkpoint may stay in memory while
the walk waits for a limit, and is lost if the process is killed then.
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
    """stdout cannot be written: its reader has closed it, or its disk is full."""


class MessageWriter:
    """Writes messages and log lines to stdout; they never mix within a line.

    ``send`` and ``write_line`` raise StdoutClosed if stdout cannot be written.

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
        """Write a prepared line."""
        self._put(line, flush=True)

    def write(self, text: str) -> int:
        """Write a log line; called by the logging module."""
        with suppress(StdoutClosed):  # the next message fails as well, and only the main thread can end the sync
            self._put(text.encode("utf-8", "replace"), flush=True)  # a person may be watching
        return len(text)

    def flush(self) -> None:
        """Flush all buffers."""
        with suppress(StdoutClosed):
            self._put(b"", flush=True)

    def close(self, timeout: float, last_line: str) -> None:
        """Write a last line and block all later output.

        Args:
            timeout: seconds to wait for the line in progress; if it does not end, the last line is not written.
            last_line: the last line.
        """
        if self._lock.acquire(timeout=timeout):  # never released
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
    """A message as a line, with secrets masked."""
    return orjson.dumps(_without_secrets(as_json_value(message))) + b"\n"


def _without_secrets(message: Any) -> Any:
    """Mask secrets in all texts for people; CONTROL consists of secrets and is not changed."""
    texts = ((message.get("trace") or {}).get("error"), message.get("connectionStatus"), message.get("log"))
    for block in filter(None, texts):
        for name in _TEXT_FIELDS & block.keys():
            block[name] = filter_secrets(stack_frames(block[name]) if name == "stack_trace" else block[name])
    return message


_TEXT_FIELDS = {"message", "internal_message", "stack_trace"}


class BlockingWriter(io.RawIOBase):
    """Writes everything, even if the underlying file accepts only a part or must wait for its reader.

    The parent process may provide a non-blocking stdout (O_NONBLOCK); a plain write would then cut a line.

    Args:
        raw: the underlying file; its ``write`` returns the number of bytes written, or None if it would block.
    """

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__()
        self._raw = raw

    def writable(self) -> bool:
        """True, for ``io.BufferedWriter``."""
        return True

    def write(self, data: Any) -> int:
        """Write everything.

        Raises:
            OSError: the file cannot be written.
        """
        rest = memoryview(data)
        while rest:
            taken = self._raw.write(rest)
            if taken is None:
                wait_until_writable(self._raw.fileno())
            rest = rest[taken or 0 :]
        return len(data)


def wait_until_writable(descriptor: int, milliseconds: int | None = None) -> bool:
    """Wait until the reader accepts data or has closed; the next write shows which. False after a time-out."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLOUT)
    return bool(waiting.poll(milliseconds))


def stdout() -> MessageWriter:
    """A writer for the process's stdout.

    Raises:
        StdoutClosed: the process was started without stdout.
    """
    if sys.stdout is None:
        raise StdoutClosed("there is none")
    out: Any = sys.stdout.buffer
    out.flush()
    return MessageWriter(
        io.BufferedWriter(BlockingWriter(getattr(out, "raw", out)))
    )  # under PYTHONUNBUFFERED it is already raw


def write_to_stderr(line: str) -> None:
    """Report an error if stdout is closed; if stderr is closed as well, do nothing."""
    with suppress(OSError, AttributeError, ValueError):
        descriptor = sys.stderr.fileno()
        if wait_until_writable(descriptor, STDERR_TIMEOUT_MILLISECONDS):
            os.write(descriptor, line.encode())
