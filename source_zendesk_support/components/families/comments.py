"""Comments and attachments out of ticket events, redacted ones included.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-event-export
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_zendesk_support.components.families.page_reader import PageReader
from source_zendesk_support.components.families.pages import CLOCK_ERROR, Pages, Row
from source_zendesk_support.components.families.riders import PARTS, Take, attachments_of
from source_zendesk_support.components.wire.zendesk import Zendesk
from source_zendesk_support.errors import Refused
from source_zendesk_support.times import epoch

CHANGES = frozenset({"CommentRedactionEvent", "CommentPrivacyChange", "AttachmentRedactionEvent"})
"""Child events that name a comment whose content has changed, without the content."""
MOST_KEPT = 1_000


class Change(NamedTuple):
    """An event's word that comments have changed: their ticket, the event's time (epoch seconds), and their ids."""

    ticket: int | None
    moment: int | None
    comments: set[Any]


class Rereads:
    """Comments of tickets, read again because of an event; for all streams of the walk that holds the event.

    What was read after an event holds what the event changed, so a ticket is read once however many name it.

    Args:
        zendesk: asks.
    """

    def __init__(self, zendesk: Zendesk) -> None:
        self._zendesk = zendesk
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[int, list[Row]]] = {}
        self._refused: set[int] = set()

    @property
    def refused(self) -> int:
        """Tickets whose comments Zendesk did not show."""
        return len(self._refused)

    def of(self, change: Change, pages: Pages) -> list[Row]:
        """All comments of the change's ticket as they are now; none where the ticket is not shown any more."""
        ticket = change.ticket
        if ticket is None:
            return []
        with self._lock:
            asked, comments = self._kept.get(ticket, (0, []))
            if asked <= (change.moment or asked):
                if len(self._kept) >= MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                asked, comments = self._zendesk.clock.now() - CLOCK_ERROR, list(self._read(pages, ticket))
                self._kept[ticket] = asked, comments
            return comments

    def _read(self, pages: Pages, ticket: int) -> Iterator[Row]:
        try:
            for rows in PageReader(pages, self._zendesk, {"ticket_id": ticket}).pages():
                yield from rows
        except Refused:
            self._refused.add(ticket)


@dataclass
class Comments(RecordExtractor):
    """Makes comments, or their attachments, of ticket events.

    No stock extractor can: a redaction arrives as an event that names a comment of an earlier page.

    Args:
        takes: ``comments`` or ``attachments``.
        pages: how a ticket's comments are asked for.
    """

    takes: str
    pages: Pages
    _rereads: Rereads | None = None
    _changes: list[Change] = field(default_factory=list)

    def bind(self, rereads: Rereads, stream: str) -> None:
        """Hand over what reads tickets again, and on whose behalf."""
        self._rereads = rereads
        self.pages = replace(self.pages, name=stream)

    def extract_records(self, response: Any) -> Iterator[Any]:
        """Never called: records are made of a decoded page, by ``records``."""
        raise NotImplementedError("pages are decoded once; see records()")

    def records(self, envelope: Any) -> Take:
        """Makes the stream's records of rows of a page; which of their comments have changed is noted."""
        take = PARTS[self.takes](envelope)

        def noted(rows: Sequence[Row]) -> Sequence[Row]:
            self._changes += _changes(rows)
            return take(rows)

        return noted

    def changed(self, rows: Iterable[Row]) -> Iterator[list[Row]]:
        """What the page's events say has changed, once all its rows have been through ``records``."""
        changes, self._changes = self._changes, []
        for change in changes:
            yield self._as_it_is(change)

    def _as_it_is(self, change: Change) -> list[Row]:
        if self._rereads is None:
            raise RuntimeError("bind() comes first")
        comments = [_comment(change.ticket, comment) for comment in self._rereads.of(change, self.pages)]
        comments = [comment for comment in comments if comment["id"] in change.comments]
        if self.takes == "comments":
            return comments
        return [attachment for comment in comments for attachment in attachments_of(comment)]


def _changes(rows: Sequence[Row]) -> Iterator[Change]:
    for row in rows:
        named = {child.get("comment_id") for child in row.get("child_events") or [] if _is_change(child)} - {None}
        if named:
            yield Change(row.get("ticket_id"), row.get("timestamp"), named)


def _is_change(child: Row) -> bool:
    return child.get("type") in CHANGES or child.get("event_type") in CHANGES


def _comment(ticket: int | None, comment: Row) -> Row:
    """A comment as its first event brought it, but with its present content."""
    created = comment.get("created_at")
    moment = epoch(created) if created else None
    return {"ticket_id": ticket, "timestamp": moment, "event_type": comment.get("type"), **comment}
