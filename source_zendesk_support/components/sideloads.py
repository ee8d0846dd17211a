"""Streams that ride on another's pages: what Zendesk embeds in a page is read from it, not asked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_zendesk_support.components.base import Row
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.references import filled, known_references
from source_zendesk_support.components.row_check import RowCheck
from source_zendesk_support.state.ids import id_key

RecordSelection = Callable[[Sequence[Row]], Sequence[Row]]
"""Makes a stream's records of some of a page's rows. At the page's end it is called with none, for what belongs to no
row of the page."""


def rows_as_they_are(envelope: Any) -> RecordSelection:
    """What most streams take."""
    return lambda rows: rows


def _rows(envelope: Any, source: SideloadExtractor) -> RecordSelection:
    return rows_as_they_are(envelope)


def _tickets(envelope: Any, source: SideloadExtractor) -> RecordSelection:
    """Tickets without ``metric_set``, a sideload that another stream may have asked for."""

    def take(rows: Sequence[Row]) -> list[Row]:
        if not any("metric_set" in row for row in rows):
            return list(rows)
        return [{key: value for key, value in row.items() if key != "metric_set"} for row in rows]

    return take


def _metrics(envelope: Any, source: SideloadExtractor) -> RecordSelection:
    """Ticket metrics (``include=metric_sets``), archived tickets' included; deleted ones have none.

    They stand inside their tickets, or in a list beside them (docs/zendesk-api.md#sideloads (3)).
    ``_ab_updated_at`` is the ticket's ``generated_timestamp`` (epoch seconds), by which existing connections sort.
    """
    beside = _Beside(envelope, source, "metric_sets", "ticket_id")

    def take(rows: Sequence[Row]) -> list[Row]:
        if not rows:
            return beside.of_none()
        return [
            {**source.filled(metric, row), "_ab_updated_at": row.get("generated_timestamp")}
            for row in rows
            for metric in source.odd.member(row, "metric_set", "id") or beside.of(row)
        ]

    return take


def _identities(envelope: Any, source: SideloadExtractor) -> RecordSelection:
    """Identities of these users (``include=identities``: a list beside the users)."""
    beside = _Beside(envelope, source, "identities", "user_id")

    def take(rows: Sequence[Row]) -> list[Row]:
        if not rows:
            return beside.of_none()
        return [source.filled(identity, row) for row in rows for identity in beside.of(row)]

    return take


class _Beside:
    """A list beside a page's rows, by the row that each member belongs to.

    A member that does not say whose it is belongs to the page's only row, if there is just one.

    Args:
        envelope: the page.
        source: names the page's rows, and counts what is odd.
        name: of the list.
        reference: field of a member that names its row.
    """

    def __init__(self, envelope: Any, source: SideloadExtractor, name: str, reference: str) -> None:
        found = envelope.get(source.records)
        rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
        self._on_page = {id_key(row.get("id")) for row in rows}
        only = rows[0].get("id") if len(rows) == 1 else None
        self._members: dict[int | str, list[Row]] = {}
        for member in source.odd.members(envelope, name, "id"):
            owner = member.get(reference)
            self._members.setdefault(id_key(only if owner is None else owner), []).append(member)

    def of(self, row: Row) -> list[Row]:
        """The members of one row; once."""
        return self._members.pop(id_key(row["id"]), []) if self._members else []

    def of_none(self) -> list[Row]:
        """The members whose row is not on the page."""
        return [member for owner, members in self._members.items() if owner not in self._on_page for member in members]


def _conditions(envelope: Any, source: SideloadExtractor) -> RecordSelection:
    """Routing conditions, each with the list that it comes from: all or any."""
    return lambda rows: [
        filled(condition, {"condition": kind})
        for both in rows
        for kind in ("all", "any")
        for condition in source.odd.members(both, f"conditions_{kind}")
    ]


def _listed(name: str) -> Callable[[Any, SideloadExtractor], RecordSelection]:
    """What stands in a list inside the rows."""
    return lambda _envelope, source: lambda rows: [each for row in rows for each in source.odd.members(row, name, "id")]


PARTS: dict[str, Callable[[Any, SideloadExtractor], RecordSelection]] = {
    "rows": _rows,
    "conditions": _conditions,
    "banned_ips": _listed("ip_address"),
    "banned_visitors": _listed("visitor"),
    "tickets": _tickets,
    "metrics": _metrics,
    "identities": _identities,
}


@dataclass
class SideloadExtractor(RecordExtractor):
    """Makes a stream's records of what is in, or beside, a page's rows.

        type: CustomRecordExtractor
        class_name: source_zendesk_support.components.sideloads.SideloadExtractor
        takes: identities
        fills: {user_id: id}

    Not ``RecordExpander``: it makes many records of one stream, not records of several streams.

    Args:
        takes: which part of the page.
        records: key of the page's rows.
        fills: columns that are filled from the row that a record belongs to, if the record leaves them null.
    """

    takes: str
    records: str = ""
    fills: dict[str, str] = field(default_factory=dict)
    odd: OddMembers = field(default_factory=lambda: OddMembers(""))

    def extract_records(self, response: Any) -> Iterator[Any]:
        """The same for the stock CDK, which decodes a page for itself."""
        envelope = response.json()
        return iter(self.records_of(envelope)(RowCheck(self.records, "").all(envelope)))

    def records_of(self, envelope: Any) -> RecordSelection:
        """Makes the stream's records of rows of a page; the envelope holds the page's sideloads."""
        return PARTS[self.takes](envelope, self)

    def filled(self, record: Row, row: Row) -> Row:
        """A record with what the row says that it belongs to."""
        return filled(record, known_references(self.fills, row))
