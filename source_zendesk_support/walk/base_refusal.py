"""What to do about a refusal of the base product, which every plan has: it depends on who is signed in."""

from __future__ import annotations

from typing import NamedTuple

from source_zendesk_support.errors import EndpointUnavailable

ADMIN = "admin"


class SignedInUser(NamedTuple):
    """Who the credentials belong to, as far as Zendesk has told.

    Attributes:
        role: ``admin``, ``agent`` or ``end-user``; empty if it is not known.
        scopes: what the access token may do; empty if it is not known, or no token.
    """

    role: str = ""
    scopes: str = ""


def exports_refusal(refused: EndpointUnavailable, user: SignedInUser) -> str:
    """The message about a refusal of the exports, for which most roles are not enough."""
    if user.role == ADMIN or _lacks_scope(refused, user):
        return base_refusal("The exports (tickets, users, organizations and more)", refused, user)
    return (
        "Zendesk grants its exports (tickets, users, organizations and more) to administrators only and denied them "
        f"({refused}) to this user, whose role is {user.role or 'unknown'}. Use the credentials of an administrator, "
        "or a token with the scope read."
    )


def base_refusal(what: str, refused: EndpointUnavailable, user: SignedInUser) -> str:
    """The message about a refusal of the base product.

    Args:
        what: what was refused: ``Stream tags``, or the exports.
        refused: Zendesk's verdict.
        user: who is signed in.
    """
    if _lacks_scope(refused, user):
        has = f"; it has {user.scopes}" if user.scopes else ""
        return (
            f"{what}: Zendesk denied access ({refused}), and the access token lacks a scope{has}. Authorize it again "
            "with the scope read."
        )
    if user.role == ADMIN:
        return (
            f"{what}: Zendesk denied access ({refused}) to an administrator, so the role is not the reason: this "
            "account, its plan or the OAuth client has no access. Ask Zendesk about the response, and deselect the "
            "stream in the meantime."
        )
    if user.role:
        return (
            f"{what}: Zendesk denied access ({refused}). Every plan includes it, but it needs an administrator, and "
            f"the role of these credentials is {user.role}: use the credentials of an admin."
        )
    return (
        f"{what}: Zendesk denied access ({refused}). Every plan includes it, but it needs an administrator: use the "
        "credentials of an admin, or a token with the scope read."
    )


def _lacks_scope(refused: EndpointUnavailable, user: SignedInUser) -> bool:
    return "scope" in refused.text or bool(user.scopes and "read" not in user.scopes.split())
