"""People: users, groups, organizations, memberships."""

from integration_tests.simulated_account.answers import Answer, one
from integration_tests.simulated_account.auth import ANONYMOUS
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.paging import BOTH, Paging
from integration_tests.simulated_account.rows import DELETED, Row
from integration_tests.simulated_account.stamps import iso

from .table import ANYONE, Endpoint, below, listed, single

NOBODY = frozenset({ANONYMOUS}) | ANYONE


def _me(call: Call) -> Answer:
    if call.who.role == ANONYMOUS:
        return one(
            "user",
            {"id": None, "url": None, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user"},
        )
    return one("user", call.account.table("users").by_key()[call.who.number].record() | {"authenticity_token": "x"})


def _users(call: Call) -> list[Row]:
    roles = set(call.words("role")) | set(call.words("role[]"))
    rows = [row for row in call.account.table("users") if row.state != DELETED]
    return [row for row in rows if row.record()["role"] in roles] if roles else rows


def _groups(call: Call) -> list[Row]:
    """Deleted groups come only with `exclude_deleted=false` (docs/zendesk-api.md#deletion-marks)."""
    shown = call.has("exclude_deleted") and not call.flag("exclude_deleted")
    return [row for row in call.account.table("groups") if shown or not row.record()["deleted"]]


def _deleted_count(call: Call) -> Answer:
    return one("count", {"value": len(call.account.table("deleted_users")), "refreshed_at": None})


def _token(call: Call) -> Answer:
    """What the caller's own token is."""
    user = call.account.table("users").by_key()[call.who.number].key
    expires = None if call.who.expires is None else iso(int(call.who.expires))
    about = {"id": 41_000_000_000_017, "client_id": 41_000_000_000_003, "user_id": user, "token": "simulated-"}
    return one("token", about | {"scopes": call.who.scope.split(), "expires_at": expires, "used_at": None})


PEOPLE = (
    Endpoint("oauth/tokens/current", _token, ANYONE),
    listed("users", rows=_users),
    Endpoint("users/me", _me, NOBODY),
    single("users/{user_id}", "users", "user", "user_id", parent="users"),
    listed(
        "users/{user_id}/identities",
        "user_identities",
        "identities",
        below("user_identities", "users", "user_id"),
        parent="users",
    ),
    listed("user_fields"),
    listed("deleted_users", paging=Paging(BOTH.kinds, sorts=frozenset({"id"}))),
    Endpoint("deleted_users/count", _deleted_count),
    listed("groups", rows=_groups),
    single("groups/{id}", "groups", "group"),
    listed("group_memberships"),
    listed("organizations"),
    single("organizations/{id}", "organizations", "organization"),
    listed("organization_memberships", allowed=ANYONE),
    listed("organization_subscriptions", allowed=ANYONE),
    listed("organization_fields"),
)
