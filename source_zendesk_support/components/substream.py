"""Children, one request a parent: comments of articles, votes of posts, side conversations of tickets."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, NamedTuple

from airbyte_cdk.sources.declarative.extractors import RecordFilter
from airbyte_cdk.sources.declarative.transformations import RecordTransformation

from source_zendesk_support.api.clock import CLOCK_ERROR_SECONDS
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.page_result import PageResult, Row
from source_zendesk_support.components.parents import RefusedParents, VisitedParents
from source_zendesk_support.components.record_reader import (
    ChildBatch,
    PageSelection,
    ReaderContext,
    RecordReader,
    StreamExtractor,
)
from source_zendesk_support.components.references import filled, known_references
from source_zendesk_support.errors import EndpointUnavailable
from source_zendesk_support.state.ids import is_id
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import moment

logger = logging.getLogger("airbyte")


@dataclass
class SubstreamExtractor(StreamExtractor):
    """Makes a stream's records of its parents' rows, with requests for each of them.

        type: CustomRecordExtractor
        class_name: source_zendesk_support.components.substream.SubstreamExtractor
        parent_id: article_id
        fills: {item_id: article_id}
        pages:
          $ref: "#/definitions/cursor_list_stream/retriever"
          requester: {$ref: "#/definitions/requester", url: ".../{{ stream_partition['article_id'] }}/votes"}

    Not ``SubstreamPartitionRouter``: it reads its parents in the stream's partition generator, keeps one state a parent
    for up to 10,000 of them (megabytes of STATE), and emits it once in ten minutes.

    Args:
        pages: how one parent's children are requested; its url names the parent as ``stream_partition['<parent_id>']``.
        parent_id: name of the parent's id in that url.
        parent_field: field of the parent's row that holds it.
        embedded: list inside a parent's row that holds its children, if it is there; then none are requested.
        through: children whose children these are, if the parents are two steps away.
        record_filter: which of the parents' rows are visited; without one, all.
        named_at: field of a parent's row that says when it named the parent; if many rows name one, it is visited
            again only for those that are later than the last visit. Empty: every row is visited.
        fills: columns of a child that are filled from the ids of its parents, if the child leaves them null.
        copies: columns of a child that are filled from other fields of its parent's row in the same way.
        transformations: change every child before anything else sees it.
    """

    pages: PagedRetriever
    parent_id: str
    parent_field: str = "id"
    embedded: str = ""
    through: SubstreamExtractor | None = None
    record_filter: RecordFilter | None = None
    named_at: str = ""
    fills: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    transformations: list[RecordTransformation] = field(default_factory=list)

    def reader(self, context: ReaderContext) -> RecordReader:
        """Makes the records of one stream during one sync."""
        listed = context.retriever.visits_all_parents
        return SubstreamReader(self, context, RefusedParents(context.stream, context.position, listed=listed))

    def visited(self, rows: Iterable[Row]) -> Iterable[Row]:
        """The parents' rows whose children are read."""
        if not self.record_filter:
            return rows
        return [dict(row) for row in self.record_filter.filter_records(rows, stream_state={})]


class ChildRecord(NamedTuple):
    """A row, and the ids of all its parents."""

    row: Row
    parents: Mapping[str, Any]


@dataclass
class ParentPages:
    """One parent, or a block of them, whose children are being read.

    Attributes:
        ids: its id, and those of its own parents, as the request names them.
        pages: its children.
        keys: its id, or those of all parents of a block.
        known: what its row says about its children, by their columns.
    """

    ids: Mapping[str, Any]
    pages: Iterator[PageResult]
    keys: Sequence[Any]
    known: Mapping[str, Any] = field(default_factory=dict)


class ChildPage(NamedTuple):
    """The next page of a parent's children.

    Attributes:
        parent: whose.
        children: on the page.
        is_last: whether the parent has no other page.
        refused_status: the status with which Zendesk refused the parent; 0 if it did not.
    """

    parent: ParentPages
    children: list[ChildRecord]
    is_last: bool
    refused_status: int = 0


