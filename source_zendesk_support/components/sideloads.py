"""Streams whose records are embedded in another stream's pages, so that they cost no request of their own.

Facts: docs/zendesk-api.md#sideloads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.record_reader import (
    ALL_ROWS,
    ChildBatch,
    PageSelection,
    ReaderContext,
    RecordReader,
    StreamExtractor,
)
from source_zendesk_support.components.references import filled, known_references
from source_zendesk_support.components.row_check import RowCheck
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.position import Position


@dataclass
class SideloadExtractor(StreamExtractor):
    """Makes a stream's records of what is in, or beside, a page's rows.

        type: CustomRecordExtractor
        class_name: source_zendesk_support.components.sideloads.SideloadExtractor
        takes: identities
        fills: {user_id: id}

    Not ``RecordExpander``: it makes many records of one stream, not records of several streams.

    Args:
        takes: which part of the page: a key of ``SELECTIONS``.
        records: key of the page's rows.
        fills: columns that are filled from the row that a record belongs to, if the record leaves them null.
        path: for ``embedded``: names of the lists inside each other, from the row in.
        parents: for ``embedded``: column for the id of each object that a record is in, from the row in.
    """

    takes: str
    records: str = ""
    path: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    fills: dict[str, str] = field(default_factory=dict)

    def reader(self, context: ReaderContext) -> RecordReader:
        """Makes the records of one stream during one sync."""
        return SideloadReader(self, context.odd_members, context.retriever)

    def extract_records(self, response: requests.Response) -> Iterator[Row]:
        """The same for the stock CDK, which decodes a page itself."""
        envelope = response.json()
        selection = SideloadReader(self, OddMembers("")).select(envelope)
        yield from selection.records(RowCheck(self.records, "").all(envelope))
        yield from selection.remaining_records()

    def filled(self, record: Row, row: Row) -> Row:
        """A record with what the row says that it belongs to."""
        return filled(record, known_references(self.fills, row))


@dataclass
class SideloadReader(RecordReader):
    """Makes the records of one stream.

    Args:
        extractor: says which.
        odd_members: counts embedded values that are not what Zendesk documents.
        retriever: of the walk; None in the stock CDK.
    """

    extractor: SideloadExtractor
    odd_members: OddMembers
    retriever: PagedRetriever | None = None

    def select(self, envelope: Any) -> PageSelection:
        """What the stream takes from a page."""
        return SELECTIONS[self.extractor.takes](envelope, self)


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

    Attributes:
        name: of the list.
        reference: field of a member that names its row.
    """

    name = ""
    reference = ""

    def __init__(self, envelope: Any, reader: SideloadReader) -> None:
        self._reader = reader
        found = envelope.get(reader.extractor.records)
        rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
        self._on_page = {id_key(row.get("id")) for row in rows}
        only_row = rows[0].get("id") if len(rows) == 1 else None
        self._members: dict[int | str, list[Row]] = {}
        for member in reader.odd_members.members(envelope, self.name, "id"):
            owner = member.get(self.reference)
            self._members.setdefault(id_key(only_row if owner is None else owner), []).append(member)

    def members_of(self, row: Row) -> list[Row]:
        """The members that belong to a row; once."""
        return self._members.pop(id_key(row["id"]), []) if self._members else []

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
        odd, extractor = self._reader.odd_members, self._reader.extractor
        return [
            {**extractor.filled(metric, row), "_ab_updated_at": row.get("generated_timestamp")}
            for row in rows
            for metric in odd.member(row, "metric_set", "id") or self.members_of(row)
        ]


class IdentitySelection(EmbeddedSelection):
    """Identities of users (``include=identities``: a list beside the users)."""

    name, reference = "identities", "user_id"

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Identities of these users."""
        extractor = self._reader.extractor
        return [extractor.filled(identity, row) for row in rows for identity in self.members_of(row)]


@dataclass
class NestedSelection(PageSelection):
    """The objects of lists inside the rows.

    Args:
        reader: whose records they are.
        key: what each of them must have.
        lists: names of the lists, each with what it adds to its objects.
    """

    reader: SideloadReader
    key: str
    lists: dict[str, Row]

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Objects of the lists inside these rows."""
        odd = self.reader.odd_members
        return [
            filled(member, known)
            for row in rows
            for name, known in self.lists.items()
            for member in odd.members(row, name, self.key)
        ]


