"""Users with their identities: the example rows, with what tells users apart."""

from collections.abc import Mapping
from random import Random

from .account_data import AccountData
from .account_ids import AccountIds, account_ids_of
from .event_times import change_time, event_times
from .invented_text import paragraph, person, tags
from .make_fields import keyed_values
from .record_kinds import KINDS, number_of, row_of
from .shared_objects import attachment
from .tables import DELETED, LIVE, Record, TableRow
from .timestamps import DAY, iso


def make_users(account: AccountData) -> Mapping[str, list[TableRow]]:
    """Users and their identities."""
    ids, rng = account.shared("ids", account_ids_of), account.random("users")
    born = event_times(rng, ids.end_users, account.made_at)
    first = account.made_at - 420 * DAY
    users: list[TableRow] = []
    identities: list[TableRow] = []
    for n in range(ids.agents + ids.end_users):
        created = first + n * 3600 if n < ids.agents else born[n - ids.agents]
        record = _user(account, ids, rng, n, created)
        users.append(row_of(KINDS["users"], record, LIVE if record["active"] else DELETED))
        identities += _identities(account, record, n) if record["active"] else []
    return {"users": users, "user_identities": identities}


def _user(account: AccountData, ids: AccountIds, rng: Random, n: int, created: int) -> Record:
    agent, name, number = n < ids.agents, person(rng), ids.user(n)
    updated = change_time(account, rng, created)
    own = {
        "id": number,
        "url": f"{account.home}/users/{number}.json",
        "name": name,
        "email": "admin@acme.example" if n == 0 else f"agent{n}@acme.example" if agent else f"customer{n}@mail.example",
        "created_at": iso(created),
        "updated_at": iso(updated),
        "phone": f"+49151{rng.randrange(10**7):07d}" if rng.random() < 0.4 else None,
        "shared_phone_number": False if rng.random() < 0.4 else None,
        "photo": attachment(rng, number + 1, file=0) if rng.random() < 0.15 else None,
        "organization_id": ids.organization_of(n),
        "verified": rng.random() < 0.8 or agent,
        "external_id": f"crm-{n}" if n % 4 == 0 else None,
        "tags": tags(rng),
        "active": agent or n % 61 != 60,
        "last_login_at": iso(updated) if rng.random() < 0.7 else None,
        "details": paragraph(rng, 1, 1) if n % 5 == 0 else "",
        "notes": paragraph(rng, 1, 2) if rng.random() < 0.2 else "",
        "user_fields": keyed_values(rng, created),
        "remote_photo_url": f"https://img.example/{n}.jpg" if n % 29 == 3 else None,
        "suspended": n % 97 == 96,
        "suspension_details": {"channels": ["email"]} if n % 97 == 96 else None,
        "separation": {"scope": "account"} if n % 5 else {"scope": "brand", "brand_id": number_of("brands", 0)},
    }
    return account.streams["users"].example | own | _role(ids, n) | _gone(n, agent=agent)


def _role(ids: AccountIds, n: int) -> Record:
    agent, admin = n < ids.agents, n < 2
    return {
        "role": "admin" if admin else "agent" if agent else "end-user",
        "role_type": 4 if admin else 0 if agent else None,
        "alias": "Alias" if agent else "",
        "signature": "Kind regards" if agent else None,
        "custom_role_id": number_of("custom_roles", n % 3) if agent else None,
        "moderator": agent,
        "ticket_restriction": None if agent else "requested",
        "restricted_agent": agent and not admin,
        "default_group_id": ids.group_of(n) if agent else None,
        "report_csv": admin,
        "agent_brand_ids": [number_of("brands", 0)] if agent else [],
    }


def _gone(n: int, *, agent: bool) -> Record:
    """Every 61st end user was deleted, every second of those for good."""
    if agent or n % 61 != 60 or n % 122 == 60:
        return {"permanently_deleted": False}
    erased: Record = dict.fromkeys(("email", "phone", "photo", "notes", "details", "organization_id"))
    return erased | {"name": "Permanently Deleted User", "permanently_deleted": True}


def _identities(account: AccountData, user: Record, n: int) -> list[TableRow]:
    wanted = [("email", user["email"])] + ([("phone_number", user["phone"])] if user["phone"] else [])
    wanted += [("twitter", f"handle_{n}")] if n % 9 == 0 else []
    return [
        row_of(KINDS["user_identities"], _identity(account, user, n * 3 + place, kind, value))
        for place, (kind, value) in enumerate(wanted)
    ]


def _identity(account: AccountData, user: Record, n: int, kind: str, value: str) -> Record:
    number = number_of("user_identities", n)
    own = {"id": number, "user_id": user["id"], "type": kind, "value": value, "primary": kind == "email"}
    own |= {"url": f"{account.home}/users/{user['id']}/identities/{number}.json"}
    own |= {name: user[name] for name in ("verified", "created_at", "updated_at")}
    own |= {"deliverable_state": "deliverable" if kind == "email" else None}
    return account.streams["user_identities"].example | own
