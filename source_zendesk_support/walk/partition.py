"""The CDK's view of walks: the one partition of a stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.streams.concurrent.partitions.partition_generator import PartitionGenerator
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.walk.walk import Walk


class WalkPartition(Partition):
    """Walks of a stream, one after the other. Several streams may share a walk; the first one that is read runs it.

    Args:
        stream: the stream's name.
        walks: hardly ever more than one. They draw on the same limits, so nothing would be gained by threads; and a
            second walk over archived rows skips what the first one has emitted.
    """

    def __init__(self, stream: str, walks: Sequence[Walk]) -> None:
        self._stream = stream
        self._walks = walks

    def read(self) -> Iterable[Any]:
        """Pages, STATE and status messages, in the order in which they must be written.

        Raises:
            AirbyteTracedException: that of the first walk that failed, once all others have ended.
        """
        failure: AirbyteTracedException | None = None
        for walk in self._walks:
            try:
                yield from walk.read(self._stream)
            except AirbyteTracedException as error:
                failure = failure or error
        if failure:
            raise failure

    def to_slice(self) -> Mapping[str, Any]:
        """Empty, because a walk has no slice."""
        return {}

    def stream_name(self) -> str:
        """The stream's name."""
        return self._stream

    def __hash__(self) -> int:
        """Equal for one stream and the same walks."""
        return hash((self._stream, *map(id, self._walks)))


class WalkPartitionGenerator(PartitionGenerator):
    """Generates a stream's partition; none for a stream that is only discovered, or that has nothing to read."""

    def __init__(self, stream: str, walks: Sequence[Walk] = ()) -> None:
        self._stream = stream
        self._walks = walks

    def generate(self) -> Iterable[Partition]:
        """One partition for all walks."""
        if self._walks:
            yield WalkPartition(self._stream, self._walks)
