"""Reads all rows by their ids, some blocks at a time: what no list shows, and a first sync in a fraction of the time.

Ids count from 1, so the reading is complete by construction: a row that existed when it began has an id up to the
greatest one, and was requested after that moment. What changed or came later is read from an export, or from a list of
changes, from that moment on.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.id_block import IdBlockRetriever
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.errors import EndpointUnavailable, WalkError, config_error
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.list_place import ListPlace, SweepPlace
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.list_streams import ListStreams

logger = logging.getLogger("airbyte")

GAP_SECONDS = 60
"""Before the beginning of a round from which changes are read again: server times are known to a second or two."""
WINDOW = 2
"""Requests in the pool for each thread of its share."""
DELETED = "deleted"
"""The status of a ticket that cannot be read by its id."""


@dataclass(frozen=True)
class _Block:
    """One block's rows.

    Attributes:
        first: its first id.
        response: the page.
        rows: its rows.
        records: the rows that they lead to, as the export has them.
    """

    first: int
    response: PageResponse
    rows: Sequence[Row]
    records: Sequence[Row]


class IdSweep:
    """One round, or a part of it.

    Args:
        rules: how blocks are requested.
        streams: what the rows are for.
        zendesk: fetches them.
        threads: the sync's pool.
    """

    def __init__(
        self,
        rules: IdBlockRetriever,
        streams: ListStreams,
        zendesk: ZendeskClient,
        threads: ChildThreads,
    ) -> None:
        self._rules = rules
        self._streams = streams
        self._zendesk = zendesk
        self._threads = threads
        self._threads.start_for_sweep()
        self._top = 0

    def is_proven(self, known: Sequence[Row]) -> bool:
        """Whether rows that are known, archived ones among them, come by their ids as well; says so if they do not."""
        missing = self._missing(known)
        if missing:
            logger.info(_NOT_PROVEN, self._streams.names, len(missing), len(known), missing[0])
        return bool(known) and not missing

    def _missing(self, known: Sequence[Row]) -> list[Any]:
        """The ids of known rows that do not come by their ids as they are, with their sideloads."""
        expected = {id_key(row["id"]): row for row in known if row.get("status") != DELETED}
        ids = list(expected)
        size = self._rules.block_size
        blocks = [ids[first : first + size] for first in range(0, len(ids), size)]
        futures = [self._threads.submit(self._fetch, block) for block in blocks]
        responses = [future.result() for future in futures]
        found = {id_key(row["id"]): row for response in responses for row in self._rules.rows(response)}
        missing = [key for key, row in expected.items() if not self._is_same(found.get(key), row)]
        return missing or self._without_metrics(responses, found)

    def before_export(self) -> Iterator[AirbyteMessage]:
        """All ids before the export; afterwards it resumes from the moment at which this began."""
        sweep = self._streams.place.sweep
        began = sweep.began or self._zendesk.clock.now()
        self._top = self._greatest()
        logger.info(_FIRST, self._streams.names, self._top)
        sweep = replace(sweep, began=began, top=self._top, first=True)
        self._streams.replaces_changes = True
        seen, counted = 0, sweep.id == 0
        for block in self._blocks(sweep.id, None):
            sweep = self._after(sweep, block)
            yield from self._sent(block, replace(self._streams.place, sweep=sweep))
            seen += len(block.rows)
            if counted and sweep.id == self._rules.sparse_ids and self._are_sparse(seen):
                logger.info(_SPARSE, self._streams.names, seen, sweep.id)
                yield from self._streams.forget_lists()
                return
        self._streams.complete(began - GAP_SECONDS)
        yield from self._streams.forget_lists()

    def due(self) -> Iterator[AirbyteMessage]:
        """The part of a round that is due by now; a round that is late, or the first one, is read to its end."""
        place, now = self._streams.place, self._zendesk.clock.now()
        sweep, form = place.sweep, self._streams.form
        if not (form.rolls or form.is_overdue(sweep.paced, now)):
            return
        self._top = sweep.top or self._greatest()
        until = form.due(self._top, sweep.paced, now)
        if until >= self._top and sweep.top:
            self._top = max(self._top, self._greatest())
        is_last = until >= self._top or form.is_overdue(sweep.paced, now)
        if until <= sweep.id and not is_last:
            return
        sweep = replace(sweep, began=sweep.began or now, top=self._top, first=False)
        self._streams.replaces_changes = is_last and self._streams.have_no_changes
        if self._streams.replaces_changes and self._rules.proof and not sweep.id:
            self._check_archived(self._rules.proof)
        for block in self._blocks(sweep.id, None if is_last else until):
            sweep = self._after(sweep, block)
            yield from self._sent(block, replace(place, sweep=sweep))
        if is_last:
            yield from self._ended(sweep, place, now)

    def _check_archived(self, proof: PagedRetriever) -> None:
        """Log a warning if closed tickets from the search cannot be read by their ids."""
        try:
            response = self._zendesk.page(proof.page_request(Position(0), self._zendesk.clock.latest()))
        except EndpointUnavailable:
            return
        response.release()
        if missing := self._missing(proof.rows(response)):
            logger.warning(_NOT_BY_ID, self._streams.names, len(missing), missing[0])

    def _ended(self, sweep: SweepPlace, place: ListPlace, now: int) -> Iterator[AirbyteMessage]:
        """A round is complete: up to its beginning, everything has been delivered, once the changes have been read."""
        began = sweep.began or now
        between = SweepPlace(top=sweep.top, paced=self._zendesk.clock.now(), ended=began)
        changes = place.changes
        if self._streams.replaces_changes:
            self._streams.complete(began - GAP_SECONDS)
            changes, between = Position(bookmark=began), replace(between, ended=None)
        yield from self._streams.move(replace(place, changes=changes, sweep=between))

    def _sent(self, block: _Block, place: ListPlace) -> Iterator[AirbyteMessage]:
        fresh = self._streams.unsent_by_id(block.records)
        yield from self._streams.emit({**block.response.envelope, self._rules.records: block.records}, fresh)
        yield from self._streams.move(place)

    def _after(self, sweep: SweepPlace, block: _Block) -> SweepPlace:
        ids = [key for row in block.rows if isinstance(key := id_key(row["id"]), int)]
        self._top = max([self._top, *ids])
        return replace(sweep, id=block.first + self._rules.block_size - 1, top=self._top)

    def _blocks(self, after: int, until: int | None) -> Iterator[_Block]:
        """Blocks in the order of their ids: up to one id, or until there are no more rows."""
        with self._threads.reading():
            yield from self._in_order(after, until)

    def _in_order(self, after: int, until: int | None) -> Iterator[_Block]:
        size = self._rules.block_size
        waiting: deque[tuple[int, Future[_Block]]] = deque()
        following = after + 1
        try:
            while True:
                last = self._last_block(until)
                while following <= last and len(waiting) < self._threads.share * WINDOW:
                    waiting.append((following, self._threads.submit(self._block, following)))
                    following += size
                if not waiting:
                    return
                first, future = waiting.popleft()
                yield self._of(first, future)
        finally:
            for _, future in waiting:
                future.cancel()

    def _last_block(self, until: int | None) -> int:
        """The greatest first id that is to be requested."""
        if until is not None:
            return until
        return self._top + self._rules.empty_blocks * self._rules.block_size

    def _of(self, first: int, future: Future[_Block]) -> _Block:
        try:
            return future.result()
        except WalkError as error:
            raise config_error(
                f"Stream {self._streams.names}: the block of ids from {first} on was refused ({error}). All blocks "
                f"before it are saved. Use the credentials of an administrator, or set first_sync to exports.",
                stream=self._rules.name,
            ) from error

    def _block(self, first: int) -> _Block:
        """A block; one without rows is requested twice, if there are later ids."""
        ids = range(first, first + self._rules.block_size)
        response = self._fetch(list(ids))
        rows = self._rules.rows(response)
        if not rows and first <= self._top:
            response = self._fetch(list(ids))
            rows = self._rules.rows(response)
        records = self._streams.form.rows_of_block(rows, self._streams.since, self._rules, self._zendesk)
        return _Block(first, response, rows, records)

    def _fetch(self, ids: Sequence[Any]) -> PageResponse:
        response = self._zendesk.page(self._rules.block(ids, self._zendesk.clock.latest(), self._streams.include))
        response.release()
        return response

    def _greatest(self) -> int:
        """The greatest id that any of the lists shows; a list that is refused shows none."""
        return max([0, *map(self._first_id, self._rules.greatest)])

    def _first_id(self, rules: PagedRetriever) -> int:
        try:
            response = self._zendesk.page(rules.probe(self._zendesk.clock.latest()))
        except EndpointUnavailable:
            return 0
        response.release()
        ids = [key for row in rules.rows(response) if isinstance(key := id_key(row["id"]), int)]
        return max(ids, default=0)

    def _is_same(self, found: Row | None, known: Row) -> bool:
        time = self._streams.rules.time_of
        return found is not None and (time(found) or 0) >= (time(known) or 0)

    def _without_metrics(self, responses: Sequence[PageResponse], found: dict[Any, Row]) -> list[Any]:
        """Rows that lack the sideload, which is inside them or beside them."""
        for name in self._streams.include:
            inside = {key for key, row in found.items() if row.get(name.removesuffix("s"))}
            beside = [
                each for response in responses for each in response.envelope.get(name) or () if isinstance(each, dict)
            ]
            found = {key: row for key, row in found.items() if key not in inside}
            known = {id_key(each.get("ticket_id")) for each in beside}
            return [key for key in found if key not in known]
        return []

    def _are_sparse(self, seen: int) -> bool:
        return seen * 100 < self._rules.sparse_ids * self._rules.sparse_share


_NOT_PROVEN = (
    "Streams %s: %d of %d rows that are known do not come by their ids, such as %s; so they are not read by ids."
)
_NOT_BY_ID = (
    "Streams %s: %d closed tickets from the search cannot be read by their ids, such as %s. Archived tickets are "
    "missing."
)
_FIRST = "Streams %s: first sync by ids, up to %d; then the export closes the gap."
_SPARSE = "Streams %s: of the first ids only %d of %d exist, so the export is faster and is read instead."
