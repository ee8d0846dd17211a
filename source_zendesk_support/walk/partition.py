"""The CDK's view of a walk: a partition of a stream. Hardly any stream has more than one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.streams.concurrent.partitions.partition_generator import PartitionGenerator

from source_zendesk_support.walk.walk import Walk


class WalkPartition(Partition):
    """One walk of a stream. Several streams may share a walk; the first one that is read runs it."""

    def __init__(self, stream: str, walk: Walk) -> None:
        self._stream = stream
        self._walk = walk

    def read(self) -> Iterable[Any]:
        """Pages, STATE and status messages, in the order in which they must be written."""
        return self._walk.read(self._stream)

    def to_slice(self) -> Mapping[str, Any]:
        """Empty, because a walk has no slice."""
        return {}

    def stream_name(self) -> str:
        """The stream's name."""
        return self._stream

    def __hash__(self) -> int:
        """Equal for one stream and one walk."""
        return hash((self._stream, id(self._walk)))


class WalkPartitionGenerator(PartitionGenerator):
    """Generates a stream's partitions; none for a stream that is only discovered."""

    def __init__(self, stream: str, walks: Sequence[Walk] = ()) -> None:
        self._stream = stream
        self._walks = walks

    def generate(self) -> Iterable[Partition]:
        """One partition a walk."""
        for walk in self._walks:
            yield WalkPartition(self._stream, walk)
