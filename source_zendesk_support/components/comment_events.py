"""Comments inside ticket events, and what events say about older comments.

Recorded in October 2026 in the export (in recordings from before, ids are numbers and comments are named everywhere):

    {"event_type": "CommentRedactionEvent", "id": 1, "comment_id": "700", "via": "Web service", ...}
    {"event_type": "AttachmentRedactionEvent", "id": 2, "attachment_id": "800", "via": "Web service", ...}

A comment that is made private seems to arrive as an event of a person without any child event.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.references import Fills, filled, known_references
from source_zendesk_support.components.via import via_object
from source_zendesk_support.state.ids import id_key, is_id
from source_zendesk_support.times import moment

COMMENTS = ("Comment", "VoiceComment")
REDACTION, PRIVACY = "redaction", "privacy"
"""Words in the type of a child event that names a changed comment without its content."""

Key = int | str
EARLIEST_SECOND = 1
"""Epoch seconds of a change of which only the ticket is known: whatever is read now is later."""


@dataclass
class CommentChange:
    """What the events of a page say has changed in the comments of one ticket.

    Attributes:
        ticket: whose comments.
        moment: epoch seconds of the last of these events; None if one of them does not say.
        comments: ids of comments.
        attachments: ids of attachments; which comments hold them is not said.
        unnamed: some redaction names neither, so it may be any comment.
        private: some comment may have been made private that is not named.
        noted: monotonic seconds; all of these events are older.
    """

    ticket: int
    moment: int | None = 0
    comments: set[Key] = field(default_factory=set)
    attachments: set[Key] = field(default_factory=set)
    unnamed: bool = False
    private: bool = False
    noted: float = field(default_factory=time.monotonic)

    @property
    def certain(self) -> bool:
        """Whether there is a change at all."""
        return self.unnamed or bool(self.comments or self.attachments)

    def add(self, at: int | None, children: Iterable[Row]) -> None:
        """Add one event's child events that describe changes; ``at`` is the event's time."""
        self.moment = None if at is None or self.moment is None else max(self.moment, at)
        for child in children:
            comments, attachments = _named(child, "comment"), _named(child, "attachment")
            self.comments |= comments
            self.attachments |= attachments
            if not (comments or attachments):
                self.unnamed |= _change_kind(child) == REDACTION
                self.private |= _change_kind(child) == PRIVACY

    def concerns(self, comment: Row) -> bool:
        """Whether a comment may have changed with all its attachments."""
        return self.unnamed or id_key(comment["id"]) in self.comments

    def of_attachments(self, attachments: Sequence[Row]) -> list[Row]:
        """Those that are named themselves."""
        return [attachment for attachment in attachments if id_key(attachment["id"]) in self.attachments]

    def hides(self, comment: Row) -> bool:
        """Whether a comment may have been made private: it is now, and it is not younger than the event."""
        if not self.private or comment.get("public") is not False:
            return False
        created = moment(comment.get("created_at"))
        return created is None or self.moment is None or created <= self.moment


class CommentChanges:
    """The changes that a page's events describe.

    Args:
        refused_tickets: tickets that were refused before; any of their comments may have changed since.

    Attributes:
        without_ticket: changes whose event names no ticket.
    """

    def __init__(self, refused_tickets: Iterable[Key] = ()) -> None:
        self.without_ticket = 0
        self._changes = {
            ticket: CommentChange(ticket, moment=EARLIEST_SECOND, unnamed=True)
            for ticket in refused_tickets
            if isinstance(ticket, int)
        }

    @property
    def by_ticket(self) -> list[CommentChange]:
        """The changes, one for each ticket."""
        return list(self._changes.values())

    def add(self, events: Iterable[Row]) -> None:
        """Gather what events describe."""
        for event in events:
            children = event.get("child_events")
            changes = [child for child in children if _change_kind(child)] if isinstance(children, list) else []
            if changes or (children == [] and _is_by_person(event)):
                self._add(event, changes)

    def _add(self, event: Row, changes: list[Row]) -> None:
        ticket = id_key(event.get("ticket_id"))
        if not isinstance(ticket, int):
            self.without_ticket += len(changes)
            return
        at = moment(event.get("timestamp"))
        change = self._changes.setdefault(ticket, CommentChange(ticket))
        change.add(moment(event.get("created_at")) if at is None else at, changes)
        change.private |= not changes


def comments_of(event: Row, fills: Fills, odd: OddMembers) -> Iterator[Row]:
    """The comments of one ticket event, with what only the event says."""
    known: dict[str, Any] | None = None
    for child in odd.members(event, "child_events"):
        kind, other = child.get("type"), child.get("event_type")
        if not (kind in COMMENTS or other in COMMENTS) or _change_kind(child):
            continue
        if child.get("id") is None:
            odd.add("child_events")
            continue
        known = known or known_references(fills, event)
        yield _with_via(filled(child, {**known, "type": kind or other}))


def _with_via(comment: Row) -> Row:
    """The comment; if its event names only the channel, that is where other events have it, in an object."""
    via = comment.get("via")
    return {**comment, "via": via_object(via)} if isinstance(via, str) else comment


def attachments_of(comment: Row, fills: Fills, odd: OddMembers) -> Iterator[Row]:
    """The attachments of one comment, with the ids that they belong to."""
    for attachment in odd.members(comment, "attachments", "id"):
        yield filled(attachment, known_references(fills, comment))


def _change_kind(child: object) -> str:
    """How a child event says that an older comment has changed: REDACTION, PRIVACY or not at all."""
    if not isinstance(child, dict):
        return ""
    return _word_in(str(child.get("event_type"))) or _word_in(str(child.get("type")))


@lru_cache(maxsize=256)
def _word_in(kind: str) -> str:
    return next((word for word in (REDACTION, PRIVACY) if word in kind.lower()), "")


def _is_by_person(event: Row) -> bool:
    updater = id_key(event.get("updater_id"))
    return isinstance(updater, int) and updater > 0


def _named(child: Row, what: str) -> set[Key]:
    """The ids of comments or attachments that a child event names, in any of the shapes of Zendesk's endpoints."""
    ids = (*_listed(child.get(f"{what}_id")), *_listed(child.get(f"{what}_ids")))
    objects = (*_listed(child.get(what)), *_listed(child.get(f"{what}s")))
    named = (*ids, *(each.get("id") for each in objects if isinstance(each, dict)))
    return {id_key(each) for each in named if is_id(each)}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