@dataclass
class EmbeddedLists(PageSelection):
    """The objects of a list inside the rows, or of a list inside these, with the ids of what they are in.

    If the retriever visits all rows, they are judged by their own times, not by those of the rows.

    Args:
        reader: whose records they are.
    """

    reader: SideloadReader

    def __post_init__(self) -> None:
        """Choose who judges the records."""
        self._own_times = self.reader.retriever.visits_all_parents if self.reader.retriever else False
        self.needs_rows = not self._own_times

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Objects in these rows."""
        extractor = self.reader.extractor
        found: list[tuple[Row, Row]] = [(row, {}) for row in rows]
        for name, column in zip(extractor.path, extractor.parents, strict=True):
            found = [
                (member, {**known, column: holder.get("id")})
                for holder, known in found
                for member in self.reader.odd_members.members(holder, name, "id")
            ]
        return [filled(member, known) for member, known in found]

    def child_batches(self, rows: Iterable[Row], position: Position) -> Iterator[ChildBatch]:
        """New objects in the rows, by their own times."""
        if self._own_times and self.reader.retriever:
            records = self.records(list(rows))
            new = self.reader.retriever.new_children(records, position)
            yield ChildBatch(new, self.reader.retriever.after_children(position, records))


CHAT_EVENTS = frozenset({"ChatStartedEvent", "ChatEndedEvent"})
"""Types of audit events that carry a chat in their ``value``."""


@dataclass
class ChatSelection(PageSelection):
    """Chats in ticket audits, or the entries of their histories.

    Args:
        reader: whose records they are.
        entries: the histories' entries are wanted.
    """

    reader: SideloadReader
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
        for event in self.reader.odd_members.members(audit, "events", "id"):
            if event.get("type") in CHAT_EVENTS and isinstance(event.get("value"), dict):
                yield {**event["value"], **known, "event_id": event["id"], "type": event["type"]}

    def _entries_of(self, chat: Row) -> Iterator[Row]:
        known = {name: chat.get(name) for name in ("audit_id", "event_id", "ticket_id", "created_at", "chat_id")}
        for position, entry in enumerate(self.reader.odd_members.members(chat, "history")):
            yield {**entry, **known, "position": position}


class StatusSelection(PageSelection):
    """Agent statuses: Zendesk's own are the page's rows, an account's own are beside them; attributes become columns.

    Args:
        envelope: the page.
        reader: whose records they are.
    """

    def __init__(self, envelope: Any, reader: SideloadReader) -> None:
        self._custom = reader.odd_members.members(envelope, "custom", "id")

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


def _conditions(_envelope: Any, reader: SideloadReader) -> PageSelection:
    """Routing conditions, each with the list that it comes from: all or any."""
    return NestedSelection(reader, "", {f"conditions_{kind}": {"condition": kind} for kind in ("all", "any")})


SELECTIONS: dict[str, Callable[[Any, SideloadReader], PageSelection]] = {
    "rows": lambda _envelope, _reader: ALL_ROWS,
    "conditions": _conditions,
    "banned_ips": lambda _envelope, reader: NestedSelection(reader, "id", {"ip_address": {}}),
    "banned_visitors": lambda _envelope, reader: NestedSelection(reader, "id", {"visitor": {}}),
    "agent_statuses": StatusSelection,
    "chats": lambda _envelope, reader: ChatSelection(reader),
    "chat_events": lambda _envelope, reader: ChatSelection(reader, entries=True),
    "embedded": lambda _envelope, reader: EmbeddedLists(reader),
    "tickets": lambda _envelope, _reader: TicketSelection(),
    "metrics": MetricSelection,
    "identities": IdentitySelection,
}
