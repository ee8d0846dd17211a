"""Children, one request a parent: comments of articles, votes of posts, side conversations of tickets."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, NamedTuple

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import CLOCK_ERROR, PagedRetriever, Row
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_reader import PageReader
from source_zendesk_support.components.references import filled, known_references
from source_zendesk_support.components.refused_parents import RefusedParents
from source_zendesk_support.components.thread_pool import crew
from source_zendesk_support.components.visited_parents import VisitedParents
from source_zendesk_support.errors import EndpointUnavailable
from source_zendesk_support.state.ids import is_id
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import moment

logger = logging.getLogger("airbyte")

WINDOW = 2
"""Requests in the queue for each worker: enough that none is idle, few enough that answers do not pile up."""

MARGIN = 300
"""Seconds by which the time of a child and that of what names it may differ."""


class ChildRecord(NamedTuple):
    """A row, and the ids of all its parents."""

    row: Row
    parents: Mapping[str, Any]


class _ChildPage(NamedTuple):
    """One page of one parent's children."""

    children: list[ChildRecord]
    parents: Mapping[str, Any]
    position: Position
    reader: PageReader
    refused: int = 0


@dataclass
class SubstreamExtractor(RecordExtractor):
    """Makes a stream's records of its parents' rows, with one request or more for each of them.

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
        pages: how one parent's children are asked for; its url names the parent as ``stream_partition['<parent_id>']``.
        parent_id: name of the parent's id in that url.
        parent_field: field of the parent's row that holds it.
        through: children whose children these are, where parents are two steps away.
        only: values that a parent's row must have to be asked for, if it has such fields.
        named_at: field of a parent's row that says when it named the parent; where many rows name one, it is visited
            again only for those that are younger than the last visit. Empty: every row is visited.
        fills: columns of a child that are filled from the ids of its parents, if the child leaves them null.
        since_field: field by which children are left out that are older than the walk's start; empty to keep all.
    """

    pages: PagedRetriever
    parent_id: str
    parent_field: str = "id"
    through: SubstreamExtractor | None = None
    only: dict[str, Any] = field(default_factory=dict)
    named_at: str = ""
    fills: dict[str, str] = field(default_factory=dict)
    since_field: str = ""
    skipped: int = 0
    _visits: VisitedParents = field(default_factory=lambda: VisitedParents(Position(0)))
    _refused: RefusedParents = field(default_factory=lambda: RefusedParents("", Position(0), listed=True))
    _retried: bool = False
    _zendesk: ZendeskClient | None = None
    _crew: ThreadPoolExecutor | None = None
    _workers: int = 1
    _since: int = 0
    _odd: OddMembers = field(default_factory=lambda: OddMembers(""))

    def bind(
        self,
        zendesk: ZendeskClient,
        workers: int,
        stream: str,
        position: Position,
        odd: OddMembers,
        refused: RefusedParents | None = None,
    ) -> None:
        """Hand over what asks, how many may ask at once, on whose behalf, where it stands, what it lacks."""
        self._odd, self._refused = odd, refused or self._refused
        self._zendesk, self._workers, self._since = zendesk, workers, position.bookmark - MARGIN
        self._visits, self._crew = VisitedParents(position), crew(workers)
        self.pages = replace(self.pages, name=stream)
        if self.through:
            self.through.bind(zendesk, workers, stream, position, odd, self._refused)

    def extract_records(self, response: Any) -> Iterator[Any]:
        """Never called: records are made of a decoded page, by ``batches``."""
        raise NotImplementedError("pages are decoded once; see batches()")

    def batches(self, rows: Iterable[Row]) -> Iterator[list[Row]]:
        """Children of these parents, a page at a time, in the order in which the answers come.

        Raises:
            AirbyteTracedException: a child could not be read; the others are abandoned.
        """
        for children, reopened in self.groups(chain(self._retries(), rows)):
            yield children if reopened else [row for row in children if self._is_new(row)]

    def groups(self, rows: Iterable[Row]) -> Iterator[tuple[list[Row], bool]]:
        """All children of these parents, a page at a time, and whether their parent was refused before."""
        for children in self._of(ChildRecord(row, {}) for row in rows):
            yield [child.row for child in children], self._refused.are_reopened(children[0].parents)

    def _retries(self) -> Iterator[Row]:
        """Once a pass: parents that were refused and that no list would name again, as rows."""
        if not self._retried:
            self._retried = True
            yield from ({**self.only, self.parent_field: parent} for parent in self._refused.retried())

    @property
    def visited(self) -> frozenset[Id]:
        """The last parents that need no other visit, unless something younger names them."""
        return self._visits.last

    @property
    def refused(self) -> int:
        """Parents that Zendesk refused, on all levels."""
        return self.skipped + (self.through.refused if self.through else 0)

    def _of(self, parents: Iterable[ChildRecord]) -> Iterator[list[ChildRecord]]:
        if self.through:
            for batch in self.through._of(parents):  # noqa: SLF001  one class, two levels
                yield from self._ask(batch)
        else:
            yield from self._ask(parents)

    def _ask(self, parents: Iterable[ChildRecord]) -> Iterator[list[ChildRecord]]:
        if self._crew is None or self._zendesk is None:
            raise RuntimeError("bind() comes first")
        zendesk = self._zendesk
        waiting = deque(
            _ChildPage([], ids, Position(0), PageReader(self.pages, zendesk, ids)) for ids in self._ids(parents)
        )
        flying: set[Future[_ChildPage]] = set()
        try:
            while waiting or flying:
                while waiting and len(flying) < self._workers * WINDOW:
                    flying.add(self._crew.submit(self._page, waiting.popleft()))
                done, flying = wait(flying, return_when=FIRST_COMPLETED)
                for part in (future.result() for future in done):
                    self._note(part)
                    if not part.position.done:
                        waiting.appendleft(part)
                    if part.children:
                        yield part.children
        finally:
            for future in flying:
                future.cancel()
            wait(flying)

    def _note(self, part: _ChildPage) -> None:
        """Remember a parent that is refused, and forget one whose children have all been read."""
        if part.refused:
            self.skipped += 1
            self._refused.refuse(part.parents[self.parent_id], part.refused)
        elif part.position.done:
            self._refused.read(part.parents[self.parent_id])

    def _is_new(self, row: Row) -> bool:
        if self.pages.was_sent(row):
            return False
        changed = moment(row.get(self.since_field)) if self.since_field else None
        return changed is None or changed >= self._since or not self.pages.may_be_known(row)

    def _ids(self, parents: Iterable[ChildRecord]) -> Iterator[Mapping[str, Any]]:
        for parent in parents:
            key = parent.row.get(self.parent_field)
            if any(str(parent.row.get(name, value)) != str(value) for name, value in self.only.items()):
                continue
            if key is not None and not is_id(key):
                self._odd.add(self.parent_field)
            elif key is not None and self._is_due(key, parent.row):
                yield {**parent.parents, self.parent_id: key}

    def _is_due(self, key: Any, row: Row) -> bool:
        """Whether a row names its parent after the last visit; notes the visit that will follow."""
        if not self.named_at or self._zendesk is None:
            return True
        if not self._visits.are_due(key, moment(row.get(self.named_at))):
            return False
        self._visits.note(key, self._zendesk.clock.now() - CLOCK_ERROR)
        return True

    def _page(self, part: _ChildPage) -> _ChildPage:
        """The next page of one parent's children; none where the parent is refused."""
        try:
            rows, after = part.reader.page(part.position)
        except EndpointUnavailable as refused:
            logger.debug("Stream %s: parent %s refused: %s", self.pages.name, dict(part.parents), refused)
            return part._replace(children=[], position=replace(part.position, done=True), refused=refused.status)
        return part._replace(children=[self._child(row, part.parents) for row in rows], position=after)

    def _child(self, row: Row, parents: Mapping[str, Any]) -> ChildRecord:
        return ChildRecord(filled(row, known_references(self.fills, parents)), parents)
