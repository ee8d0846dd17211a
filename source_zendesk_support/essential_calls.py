"""What the essential calls of a check say about the account, the credentials, and the user's rights.

``users/me`` alone proves nothing: it answers to anybody. But it knows best what is wrong with the user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.account import PROOF
from source_zendesk_support.errors import BadRequest, EndpointUnavailable, config_error
from source_zendesk_support.walk.account_proof import judged_account
from source_zendesk_support.walk.gate import ADMIN, SignedInUser, exports_refusal

USER, SCOPES, EXPORT = "users/me", "oauth/tokens/current", "tickets"
UNKNOWN_USER = {"id": "unknown"}


@dataclass(frozen=True)
class EssentialCalls:
    """What a check cannot do without; the outcome of each call."""

    proof: Future[None]
    user: Future[Mapping[str, Any]]
    scopes: Future[str]
    export: Future[Exception | None]

    def named(self) -> dict[str, Future[Any]]:
        """The calls by what they request."""
        return {**self.required(), SCOPES: self.scopes}

    def required(self) -> dict[str, Future[Any]]:
        """Those without which nothing is known; the scopes are for the report only."""
        return {PROOF: self.proof, USER: self.user, EXPORT: self.export}

    def judge(self) -> None:
        """Raise for what has failed; of several failures the first one that the user must act upon.

        Raises:
            AirbyteTracedException: the connection cannot work as it is; the message says why and what to do.
        """
        failures = list(_failures(self))
        if failures:
            raise next((each for each in failures if each.failure_type == FailureType.config_error), failures[0])


def error_of(call: Future[Any]) -> BaseException | None:
    """What a call has met; None if nothing, or if it has not ended."""
    return call.exception() if call.done() else None


def is_unproven(proof: Future[None], *, fatal: bool = False) -> bool:
    """Whether the account is not proven; ``fatal``: in a way that the user's own rights cannot explain."""
    error = error_of(proof)
    if not fatal:
        return error is not None
    forbidden = isinstance(error, EndpointUnavailable) and not error.html and error.status == requests.codes.forbidden
    return error is not None and not forbidden


def _failures(essential: EssentialCalls) -> Iterator[AirbyteTracedException]:
    """What is wrong with the calls that have ended, in the order in which it must be told."""
    judges: list[Callable[[], object]] = [
        partial(_judge_proof, essential.proof, fatal=True),
        partial(_judge_user, essential.user),
        partial(_judge_proof, essential.proof, fatal=False),
        partial(_judge_export, essential),
        partial(_judge_scopes, essential.scopes),
    ]
    for judge in judges:
        try:
            judge()
        except AirbyteTracedException as error:
            yield error


def _judge_proof(proof: Future[None], *, fatal: bool) -> None:
    error = error_of(proof)
    if error is None or not is_unproven(proof, fatal=fatal):
        return
    raise judged_account(error) if isinstance(error, EndpointUnavailable | BadRequest) else error


def _judge_user(user: Future[Mapping[str, Any]]) -> None:
    if user.done():
        _check_user(user.result())


def _judge_scopes(scopes: Future[str]) -> None:
    """Only what the user must act upon: a trouble that passes is for the report."""
    error = error_of(scopes)
    if error and not (isinstance(error, AirbyteTracedException) and error.failure_type != FailureType.config_error):
        raise error


def _judge_export(essential: EssentialCalls) -> None:
    refused = error_of(essential.export) or _closed_to_others(essential)
    if refused is None or isinstance(refused, BadRequest):
        return  # what the request is blamed for is the walk's to find out
    if not isinstance(refused, EndpointUnavailable):
        raise refused
    raise config_error(exports_refusal(refused, _signed_in_user(essential))) from refused


def _closed_to_others(essential: EssentialCalls) -> Exception | None:
    """The refusal of an export whose rows are listed; it is closed only if an administrator has met it."""
    refused: Exception | None = _result_of(essential.export)
    return refused if essential.user.done() and _signed_in_user(essential).role != ADMIN else None


def _signed_in_user(essential: EssentialCalls) -> SignedInUser:
    """Who is signed in, as far as the calls have told."""
    user = _result_of(essential.user) or {}
    return SignedInUser(str(user.get("role") or ""), _result_of(essential.scopes) or "")


def _result_of(call: Future[Any]) -> Any:
    return call.result() if call.done() and not call.exception() else None


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
