"""Comments and attachments out of ticket events, redacted ones included.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-event-export
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_zendesk_support.components.families.pages import CLOCK_ERROR, Pages, Row
from source_zendesk_support.components.families.riders import PARTS, attachments_of
from source_zendesk_support.components.state.position import Position
from source_zendesk_support.components.wire.zendesk import Zendesk
from source_zendesk_support.errors import Refused
from source_zendesk_support.times import epoch

CHANGES = frozenset({"CommentRedactionEvent", "CommentPrivacyChange", "AttachmentRedactionEvent"})
"""Child events that name a comment whose content has changed, without the content."""
MOST_KEPT = 1_000


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

    def of(self, event: Row, pages: Pages) -> list[Row]:
        """All comments of the event's ticket as they are now; none where the ticket is not shown any more."""
        ticket = event.get("ticket_id")
        if ticket is None:
            return []
        with self._lock:
            asked, comments = self._kept.get(ticket, (0, []))
            if asked <= (event.get("timestamp") or asked):
                if len(self._kept) >= MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                asked, comments = self._zendesk.clock.now() - CLOCK_ERROR, list(self._read(pages, ticket))
                self._kept[ticket] = asked, comments
            return comments

    def _read(self, pages: Pages, ticket: int) -> Iterator[Row]:
        place = Position(0)
        while not place.done:
            ask = pages.ask(place, self._zendesk.clock.now(), parent={"ticket_id": ticket})
            try:
                answer = self._zendesk.page(ask)
            except Refused:
                self._refused.add(ticket)
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

    def bind(self, rereads: Rereads, stream: str) -> None:
        """Hand over what reads tickets again, and on whose behalf."""
        self._rereads = rereads
        self.pages = replace(self.pages, name=stream)

    def extract_records(self, response: Any) -> Iterator[Any]:
        """Never called: records are made of a decoded page, by ``batches``."""
        raise NotImplementedError("pages are decoded once; see batches()")

    def batches(self, rows: Sequence[Row], envelope: Any) -> Iterator[list[Row]]:
        """What the page holds, then what its events say has changed."""
        yield PARTS[self.takes](rows, envelope)
        for row in rows:
            named = {child.get("comment_id") for child in row.get("child_events") or [] if _is_change(child)} - {None}
            if named:
                yield self._changed(row, named)

    def _changed(self, event: Row, named: set[Any]) -> list[Row]:
        if self._rereads is None:
            raise RuntimeError("bind() comes first")
        comments = [_comment(event, comment) for comment in self._rereads.of(event, self.pages)]
        comments = [comment for comment in comments if comment["id"] in named]
        if self.takes == "comments":
            return comments
        return [attachment for comment in comments for attachment in attachments_of(comment)]


def _is_change(child: Row) -> bool:
    return child.get("type") in CHANGES or child.get("event_type") in CHANGES


def _comment(event: Row, comment: Row) -> Row:
    """A comment as its first event brought it, but with its present content."""
    created = comment.get("created_at")
    moment = epoch(created) if created else None
    return {"ticket_id": event["ticket_id"], "timestamp": moment, "event_type": comment.get("type"), **comment}
