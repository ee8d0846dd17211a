"""Tickets that were deleted of late, and deleted users."""

from collections.abc import Mapping

from .account_data import AccountData
from .invented_text import SUBJECT
from .record_kinds import KINDS, row_of
from .tables import DELETED, Record, TableRow
from .ticket_timelines import ticket_timelines
from .timestamps import DAY, iso


def make_deleted(account: AccountData) -> Mapping[str, list[TableRow]]:
    """Tickets deleted in the last thirty days, and deleted users."""
    first = account.made_at - 30 * DAY
    tickets = (
        deleted_ticket(timeline.number, SUBJECT[timeline.number % len(SUBJECT)], timeline.agent, iso(timeline.deleted))
        for timeline in account.shared("timelines", ticket_timelines)
        if timeline.deleted and timeline.deleted >= first
    )
    users = (deleted_user(account, row.record()) for row in account.table("users").by_key() if row.state == DELETED)
    found = {"deleted_tickets": tickets, "deleted_users": users}
    return {kind: [row_of(KINDS[kind], record) for record in records] for kind, records in found.items()}


def deleted_user(account: AccountData, user: Record) -> Record:
    """A user as the list of deleted users shows it; there, `shared_phone_number` is text."""
    shared = user.get("shared_phone_number")
    flag = None if shared is None else str(shared).lower()
    columns = account.streams["deleted_users"].example
    return {name: user.get(name) for name in columns} | {"shared_phone_number": flag}


def deleted_ticket(number: int, subject: str, agent: int, at: str) -> Record:
    """A ticket as the list of deleted tickets shows it."""
    record = {"id": number, "subject": subject, "previous_state": "open", "deleted_at": at}
    return record | {"actor": {"id": agent, "name": "Agent"}}
