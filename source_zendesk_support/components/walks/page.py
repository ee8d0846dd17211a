"""One stream's records of one page, ready to be written.

airbyte-cdk queues one object a record and serialises it on its only main thread. A page of 1,000 tickets is better
queued as one message whose bytes a worker has already made: the queue then holds a few pages instead of thousands
of decoded records, which is what keeps memory flat behind a slow reader.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import orjson
from airbyte_cdk.models import AirbyteMessage, AirbyteRecordMessage, Type

from source_zendesk_support.components.families.pages import Row


class Page(AirbyteMessage):
    """Records of one stream as the lines that go to stdout.

    A subclass of ``AirbyteMessage``, because the CDK's queue passes those through untouched. It must never be falsy
    (an empty queue item ends the CDK's loop), so it has no length.

    Args:
        stream: the stream's name.
        rows: its records, at least one.
        written: called once the lines have been written, to let the next page in.
        finish: what is still to be done to each record; None if nothing.
    """

    def __init__(
        self, stream: str, rows: Sequence[Row], written: Callable[[], None], finish: Callable[[Row], Row] | None = None
    ) -> None:
        super().__init__(type=Type.RECORD)
        self.stream = stream
        self.count = len(rows)
        # One by one, so that a record that becomes wide is still in the CPU's cache when it is encoded.
        self.lines = serialise(stream, map(finish, rows) if finish else rows)
        self.written = written

    def messages(self) -> Iterator[AirbyteMessage]:
        """The same records as ordinary messages, for entry points other than ours."""
        for line in self.lines.splitlines():
            record = orjson.loads(line)["record"]
            yield AirbyteMessage(
                type=Type.RECORD,
                record=AirbyteRecordMessage(
                    stream=record["stream"], data=record["data"], emitted_at=record["emitted_at"]
                ),
            )


def serialise(stream: str, rows: Iterable[Row]) -> bytes:
    """RECORD messages of the Airbyte protocol, one a line; ``emitted_at`` in epoch milliseconds."""
    head = b'{"type":"RECORD","record":{"stream":' + orjson.dumps(stream) + b',"data":'
    tail = b',"emitted_at":' + str(int(time.time() * 1000)).encode() + b"}}\n"
    return b"".join([part for row in rows for part in (head, orjson.dumps(row), tail)])
