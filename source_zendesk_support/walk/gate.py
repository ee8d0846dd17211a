"""What a refusal means: a feature outside the plan, a missing permission, or a wrong account.

A feature outside the plan is not an error: one WARN, zero records, COMPLETE. But a wrong subdomain also answers 404, so
one call proves the account before the first refusal counts. A refusal without the API's JSON counts only if that call
succeeds after it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.errors import EndpointUnavailable, config_error
from source_zendesk_support.walk.account_proof import AccountProof
from source_zendesk_support.walk.signed_in_user import ADMIN, SignedInUser, UserLookup

logger = logging.getLogger("airbyte")


class Gate:
    """Judges refusals for all streams of a sync; the only place that decides between a WARN and an error.

    Args:
        prove: makes one call that every account answers; raises what it meets.
        streams: the selected streams of each endpoint.
        emptied: streams configured full_refresh with overwrite, whose destination table a zero-record sync empties.
        own_chat_token: the config has credentials for Chat; without, a 401 there means "not available".
        user: who is signed in; looked up only if the base product is refused.
    """

    def __init__(
        self,
        probe_account: Callable[[], object],
        streams: Mapping[str, list[str]] | None = None,
        emptied: frozenset[str] = frozenset(),
        *,
        own_chat_token: bool = False,
        user: UserLookup | None = None,
    ) -> None:
        self._proof = AccountProof(probe_account)
        self._user = user or UserLookup()
        self._streams = streams or {}
        self._reported: set[str] = set()
        self._own_chat_token = own_chat_token
        self._emptied = emptied
        self._lock = threading.Lock()

    def judge(self, endpoint: str, requires: str, refused: EndpointUnavailable, part: str = "") -> None:
        """Return if the endpoint's streams are gated, after one WARN; raise if the refusal is an error.

        Args:
            endpoint: what was refused.
            requires: what the endpoint needs; empty if it belongs to the base product.
            refused: Zendesk's response.
            part: which of the streams' records were refused, if not all.

        Raises:
            AirbyteTracedException: configuration error.
        """
        streams = self._streams[endpoint]
        if refused.status == requests.codes.unauthorized and self._own_chat_token:
            raise chat_token_refused(streams[0], refused)
        self._proof.require(streams[0], refused.at if refused.bare else 0.0)
        if not requires:
            raise config_error(base_refusal(f"Stream {streams[0]}", refused, self._user.user()), stream=streams[0])
        with self._lock:
            reported, self._reported = endpoint in self._reported, self._reported | {endpoint}
        if not reported:
            notice = self._part_notice(streams, part, refused) if part else self._notice(streams, requires, refused)
            logger.warning("%s", notice)

    def _part_notice(self, streams: list[str], part: str, refused: EndpointUnavailable) -> str:
        text = (
            f"Stream {', '.join(streams)}: {part} are skipped: Zendesk answered {str(refused).rstrip('.')}. Check that "
            "this still exists in Zendesk, or ask an administrator of the account for permission to read it."
        )
        if emptied := [stream for stream in streams if stream in self._emptied]:
            text += f" Attention: {', '.join(emptied)} overwrites its table, which will lack these records."
        return text

    def probe_account(self, stream: str | None = None) -> None:
        """Make sure, once, that the account exists; raises as ``AccountProof.require``."""
        self._proof.require(stream)

    def _notice(self, streams: list[str], requires: str, refused: EndpointUnavailable) -> str:
        named = ", ".join(streams)
        emptied = [stream for stream in streams if stream in self._emptied]
        answered = str(refused).rstrip(".")
        is_admin = self._user.known.role == ADMIN
        remedy = (
            "An administrator is signed in, so check the account's plan"
            if is_admin
            else "Ask an administrator of the account"
        )
        text = (
            f"Stream {named}: not available to this user or plan, so it is empty. It needs {requires}; "
            f"Zendesk answered {answered}. {remedy}, or deselect the stream."
        )
        if emptied:
            text += f" Attention: {', '.join(emptied)} overwrites its table, so this sync empties it."
        return text


def chat_token_refused(stream: str, refused: EndpointUnavailable) -> AirbyteTracedException:
    """A refusal of Chat's own credentials."""
    return config_error(
        f"Stream {stream}: Chat does not accept the token in chat_credentials ({refused}). Check your credentials: it "
        f"must come from a Chat OAuth client.",
        stream=stream,
    )


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
        refused: Zendesk's response.
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
