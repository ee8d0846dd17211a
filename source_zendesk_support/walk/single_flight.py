"""Runs a shared walk once: the first stream runs it, the others wait and share its outcome."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence

from airbyte_cdk.models import AirbyteMessage, FailureType, StreamDescriptor
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.errors import is_out_of_memory, out_of_memory_error, system_error
from source_zendesk_support.unexpected_errors import explain_error


class SingleFlight:
    """Runs one walk for all its streams. Streams that wait hold no slot.

    Args:
        streams: all that are read from these pages.

    Attributes:
        failure: what stopped the walk before its last page; None if nothing has.
    """

    def __init__(self, streams: Sequence[str]) -> None:
        self.failure: BaseException | None = None
        self._streams = streams
        self._no_memory = {stream: out_of_memory_error(stream) for stream in streams}
        self._started = threading.Lock()
        self._ended = threading.Event()

    @property
    def is_running(self) -> bool:
        """Whether the walk has started and not ended."""
        return self._started.locked() and not self._ended.is_set()

    @property
    def failure_type(self) -> FailureType | None:
        """Who must act on the failure; None if the walk has not failed."""
        if isinstance(self.failure, AirbyteTracedException):
            return self.failure.failure_type
        return FailureType.system_error if self.failure else None

    def read(self, stream: str, messages: Callable[[], Iterator[AirbyteMessage]]) -> Iterator[AirbyteMessage]:
        """All messages of the walk for the first stream, none for the others.

        Args:
            stream: whose partition is read.
            messages: runs the walk.

        Raises:
            AirbyteTracedException: the walk failed; for every one of its streams.
        """
        if not self._started.acquire(blocking=False):
            self._ended.wait()
            if self.failure:
                raise self._failure_of(stream, self.failure) from self.failure
            return
        try:
            yield from messages()
        except MemoryError as error:  # no call is made: there may be no memory for its frame
            self.failure = self._no_memory[stream]
            raise self.failure from error
        except BaseException as error:
            self.failure = self._no_memory[stream] if is_out_of_memory(error) else _explained(error, stream)
            if isinstance(self.failure, AirbyteTracedException):
                raise self._failure_of(stream, self.failure) from error
            raise
        finally:
            self._ended.set()

    def _failure_of(self, stream: str, failure: BaseException) -> AirbyteTracedException:
        """The failure as an error of one stream; says so if the message names another stream."""
        if failure in self._no_memory.values():
            return self._no_memory[stream]
        if not isinstance(failure, AirbyteTracedException):
            return system_error(f"Stream {stream} shares its pages with a stream that failed.", stream=stream)
        message = str(failure.message)
        named = [name for name in self._streams if re.search(rf"\bstream {name}\b", message, re.IGNORECASE)]
        names_another = named and stream not in named
        return AirbyteTracedException(
            message=f"Stream {stream} shares its pages with a stream that failed: {message}"
            if names_another
            else message,
            internal_message=failure.internal_message,
            failure_type=failure.failure_type,
            stream_descriptor=StreamDescriptor(name=stream),
        )


def _explained(error: BaseException, stream: str) -> BaseException:
    """The error in a user's words. What is an end and no error, such as that of a generator, is not changed."""
    return explain_error(error, stream) if isinstance(error, Exception) else error
