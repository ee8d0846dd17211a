"""A walk over an export that may be closed: then the same streams are read by lists.

Without a state, streams may also be read by their ids first, which is many times faster; the export then closes the
gap from the moment at which that began.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

from airbyte_cdk.models import AirbyteMessage
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_spec import WalkCursor
from source_zendesk_support.components.list_form import ListForm
from source_zendesk_support.components.thread_pool import crew
from source_zendesk_support.errors import EndpointUnavailable
from source_zendesk_support.state.list_place import LISTS
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.export_access import ExportAccess, ExportClosed, closed_answer
from source_zendesk_support.walk.failures import FailurePolicy
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.id_sweep import IdSweep
from source_zendesk_support.walk.list_reader import ListReader
from source_zendesk_support.walk.list_streams import ListStreams
from source_zendesk_support.walk.stream_reader import StreamReader
from source_zendesk_support.walk.walk import Walk

logger = logging.getLogger("airbyte")


class ExportWalk(Walk):
    """One pass over an export, or over what replaces it.

    Args:
        rules, members, zendesk, gate, write_slots: as of any walk.
        form: what is read if the export is closed.
        access: judges whether it is.
        workers: requests at a time where the order does not matter.
    """

    def __init__(
        self,
        rules: PagedRetriever,
        members: Sequence[StreamReader],
        zendesk: ZendeskClient,
        gate: Gate,
        write_slots: threading.Semaphore,
        form: ListForm,
        access: ExportAccess,
        workers: int,
    ) -> None:
        super().__init__(rules, members, zendesk, gate, write_slots)
        self._form = form
        self._access = access
        self._workers = workers
        self._streams = ListStreams(rules, form, self._members, zendesk, self._outlet, self._include)
        self._setbacks = _ExportFailures(rules, self._members, zendesk, gate, self._check_closed)
        self._answered = False
        self._hurried = self._streams.were_read_by_lists

    def _pages(self) -> Iterator[AirbyteMessage]:
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
        if not self._access.by_id_first or not self._form.by_id or not self._streams.are_new:
            return
        pool = crew(self._workers)
        try:
            sweep = IdSweep(self._form.by_id, self._streams, self._zendesk, pool, self._workers)
            if sweep.is_proven(self._known_rows()):
                yield from sweep.first()
        finally:
            pool.shutdown(cancel_futures=True)

    def _known_rows(self) -> Sequence[dict[str, object]]:
        """The oldest page of the export; those of its rows that were not deleted must be there by their ids, too."""
        try:
            answer = self._zendesk.page(self._rules.ask(Position(bookmark=1), self._zendesk.clock.latest()))
        except (EndpointUnavailable, AirbyteTracedException) as error:
            self._check_closed(error)
            raise
        answer.release()
        return self._rules.rows(answer)

    def _export(self) -> Iterator[AirbyteMessage]:
        while True:
            try:
                yield from super()._pages()
            except AirbyteTracedException as error:
                self._check_closed(error)
                if not self._hurried or self._answered:
                    raise
                self._hurried = False  # one attempt was not enough to tell
                continue
            return

    def _ask(self, position: Position) -> PageRequest:
        """While the export has not answered, one attempt is enough if it was closed the last time."""
        ask = super()._ask(position)
        return replace(ask, attempts=1) if self._hurried and not self._answered else ask

    def _page(self, answer: PageResponse, position: Position) -> Generator[AirbyteMessage, None, Position]:
        rows = answer.envelope.get(self._rules.records) if isinstance(answer.envelope, dict) else None
        if rows == [] and self._rules.next_page_of(answer).ended:
            self._check_silence(answer, position)
        self._answered = True
        return (yield from super()._page(answer, position))

    def _check_silence(self, answer: PageResponse, position: Position) -> None:
        """Raise if an export that says that nothing has changed is closed."""
        if self._streams.were_read_by_lists and not self._answered:
            raise ExportClosed("it answers without rows, as in the last sync")
        answer.release()
        if reason := self._access.is_contradicted(self._form, position.bookmark, answer.asked):
            raise ExportClosed(reason)

    def _check_closed(self, error: BaseException) -> None:
        """Raise if an error means that the export is closed."""
        refusal = closed_answer(error)
        if self._access.is_closed(self._form, refusal, known=self._streams.were_read_by_lists):
            raise ExportClosed(f"Zendesk answered {refusal.rstrip('.')}") from error

    def _checkpoint(self, member: StreamReader, after: Position) -> Iterator[AirbyteMessage]:
        if isinstance(member.cursor, WalkCursor):  # the export has answered, so it is where this stream stands
            member.cursor.drop_branch(LISTS)
        yield from super()._checkpoint(member, after)

    def _lists(self, reason: str) -> Iterator[AirbyteMessage]:
        names = ", ".join(self._names)
        lost = f" {self._form.lost}" if self._form.lost else ""
        logger.warning(_CLOSED, names, self._rules.endpoint, reason, self._form.reads, lost)
        for member in self._members:
            member.prepare()
            self._zendesk.progress.of(member.name).gated = not self._form.changes
        yield from ListReader(self._form, self._streams, self._zendesk, self._workers).messages()


class _ExportFailures(FailurePolicy):
    """As of any walk, but a refusal may mean that the export is closed.

    Args:
        check_closed: raises if an error means that.
    """

    def __init__(
        self,
        rules: PagedRetriever,
        members: Sequence[StreamReader],
        zendesk: ZendeskClient,
        gate: Gate,
        check_closed: Callable[[BaseException], None],
    ) -> None:
        super().__init__(rules, members, zendesk, gate)
        self._check_closed = check_closed

    def refused(self, refused: EndpointUnavailable, *, first: bool) -> None:
        """As of any walk."""
        if not (self._rules.requires and first):
            self._check_closed(refused)
        super().refused(refused, first=first)


_CLOSED = "Streams %s: the export %s is not used: %s. %s%s"
