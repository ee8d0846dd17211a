"""What leaves the process: whole lines on stdout, flushed after each STATE.

The CDK's own loop serialises one record at a time and flushes when it next writes, so a checkpoint may stay in memory
while the walk waits for a limit, and is lost if the process is killed then.
"""

from __future__ import annotations

import sys
import threading
from collections import defaultdict
from typing import BinaryIO

import orjson
from airbyte_cdk.models import AirbyteErrorTraceMessage, AirbyteMessage, AirbyteStateStats, Type
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets

from source_zendesk_support.components.page import Page
from source_zendesk_support.lean import plain


class Output:
    """stdout of a sync; log lines and messages never mix within a line.

    Args:
        raw: the byte stream to write to.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._lock = threading.Lock()
        self._records: defaultdict[str, float] = defaultdict(float)

    def send(self, message: AirbyteMessage) -> None:
        """Write a message; a STATE carries the number of its stream's records since the last one."""
        if isinstance(message, Page):
            self._records[message.stream] += message.count
            self._put(message.lines)
            message.written()
            return
        if message.type == Type.TRACE and message.trace and message.trace.error:
            _hide_secrets(message.trace.error)
        if message.type == Type.STATE and message.state and message.state.stream:
            count = self._records.pop(message.state.stream.stream_descriptor.name, 0.0)
            message.state.sourceStats = AirbyteStateStats(recordCount=count)
        self._put(orjson.dumps(plain(message)) + b"\n", flush=True)

    def write(self, text: str) -> int:
        """Write a log line; what the logging module calls."""
        self._put(text.encode("utf-8", "replace"))
        return len(text)

    def flush(self) -> None:
        """Hand everything over to the system."""
        with self._lock:
            self._raw.flush()

    def _put(self, data: bytes, *, flush: bool = False) -> None:
        with self._lock:
            self._raw.write(data)
            if flush:
                self._raw.flush()


def _hide_secrets(error: AirbyteErrorTraceMessage) -> None:
    """The CDK does so for its last error only, not for those of streams."""
    error.message = filter_secrets(error.message)
    error.internal_message = error.internal_message and filter_secrets(error.internal_message)
    error.stack_trace = error.stack_trace and filter_secrets(error.stack_trace)


def stdout() -> Output:
    """The process's own stdout."""
    return Output(sys.stdout.buffer)
