"""Comments of tickets, fetched again because of an event."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import CLOCK_ERROR_SECONDS
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.comment_events import CommentChange
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.errors import EndpointUnavailable

TICKETS_REMEMBERED = 1_000


@dataclass
class TicketComments:
    """One ticket's comments.

    Attributes:
        requested_at: server time of the request, in epoch seconds, never late.
        comments: all of them; none if Zendesk refused.
        refused_status: the status with which Zendesk refused to show the ticket; 0 if it did not.
        emitted: ids of the rows that streams have made of it, by the streams' names.
        began: monotonic seconds of the request.
    """

    requested_at: int
    comments: list[Row] = field(default_factory=list)
    refused_status: int = 0
    emitted: defaultdict[str, set[int | str]] = field(default_factory=lambda: defaultdict(set))
    began: float = field(default_factory=time.monotonic)

    def is_later_than(self, change: CommentChange) -> bool:
        """Whether these comments contain what the change's events describe."""
        return self.began > change.noted if change.moment is None else self.requested_at > change.moment


class CommentRefetcher:
    """Fetches tickets' comments again, for all streams of the walk over their events.

    What was fetched after an event contains what the event changed. So a ticket is fetched once, however many events
    name it.

    Args:
        client: fetches pages.
    """

    def __init__(self, client: ZendeskClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._tickets: dict[int, TicketComments] = {}
        self._refused: set[int] = set()

    @property
    def refused_count(self) -> int:
        """Tickets whose comments have changed, and that Zendesk did not show."""
        return len(self._refused)

    def comments_after(self, change: CommentChange, retriever: PagedRetriever) -> TicketComments:
        """The comments of the change's ticket, fetched after the change."""
        ticket = change.ticket
        with self._lock:
            found = self._tickets.pop(ticket, None)
            if found is None or not found.is_later_than(change):
                found = self._fetch(retriever, ticket)
            self._tickets[ticket] = found
            if len(self._tickets) > TICKETS_REMEMBERED:
                del self._tickets[next(iter(self._tickets))]
            if found.refused_status and change.certain:
                self._refused.add(ticket)
            return found

    def _fetch(self, retriever: PagedRetriever, ticket: int) -> TicketComments:
        found = TicketComments(self._client.clock.now() - CLOCK_ERROR_SECONDS)
        try:
            for page in read_list(retriever, self._client, {"ticket_id": ticket}):
                found.comments.extend(page.rows)
        except EndpointUnavailable as error:
            return replace(found, comments=[], refused_status=error.status)
        return found
