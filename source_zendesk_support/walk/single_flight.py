"""Who walks where several streams are read from the same pages: one of them, and all learn how it ended."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence

from airbyte_cdk.models import AirbyteMessage, FailureType, StreamDescriptor
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.errors import is_out_of_memory, out_of_memory_error, system_error
from source_zendesk_support.unexpected_errors import explain_error


class SingleFlight:
    """The first stream whose partition runs leads; the others wait, without a slot, until it has ended.

    Args:
        streams: all that are read from these pages.

    Attributes:
        failure: what ended the walk before its last page; None if nothing has.
    """

    def __init__(self, streams: Sequence[str]) -> None:
        self.failure: BaseException | None = None
        self._streams = streams
        self._starved = {stream: out_of_memory_error(stream) for stream in streams}
        self._taken = threading.Lock()
        self._ended = threading.Event()

    @property
    def under_way(self) -> bool:
        """Whether the walk has begun and not ended."""
        return self._taken.locked() and not self._ended.is_set()

    @property
    def failure_type(self) -> FailureType | None:
        """Whose fault it is that the walk has failed; None if it has not."""
        if isinstance(self.failure, AirbyteTracedException):
            return self.failure.failure_type
        return FailureType.system_error if self.failure else None

    def wait(self) -> None:
        """Return when the walk has ended, however it did."""
        self._ended.wait()

    def read(self, stream: str, messages: Callable[[], Iterator[AirbyteMessage]]) -> Iterator[AirbyteMessage]:
        """Messages of the whole walk for the stream that leads, none for the others.

        Args:
            stream: whose partition runs.
            messages: walks.

        Raises:
            AirbyteTracedException: the walk failed; for every one of its streams.
        """
        if not self._taken.acquire(blocking=False):
            self._ended.wait()
            if self.failure:
                raise self._as_of(stream, self.failure) from self.failure
            return
        try:
            yield from messages()
        except MemoryError as error:  # no call is made: there may be no memory for its frame
            self.failure = self._starved[stream]
            raise self.failure from error
        except BaseException as error:
            self.failure = self._starved[stream] if is_out_of_memory(error) else _told(error, stream)
            if isinstance(self.failure, AirbyteTracedException):
                raise self._as_of(stream, self.failure) from error
            raise
        finally:
            self._ended.set()

    def _as_of(self, stream: str, failure: BaseException) -> AirbyteTracedException:
        """The failure as a stream tells it: in words of its own where those of the failure are another stream's."""
        if failure in self._starved.values():
            return self._starved[stream]
        if not isinstance(failure, AirbyteTracedException):
            return system_error(f"Stream {stream} is read from pages that failed.", stream=stream)
        words = str(failure.message)
        named = [name for name in self._streams if re.search(rf"\bstream {name}\b", words, re.IGNORECASE)]
        others = named and stream not in named
        return AirbyteTracedException(
            message=f"Stream {stream} is read from the same pages: {words}" if others else words,
            internal_message=failure.internal_message,
            failure_type=failure.failure_type,
            stream_descriptor=StreamDescriptor(name=stream),
        )


def _told(error: BaseException, stream: str) -> BaseException:
    """The error in a user's words; what is no error but an end, such as that of a generator, stays what it is."""
    return explain_error(error, stream) if isinstance(error, Exception) else error
