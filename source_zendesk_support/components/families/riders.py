"""Streams that ride on another's pages: what Zendesk embeds in a page is read from it, not asked for again.

Not the stock RecordExpander: that makes many records of one stream, not records of several streams.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_zendesk_support.components.families.pages import Row

COMMENTS = ("Comment", "VoiceComment")


Take = Callable[[Sequence[Row]], Sequence[Row]]
"""Makes a stream's records of some of a page's rows."""


def rows_as_they_are(envelope: Any) -> Take:
    """What most streams take."""
    return lambda rows: rows


def _tickets(envelope: Any) -> Take:
    """Tickets without ``metric_set``, a sideload that another stream may have asked for."""

    def take(rows: Sequence[Row]) -> list[Row]:
        if not any("metric_set" in row for row in rows):
            return list(rows)
        return [{key: value for key, value in row.items() if key != "metric_set"} for row in rows]

    return take


def _metrics(envelope: Any) -> Take:
    """Ticket metrics (``include=metric_sets``), archived tickets' included; deleted ones have none.

    They stand inside their tickets, or in a list beside them (docs/zendesk-api.md#sideloads (3)).
    ``_ab_updated_at`` is the ticket's ``generated_timestamp`` (epoch seconds), by which existing connections sort.
    """
    beside = {metric.get("ticket_id"): metric for metric in envelope.get("metric_sets") or ()}
    return lambda rows: [
        {"ticket_id": row["id"], **metric, "_ab_updated_at": row.get("generated_timestamp")}
        for row in rows
        if (metric := row.get("metric_set") or beside.get(row["id"]))
    ]


def _comments(envelope: Any) -> Take:
    """Comments of every type (``include=comment_events``), with what only their event knows."""
    return lambda rows: [comment for row in rows for comment in comments_of(row)]


def _attachments(envelope: Any) -> Take:
    """Attachments of those comments, one row each."""
    return lambda rows: [
        attachment for row in rows for comment in comments_of(row) for attachment in attachments_of(comment)
    ]


def _identities(envelope: Any) -> Take:
    """Identities of these users (``include=identities``: a list beside the users)."""
    of_user: dict[Any, list[Row]] = {}
    for identity in envelope.get("identities") or ():
        of_user.setdefault(identity.get("user_id"), []).append(identity)
    return lambda rows: [identity for row in rows for identity in of_user.pop(row["id"], ())]


def _conditions(envelope: Any) -> Take:
    """Routing conditions, each with the list that it comes from: all or any."""
    return lambda rows: [
        {"condition": kind, **row}
        for both in rows
        for kind in ("all", "any")
        for row in both.get(f"conditions_{kind}") or ()
    ]


def _listed(name: str) -> Callable[[Any], Take]:
    """What stands in a list inside the rows."""
    return lambda _envelope: lambda rows: [each for row in rows for each in row.get(name) or ()]


PARTS = {
    "rows": rows_as_they_are,
    "conditions": _conditions,
    "banned_ips": _listed("ip_address"),
    "banned_visitors": _listed("visitor"),
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

    def records(self, envelope: Any) -> Take:
        """Makes the stream's records of rows of a page; the envelope holds the page's sideloads."""
        return PARTS[self.takes](envelope)


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
