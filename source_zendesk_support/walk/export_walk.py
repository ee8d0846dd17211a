"""A walk over an export that may be closed: then the same streams are read by lists.

Without a state, streams may also be read by their ids first, which is many times faster. The export then closes the gap
from the moment at which that began.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from airbyte_cdk.models import AirbyteMessage
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_spec import WalkCursor
from source_zendesk_support.components.list_form import LazyListForm, ListForm
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.errors import EndpointUnavailable
from source_zendesk_support.state.list_place import LISTS, ListPlace
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.export_access import ExportAccess, ExportClosed, closing_refusal
from source_zendesk_support.walk.failures import FailurePolicy
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.id_sweep import IdSweep
from source_zendesk_support.walk.list_reader import ListReader
from source_zendesk_support.walk.list_streams import ListStreams, has_list_place
from source_zendesk_support.walk.sent_rows import SentRows
from source_zendesk_support.walk.stream_reader import StreamReader, StreamShare
from source_zendesk_support.walk.walk import Walk

logger = logging.getLogger("airbyte")


class ExportWalk(Walk):
    """One pass over an export, or over the lists that replace it.

    Args:
        retriever: of the export.
        readers: the streams that are read from its pages.
        client: fetches pages.
        gate: judges refusals.
        list_form: what is read if the export is closed.
        access: judges whether it is.
    """

    def __init__(
        self,
        retriever: PagedRetriever,
        readers: Sequence[StreamReader],
        client: ZendeskClient,
        gate: Gate,
        list_form: LazyListForm,
        access: ExportAccess,
    ) -> None:
        super().__init__(retriever, readers, client, gate)
        self._list_form = list_form
        self._access = access
        self._failures = ExportFailurePolicy(retriever, self._readers, client, gate, self._check_closed)
        self._has_answered = False
        self._has_place = any(has_list_place(reader) for reader in self._readers)
        self._tries_once = self._were_read_by_lists

    @property
    def _form(self) -> ListForm:
        return self._list_form.form

    @cached_property
    def _streams(self) -> ListStreams:
        return ListStreams(self._retriever, self._form, self._readers, self._client, self._include)

    @property
    def _were_read_by_lists(self) -> bool:
        """Whether the last sync found the export closed."""
        return self._has_place and self._streams.were_read_by_lists

    def _pages(self) -> Iterator[AirbyteMessage]:
        if self._has_place:
            self._streams.check_future()
        try:
            if self._access.are_tried:
                yield from self._by_id()
                yield from self._export()
                return
            reason = "exports is set to never"
        except ExportClosed as closed:
            reason = str(closed)
        yield from self._lists(reason)

    def _by_id(self) -> Iterator[AirbyteMessage]:
        """All rows by their ids, if that is wanted, nothing has been read yet, and it is proven to be complete."""
        if not (self._access.by_id_first and self._form.by_id and self._streams.are_new):
            return
        if not self._form.by_id.may_go_first:
            return
        sweep = IdSweep(self._form.by_id, self._streams, self._client, self._access.threads)
        if self._streams.place.sweep.first or sweep.is_proven(self._rows_since(_OLDEST)):
            for reader in self._readers:
                reader.prepare()
            yield from sweep.before_export()

    def _rows_since(self, start: int) -> Sequence[Row]:
        """The page of the export that begins at a time, in epoch seconds; without a cursor, and not emitted."""
        try:
            response = self._client.page(
                self._retriever.page_request(Position(bookmark=start), self._client.clock.latest())
            )
        except (EndpointUnavailable, AirbyteTracedException) as error:
            self._check_closed(error)
            if isinstance(error, EndpointUnavailable):
                return ()  # the export itself says what this means
            raise
        response.release()
        return self._retriever.rows(response)

    def _export(self) -> Iterator[AirbyteMessage]:
        while True:
            try:
                yield from super()._pages()
            except AirbyteTracedException as error:
                self._check_closed(error)
                if not self._tries_once or self._has_answered:
                    raise
                self._tries_once = False  # one attempt was not enough to tell
                continue
            return

    def _request_at(self, position: Position) -> PageRequest:
        """One attempt is enough if the export was closed the last time."""
        request = super()._request_at(position)
        if self._sent and request.row_fields:
            request.row_fields = (*request.row_fields, *self._form.row_fields)
        return replace(request, attempts=1) if self._tries_once and not self._has_answered else request

    def _read_page(self, response: PageResponse, position: Position) -> Generator[AirbyteMessage, None, PageResult]:
        if _has_no_rows(response, self._retriever.records):
            self._check_silence(response, position)
        self._has_answered = True
        return (yield from super()._read_page(response, position))

    @cached_property
    def _sent(self) -> dict[str, SentRows]:
        """What streams have had from lists since the export closed; streams at the same place share it."""
        if not self._were_read_by_lists:
            return {}
        made: dict[tuple[int, ListPlace], SentRows] = {}
        for standing in self._streams.standings:
            made.setdefault((standing.since, standing.place), SentRows(standing, self._retriever, self._form))
        return {each.reader.name: made[each.since, each.place] for each in self._streams.standings}

    @cached_property
    def _listed_until(self) -> int:
        """The time up to which lists have been read, in epoch seconds."""
        return max((sent.until for sent in self._sent.values()), default=0)

    def _shares_of(self, page: PageRows) -> list[StreamShare]:
        """Without the rows that have come with a list; streams that lack the same rows get the same sequence."""
        unsent: dict[tuple[SentRows | None, int], Sequence[Row]] = {}
        shares = super()._shares_of(page)
        for index, share in enumerate(shares):
            key = (self._sent.get(share.reader.name), id(share.new_rows))
            unsent[key] = unsent[key] if key in unsent else self._unsent(share.reader, share.new_rows)
            shares[index] = share._replace(new_rows=unsent[key])
        return shares

    def _unsent(self, reader: StreamReader, rows: Sequence[Row]) -> Sequence[Row]:
        sent = self._sent.get(reader.name)
        return sent.unsent(rows) if sent else rows

    def _check_silence(self, response: PageResponse, position: Position) -> None:
        """Raise if an export that claims to have no rows any more is closed."""
        if self._form.may_be_empty or not self._retriever.ends_at(response, position):
            return
        if self._were_read_by_lists and not self._has_answered:
            raise ExportClosed("it answers without rows, as in the last sync")
        response.release()
        younger = self._access.younger_row(self._form, position.bookmark, response.requested_at)
        if younger is not None and not self._rows_since(younger):
            raise ExportClosed("it answers without rows, and there are younger ones")

    def _check_closed(self, error: BaseException) -> None:
        """Raise if an error means that the export is closed."""
        refusal = closing_refusal(error)
        if refusal and self._access.is_closed(self._form, refusal, known=self._were_read_by_lists):
            raise ExportClosed(f"Zendesk answered {refusal.rstrip('.')}") from error

    def _checkpoint(
        self, reader: StreamReader, position: Position, page: PageRows, result: PageResult
    ) -> Iterator[AirbyteMessage]:
        has_passed_lists = result.after.done or result.after.bookmark > self._listed_until
        if has_passed_lists and isinstance(reader.cursor, WalkCursor):
            reader.cursor.drop_branch(LISTS)
        yield from super()._checkpoint(reader, position, page, result)

    def _lists(self, reason: str) -> Iterator[AirbyteMessage]:
        lost = f" {self._form.lost}" if self._form.lost else ""
        logger.warning(
            _CLOSED, ", ".join(sorted(self._names)), self._retriever.endpoint, reason, self._form.reads, lost
        )
        for reader in self._readers:
            reader.prepare()
            self._client.progress.of(reader.name).gated = not self._form.changes
        yield from ListReader(self._form, self._streams, self._client, self._access.threads).messages()


class ExportFailurePolicy(FailurePolicy):
    """Decides for a walk over an export: a refusal may mean that it is closed.

    Args:
        retriever: the walk's rules.
        readers: the walk's streams.
        client: knows the server's clock, and counts.
        gate: judges refusals.
        check_closed: raises if an error means that the export is closed.
    """

    def __init__(
        self,
        retriever: PagedRetriever,
        readers: Sequence[StreamReader],
        client: ZendeskClient,
        gate: Gate,
        check_closed: Callable[[BaseException], None],
    ) -> None:
        super().__init__(retriever, readers, client, gate)
        self._check_closed = check_closed

    def on_unavailable(self, error: EndpointUnavailable) -> None:
        """As in any walk, unless the export is closed."""
        self._check_closed(error)
        super().on_unavailable(error)


def _has_no_rows(response: PageResponse, records: str) -> bool:
    return isinstance(response.envelope, dict) and response.envelope.get(records) == []


_OLDEST = 1
"""Epoch seconds: the page from there holds the oldest rows; those not deleted must be there by their ids, too."""
_CLOSED = "Streams %s: the export %s is not used: %s. %s%s"
