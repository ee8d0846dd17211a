"""A stream in the CDK's eyes: one partition, which is its walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.streams.concurrent.partitions.partition_generator import PartitionGenerator

from source_zendesk_support.components.walk import Walk


class WalkPartition(Partition):
    """The only partition of a stream. Several streams may have the same walk; the first to run leads."""

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
        """One partition a stream."""
        return hash(self._stream)


class OneWalk(PartitionGenerator):
    """Generates that partition."""

    def __init__(self, stream: str, walk: Walk | None) -> None:
        self._stream = stream
        self._walk = walk

    def generate(self) -> Iterable[Partition]:
        """The walk's partition; none for a stream that is only described."""
        if self._walk:
            yield WalkPartition(self._stream, self._walk)
