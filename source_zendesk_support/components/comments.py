"""Comments and attachments out of ticket events, redacted ones included.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-event-export
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_zendesk_support.components.base import PagedRetriever, Row
from source_zendesk_support.components.comment_events import (
    CommentChange,
    CommentChanges,
    attachments_of,
    comments_of,
)
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.references import filled, known_references
from source_zendesk_support.components.refused_parents import RefusedParents
from source_zendesk_support.components.rereads import CommentRefetcher, TicketRead
from source_zendesk_support.components.sideloads import RecordSelection
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import moment

logger = logging.getLogger("airbyte")


@dataclass
class CommentExtractor(RecordExtractor):
    """Makes comments, or their attachments, of ticket events.

        type: CustomRecordExtractor
        class_name: source_zendesk_support.components.comments.CommentExtractor
        takes: comments
        comment_fills: {ticket_id: ticket_id, audit_id: id}
        attachment_fills: {ticket_id: ticket_id, comment_id: id}
        most_private_rereads: 500
        pages: {$ref: "#/definitions/cursor_list_stream/retriever"}

    No stock extractor can do this: a redaction arrives as an event that names a comment of an earlier page.

    Args:
        takes: ``comments`` or ``attachments``.
        pages: how a ticket's comments are asked for.
        comment_fills: columns of a comment that are filled from its event.
        attachment_fills: columns of an attachment that are filled from its comment.
        most_private_rereads: tickets that are read again in a sync only because a comment may have been made private.
    """

    takes: str
    pages: PagedRetriever
    comment_fills: dict[str, str] = field(default_factory=dict)
    attachment_fills: dict[str, str] = field(default_factory=dict)
    most_private_rereads: int = 0
    _rereads: CommentRefetcher | None = None
    _refused: RefusedParents = field(default_factory=lambda: RefusedParents("", Position(0), listed=False))
    _odd: OddMembers = field(default_factory=lambda: OddMembers(""))
    _missing: int = 0
    _passed_over: int = 0
    _looked_at: set[int] = field(default_factory=set)
    _changes: CommentChanges = field(default_factory=CommentChanges)

    def bind(self, rereads: CommentRefetcher, stream: str, odd: OddMembers, refused: RefusedParents) -> None:
        """Hand over what reads tickets again, on whose behalf, what counts odd values, and which tickets it lacks."""
        self._rereads, self._odd, self._refused = rereads, odd, refused
        self._changes.expect(refused.retried())
        self.pages = replace(self.pages, name=stream)

    def extract_records(self, response: Any) -> Iterator[Any]:
        """Never called: records are made of a decoded page, by ``records_of``."""
        raise NotImplementedError("pages are decoded once; see records_of()")

    def records_of(self, envelope: Any) -> RecordSelection:
        """Makes the stream's records of rows of a page; which comments have changed is noted."""

        def take(rows: Sequence[Row]) -> Sequence[Row]:
            self._changes.note(rows)
            comments = (comment for row in rows for comment in comments_of(row, self.comment_fills, self._odd))
            return list(comments) if self.takes == "comments" else self._attachments(comments)

        return take

    def changed(self, rows: Iterable[Row]) -> Iterator[list[Row]]:
        """What the page's events say has changed, once all its rows have been through ``records_of``."""
        for change in self._changes.taken():
            if change.certain or self._is_due(change):
                yield self._as_it_is(change)

    def ended(self) -> None:
        """Tell of what should have been read again, and could not be."""
        lost = self._missing + self._changes.homeless
        if lost:
            logger.warning(_NOT_FOUND, self.pages.name, lost)
        if self._passed_over:
            logger.warning(_TOO_MANY, self.pages.name, self._passed_over, self.most_private_rereads)
        self._missing = self._passed_over = self._changes.homeless = 0

    def _is_due(self, change: CommentChange) -> bool:
        """Whether a ticket is read only because a comment may have been made private, which attachments do not show."""
        if self.takes != "comments":
            return False
        if change.ticket not in self._looked_at and len(self._looked_at) >= self.most_private_rereads:
            self._passed_over += 1
            return False
        self._looked_at.add(change.ticket)
        return True

    def _as_it_is(self, change: CommentChange) -> list[Row]:
        if self._rereads is None:
            raise RuntimeError("bind() comes first")
        read = self._rereads.of(change, self.pages)
        if read.refused:
            self._refused.refuse(change.ticket, read.refused)
            return []
        self._refused.read(change.ticket)
        comments = [self._completed(change.ticket, comment) for comment in read.comments]
        pairs = [(comment, self._attachments([comment])) for comment in comments]
        self._missing += _count_missing(change, pairs)
        return self._unsent(read, [row for pair in pairs for row in self._changed(change, *pair)])

    def _changed(self, change: CommentChange, comment: Row, attachments: list[Row]) -> list[Row]:
        """What has changed of one comment: itself, or those of its attachments that this concerns."""
        named = attachments if change.concerns(comment) else change.of_attachments(attachments)
        if self.takes != "comments":
            return named
        return [comment] if named or change.concerns(comment) or change.hides(comment) else []

    def _unsent(self, read: TicketRead, rows: Sequence[Row]) -> list[Row]:
        """Those that were not sent out of the same read before, because of an earlier event."""
        sent = read.sent[self.pages.name]
        fresh = {key: row for row in rows if (key := id_key(row["id"])) not in sent}
        sent.update(fresh)
        return list(fresh.values())

    def _attachments(self, comments: Iterable[Row]) -> list[Row]:
        return [row for comment in comments for row in attachments_of(comment, self.attachment_fills, self._odd)]

    def _completed(self, ticket: int, comment: Row) -> Row:
        """A comment as its first event brought it, but with its present content."""
        known = known_references(self.comment_fills, {"ticket_id": ticket})
        known |= {"timestamp": moment(comment.get("created_at")), "event_type": comment.get("type")}
        return filled(comment, known)


def _count_missing(change: CommentChange, pairs: Sequence[tuple[Row, list[Row]]]) -> int:
    comments = {id_key(comment["id"]) for comment, _ in pairs}
    attachments = {id_key(attachment["id"]) for _, attached in pairs for attachment in attached}
    return len(change.comments - comments) + len(change.attachments - attachments)


_NOT_FOUND = (
    "Stream %s: %d redacted comments or attachments were not found in their tickets, so the rows that were sent of "
    "them before are not replaced."
)
_TOO_MANY = (
    "Stream %s: %d updates without content were not followed up, because a sync reads no more than %d tickets again "
    "for them. If a comment was made private there, its row still says that it is public."
)
