"""Users with their identities, organizations, groups and memberships (RECORDS, tables of those names)."""

from collections.abc import Mapping
from random import Random

from .account import Account
from .cast import GROUPS, Cast, cast_of
from .kinds import KINDS, number_of, row_of
from .make_fields import keyed_values
from .pieces import photo
from .rows import DELETED, LIVE, Record, Row
from .spread import QUIET, moments
from .stamps import DAY, iso
from .text import company, paragraph, person, tags

_ZONES = (("Berlin", "Europe/Berlin"), ("Tokyo", "Asia/Tokyo"), ("Eastern Time (US & Canada)", "America/New_York"))


def make_people(account: Account) -> Mapping[str, list[Row]]:
    """Users and their identities."""
    cast, rng = account.keep("cast", cast_of), account.random("users")
    born = moments(rng, cast.end_users, account.made_at)
    first = account.made_at - 420 * DAY
    users: list[Row] = []
    identities: list[Row] = []
    for n in range(cast.agents + cast.end_users):
        created = first + n * 3600 if n < cast.agents else born[n - cast.agents]
        record = _user(account, cast, rng, n, created)
        users.append(row_of(KINDS["users"], record, LIVE if record["active"] else DELETED))
        identities += _identities(account, rng, record, n) if record["active"] else []
    return {"users": users, "user_identities": identities}


def _later(account: Account, rng: Random, at: int) -> int:
    return rng.randint(at, max(at, account.made_at - QUIET)) if rng.random() < 0.6 else at


def _user(account: Account, cast: Cast, rng: Random, n: int, created: int) -> Record:
    agent, name, number = n < cast.agents, person(rng), cast.user(n)
    updated = _later(account, rng, created)
    record = {
        "id": number,
        "url": f"{account.home}/users/{number}.json",
        "name": name,
        "email": _email(n, agent),
        "created_at": iso(created),
        "updated_at": iso(updated),
        "phone": f"+49151{rng.randrange(10**7):07d}" if rng.random() < 0.4 else None,
        "shared_phone_number": False if rng.random() < 0.4 else None,
        "photo": photo(rng, number + 1) if rng.random() < 0.15 else None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": cast.organization_of(n),
        "verified": rng.random() < 0.8,
        "external_id": f"crm-{n}" if n % 4 == 0 else None,
        "tags": tags(rng),
        "alias": name.split()[0] if agent else "",
        "active": agent or n % 61 != 60,
        "shared": False,
        "shared_agent": False,
        "last_login_at": iso(updated) if rng.random() < 0.7 else None,
        "two_factor_auth_enabled": agent if n % 2 else None,
        "signature": f"Kind regards,\n{name}" if agent else None,
        "details": paragraph(rng, 1, 1) if rng.random() < 0.2 else "",
        "notes": paragraph(rng, 1, 2) if rng.random() < 0.2 else "",
    }
    return record | _zone(rng) | _role(cast, n) | {"user_fields": keyed_values(rng, created)} | _gone(n, agent)


def _email(n: int, agent: bool) -> str:
    if n == 0:
        return "admin@acme.example"
    return f"agent{n}@acme.example" if agent else f"customer{n}@mail.example"


def _zone(rng: Random) -> Record:
    name, iana = rng.choice(_ZONES)
    return {"time_zone": name, "iana_time_zone": iana}


def _role(cast: Cast, n: int) -> Record:
    agent, admin = n < cast.agents, n < 2
    return {
        "role": "admin" if admin else "agent" if agent else "end-user",
        "role_type": 4 if admin else 0 if agent else None,
        "custom_role_id": number_of("custom_roles", n % 3) if agent else None,
        "moderator": agent,
        "ticket_restriction": None if agent else "requested",
        "only_private_comments": False,
        "restricted_agent": agent and not admin,
        "suspended": n % 97 == 96,
        "suspension_details": {"channels": ["email"]} if n % 97 == 96 else None,
        "default_group_id": cast.group_of(n) if agent else None,
        "report_csv": admin,
        "chat_only": False,
        "agent_brand_ids": [cast.brand(0)] if agent else [],
        "remote_photo_url": f"https://img.example/{n}.jpg" if n % 29 == 3 else None,
        "separation": {"scope": "account"} if n % 5 else {"scope": "brand", "brand_id": cast.brand(0)},
    }


def _gone(n: int, agent: bool) -> Record:
    """Every 61st end user was deleted, every second of those for good."""
    if agent or n % 61 != 60:
        return {"permanently_deleted": False}
    if n % 122 == 60:
        return {"permanently_deleted": False}
    erased = {
        "name": "Permanently Deleted User",
        "email": None,
        "phone": None,
        "photo": None,
        "notes": None,
        "details": None,
    }
    return erased | {"permanently_deleted": True, "organization_id": None}


def _identities(account: Account, rng: Random, user: Record, n: int) -> list[Row]:
    wanted = [("email", user["email"])] + ([("phone_number", user["phone"])] if user["phone"] else [])
    wanted += [("twitter", f"handle_{n}")] if n % 9 == 0 else []
    return [
        row_of(KINDS["user_identities"], _identity(account, user, n * 3 + place, kind, value, rng.randrange(3)))
        for place, (kind, value) in enumerate(wanted)
    ]


