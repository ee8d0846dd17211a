"""Comments and attachments out of ticket events, redacted ones included.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-event-export
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, cast

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_zendesk_support.components.families.pages import CLOCK_ERROR, Pages, Row
from source_zendesk_support.components.families.refused_parents import RefusedParents
from source_zendesk_support.components.families.riders import PARTS, Take, attachments_of
from source_zendesk_support.components.state.position import Position
from source_zendesk_support.components.wire.zendesk import Zendesk
from source_zendesk_support.errors import Refused
from source_zendesk_support.times import epoch

CHANGES = frozenset({"CommentRedactionEvent", "CommentPrivacyChange", "AttachmentRedactionEvent"})
"""Child events that name a comment whose content has changed, without the content."""
MOST_KEPT = 1_000
EARLIEST = 1
"""Epoch seconds of a change of which only the ticket is known: whatever is read now is later."""


class Change(NamedTuple):
    """An event's word that comments have changed: their ticket, the event's time (epoch seconds), and their ids.

    Without ids (None) it is any of them.
    """

    ticket: int | None
    moment: int | None
    comments: set[Any] | None


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
        self._statuses: dict[int, int] = {}

    @property
    def refused(self) -> int:
        """Tickets whose comments Zendesk did not show."""
        return len(self._refused)

    def status_of(self, ticket: int) -> int | None:
        """The status with which Zendesk refused a ticket's comments when they were last read; None if it did not."""
        return self._statuses.get(ticket)

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
        place = Position(0)
        self._statuses.pop(ticket, None)
        while not place.done:
            ask = pages.ask(place, self._zendesk.clock.now(), parent={"ticket_id": ticket})
            try:
                answer = self._zendesk.page(ask)
            except Refused as refused:
                self._refused.add(ticket)
                self._statuses[ticket] = refused.status
                return
            answer.release()
            yield from pages.rows(answer)
            turn = pages.turn_of(answer)
            place = replace(place, token=turn.token, done=turn.ended)


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
    _lacking: RefusedParents = field(default_factory=lambda: RefusedParents("", Position(0), listed=False))

    def bind(self, rereads: Rereads, stream: str, refused: RefusedParents) -> None:
        """Hand over what reads tickets again, on whose behalf, and which tickets were refused before."""
        self._rereads, self._lacking = rereads, refused
        self._changes = [Change(cast("int", ticket), EARLIEST, None) for ticket in refused.retried()]
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
        self._note(change.ticket, self._rereads)
        if change.comments is not None:
            comments = [comment for comment in comments if comment["id"] in change.comments]
        if self.takes == "comments":
            return comments
        return [attachment for comment in comments for attachment in attachments_of(comment)]

    def _note(self, ticket: int | None, rereads: Rereads) -> None:
        """Remember a ticket that is refused, so that the next sync tries it again."""
        if ticket is None:
            return
        if status := rereads.status_of(ticket):
            self._lacking.refuse(ticket, status)
        else:
            self._lacking.read(ticket)


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
