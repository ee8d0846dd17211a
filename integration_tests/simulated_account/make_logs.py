"""What the account notes about itself: skips, activities, audit logs, suspended and deleted tickets, deleted users."""

from collections.abc import Mapping

from .account import Account
from .cast import cast_of
from .kinds import KINDS, number_of, row_of
from .pieces import attachment, mail
from .rows import DELETED, LIVE, Record, Row
from .spread import moments
from .stamps import DAY, HOUR, iso
from .stories import stories_of
from .text import SUBJECT, paragraph, person

_ACTIONS = ("create", "update", "destroy", "login", "exported")


def make_skips(account: Account) -> Mapping[str, list[Row]]:
    """Skips of every thirtieth ticket; those of archived tickets are hidden."""
    rows: list[Row] = []
    tickets = account.table("tickets")
    for story in account.keep("stories", stories_of)[7::30]:
        row = tickets[story.number]
        number = number_of("ticket_skips", len(rows))
        at = iso(min(story.generated, story.created + HOUR))
        record: Record = {"id": number, "ticket_id": story.number, "user_id": story.agent, "reason": "Not my language"}
        record |= {"created_at": at, "updated_at": at, "ticket": row.record()}
        rows.append(row_of(KINDS["ticket_skips"], record, row.state))
    return {"ticket_skips": rows}


def make_activities(account: Account) -> Mapping[str, list[Row]]:
    """What concerned the calling administrator in the last thirty days."""
    rng, users = account.random("activities"), account.table("users").by_key()
    me = users[0].record()
    times = moments(rng, account.size("ticket_activities", 60), account.made_at, 29 * DAY)
    return {
        "ticket_activities": [_activity(account, n, at, me, users[1 + n % 5].record()) for n, at in enumerate(times)]
    }


def _activity(account: Account, n: int, at: int, me: Record, actor: Record) -> Row:
    number = number_of("ticket_activities", n)
    verb = ("tickets.assignment", "tickets.comment", "tickets.priority_increase")[n % 3]
    ticket = {"id": account.some_ticket(n), "subject": SUBJECT[n % len(SUBJECT)]}
    record: Record = {
        "url": f"{account.home}/activities/{number}.json",
        "id": number,
        "title": f"{actor['name']} worked on ticket #{ticket['id']}",
        "verb": verb,
        "user_id": me["id"],
        "actor_id": actor["id"],
        "created_at": iso(at),
        "updated_at": iso(at),
        "object": {"ticket": ticket, "comment": {"value": "See above", "public": True}}
        if n % 3 == 1
        else {"ticket": ticket},
        "target": {"ticket": ticket},
        "user": me,
        "actor": actor,
    }
    return row_of(KINDS["ticket_activities"], record)


def make_audit_logs(account: Account) -> Mapping[str, list[Row]]:
    """Who changed what in the account."""
    rng, cast = account.random("audit_logs"), account.keep("cast", cast_of)
    times = moments(rng, account.size("audit_logs", 40 + account.options.tickets // 10), account.made_at)
    return {"audit_logs": [_log(account, n, at, cast.agent(rng), person(rng)) for n, at in enumerate(times)]}


def _log(account: Account, n: int, at: int, actor: int, name: str) -> Row:
    number, action = number_of("audit_logs", n), _ACTIONS[n % len(_ACTIONS)]
    record = {
        "url": f"{account.home}/audit_logs/{number}.json",
        "id": number,
        "actor_id": actor,
        "actor_name": name,
        "source_id": number_of("triggers", n % 40),
        "source_type": "rule" if n % 3 else "user",
        "source_label": f"Trigger: case {n % 40}",
        "action": action,
        "action_label": action.title(),
        "change_description": "Position changed from 1 to 2\nActive changed" if action == "update" else "",
        "ip_address": f"198.51.100.{n % 256}" if n % 4 else None,
        "created_at": iso(at),
    }
    return row_of(KINDS["audit_logs"], record)


def make_suspended(account: Account) -> Mapping[str, list[Row]]:
    """Suspended tickets of the last two weeks."""
    rng = account.random("suspended")
    times = moments(rng, account.size("suspended_tickets", 12), account.made_at, 13 * DAY)
    return {"suspended_tickets": [_suspended(account, n, at) for n, at in enumerate(times)]}


def _suspended(account: Account, n: int, at: int) -> Row:
    number, rng = number_of("suspended_tickets", n), account.random(f"suspended {n}")
    name, address = person(rng), f"stranger{n}@mail.example"
    record = {
        "url": f"{account.home}/suspended_tickets/{number}.json",
        "id": number,
        "author": {"id": None if n % 2 else number_of("users", 20), "name": name, "email": address},
        "subject": SUBJECT[n % len(SUBJECT)],
        "content": paragraph(rng),
        "cause": "Detected as spam" if n % 2 else "Sender domain is on the blocklist",
        "cause_id": n % 2,
        "message_id": f"<{number}@mail.example>",
        "ticket_id": None if n % 3 else n + 1,
        "created_at": iso(at),
        "updated_at": iso(at),
        "via": mail(name, address),
        "attachments": [attachment(rng, number + 1)] if n % 3 == 0 else [],
        "recipient": "support@acme.zendesk.com",
        "brand_id": number_of("brands", 0),
        "error_messages": [{"description": "Too large"}] if n % 5 == 0 else None,
    }
    return row_of(KINDS["suspended_tickets"], record)


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
