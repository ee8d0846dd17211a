"""A stream in the CDK's eyes: each of its walks is a partition, and hardly any stream has more than one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.streams.concurrent.partitions.partition_generator import PartitionGenerator

from source_zendesk_support.walk.walk import Walk


class WalkPartition(Partition):
    """One walk of a stream. Several streams may have the same walk; the first to run leads."""

    def __init__(self, stream: str, walk: Walk) -> None:
        self._stream = stream
        self._walk = walk

    def read(self) -> Iterable[Any]:
        """Pages, STATE and status messages, in the order in which they must be written."""
        return self._walk.read(self._stream)

    def to_slice(self) -> Mapping[str, Any]:
        """There is nothing to slice."""
        return {}

    def stream_name(self) -> str:
        """The stream."""
        return self._stream

    def __hash__(self) -> int:
        """One partition a walk."""
        return hash((self._stream, id(self._walk)))


class WalkPartitionGenerator(PartitionGenerator):
    """Generates a stream's partitions; none for a stream that is only described."""

    def __init__(self, stream: str, walks: Sequence[Walk] = ()) -> None:
        self._stream = stream
        self._walks = walks

    def generate(self) -> Iterable[Partition]:
        """One partition a walk."""
        for walk in self._walks:
            yield WalkPartition(self._stream, walk)
