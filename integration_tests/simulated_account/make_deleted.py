"""Tickets that were deleted of late, and deleted users."""

from collections.abc import Mapping

from .account_data import AccountData
from .invented_text import SUBJECT
from .record_kinds import KINDS, row_of
from .tables import DELETED, LIVE, Record, TableRow
from .ticket_timelines import ticket_timelines
from .timestamps import DAY, iso


def make_deleted(account: AccountData) -> Mapping[str, list[TableRow]]:
    """Tickets deleted in the last thirty days, and deleted users."""
    first = account.made_at - 30 * DAY
    reported = [
        timeline
        for timeline in account.shared("timelines", ticket_timelines)
        if timeline.deleted and timeline.deleted >= first
    ]
    gone = [row.record() for row in account.table("users").by_key() if row.state == DELETED]
    return {
        "deleted_tickets": [
            _deleted_ticket(timeline.number, timeline.agent, timeline.deleted or 0) for timeline in reported
        ],
        "deleted_users": [row_of(KINDS["deleted_users"], deleted_user(user), LIVE) for user in gone],
    }


def deleted_user(user: Record) -> Record:
    """A user as the list of deleted users shows it; there, `shared_phone_number` is text."""
    shared = user.get("shared_phone_number")
    flag = None if shared is None else str(shared).lower()
    return {name: user.get(name) for name in _DELETED_USER} | {"shared_phone_number": flag}


_DELETED_USER = (
    "id", "url", "name", "email", "created_at", "updated_at", "time_zone", "phone", "shared_phone_number", "photo",
    "locale_id",
    "locale", "organization_id", "role", "active", "separation",
)  # fmt: skip


def _deleted_ticket(number: int, agent: int, at: int) -> TableRow:
    record = {"id": number, "subject": SUBJECT[number % len(SUBJECT)], "previous_state": "open", "deleted_at": iso(at)}
    return row_of(KINDS["deleted_tickets"], record | {"actor": {"id": agent, "name": "Agent"}})
