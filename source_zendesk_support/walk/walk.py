"""A walk: one pass over an endpoint's pages, in order, for all selected streams that can be read from them.

A page is fetched once and decoded once. Its records are emitted, then each stream's STATE, then the next page is
fetched.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence

from airbyte_cdk.models import AirbyteMessage, FailureType

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.decode import decode_in_chunks, decode_row
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_reader import read_pages
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.errors import WalkError
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso
from source_zendesk_support.walk.failures import FailurePolicy
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.single_flight import SingleFlight
from source_zendesk_support.walk.stream_reader import StreamReader, StreamShare

START_AGE_SECONDS = 600
"""No endpoint requires a start time to be older."""


class Walk:
    """One pass.

    Args:
        retriever: how the pages are requested and read; that of any of the streams.
        readers: the streams that are read from these pages.
        client: fetches pages.
        gate: judges refusals.
        include: sideloads that other walks over the same pages need, so that these are fetched once.
    """

    def __init__(
        self,
        retriever: PagedRetriever,
        readers: Sequence[StreamReader],
        client: ZendeskClient,
        gate: Gate,
        include: Iterable[str] = (),
    ) -> None:
        self._retriever = retriever
        self._readers = sorted(readers, key=lambda reader: (reader.downloads_files, reader.records.makes_requests))
        self._names = [reader.name for reader in self._readers]
        own = {reader.retriever.include for reader in readers}
        self._include = sorted({*include, *own} - {""})
        self._foreign = frozenset(include) - own
        if self._include and retriever.requester.use_cache:
            retriever.optional_param = retriever.optional_param or "include"
        self._buckets = client.budget.buckets_of(retriever.path)
        self._client = client
        self._failures = FailurePolicy(retriever, self._readers, client, gate)
        self._flight = SingleFlight(self._names)

    def read(self, stream: str) -> Iterator[AirbyteMessage]:
        """All messages of the walk for the first stream that reads it; none for the others, which wait for its end.

        Raises:
            AirbyteTracedException: the walk failed; in every one of its streams.
        """
        yield from self._flight.read(stream, self._messages)

    @property
    def failed(self) -> list[str]:
        """The streams of a walk that has failed."""
        return self._names if self._flight.failure else []

    @property
    def failure_type(self) -> FailureType | None:
        """Who must act on the failure; None if the walk has not failed."""
        return self._flight.failure_type

    @property
    def current_states(self) -> Iterator[AirbyteMessage]:
        """The present STATE of every stream of a running walk."""
        if self._flight.is_running:
            yield from (reader.cursor.message() for reader in self._readers if reader.retriever.form)

    def _messages(self) -> Iterator[AirbyteMessage]:
        try:
            yield from self._pages()
        except WalkError as error:
            raise self._failures.explain(error) from error
        finally:
            for reader in self._readers:
                reader.on_end()
                self._client.progress.ended(reader.name, reader.records.refused_count)

    def _pages(self) -> Iterator[AirbyteMessage]:
        start = self._start()
        return read_pages(self._retriever, self._client, self._failures, start, self._request_at, self._read_page)

    def _start(self) -> Position:
        """The earliest position of the streams. The others join when the walk has reached theirs."""
        start = self._earliest_position()
        for reader in self._readers:
            reader.caught_up = reader.position == start
            since = iso(reader.position.bookmark) if reader.retriever.form else "the beginning"
            since += ", resumed" if reader.position.token else ""
            self._client.progress.started(reader.name, since, self._buckets)
            reader.prepare()
        return self._retriever.begin(start)

    def _earliest_position(self) -> Position:
        """Cursors cannot be compared. If several streams have different ones for one second, it is read by time."""
        bookmark = min(reader.position.bookmark for reader in self._readers)
        positions = [reader.position for reader in self._readers if reader.position.bookmark == bookmark]
        agree = all(position.token == positions[0].token for position in positions)
        return positions[0] if agree else Position(bookmark=bookmark)

    def _request_at(self, position: Position) -> PageRequest:
        clock = self._client.clock
        # Before the first response shows Zendesk's time, it is at least the bookmark, which came from Zendesk.
        now = clock.latest() if clock.known else max(clock.now(), position.bookmark + START_AGE_SECONDS)
        request = self._retriever.page_request(position, now, self._include)
        request.row_fields = self._retriever.row_fields
        return request

    def _read_page(self, response: PageResponse, position: Position) -> Generator[AirbyteMessage, None, PageResult]:
        try:
            return (yield from self._five_steps(response, position))
        except WalkError as error:
            raise self._failures.explain(error, response.request.position_text) from error

    def _five_steps(self, response: PageResponse, position: Position) -> Generator[AirbyteMessage, None, PageResult]:
        """The messages of a page that was fetched at a position, and what the page leads to."""
        page = self._retriever.read(response, position, self._names)  # 1. find the rows that are new
        shares = self._shares_of(page)  # 2. give each stream its share of them
        yield from self._emit_records(shares)  # 3. emit the records that the page contains
        response.release()  # what follows may wait for a slot, and nobody may hold one while waiting
        result: PageResult | None = None
        for share in shares:
            position = yield from self._emit_children(share, position)  # 4. emit what must be requested for them
            result = yield from share.reader.emit_deletions(result or self._retriever.advance(position, page))
            yield from self._checkpoint(share.reader, position, page, result)  # 5. emit STATE
        return result or self._retriever.advance(position, page)

    def _shares_of(self, page: PageRows) -> list[StreamShare]:
        shares = [reader.share_of(page) for reader in self._readers]
        return [share for share in shares if share.reader.caught_up]

    def _emit_records(self, shares: Sequence[StreamShare]) -> Iterator[AirbyteMessage]:
        """All that streams take from a page; rows that several of them want are decoded once."""
        shares_by_rows: dict[int, list[StreamShare]] = {}
        for share in shares:
            if share.selection.needs_rows:
                shares_by_rows.setdefault(id(share.new_rows), []).append(share)
        for group in shares_by_rows.values():
            for rows in map(self._without_foreign, decode_in_chunks(group[0].new_rows)):
                for share in group:
                    yield from share.reader.emit(share.selection.records(rows))
            for share in group:
                yield from share.reader.emit(share.selection.remaining_records())
                yield from share.reader.flush()

    def _without_foreign(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Rows without the sideloads of other walks."""
        if not self._foreign:
            return rows
        return [{name: value for name, value in row.items() if name not in self._foreign} for row in rows]

    def _emit_children(self, share: StreamShare, position: Position) -> Generator[AirbyteMessage, None, Position]:
        for batch in share.selection.child_batches(map(decode_row, share.new_rows), position):
            yield from share.reader.emit(batch.records)
            yield from share.reader.flush()
            position = batch.position
        return position

    def _unsent(self, reader: StreamReader, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows that a stream has not had from anywhere else."""
        return rows

    def _checkpoint(
        self, reader: StreamReader, position: Position, page: PageRows, result: PageResult
    ) -> Iterator[AirbyteMessage]:
        for rows in self._retriever.overfull_rows(position, page, result, self._client):
            yield from reader.emit(self._unsent(reader, rows))
            yield from reader.flush()
        second = result.after.bookmark if reader.retriever.form else None
        self._client.progress.page(reader.name, second, self._client.budget.left(self._buckets))
        yield from reader.checkpoint(result.after)
