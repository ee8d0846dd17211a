"""Which records a stream makes of the pages of a walk.

Most streams take a page's rows as they are. An extractor of ours in the manifest says otherwise: it declares what the
stream takes, and makes the ``RecordReader`` that takes it during one sync.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.comment_refetcher import CommentRefetcher
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position


class ChildBatch(NamedTuple):
    """Records that were requested because of a page.

    Attributes:
        records: some of them.
        position: the walk's position once they have been emitted.
    """

    records: Sequence[Row]
    position: Position


class PageSelection:
    """What a stream takes from one page. This one takes every row as it is.

    Attributes:
        needs_rows: whether it takes anything from the rows, which are decoded only for that.
    """

    needs_rows = True

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The stream's records of some of the page's rows; called again and again, in order."""
        return rows

    def remaining_records(self) -> Sequence[Row]:
        """Records that belong to no row of the page; called once, after all rows."""
        return ()

    def child_batches(self, rows: Iterable[Row], position: Position) -> Iterator[ChildBatch]:
        """Records that must be requested because of the page's rows; called last."""
        return iter(())


ALL_ROWS = PageSelection()


class RecordReader:
    """Makes one stream's records during a sync. This one makes a record of every row.

    Attributes:
        makes_requests: whether ``child_batches`` makes requests.
    """

    makes_requests = False

    @property
    def visited_parents(self) -> frozenset[Id]:
        """Parents that STATE must remember until the pass ends."""
        return frozenset()

    @property
    def refused_count(self) -> int:
        """Parents that Zendesk has refused so far."""
        return 0

    def select(self, envelope: Any) -> PageSelection:
        """What the stream takes from a page; the envelope holds the page's sideloads."""
        return ALL_ROWS

    def refused_parents(self, *, done: bool) -> frozenset[Id]:
        """Parents that STATE must remember because their children could not be read."""
        return frozenset()

    def on_end(self) -> None:
        """Report, at the end of the walk, what could not be read."""


@dataclass(frozen=True)
class ReaderContext:
    """What a stream is read with.

    Attributes:
        stream: its name.
        retriever: of the walk.
        position: where the stream starts.
        client: fetches pages.
        threads: fetch children.
        refetcher: fetches comments of tickets again.
        odd_members: counts embedded values that are not what Zendesk documents.
    """

    stream: str
    retriever: PagedRetriever
    position: Position
    client: ZendeskClient
    threads: ChildThreads
    refetcher: CommentRefetcher
    odd_members: OddMembers


class StreamExtractor(ABC):
    """An extractor of the manifest that makes more or other records than the page's rows.

    The CDK builds it but never calls it: the CDK's extractors read a response, and the walk has decoded it already.
    """

    @abstractmethod
    def reader(self, context: ReaderContext) -> RecordReader:
        """Makes the records of one stream during one sync."""


def record_reader_of(context: ReaderContext) -> RecordReader:
    """The reader that a retriever's extractor makes; without an extractor of ours, every row is a record."""
    extractor: object = context.retriever.record_selector.extractor
    return extractor.reader(context) if isinstance(extractor, StreamExtractor) else RecordReader()
