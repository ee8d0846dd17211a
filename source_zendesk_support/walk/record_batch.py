"""Records of one stream as bytes, ready to be written.

airbyte-cdk queues one object a record and serialises it on its only main thread. A page of 1,000 tickets is better
queued as a few messages whose bytes a worker has already made. The queue then holds a few messages instead of thousands
of decoded records, so memory stays flat if stdout is read slowly.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson
from airbyte_cdk.models import AirbyteMessage, AirbyteRecordMessage, AirbyteRecordMessageFileReference, Type

from source_zendesk_support.api.decode import NESTED_TOO_DEEP
from source_zendesk_support.api.exact_json import dumps, exact_decimal
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.errors import MalformedResponse

ROWS_AT_ONCE = 250
BYTES_AT_ONCE = 1 << 20
"""A message that holds so much is emitted."""

DIGITS_OF_64_BITS = 19
"""A number with fewer characters fits."""

RecordTransform = Callable[[Row], Row]


class RecordBatch(AirbyteMessage):
    """Records of one stream as the lines that go to stdout.

    A subclass of ``AirbyteMessage``, because the CDK's queue passes those through untouched. It must never be falsy
    (an empty queue item ends the CDK's loop), so it has no length.

    Args:
        stream: the stream's name.
        lines: its records, serialised.
        count: how many they are, at least one.
        written: called once the lines have been written, to let the next message in.
    """

    def __init__(self, stream: str, lines: bytes, count: int, written: Callable[[], None]) -> None:
        super().__init__(type=Type.RECORD)
        self.stream = stream
        self.lines = lines
        self.count = count
        self.written = written

    def messages(self) -> Iterator[AirbyteMessage]:
        """The same records as ordinary messages, for entry points other than ours."""
        for line in self.lines.splitlines():
            # The CDK writes records with orjson, which takes numbers that it cannot write itself as text only.
            record = json.loads(line, parse_int=_integer, parse_float=_decimal)["record"]
            file = record.get("file_reference")
            yield AirbyteMessage(
                type=Type.RECORD,
                record=AirbyteRecordMessage(
                    stream=record["stream"],
                    data=record["data"],
                    emitted_at=record["emitted_at"],
                    file_reference=AirbyteRecordMessageFileReference(**file) if file else None,
                ),
            )


class BatchBuffer:
    """Records of one stream that wait until there are enough for a message.

    Args:
        stream: the stream's name.

    Attributes:
        count: records in the buffer.
    """

    def __init__(self, stream: str) -> None:
        self.count = 0
        self._stream = stream
        self._lines: list[bytes] = []
        self._size = 0

    def add(
        self,
        rows: Sequence[Row],
        transform: RecordTransform | None = None,
        file: AirbyteRecordMessageFileReference | None = None,
    ) -> None:
        """Serialise records, each after its transformation; ``file`` is that of the only one."""
        # One by one, so that a record that becomes wide is still in the CPU's cache when it is encoded.
        self._lines.append(serialise(self._stream, map(transform, rows) if transform else rows, file))
        self._size += len(self._lines[-1])
        self.count += len(rows)

    @property
    def is_full(self) -> bool:
        """Whether there is enough for a message."""
        return self.count >= ROWS_AT_ONCE or self._size >= BYTES_AT_ONCE

    def batch(self, written: Callable[[], None]) -> RecordBatch:
        """A message with all records; the buffer is empty after it."""
        batch = RecordBatch(self._stream, b"".join(self._lines), self.count, written)
        self.count, self._lines, self._size = 0, [], 0
        return batch


def serialise(stream: str, rows: Iterable[Row], file: AirbyteRecordMessageFileReference | None = None) -> bytes:
    """RECORD messages of the Airbyte protocol, one a line; ``emitted_at`` in epoch milliseconds.

    Args:
        stream: the stream's name.
        rows: its records.
        file: of the only record, if it has one.

    Raises:
        MalformedResponse: a row is nested too deep.
    """
    head = b'{"type":"RECORD","record":{"stream":' + orjson.dumps(stream) + b',"data":'
    tail = b',"emitted_at":' + str(int(time.time() * 1000)).encode()
    tail += b',"file_reference":' + orjson.dumps(file) + b"}}\n" if file else b"}}\n"
    parts: list[bytes] = []
    for row in rows:
        try:
            data = orjson.dumps(row)
        except orjson.JSONEncodeError:  # a number larger than 64 bits, a long decimal, or more than 254 levels
            data = _dumped(row)
        parts += (head, data, tail)
    return b"".join(parts)


def _dumped(row: Row) -> bytes:
    try:
        return dumps(row)
    except RecursionError as error:
        raise MalformedResponse(NESTED_TOO_DEEP) from error


def _integer(text: str) -> Any:
    return int(text) if len(text) < DIGITS_OF_64_BITS else orjson.Fragment(text)


def _decimal(text: str) -> Any:
    value = exact_decimal(text)
    return value if isinstance(value, float) else orjson.Fragment(text)
