"""Users with their identities."""

from collections.abc import Mapping
from random import Random

from .account import Account
from .cast import Cast, cast_of
from .kinds import KINDS, number_of, row_of
from .make_fields import keyed_values
from .pieces import photo
from .rows import DELETED, LIVE, Record, Row
from .spread import later, moments
from .stamps import DAY, iso
from .text import paragraph, person, tags

_ZONES = (("Berlin", "Europe/Berlin"), ("Tokyo", "Asia/Tokyo"), ("Eastern Time (US & Canada)", "America/New_York"))


def make_users(account: Account) -> Mapping[str, list[Row]]:
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


def _user(account: Account, cast: Cast, rng: Random, n: int, created: int) -> Record:
    agent, name, number = n < cast.agents, person(rng), cast.user(n)
    updated = later(account, rng, created)
    record = {
        "id": number,
        "url": f"{account.home}/users/{number}.json",
        "name": name,
        "email": _email(n, agent=agent),
        "created_at": iso(created),
        "updated_at": iso(updated),
        "phone": f"+49151{rng.randrange(10**7):07d}" if rng.random() < 0.4 else None,
        "shared_phone_number": False if rng.random() < 0.4 else None,
        "photo": photo(rng, number + 1) if rng.random() < 0.15 else None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": cast.organization_of(n),
        "verified": rng.random() < 0.8 or n == 0,
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
    return record | _zone(rng) | _role(cast, n) | {"user_fields": keyed_values(rng, created)} | _gone(n, agent=agent)


def _email(n: int, *, agent: bool) -> str:
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


def _gone(n: int, *, agent: bool) -> Record:
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