class SubstreamReader(RecordReader):
    """Makes the records of one stream out of its parents' rows.

    Args:
        extractor: says which parents and which children.
        context: what the stream is read with.
        refused: parents that Zendesk has refused.
    """

    makes_requests = True

    def __init__(self, extractor: SubstreamExtractor, context: ReaderContext, refused: RefusedParents) -> None:
        self._extractor = extractor
        self._context = context
        self._retriever = replace(extractor.pages, name=context.stream, transformations=list(extractor.transformations))
        self._refused = refused
        self._visited = VisitedParents(context.position)
        self._parents_to_retry = refused.retried()
        self._skipped = 0
        self._through = SubstreamReader(extractor.through, context, refused) if extractor.through else None
        context.threads.register()

    def select(self, envelope: Any) -> PageSelection:
        """Nothing of the rows themselves; only what is requested for each."""
        return ChildSelection(self)

    @property
    def visited_parents(self) -> frozenset[Id]:
        """The last parents that need no other visit, unless something later names them."""
        return self._visited.last

    @property
    def refused_count(self) -> int:
        """Parents that Zendesk refused, on all levels."""
        return self._skipped + (self._through.refused_count if self._through else 0)

    def refused_parents(self, *, done: bool) -> frozenset[Id]:
        """Parents that STATE must remember because their children could not be read."""
        return self._refused.stored(done=done)

    def child_batches(self, rows: Iterable[Row], position: Position) -> Iterator[ChildBatch]:
        """New children of these parents, a page at a time, in the order in which the responses come.

        None is skipped because it is old: what names its parent may be later than the child's own time.

        Raises:
            AirbyteTracedException: a child could not be read; the others are abandoned.
        """
        retriever = self._context.retriever
        retried, self._parents_to_retry = self._parents_to_retry, []
        rows = chain(({self._extractor.parent_field: parent} for parent in retried), self._extractor.visited(rows))
        for page in self._pages_of(ChildRecord(row, {}) for row in rows):
            children = [child.row for child in page.children]
            reopened = self._refused.are_reopened([*page.parent.ids.values(), *page.parent.keys])
            new = children if reopened else retriever.new_children(children, position)
            position = retriever.after_children(position, children)
            yield ChildBatch([row for row in new if not self._retriever.was_sent(row)], position)

    def _pages_of(self, parents: Iterable[ChildRecord]) -> Iterator[ChildPage]:
        """All pages that have children, of parents or of these parents' children."""
        if self._through:
            for page in self._through._pages_of(parents):  # noqa: SLF001  one class, two levels
                yield from self._fetch_pages(page.children)
        else:
            yield from self._fetch_pages(parents)

    def _fetch_pages(self, parents: Iterable[ChildRecord]) -> Iterator[ChildPage]:
        """Fetch the pages of several parents at a time."""
        threads = self._context.threads
        waiting = deque(self._due(parents))
        fetching: set[Future[ChildPage]] = set()
        with threads.reading():
            try:
                while waiting or fetching:
                    while waiting and len(fetching) < threads.share:
                        fetching.add(threads.submit(self._fetch_page, waiting.popleft()))
                    done, fetching = wait(fetching, return_when=FIRST_COMPLETED)
                    for page in (future.result() for future in done):
                        self._note_refusal(page)
                        if not page.is_last:
                            waiting.appendleft(page.parent)
                        if page.children:
                            yield page
            finally:
                for future in fetching:
                    future.cancel()
                wait(fetching)

    def _fetch_page(self, parent: ParentPages) -> ChildPage:
        """The next page of one parent's children; none if the parent is refused."""
        try:
            page = next(parent.pages)
        except EndpointUnavailable as error:
            logger.debug("Stream %s: parent %s refused: %s", self._retriever.name, dict(parent.ids), error)
            return ChildPage(parent, [], is_last=True, refused_status=error.status)
        known = {**known_references(self._extractor.fills, parent.ids), **parent.known}
        children = [ChildRecord(filled(row, known), parent.ids) for row in page.rows]
        return ChildPage(parent, children, page.after.done)

    def _note_refusal(self, page: ChildPage) -> None:
        """Remember a parent that is refused, and forget one whose children have all been read."""
        for parent in page.parent.keys:
            if page.refused_status:
                self._skipped += 1
                self._refused.add(parent, page.refused_status)
            elif page.is_last:
                self._refused.discard(parent)

    def _due(self, parents: Iterable[ChildRecord]) -> Iterator[ParentPages]:
        """The parents to visit, each with the ids of its own parents."""
        extractor = self._extractor
        for parent in parents:
            key = parent.row.get(extractor.parent_field)
            if key is not None and not is_id(key):
                self._context.odd_members.add(extractor.parent_field)
            elif key is not None and self._is_due(key, parent.row):
                ids = {**parent.parents, extractor.parent_id: key}
                known = known_references(extractor.copies, parent.row)
                yield ParentPages(ids, self._pages_below(ids, parent.row), [key], known)

    def _pages_below(self, ids: Mapping[str, Any], row: Row) -> Iterator[PageResult]:
        """The pages of a parent's children; one, without a request, if its row holds them."""
        if isinstance(row.get(self._extractor.embedded), list):
            children = self._context.odd_members.members(row, self._extractor.embedded, "id")
            return iter([PageResult(Position(0, done=True), children)])
        return read_list(self._retriever, self._context.client, ids)

    def _is_due(self, key: Any, row: Row) -> bool:
        """Whether a row names its parent after the last visit; notes the visit that will follow."""
        if not self._extractor.named_at:
            return True
        if not self._visited.is_due(key, moment(row.get(self._extractor.named_at))):
            return False
        self._visited.add(key, self._context.client.clock.now() - CLOCK_ERROR_SECONDS)
        return True


@dataclass
class ChildSelection(PageSelection):
    """The children of a page's rows.

    Args:
        reader: reads them.
    """

    reader: SubstreamReader
    needs_rows = False

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """None of the parents' rows."""
        return ()

    def child_batches(self, rows: Iterable[Row], position: Position) -> Iterator[ChildBatch]:
        """New children of these rows."""
        return self.reader.child_batches(rows, position)
