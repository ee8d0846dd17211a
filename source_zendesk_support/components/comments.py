"""Comments and attachments out of ticket events, redacted ones included.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-event-export
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.comment_events import (
    CommentChange,
    CommentChanges,
    attachments_of,
    comments_of,
)
from source_zendesk_support.components.comment_refetcher import TicketComments
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.parents import RefusedParents
from source_zendesk_support.components.record_reader import (
    ChildBatch,
    PageSelection,
    ReaderContext,
    RecordReader,
    StreamExtractor,
)
from source_zendesk_support.components.references import filled, known_references
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import moment

logger = logging.getLogger("airbyte")


@dataclass
class CommentExtractor(StreamExtractor):
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
        pages: how a ticket's comments are requested.
        comment_fills: columns of a comment that are filled from its event.
        attachment_fills: columns of an attachment that are filled from its comment.
        most_private_rereads: tickets that a sync fetches again only because a comment may have been made private.
    """

    takes: str
    pages: PagedRetriever
    comment_fills: dict[str, str] = field(default_factory=dict)
    attachment_fills: dict[str, str] = field(default_factory=dict)
    most_private_rereads: int = 0

    def reader(self, context: ReaderContext) -> RecordReader:
        """Makes the records of one stream during one sync."""
        return CommentReader(self, context)


class CommentReader(RecordReader):
    """Makes the comments, or the attachments, of one stream.

    Args:
        extractor: says which.
        context: what the stream is read with.
    """

    makes_requests = True

    def __init__(self, extractor: CommentExtractor, context: ReaderContext) -> None:
        self.extractor = extractor
        self.odd_members = context.odd_members
        self._retriever = replace(extractor.pages, name=context.stream)
        self._refetcher = context.refetcher
        self._refused = RefusedParents(context.stream, context.position, listed=False)
        self._tickets_to_retry: Sequence[Id] = self._refused.retried()
        self._followed_up: set[int] = set()
        self._without_ticket = self._not_found = self._not_followed_up = 0

    @property
    def is_of_comments(self) -> bool:
        """Whether the records are comments, not attachments."""
        return self.extractor.takes == "comments"

    @property
    def refused_count(self) -> int:
        """Tickets that Zendesk has refused so far."""
        return self._refetcher.refused_count

    def select(self, envelope: Any) -> PageSelection:
        """What the stream takes from a page; the first one also fetches tickets that were refused in earlier syncs."""
        tickets, self._tickets_to_retry = self._tickets_to_retry, ()
        return CommentSelection(self, tickets)

    def refused_parents(self, *, done: bool) -> frozenset[Id]:
        """Tickets that STATE must remember because their comments could not be fetched again."""
        return self._refused.stored(done=done)

    def attachments(self, comments: Iterable[Row]) -> list[Row]:
        """The attachments of comments."""
        fills = self.extractor.attachment_fills
        return [row for comment in comments for row in attachments_of(comment, fills, self.odd_members)]

    def changed_records(self, changes: CommentChanges) -> Iterator[list[Row]]:
        """The records that have changed, fetched again, ticket by ticket."""
        self._without_ticket += changes.without_ticket
        for change in changes.by_ticket:
            if change.certain or self._may_follow_up(change):
                yield self._fetched_again(change)

    def on_end(self) -> None:
        """Report what should have been fetched again and could not be."""
        lost = self._not_found + self._without_ticket
        if lost:
            logger.warning(_NOT_FOUND, self._retriever.name, lost)
        if self._not_followed_up:
            logger.warning(_TOO_MANY, self._retriever.name, self._not_followed_up, self.extractor.most_private_rereads)
        self._without_ticket = self._not_found = self._not_followed_up = 0

    def _may_follow_up(self, change: CommentChange) -> bool:
        """Whether a ticket is fetched only because a comment may have been made private; attachments do not show it."""
        if not self.is_of_comments:
            return False
        most = self.extractor.most_private_rereads
        if change.ticket not in self._followed_up and len(self._followed_up) >= most:
            self._not_followed_up += 1
            return False
        self._followed_up.add(change.ticket)
        return True

    def _fetched_again(self, change: CommentChange) -> list[Row]:
        ticket = self._refetcher.comments_after(change, self._retriever)
        if ticket.refused_status:
            self._refused.add(change.ticket, ticket.refused_status)
            return []
        self._refused.discard(change.ticket)
        comments = [self._completed(change.ticket, comment) for comment in ticket.comments]
        pairs = [(comment, self.attachments([comment])) for comment in comments]
        self._not_found += _count_missing(change, pairs)
        return self._not_emitted(ticket, [row for pair in pairs for row in self._changed(change, *pair)])

    def _changed(self, change: CommentChange, comment: Row, attachments: list[Row]) -> list[Row]:
        """What has changed of one comment: itself, or those of its attachments that this concerns."""
        named = attachments if change.concerns(comment) else change.of_attachments(attachments)
        if not self.is_of_comments:
            return named
        return [comment] if named or change.concerns(comment) or change.hides(comment) else []

    def _not_emitted(self, ticket: TicketComments, rows: Sequence[Row]) -> list[Row]:
        """Rows that were not emitted from the same response before, because of an earlier event."""
        emitted = ticket.emitted[self._retriever.name]
        new_rows = {key: row for row in rows if (key := id_key(row["id"])) not in emitted}
        emitted.update(new_rows)
        return list(new_rows.values())

    def _completed(self, ticket: int, comment: Row) -> Row:
        """A comment as its first event brought it, but with its present content."""
        known = known_references(self.extractor.comment_fills, {"ticket_id": ticket})
        known |= {"timestamp": moment(comment.get("created_at")), "event_type": comment.get("type")}
        return filled(comment, known)


class CommentSelection(PageSelection):
    """What a stream takes from one page of ticket events.

    Args:
        reader: of the stream.
        tickets: to fetch again whatever the page's events say.
    """

    def __init__(self, reader: CommentReader, tickets: Sequence[Id]) -> None:
        self._reader = reader
        self._changes = CommentChanges(tickets)

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Comments or attachments inside these events; what the events say of older comments is gathered."""
        self._changes.add(rows)
        reader = self._reader
        fills, odd = reader.extractor.comment_fills, reader.odd_members
        comments = (comment for row in rows for comment in comments_of(row, fills, odd))
        return list(comments) if reader.is_of_comments else reader.attachments(comments)

    def child_batches(self, rows: Iterable[Row], position: Position) -> Iterator[ChildBatch]:
        """What the page's events have changed, as it is now."""
        for records in self._reader.changed_records(self._changes):
            yield ChildBatch(records, position)


def _count_missing(change: CommentChange, pairs: Sequence[tuple[Row, list[Row]]]) -> int:
    comments = {id_key(comment["id"]) for comment, _ in pairs}
    attachments = {id_key(attachment["id"]) for _, attached in pairs for attachment in attached}
    return len(change.comments - comments) + len(change.attachments - attachments)


_NOT_FOUND = (
    "Stream %s: %d redacted comments or attachments were not found in their tickets, so the rows emitted for them "
    "earlier are not replaced."
)
_TOO_MANY = (
    "Stream %s: %d updates without content were not checked, because a sync rereads at most %d tickets for this. If a "
    "comment was made private there, its row still says that it is public."
)
