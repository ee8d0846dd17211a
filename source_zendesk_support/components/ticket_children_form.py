"""Rows of tickets without their export: requested for each ticket that has changed."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import requests

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.list_form import ListForm
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.errors import EndpointUnavailable
from source_zendesk_support.state.ids import is_id

logger = logging.getLogger("airbyte")


@dataclass
class TicketChildrenForm(ListForm):
    """Rows that belong to tickets, requested ticket by ticket.

        type: CustomRetriever
        class_name: source_zendesk_support.components.ticket_children_form.TicketChildrenForm
        changes: {$ref: "#/definitions/ticket_changes"}
        children: {$ref: "#/definitions/list_form_pages"}

    No stock component reads a substream only because another endpoint is closed.

    Args:
        children: the rows of one ticket.
    """

    children: PagedRetriever | None = None
    _refused: list[tuple[Any, EndpointUnavailable]] = field(default_factory=list)
    _shown: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rows_of_block(self, rows: Iterable[Row], since: int, by_id: PagedRetriever, client: ZendeskClient) -> list[Row]:
        """The rows of those tickets that have changed since a time."""
        changed = [row for row in rows if (by_id.time_of(row) or since) >= since]
        return self.rows(child for row in changed for child in self.children_of(row.get("id"), client))

    def children_of(self, ticket: Any, client: ZendeskClient) -> list[Row]:
        """All rows of a ticket; none if Zendesk does not show them."""
        if self.children is None or not is_id(ticket):
            return []
        try:
            pages = list(read_list(self.children, client, {"ticket_id": ticket}))
        except EndpointUnavailable as refused:
            with self._lock:
                self._refused.append((ticket, refused))
            return []
        with self._lock:
            self._shown += 1
        return [row for page in pages for row in page.rows]

    def log_summary(self, streams: str) -> None:
        """One WARN about tickets that were refused; one that is not found among others has just been deleted."""
        lost = [each for each in self._refused if not self._shown or each[1].status != requests.codes.not_found]
        if lost:
            logger.warning(_REFUSED, streams, len(lost), lost[0][0], lost[0][1])
        self._refused, self._shown = [], 0


@dataclass
class MetricEventForm(TicketChildrenForm):
    """Metric events of each ticket that has changed.

        type: CustomRetriever
        class_name: source_zendesk_support.components.ticket_children_form.MetricEventForm
        changes: {$ref: "#/definitions/ticket_changes"}
        children: {$ref: "#/definitions/metric_events_of_ticket"}

    No stock component reads a substream only because another endpoint is closed.
    """

    def changed_at(self, row: Row) -> int | None:
        """The time of an event."""
        return self.children.time_of(row) if self.children else None

    def times_of_newest(self, newest: Row, bookmark: int, client: ZendeskClient) -> list[int]:
        """Times of the events of the ticket that has changed last; none if that was before the bookmark."""
        changed = self.changes.time_of(newest) if self.changes else None
        if changed is None or changed <= bookmark:
            return []
        times = map(self.changed_at, self.children_of(newest.get("id"), client))
        return [time for time in times if time is not None]

    def rows_of_page(self, rows: Sequence[Row], since: int, client: ZendeskClient, threads: ChildThreads) -> list[Row]:
        """The events of the page's tickets that have changed since a time, some tickets at a time."""
        time_of = self.changes.time_of if self.changes else self.changed_at
        tickets = deque(row.get("id") for row in rows if (time_of(row) or since) >= since)
        fetching: deque[Future[list[Row]]] = deque()
        events: list[Row] = []
        with threads.reading():
            while tickets or fetching:
                while tickets and len(fetching) < threads.share:
                    fetching.append(threads.submit(lambda ticket: self.children_of(ticket, client), tickets.popleft()))
                events += fetching.popleft().result()
        return events


_REFUSED = "Streams %s: Zendesk did not show what belongs to %d tickets, such as %s (%s). Their rows are missing."
