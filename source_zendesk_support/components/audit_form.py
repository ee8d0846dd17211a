"""Comments and attachments without the export of ticket events: out of the audits of tickets.

An audit's events are written otherwise than an export's child events, but comments are the same in both. So an audit is
turned into what the export would have said of the comments in it, and the streams read that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import CLOCK_ERROR_SECONDS
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.ticket_children_form import TicketChildrenForm
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.times import moment

COMMENTS = ("Comment", "VoiceComment")
OWN_FIELDS = ("via", "created_at", "metadata")
"""What a comment has from its audit."""


@dataclass
class AuditListForm(TicketChildrenForm):
    """Audits instead of ticket events.

        type: CustomRetriever
        class_name: source_zendesk_support.components.audit_form.AuditListForm
        changes: {$ref: "#/definitions/ticket_changes"}
        children: {$ref: "#/definitions/list_form_pages"}
        changed: {$ref: "#/definitions/ticket_changes"}

    No stock component makes the records of one stream of another one's rows.

    Args:
        changed: tickets, newest change first: each must have an audit of its last change in the list.
    """

    changed: PagedRetriever | None = None

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Audits as the export's events."""
        return [_event(row) for row in rows]

    def cross_check(self, client: ZendeskClient) -> AuditCrossCheck:
        """Finds the tickets whose audits a pass over the list lacks."""
        return AuditCrossCheck(self, client)


class AuditCrossCheck:
    """One pass's audits, and what they lack.

    Args:
        form: how audits and tickets are requested.
        client: fetches them.
    """

    def __init__(self, form: AuditListForm, client: ZendeskClient) -> None:
        self._form = form
        self._client = client
        self._latest: dict[Id, int] = {}
        self._ids: set[Id] = set()

    def add(self, events: Iterable[Row]) -> None:
        """Note audits that the list has brought."""
        for event in events:
            ticket, time = id_key(event.get("ticket_id")), event.get("timestamp")
            self._ids.add(id_key(event.get("id")))
            if isinstance(time, int):
                self._latest[ticket] = max(time, self._latest.get(ticket, 0))

    def missing_rows(self, since: int) -> Iterator[list[Row]]:
        """Audits since a time that the list has not brought, ticket by ticket."""
        for ticket in self._unlisted(since):
            rows = self._form.rows(self._form.children_of(ticket, self._client))
            yield [row for row in rows if id_key(row["id"]) not in self._ids and (row["timestamp"] or since) >= since]

    def _unlisted(self, since: int) -> Iterator[Any]:
        """Tickets that have changed without an audit of that time."""
        if self._form.changed is None:
            return
        for page in read_list(self._form.changed, self._client):
            times = [(self._form.changed.time_of(row), row.get("id")) for row in page.rows]
            for time, ticket in times:
                listed = self._latest.get(id_key(ticket), 0) + CLOCK_ERROR_SECONDS
                if time is not None and time >= since and listed < time:
                    yield ticket
            if times and (times[-1][0] or since) < since:
                return


def _event(audit: Row) -> Row:
    found = audit.get("events")
    events = [event for event in found if isinstance(event, dict)] if isinstance(found, list) else []
    return {
        "id": audit.get("id"),
        "ticket_id": audit.get("ticket_id"),
        "timestamp": moment(audit.get("created_at")),
        "created_at": audit.get("created_at"),
        "updater_id": audit.get("author_id"),
        "metadata": audit.get("metadata"),
        "child_events": [_child(audit, event) for event in events],
    }


def _child(audit: Row, event: Row) -> Row:
    kind = event.get("type")
    own = {name: audit.get(name) for name in OWN_FIELDS} if kind in COMMENTS else {}
    return {**event, **own, "event_type": kind}