def _identity(account: Account, user: Record, n: int, kind: str, value: str, bounced: int) -> Record:
    number = number_of("user_identities", n)
    return {
        "url": f"{account.home}/users/{user['id']}/identities/{number}.json",
        "id": number,
        "user_id": user["id"],
        "type": kind,
        "value": value,
        "verified": user["verified"],
        "primary": kind == "email",
        "created_at": user["created_at"],
        "updated_at": user["updated_at"],
        "undeliverable_count": bounced,
        "deliverable_state": "deliverable" if kind == "email" else None,
        "verification_method": "full" if user["verified"] else "none",
        "verified_at": user["created_at"] if user["verified"] else None,
        "brand_id": user["separation"].get("brand_id"),
    }


def make_organizations(account: Account) -> Mapping[str, list[Row]]:
    """Organizations; every twentieth is deleted and seen only in the export."""
    cast, rng = account.keep("cast", cast_of), account.random("organizations")
    rows = []
    for n, created in enumerate(moments(rng, cast.organizations, account.made_at)):
        record = _organization(account, cast, rng, n, created)
        rows.append(row_of(KINDS["organizations"], record, DELETED if record["deleted_at"] else LIVE))
    return {"organizations": rows}


def _organization(account: Account, cast: Cast, rng: Random, n: int, created: int) -> Record:
    number, updated = number_of("organizations", n), _later(account, rng, created)
    return {
        "url": f"{account.home}/organizations/{number}.json",
        "id": number,
        "name": company(n),
        "shared_tickets": n % 10 == 0,
        "shared_comments": n % 20 == 0,
        "external_id": f"org-{n}" if n % 2 else None,
        "created_at": iso(created),
        "updated_at": iso(updated),
        "domain_names": [f"company{n}.example"] if n % 3 else [],
        "details": paragraph(rng, 1, 2) if n % 3 == 0 else None,
        "notes": paragraph(rng, 1, 1) if n % 4 == 0 else None,
        "group_id": cast.group(n % 7) if n % 5 == 0 else None,
        "tags": tags(rng),
        "organization_fields": keyed_values(rng, created),
        "deleted_at": iso(updated) if n % 20 == 19 else None,
    }


def make_groups(account: Account) -> Mapping[str, list[Row]]:
    """Groups; the last one is deleted and still listed."""
    return {"groups": [row_of(KINDS["groups"], _group(account, n, name)) for n, name in enumerate(GROUPS)]}


def _group(account: Account, n: int, name: str) -> Record:
    number = number_of("groups", n)
    return {
        "url": f"{account.home}/groups/{number}.json",
        "id": number,
        "is_public": n != 5,
        "name": name,
        "description": f"The {name} team" if n % 2 else "",
        "default": n == 0,
        "deleted": n == len(GROUPS) - 1,
        "created_at": iso(account.made_at - 421 * DAY),
        "updated_at": iso(account.made_at - (50 - n) * DAY),
    }


def make_memberships(account: Account) -> Mapping[str, list[Row]]:
    """Memberships of agents in groups and of end users in organizations, and subscriptions of some of those."""
    cast = account.keep("cast", cast_of)
    groups = [
        row_of(KINDS["group_memberships"], _group_membership(account, cast, agent, step))
        for agent in range(cast.agents)
        for step in range(1 + agent % 3)
    ]
    joined = [row.record() for row in account.table("users").by_key() if row.state == LIVE]
    members = [user for user in joined if user["organization_id"]]
    return {
        "group_memberships": groups,
        "organization_memberships": [
            row_of(KINDS["organization_memberships"], _organization_membership(account, user, n))
            for n, user in enumerate(members)
        ],
        "organization_subscriptions": [
            row_of(KINDS["organization_subscriptions"], _subscription(user, n)) for n, user in enumerate(members[::5])
        ],
    }


def _group_membership(account: Account, cast: Cast, agent: int, step: int) -> Record:
    number = number_of("group_memberships", agent * 3 + step)
    return {
        "url": f"{account.home}/group_memberships/{number}.json",
        "id": number,
        "user_id": cast.user(agent),
        "group_id": cast.group((agent + step) % (len(GROUPS) - 1)),
        "default": step == 0,
        "created_at": iso(account.made_at - (400 - agent) * DAY),
        "updated_at": iso(account.made_at - (200 - agent - step) * DAY),
    }


def _organization_membership(account: Account, user: Record, n: int) -> Record:
    number = number_of("organization_memberships", n)
    return {
        "url": f"{account.home}/organization_memberships/{number}.json",
        "id": number,
        "user_id": user["id"],
        "organization_id": user["organization_id"],
        "organization_name": account.table("organizations")[user["organization_id"]].record()["name"],
        "default": True,
        "view_tickets": n % 2 == 0,
        "created_at": user["created_at"],
        "updated_at": user["updated_at"],
    }


def _subscription(user: Record, n: int) -> Record:
    return {
        "id": number_of("organization_subscriptions", n),
        "organization_id": user["organization_id"],
        "user_id": user["id"],
        "created_at": user["created_at"],
    }
