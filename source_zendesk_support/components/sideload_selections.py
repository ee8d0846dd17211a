"""What the streams of ``sideloads.py`` take from a page: each class one part of it.

Facts: docs/zendesk-api.md#sideloads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.record_reader import ChildBatch, PageSelection
from source_zendesk_support.components.references import Fills, filled, known_references
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.position import Position


class TicketSelection(PageSelection):
    """Tickets without ``metric_set``, a sideload that another stream may have requested."""

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Tickets; the same objects if none has the sideload."""
        if not any("metric_set" in row for row in rows):
            return rows
        return [{key: value for key, value in row.items() if key != "metric_set"} for row in rows]


class EmbeddedSelection(PageSelection):
    """Members of a list beside the rows.

    A member that names no row belongs to the page's only row, if there is just one.

    Args:
        envelope: the page.
        records: key of the page's rows.
        fills: columns that are filled from the row that a record belongs to, if the record leaves them null.
        odd_members: counts embedded values that are not what Zendesk documents.

    Attributes:
        name: of the list.
        reference: field of a member that names its row.
    """

    name = ""
    reference = ""

    def __init__(self, envelope: Any, records: str, fills: Fills, odd_members: OddMembers) -> None:
        self._fills = fills
        self._odd_members = odd_members
        found = envelope.get(records)
        rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
        self._on_page = {id_key(row.get("id")) for row in rows}
        only_row = rows[0].get("id") if len(rows) == 1 else None
        self._members: dict[int | str, list[Row]] = {}
        for member in odd_members.members(envelope, self.name, "id"):
            owner = member.get(self.reference)
            self._members.setdefault(id_key(only_row if owner is None else owner), []).append(member)

    def members_of(self, row: Row) -> list[Row]:
        """The members that belong to a row; once."""
        return self._members.pop(id_key(row["id"]), []) if self._members else []

    def filled(self, record: Row, row: Row) -> Row:
        """A record with what the row says that it belongs to."""
        return filled(record, known_references(self._fills, row))

    def remaining_records(self) -> Sequence[Row]:
        """The members whose row is not on the page."""
        return [member for owner, members in self._members.items() if owner not in self._on_page for member in members]


class MetricSelection(EmbeddedSelection):
    """Ticket metrics (``include=metric_sets``), archived tickets' included; deleted tickets have none.

    They are inside their tickets, or in a list beside them. ``_ab_updated_at`` is the ticket's
    ``generated_timestamp`` (epoch seconds), by which existing connections sort.
    """

    name, reference = "metric_sets", "ticket_id"

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Metrics of these tickets."""
        return [
            {**self.filled(metric, row), "_ab_updated_at": row.get("generated_timestamp")}
            for row in rows
            for metric in self._odd_members.member(row, "metric_set", "id") or self.members_of(row)
        ]


class IdentitySelection(EmbeddedSelection):
    """Identities of users (``include=identities``: a list beside the users)."""

    name, reference = "identities", "user_id"

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Identities of these users."""
        return [self.filled(identity, row) for row in rows for identity in self.members_of(row)]


@dataclass
class NestedSelection(PageSelection):
    """The objects of lists inside the rows.

    Args:
        odd_members: counts embedded values that are not what Zendesk documents.
        key: what each of them must have.
        lists: names of the lists, each with what it adds to its objects.
    """

    odd_members: OddMembers
    key: str
    lists: dict[str, Row]

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Objects of the lists inside these rows."""
        return [
            filled(member, known)
            for row in rows
            for name, known in self.lists.items()
            for member in self.odd_members.members(row, name, self.key)
        ]


@dataclass
class EmbeddedLists(PageSelection):
    """The objects of a list inside the rows, or of a list inside these, with the ids of what they are in.

    If the retriever visits all rows, they are judged by their own times, not by those of the rows.

    Args:
        odd_members: counts embedded values that are not what Zendesk documents.
        path: names of the lists inside each other, from the row in.
        parents: column for the id of each object that a record is in, from the row in.
        retriever: of the walk; None in the stock CDK.
    """

    odd_members: OddMembers
    path: Sequence[str]
    parents: Sequence[str]
    retriever: PagedRetriever | None

    def __post_init__(self) -> None:
        """Choose who judges the records."""
        self._own_times = self.retriever.visits_all_parents if self.retriever else False
        self.needs_rows = not self._own_times

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Objects in these rows."""
        found: list[tuple[Row, Row]] = [(row, {}) for row in rows]
        for name, column in zip(self.path, self.parents, strict=True):
            found = [
                (member, {**known, column: holder.get("id")})
                for holder, known in found
                for member in self.odd_members.members(holder, name, "id")
            ]
        return [filled(member, known) for member, known in found]

    def child_batches(self, rows: Iterable[Row], position: Position) -> Iterator[ChildBatch]:
        """New objects in the rows, by their own times."""
        if self._own_times and self.retriever:
            records = self.records(list(rows))
            new = self.retriever.new_children(records, position)
            yield ChildBatch(new, self.retriever.after_children(position, records))


CHAT_EVENTS = frozenset({"ChatStartedEvent", "ChatEndedEvent"})
"""Types of audit events that carry a chat in their ``value``."""


@dataclass
class ChatSelection(PageSelection):
    """Chats in ticket audits, or the entries of their histories.

    Args:
        odd_members: counts embedded values that are not what Zendesk documents.
        entries: the histories' entries are wanted.
    """

    odd_members: OddMembers
    entries: bool = False

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Those of these audits, with the ids of audit and event."""
        chats = [chat for row in rows for chat in self._chats_of(row)]
        return [entry for chat in chats for entry in self._entries_of(chat)] if self.entries else chats

    def _chats_of(self, audit: Row) -> Iterator[Row]:
        known = {
            "audit_id": audit.get("id"),
            "ticket_id": audit.get("ticket_id"),
            "created_at": audit.get("created_at"),
        }
        for event in self.odd_members.members(audit, "events", "id"):
            if str(event.get("type")) in CHAT_EVENTS and isinstance(event.get("value"), dict):
                yield {**event["value"], **known, "event_id": event["id"], "type": event["type"]}

    def _entries_of(self, chat: Row) -> Iterator[Row]:
        known = {name: chat.get(name) for name in ("audit_id", "event_id", "ticket_id", "created_at", "chat_id")}
        for position, entry in enumerate(self.odd_members.members(chat, "history")):
            yield {**entry, **known, "position": position}


class StatusSelection(PageSelection):
    """Agent statuses: Zendesk's own are the page's rows, an account's own are beside them; attributes become columns.

    Args:
        envelope: the page.
        odd_members: counts embedded values that are not what Zendesk documents.
    """

    def __init__(self, envelope: Any, odd_members: OddMembers) -> None:
        self._custom = odd_members.members(envelope, "custom", "id")

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Zendesk's own."""
        return [_status(row, default=True) for row in rows]

    def remaining_records(self) -> Sequence[Row]:
        """The account's own."""
        return [_status(row, default=False) for row in self._custom]


def _status(row: Row, *, default: bool) -> Row:
    attributes = row.get("attributes")
    lifted = attributes if isinstance(attributes, dict) else {}
    return {**{name: value for name, value in row.items() if name != "attributes"}, **lifted, "default": default}
