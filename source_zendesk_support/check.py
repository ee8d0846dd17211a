"""What ``check`` finds out, in fifteen calls at most: who we are, what we may read, and what to do where we may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import requests
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.account import PROOF, Account
from source_zendesk_support.components.walks.account_proof import judged_account
from source_zendesk_support.components.walks.base_refusal import SignedInUser, exports_refusal
from source_zendesk_support.components.walks.gate import chat_token_refused
from source_zendesk_support.errors import BadRequest, Refused, config_error

MOST_CALLS = 15
ATTEMPTS = 3
"""For what a check cannot do without; four such calls and a token leave the rest to the streams."""
EXPORT = "tickets"
CHAT_PROBE = "chat_departments"


class Check:
    """One check.

    Args:
        account: answers.
        names: the manifest's ``check.stream_names``: one stream for each product or plan that may be missing.
        host: the account's host, for the report.
    """

    def __init__(self, account: Account, names: Iterable[str], host: str) -> None:
        self._account = account
        self._probes = [name for name in names if name not in (PROOF, EXPORT)]
        self._host = host

    def run(self) -> str:
        """The report of a check that succeeded.

        Raises:
            AirbyteTracedException: the connection cannot work as it is; the message says why and what to do.
        """
        if self._account.chat_only:
            return self._chat_only()
        user = self._user()
        scopes = self._scopes()
        self._may_export(SignedInUser(str(user.get("role") or ""), scopes))
        missing, untried = self._missing()
        return " ".join(filter(None, [self._identity(user, scopes), self._limit(), *_told(missing, untried)]))

    def _chat_only(self) -> str:
        try:
            self._account.probe(CHAT_PROBE, ATTEMPTS)
        except Refused as refused:
            raise chat_token_refused(CHAT_PROBE, refused) from refused
        return (
            f"Signed in to Chat of {self._host}. The credentials are of Chat alone: streams of other products need "
            f"credentials of their own."
        )

    def _user(self) -> Mapping[str, Any]:
        """Who the credentials belong to. ``users/me`` alone proves nothing: it answers to anybody."""
        refused: Refused | BadRequest | None = None
        try:
            self._account.prove(ATTEMPTS)
        except (Refused, BadRequest) as error:
            if isinstance(error, BadRequest) or error.html or error.status != requests.codes.forbidden:
                raise judged_account(error) from error
            refused = error
        user = self._me()
        _check_user(user)
        if refused:
            raise judged_account(refused)
        return user

    def _me(self) -> Mapping[str, Any]:
        try:
            user = self._account.look("users/me", "user", ATTEMPTS)
        except (Refused, BadRequest):
            return {"id": "unknown"}  # a token of few scopes; the export tells whether it is enough
        return user if isinstance(user, dict) else {}

    def _scopes(self) -> str:
        if not self._account.has_scopes:
            return ""
        try:
            token = self._account.look("oauth/tokens/current", "token", ATTEMPTS)
        except (Refused, BadRequest):
            return ""
        found = token.get("scopes") if isinstance(token, dict) else None
        return " ".join(map(str, found)) if isinstance(found, list) else ""

    def _may_export(self, user: SignedInUser) -> None:
        try:
            self._account.probe(EXPORT, ATTEMPTS)
        except BadRequest:
            pass  # it may be asked for; what it does not like is the walk's to find out
        except Refused as refused:
            raise config_error(exports_refusal(refused, user)) from refused

    def _missing(self) -> tuple[dict[str, list[str]], list[str]]:
        """The streams that are refused, by what they need and what Zendesk said; and those that were not tried."""
        missing: dict[str, list[str]] = {}
        untried: list[str] = []
        for name in self._probes:
            streams = self._account.gated_with(name)
            try:
                if self._account.calls >= MOST_CALLS:
                    untried += streams
                else:
                    self._account.probe(name)
            except Refused as refused:
                self._account.judge_chat(name, refused)
                missing[f"{self._account.needs(name)}; Zendesk answered {refused}"] = streams
            except BadRequest:
                pass  # not refused
            except AirbyteTracedException as error:
                if error.failure_type == FailureType.config_error:
                    raise
                untried += streams
        return missing, untried

    def _identity(self, user: Mapping[str, Any], scopes: str) -> str:
        who = f"Signed in to {self._host} as user {user['id']} (role: {user.get('role', 'unknown')}"
        return f"{who}; scopes: {scopes})." if scopes else f"{who})."

    def _limit(self) -> str:
        calls = self._account.limit
        return f"The account's API limit is {calls} requests a minute." if calls else ""


def _check_user(user: Mapping[str, Any]) -> None:
    """Raise a configuration error where this user can read nothing, or next to nothing."""
    if user.get("id") is None:
        raise config_error(
            "Zendesk took the call for an anonymous one: the credentials did not sign anybody in. Check your "
            "credentials, and that any proxy hands on the header Authorization."
        )
    if user.get("suspended") is True:
        raise config_error(
            f"The user {user['id']} whose credentials these are is suspended. Lift the suspension in the Admin Center, "
            f"or use the credentials of another administrator."
        )
    if user.get("role") == "end-user":
        raise config_error(
            f"The user {user['id']} whose credentials these are is an end user, who may read nothing here. Use the "
            f"credentials of an administrator."
        )
    if user.get("verified") is False:
        raise config_error(
            f"The user {user['id']} whose credentials these are has not verified the email address. Open the link in "
            f"Zendesk's message of verification, or use the credentials of another administrator."
        )


def _told(missing: Mapping[str, list[str]], untried: list[str]) -> list[str]:
    lines = [
        f"Not available to this user or plan: {', '.join(streams)} (needs {reason})."
        for reason, streams in missing.items()
    ]
    if untried:
        lines.append(f"Could not be tried: {', '.join(untried)}.")
    return lines
