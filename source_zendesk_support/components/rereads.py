"""Comments of tickets, read again because of an event."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import CLOCK_ERROR, PagedRetriever, Row
from source_zendesk_support.components.comment_events import CommentChange
from source_zendesk_support.components.page_reader import PageReader
from source_zendesk_support.errors import EndpointUnavailable

MOST_READS_KEPT = 1_000


@dataclass
class TicketRead:
    """One ticket's comments.

    Attributes:
        asked: server time at which they were asked for, epoch seconds, never late.
        comments: all of them; none if Zendesk refused.
        refused: the status with which Zendesk refused to show the ticket; 0 if it did not.
        sent: ids of the rows that streams have sent of it, by the streams' names.
        began: monotonic seconds at which they were asked for.
    """

    requested_at: int
    comments: list[Row] = field(default_factory=list)
    refused: int = 0
    sent: defaultdict[str, set[int | str]] = field(default_factory=lambda: defaultdict(set))
    began: float = field(default_factory=time.monotonic)

    def is_younger_than(self, change: CommentChange) -> bool:
        """Whether what was read holds what the change's events tell of."""
        return self.began > change.noted if change.moment is None else self.requested_at > change.moment


class CommentRefetcher:
    """Reads tickets' comments again, for all streams of the walk that holds the events.

    What was read after an event holds what the event changed, so a ticket is read once however many name it.

    Args:
        zendesk: asks.
    """

    def __init__(self, zendesk: ZendeskClient) -> None:
        self._zendesk = zendesk
        self._lock = threading.Lock()
        self._kept: dict[int, TicketRead] = {}
        self._refused: set[int] = set()

    @property
    def refused(self) -> int:
        """Tickets of which a comment has changed, and whose comments Zendesk did not show."""
        return len(self._refused)

    def of(self, change: CommentChange, pages: PagedRetriever) -> TicketRead:
        """The comments of the change's ticket, not older than the change."""
        ticket = change.ticket
        with self._lock:
            read = self._kept.pop(ticket, None)
            if read is None or not read.is_younger_than(change):
                read = self._read(pages, ticket)
            self._kept[ticket] = read
            if len(self._kept) > MOST_READS_KEPT:
                del self._kept[next(iter(self._kept))]
            if read.refused and change.certain:
                self._refused.add(ticket)
            return read

    def _read(self, pages: PagedRetriever, ticket: int) -> TicketRead:
        read = TicketRead(self._zendesk.clock.now() - CLOCK_ERROR)
        try:
            for comments in PageReader(pages, self._zendesk, {"ticket_id": ticket}).pages():
                read.comments.extend(comments)
        except EndpointUnavailable as refused:
            return replace(read, comments=[], refused=refused.status)
        return read
