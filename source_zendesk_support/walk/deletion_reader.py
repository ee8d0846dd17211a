"""Deletions of rows whose export is closed: from a list of them, or by comparing ids."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from airbyte_cdk.models import AirbyteMessage

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import CLOCK_ERROR_SECONDS
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.deletion_list import DeletionList, IdComparison
from source_zendesk_support.components.id_block import IdBlockRetriever
from source_zendesk_support.components.list_form import DAY_SECONDS
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.errors import BadRequest, EndpointUnavailable
from source_zendesk_support.state.packed_ids import Id, too_many
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.list_pages import ListPass
from source_zendesk_support.walk.list_streams import ListStreams

logger = logging.getLogger("airbyte")


class DeletionReader:
    """One sync of some streams' deletions.

    Args:
        deletions: the list of deleted rows.
        streams: what the rows are for.
        zendesk: fetches pages.
    """

    def __init__(self, deletions: DeletionList, streams: ListStreams, zendesk: ZendeskClient) -> None:
        self._deletions = deletions
        self._streams = streams
        self._zendesk = zendesk
        self._overlap = streams.form.overlap

    def messages(self) -> Iterator[AirbyteMessage]:
        """Records and STATE."""
        if self._deletions.count:
            yield from self._all(self._deletions.count)
            return
        try:
            yield from self._newest()
        except EndpointUnavailable as refused:
            logger.warning(_NOT_LISTED, self._streams.names, refused, self._deletions.lost)
            if self._deletions.otherwise:
                yield from self._compared(self._deletions.otherwise)

    def _newest(self) -> Iterator[AirbyteMessage]:
        """A list in the order of time, down to the bookmark."""
        rules, before = self._deletions.pages, self._streams.place.deletions
        since = before.bookmark - self._overlap
        one_pass = ListPass(rules, self._zendesk, self._returning, self._streams.form.has_passed)
        for page in one_pass.pages(before, since):
            fresh = [row for row in page.rows if _is_fresh(rules, row, before, since)]
            yield from self._emit(fresh)
            yield from self._streams.move(replace(self._streams.place, deletions=page.after))

    def _all(self, count: PagedRetriever) -> Iterator[AirbyteMessage]:
        """A list without an order in time: all of it, if it has grown or shrunk; once a day at most."""
        place, now = self._streams.place, self._zendesk.clock.now()
        before, rules = place.deletions, self._deletions.pages
        if place.deleted is not None and now < before.bookmark + DAY_SECONDS:
            return
        number = self._count(count)
        if number == place.deleted:
            return
        since, known = before.bookmark - self._overlap, frozenset[Id]()
        for page in read_list(rules, self._zendesk):
            yield from self._emit([row for row in page.rows if _is_fresh(rules, row, before, since)])
            known |= self._returning(page.rows, now)
        yield from self._streams.move(
            replace(self._streams.place, deletions=Position(bookmark=now, ids=known), deleted=number)
        )

    def _returning(self, rows: Sequence[Row], requested_at: int) -> frozenset[Id]:
        rules = self._deletions.pages
        return frozenset(rules.key_of(row) for row in rows if (rules.time_of(row) or 0) >= requested_at - self._overlap)

    def _count(self, count: PagedRetriever) -> int:
        response = self._zendesk.page(count.page_request(Position(0), self._zendesk.clock.latest()))
        response.release()
        found = response.envelope.get("count") if isinstance(response.envelope, dict) else None
        value = found.get("value") if isinstance(found, dict) else None
        return value if isinstance(value, int) else 0

    def _compared(self, comparison: IdComparison) -> Iterator[AirbyteMessage]:
        """Rows that are gone, once a day. A row that exists is never among them: each is requested by its id."""
        place, now = self._streams.place, self._zendesk.clock.now()
        if place.compared is not None and now < place.compared + DAY_SECONDS:
            return
        pages = read_list(comparison.pages, self._zendesk)
        listed = frozenset(comparison.pages.key_of(row) for page in pages for row in page.rows)
        missing = place.known - listed
        gone = self._proven(comparison.by_id, missing, listed)
        yield from self._send([comparison.row(key, now) for key in sorted(gone, key=str)])
        known = listed | (missing - gone)
        if too_many(known):
            logger.warning(_TOO_MANY, self._streams.names, len(known))
        yield from self._streams.move(replace(place, known=known, compared=now))

    def _proven(self, by_id: IdBlockRetriever, missing: frozenset[Id], listed: frozenset[Id]) -> frozenset[Id]:
        """Those of the missing ids that do not come by their id either, beside one that exists and must come."""
        if not listed:
            return frozenset()
        witness = min(listed, key=str)
        gone: set[Id] = set()
        for block in _blocks(missing, by_id.block_size - 1):
            found = self._by_id(by_id, [witness, *block])
            gone.update(set(block) - found.keys() if witness in found else ())
        return frozenset(gone)

    def _emit(self, rows: Sequence[Row]) -> Iterator[AirbyteMessage]:
        """The stream's rows of deleted things, with all columns if Zendesk returns them by their ids."""
        rules, complete = self._deletions.by_id, dict[Id, Row]()
        for block in _blocks(map(self._deletions.pages.key_of, rows), rules.block_size) if rules else ():
            complete |= self._by_id(rules, block) if rules else {}
        yield from self._send(self._deletions.rows(rows, complete))

    def _by_id(self, rules: IdBlockRetriever, ids: Sequence[Id]) -> Mapping[Id, Row]:
        """Rows by their ids; none if they are refused."""
        try:
            response = self._zendesk.page(rules.block(ids, self._zendesk.clock.latest(), ()))
        except (EndpointUnavailable, BadRequest):
            return {}
        response.release()
        return {rules.key_of(row): row for row in rules.rows(response)}

    def _send(self, records: Sequence[Row]) -> Iterator[AirbyteMessage]:
        if records:
            names = [each.reader.name for each in self._streams.standings]
            yield from self._streams.emit({self._streams.rules.records: records}, dict.fromkeys(names, records))


def _blocks(ids: Iterable[Id], size: int) -> Iterator[list[Id]]:
    every = sorted(ids, key=str)
    return (every[first : first + size] for first in range(0, len(every), size))


def _is_fresh(rules: PagedRetriever, row: Row, before: Position, since: int) -> bool:
    time = rules.time_of(row)
    if time is None or time >= before.bookmark - CLOCK_ERROR_SECONDS:
        return True
    return time >= since and rules.key_of(row) not in before.ids


_NOT_LISTED = "Streams %s: what has been deleted is not listed (%s). %s"
_TOO_MANY = "Streams %s: %d rows are too many to compare their ids, so deleted ones are not noticed."
