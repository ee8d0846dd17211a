"""Organizations, groups, memberships and subscriptions."""

from collections.abc import Mapping
from random import Random

from .account import Account
from .cast import GROUPS, Cast, cast_of
from .kinds import KINDS, number_of, row_of
from .make_fields import keyed_values
from .rows import DELETED, LIVE, Record, Row
from .spread import later, moments
from .stamps import DAY, iso
from .text import company, paragraph, tags


def make_organizations(account: Account) -> Mapping[str, list[Row]]:
    """Organizations; every twentieth is deleted and seen only in the export."""
    cast, rng = account.keep("cast", cast_of), account.random("organizations")
    rows = []
    for n, created in enumerate(moments(rng, cast.organizations, account.made_at)):
        record = _organization(account, cast, rng, n, created)
        rows.append(row_of(KINDS["organizations"], record, DELETED if record["deleted_at"] else LIVE))
    return {"organizations": rows}


def _organization(account: Account, cast: Cast, rng: Random, n: int, created: int) -> Record:
    number, updated = number_of("organizations", n), later(account, rng, created)
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
