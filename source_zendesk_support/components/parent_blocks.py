"""Children of many parents in one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from source_zendesk_support.components.parents import RefusedParents
from source_zendesk_support.components.record_reader import ReaderContext, RecordReader
from source_zendesk_support.components.substream import (
    ChildRecord,
    ParentPages,
    SubstreamExtractor,
    SubstreamReader,
)


@dataclass
class ParentBlockExtractor(SubstreamExtractor):
    """Makes a stream's records of its parents' rows, with requests for up to ``block_size`` of them at once.

        type: CustomRecordExtractor
        class_name: source_zendesk_support.components.parent_blocks.ParentBlockExtractor
        parent_id: agent_ids
        block_size: 100
        pages:
          $ref: "#/definitions/cursor_list_stream/retriever"
          requester:
            $ref: "#/definitions/requester"
            request_parameters: {"filter[agent_ids]": "{{ stream_partition['agent_ids'] }}"}

    Not ``GroupingPartitionRouter``: it groups the partitions of a ``SubstreamPartitionRouter``, which see
    ``SubstreamExtractor``.

    Args, besides those of ``SubstreamExtractor``:
        block_size: the most parents of one request. A block ends with the page of its parents.
    """

    block_size: int = 100

    def reader(self, context: ReaderContext) -> RecordReader:
        """Makes the records of one stream during one sync."""
        listed = context.retriever.visits_all_parents
        return _ParentBlockReader(self, context, RefusedParents(context.stream, context.position, listed=listed))


class _ParentBlockReader(SubstreamReader):
    """The same, a block of parents at a time. ``stream_partition`` holds their ids with commas between them."""

    _extractor: ParentBlockExtractor

    def _due(self, parents: Iterable[ChildRecord]) -> Iterator[ParentPages]:
        extractor = self._extractor
        due = super()._due(parents)
        while block := list(islice(due, extractor.block_size)):
            keys = [key for single in block for key in single.keys]
            ids = {extractor.parent_id: ",".join(map(str, keys))}
            yield ParentPages(ids, self._pages_below(ids, {}), keys)
