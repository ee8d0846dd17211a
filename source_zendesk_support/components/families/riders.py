"""Streams that ride on another's pages: what Zendesk embeds in a page is read from it, not asked for again.

Not the stock RecordExpander: that makes many records of one stream, not records of several streams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_zendesk_support.components.families.pages import Row

COMMENTS = ("Comment", "VoiceComment")


def _tickets(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """Tickets without ``metric_set``, a sideload that another stream may have asked for."""
    if not any("metric_set" in row for row in rows):
        return list(rows)
    return [{key: value for key, value in row.items() if key != "metric_set"} for row in rows]


def _metrics(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """Ticket metrics (``include=metric_sets``), archived tickets' included; deleted ones have none.

    They stand inside their tickets, or in a list beside them: Zendesk documents neither for this export.
    ``_ab_updated_at`` is the ticket's ``generated_timestamp`` (epoch seconds), by which existing connections sort.
    """
    beside = {metric.get("ticket_id"): metric for metric in envelope.get("metric_sets") or ()}
    return [
        {"ticket_id": row["id"], **metric, "_ab_updated_at": row.get("generated_timestamp")}
        for row in rows
        if (metric := row.get("metric_set") or beside.get(row["id"]))
    ]


def _comments(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """Comments of every type (``include=comment_events``), with what only their event knows."""
    return [comment for row in rows for comment in comments_of(row)]


def _attachments(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """Attachments of those comments, one row each."""
    return [attachment for row in rows for comment in comments_of(row) for attachment in attachments_of(comment)]


def _identities(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """Identities of these users (``include=identities``: a list beside the users)."""
    users = {row["id"] for row in rows}
    return [identity for identity in envelope.get("identities") or [] if identity.get("user_id") in users]


def _conditions(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """Routing conditions, each with the list that it comes from: all or any."""
    return [
        {"condition": kind, **row}
        for both in rows
        for kind in ("all", "any")
        for row in both.get(f"conditions_{kind}") or ()
    ]


def _banned_ips(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """Banned addresses."""
    return [ban for both in rows for ban in both.get("ip_address") or ()]


def _banned_visitors(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """Banned visitors."""
    return [ban for both in rows for ban in both.get("visitor") or ()]


def _rows(rows: Sequence[Row], envelope: Any) -> list[Row]:
    """The rows as they are."""
    return list(rows)


PARTS = {
    "rows": _rows,
    "conditions": _conditions,
    "banned_ips": _banned_ips,
    "banned_visitors": _banned_visitors,
    "tickets": _tickets,
    "metrics": _metrics,
    "comments": _comments,
    "attachments": _attachments,
    "identities": _identities,
}


@dataclass
class Embedded(RecordExtractor):
    """Makes a stream's records of another stream's rows.

    Args:
        takes: which part of the page.
    """

    takes: str

    def extract_records(self, response: Any) -> Iterator[Any]:
        """Never called: records are made of a decoded page, by ``records``."""
        raise NotImplementedError("pages are decoded once; see records()")

    def records(self, rows: Sequence[Row], envelope: Any) -> list[Row]:
        """The stream's records of these rows; ``envelope`` is the whole page, for sideloads."""
        return PARTS[self.takes](rows, envelope)


def comments_of(event: Row) -> Iterator[Row]:
    """The comments of one ticket event, with the ticket, audit, time and metadata that stand on the event."""
    for child in event.get("child_events") or []:
        kind = child.get("type") or child.get("event_type")
        if kind in COMMENTS or child.get("event_type") in COMMENTS:
            yield {
                **_of_event(event, kind),
                **{key: value for key, value in child.items() if value is not None or key not in _FILLED},
            }


_FILLED = frozenset({"audit_id", "created_at", "metadata", "type"})


def _of_event(event: Row, kind: str | None) -> Row:
    return {
        "ticket_id": event.get("ticket_id"),
        "audit_id": event.get("id"),
        "created_at": event.get("created_at"),
        "timestamp": event.get("timestamp"),
        "metadata": event.get("metadata"),
        "type": kind,
    }


def attachments_of(comment: Row) -> Iterator[Row]:
    """The attachments of one comment, with where they belong."""
    for attachment in comment.get("attachments") or []:
        yield {
            **attachment,
            "ticket_id": comment["ticket_id"],
            "comment_id": comment.get("id"),
            "created_at": comment.get("created_at"),
            "timestamp": comment["timestamp"],
        }
