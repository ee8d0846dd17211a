"""Who is calling.

Basic API tokens, OAuth bearer tokens, Chat tokens, and the token endpoint
(docs/zendesk-api.md#authentication, docs/zendesk-api.md#oauth-tokens).
"""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .account_clock import AccountClock
from .responses import ApiError, ApiResponse

ADMIN, AGENT, END_USER, ANONYMOUS = "admin", "agent", "end-user", "anonymous"
_ADMINS_ONLY = re.compile(
    "audit_logs|business_hours/|chat/agents|chat/bans|group_slas/|guide/survey_responses|incremental/|"
    "routing/attributes/definitions|satisfaction_|slas/|ticket_audits|tickets/side_conversations/events"
)
_ALL_ROLES: Mapping[str, frozenset[str]] = {
    "users/me": frozenset({ADMIN, AGENT, END_USER, ANONYMOUS}),
    "oauth/tokens/current": frozenset({ADMIN, AGENT, END_USER}),
}


def roles_of(path: str) -> frozenset[str]:
    """The roles that may call this path, below `/api/v2/`."""
    usual = frozenset({ADMIN} if _ADMINS_ONLY.match(path) else {ADMIN, AGENT})
    return _ALL_ROLES.get(path, usual)


COULD_NOT = {"error": "Couldn't authenticate you"}


@dataclass(frozen=True)
class ApiCaller:
    """A caller: the role, the number of the user, and what the token allows.

    `expires` is Unix seconds of the account's clock, None for never.
    """

    role: str
    number: int = 0
    scope: str = "read"
    expires: float | None = None


_EMAILS: Mapping[str, ApiCaller] = {
    "admin@acme.example": ApiCaller(ADMIN, 0, "read write"),
    "agent2@acme.example": ApiCaller(AGENT, 2, "read write"),
    "customer@mail.example": ApiCaller(END_USER, 50, "read write"),
}


@dataclass
class AccountCredentials:
    """What the account accepts."""

    api_tokens: set[str] = field(default_factory=lambda: {"simulated-token"})
    bearers: dict[str, ApiCaller] = field(default_factory=lambda: {"simulated-access-token": ApiCaller(ADMIN)})
    chat_tokens: dict[str, str] = field(default_factory=lambda: {"simulated-chat-token": ADMIN})
    clients: dict[str, str] = field(default_factory=lambda: {"simulated-client": "simulated-secret"})
    refresh_tokens: dict[str, str] = field(default_factory=lambda: {"simulated-refresh-token": ""})


def api_caller_of(credentials: AccountCredentials, clock: AccountClock, header: str | None) -> ApiCaller:
    """The caller of a Support, Help Center or Talk endpoint; 401 for credentials that are not known."""
    if header is None:
        return ApiCaller(ANONYMOUS)
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return _bearer(credentials, clock, value.strip())
    return _basic(credentials, value.strip())


def _bearer(credentials: AccountCredentials, clock: AccountClock, value: str) -> ApiCaller:
    token = credentials.bearers.get(value)
    if token is None or (token.expires is not None and clock.now() >= token.expires):
        text = "The access token provided is expired, revoked, malformed or invalid for other reasons."
        raise ApiError(401, {"error": "invalid_token", "error_description": text}, {"WWW-Authenticate": "Bearer"})
    return token


def _basic(credentials: AccountCredentials, value: str) -> ApiCaller:
    try:
        user, _, password = base64.b64decode(value).decode().partition(":")
    except ValueError:
        raise ApiError(401, COULD_NOT) from None
    email, _, marker = user.rpartition("/")
    if marker != "token" or password not in credentials.api_tokens or email not in _EMAILS:
        raise ApiError(401, COULD_NOT)
    return _EMAILS[email]


def chat_caller_of(credentials: AccountCredentials, header: str | None) -> ApiCaller:
    """The caller of a Chat endpoint, which takes Chat tokens only."""
    kind, _, value = (header or "").partition(" ")
    role = credentials.chat_tokens.get(value.strip()) if kind.lower() == "bearer" else None
    if role is None:
        raise ApiError(401, {"error": "invalid_token", "message": "The access token is not valid for Chat"})
    return ApiCaller(role)


def grant(credentials: AccountCredentials, clock: AccountClock, requested: dict[str, Any]) -> ApiResponse:
    """The answer of `POST /oauth/tokens`: refresh tokens are good for one use and are rotated."""
    if credentials.clients.get(str(requested.get("client_id"))) != requested.get("client_secret"):
        raise ApiError(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
    kind = requested.get("grant_type")
    if kind == "refresh_token":
        return _refreshed(credentials, clock, requested)
    if kind == "client_credentials":
        return ApiResponse(rest=_access(credentials, clock, requested))
    raise ApiError(400, {"error": "unsupported_grant_type", "error_description": "The grant is not supported"})


def _refreshed(credentials: AccountCredentials, clock: AccountClock, requested: dict[str, Any]) -> ApiResponse:
    old = str(requested.get("refresh_token"))
    if old not in credentials.refresh_tokens:
        raise ApiError(
            400, {"error": "invalid_grant", "error_description": "The refresh token is invalid, expired or revoked"}
        )
    credentials.bearers.pop(credentials.refresh_tokens.pop(old), None)
    given = _access(credentials, clock, requested)
    fresh = f"refresh-{secrets.token_hex(16)}"
    credentials.refresh_tokens[fresh] = given["access_token"]
    return ApiResponse(
        rest=given
        | {"refresh_token": fresh, "refresh_token_expires_in": requested.get("refresh_token_expires_in", 2_592_000)}
    )


def _access(credentials: AccountCredentials, clock: AccountClock, requested: dict[str, Any]) -> dict[str, Any]:
    seconds = _seconds(requested.get("expires_in"))
    token, scope = f"access-{secrets.token_hex(16)}", str(requested.get("scope", "read"))
    credentials.bearers[token] = ApiCaller(ADMIN, 0, scope, clock.now() + seconds)
    return {"access_token": token, "token_type": "bearer", "scope": scope, "expires_in": seconds}


def _seconds(requested: Any) -> int:
    """The life of an access token: half an hour if the request names none."""
    if requested is None:
        return 1800
    if not 300 < int(requested) <= 172_800:
        raise ApiError(400, {"error": "invalid_request", "error_description": "expires_in is out of range"})
    return int(requested)
