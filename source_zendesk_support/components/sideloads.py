"""Streams whose records are embedded in another stream's pages, so that they cost no request of their own.

Facts: docs/zendesk-api.md#sideloads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import requests

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.record_reader import (
    ALL_ROWS,
    PageSelection,
    ReaderContext,
    RecordReader,
    StreamExtractor,
)
from source_zendesk_support.components.row_check import RowCheck
from source_zendesk_support.components.sideload_selections import (
    ChatSelection,
    EmbeddedLists,
    IdentitySelection,
    MetricSelection,
    NestedSelection,
    StatusSelection,
    TicketSelection,
)


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


def _metrics(envelope: Any, reader: SideloadReader) -> PageSelection:
    return MetricSelection(envelope, reader.extractor.records, reader.extractor.fills, reader.odd_members)


def _identities(envelope: Any, reader: SideloadReader) -> PageSelection:
    return IdentitySelection(envelope, reader.extractor.records, reader.extractor.fills, reader.odd_members)


def _embedded(_envelope: Any, reader: SideloadReader) -> PageSelection:
    return EmbeddedLists(reader.odd_members, reader.extractor.path, reader.extractor.parents, reader.retriever)


def _conditions(_envelope: Any, reader: SideloadReader) -> PageSelection:
    """Routing conditions, each with the list that it comes from: all or any."""
    return NestedSelection(
        reader.odd_members, "", {f"conditions_{kind}": {"condition": kind} for kind in ("all", "any")}
    )


SELECTIONS: dict[str, Callable[[Any, SideloadReader], PageSelection]] = {
    "rows": lambda _envelope, _reader: ALL_ROWS,
    "conditions": _conditions,
    "banned_ips": lambda _envelope, reader: NestedSelection(reader.odd_members, "id", {"ip_address": {}}),
    "banned_visitors": lambda _envelope, reader: NestedSelection(reader.odd_members, "id", {"visitor": {}}),
    "agent_statuses": lambda envelope, reader: StatusSelection(envelope, reader.odd_members),
    "chats": lambda _envelope, reader: ChatSelection(reader.odd_members),
    "chat_events": lambda _envelope, reader: ChatSelection(reader.odd_members, entries=True),
    "embedded": _embedded,
    "tickets": lambda _envelope, _reader: TicketSelection(),
    "metrics": _metrics,
    "identities": _identities,
}
