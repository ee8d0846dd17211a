"""Tickets that were deleted of late, and deleted users."""

from collections.abc import Mapping

from .account import Account
from .kinds import KINDS, row_of
from .rows import DELETED, LIVE, Record, Row
from .stamps import DAY, iso
from .stories import stories_of
from .text import SUBJECT


def make_deleted(account: Account) -> Mapping[str, list[Row]]:
    """Tickets deleted in the last thirty days, and deleted users."""
    first = account.made_at - 30 * DAY
    told = [story for story in account.keep("stories", stories_of) if story.deleted and story.deleted >= first]
    gone = [row.record() for row in account.table("users").by_key() if row.state == DELETED]
    return {
        "deleted_tickets": [_deleted_ticket(story.number, story.agent, story.deleted or 0) for story in told],
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


def _deleted_ticket(number: int, agent: int, at: int) -> Row:
    record = {"id": number, "subject": SUBJECT[number % len(SUBJECT)], "previous_state": "open", "deleted_at": iso(at)}
    return row_of(KINDS["deleted_tickets"], record | {"actor": {"id": agent, "name": "Agent"}})
