"""The essential calls of a check, and the errors for account, credentials and permissions.

``users/me`` alone proves nothing, because it answers anybody. But it best explains what is wrong with the user.
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

from source_zendesk_support.check.account_probe import PROBE_STREAM
from source_zendesk_support.errors import BadRequest, EndpointUnavailable, config_error
from source_zendesk_support.walk.account_proof import judged_account
from source_zendesk_support.walk.gate import exports_refusal
from source_zendesk_support.walk.signed_in_user import ADMIN, SignedInUser

USER, SCOPES, EXPORT = "users/me", "oauth/tokens/current", "tickets"
UNKNOWN_USER = {"id": "unknown"}


@dataclass(frozen=True)
class EssentialCalls:
    """The outcomes of the essential calls."""

    proof: Future[None]
    user: Future[Mapping[str, Any]]
    scopes: Future[str]
    export: Future[Exception | None]

    def named(self) -> dict[str, Future[Any]]:
        """The calls by the name of what they request."""
        return {**self.required(), SCOPES: self.scopes}

    def required(self) -> dict[str, Future[Any]]:
        """The required calls; the scopes are only for the report."""
        return {PROBE_STREAM: self.proof, USER: self.user, EXPORT: self.export}

    def raise_for_failures(self) -> None:
        """Raise the first failure that the user must act upon, otherwise the first failure.

        Raises:
            AirbyteTracedException: the connection cannot work; the message says why and what to do.
        """
        failures = list(_failures(self))
        if failures:
            raise next((each for each in failures if each.failure_type == FailureType.config_error), failures[0])


def error_of(call: Future[Any]) -> BaseException | None:
    """The error of a call; None if it succeeded or has not ended."""
    return call.exception() if call.done() else None


def is_unproven(proof: Future[None], *, fatal: bool = False) -> bool:
    """Whether the account is not proven. ``fatal``: only if the user's permissions cannot explain it."""
    error = error_of(proof)
    if not fatal:
        return error is not None
    forbidden = isinstance(error, EndpointUnavailable) and not error.html and error.status == requests.codes.forbidden
    return error is not None and not forbidden


def _failures(essential: EssentialCalls) -> Iterator[AirbyteTracedException]:
    """The errors of the calls that have ended, in order of priority."""
    judges: list[Callable[[], object]] = [
        partial(_raise_for_proof, essential.proof, fatal=True),
        partial(_raise_for_user, essential.user),
        partial(_raise_for_proof, essential.proof, fatal=False),
        partial(_raise_for_export, essential),
        partial(_raise_for_scopes, essential.scopes),
    ]
    for raise_for_failures in judges:
        try:
            raise_for_failures()
        except AirbyteTracedException as error:
            yield error


def _raise_for_proof(proof: Future[None], *, fatal: bool) -> None:
    error = error_of(proof)
    if error is None or not is_unproven(proof, fatal=fatal):
        return
    raise judged_account(error) if isinstance(error, EndpointUnavailable | BadRequest) else error


def _raise_for_user(user: Future[Mapping[str, Any]]) -> None:
    if user.done():
        _check_user(user.result())


def _raise_for_scopes(scopes: Future[str]) -> None:
    """Raise only errors that the user must act upon; transient ones go into the report."""
    error = error_of(scopes)
    if error and not (isinstance(error, AirbyteTracedException) and error.failure_type != FailureType.config_error):
        raise error


def _raise_for_export(essential: EssentialCalls) -> None:
    refused = error_of(essential.export) or _closed_to_others(essential)
    if refused is None or isinstance(refused, BadRequest):
        return  # the walk handles invalid requests
    if not isinstance(refused, EndpointUnavailable):
        raise refused
    raise config_error(exports_refusal(refused, _signed_in_user(essential))) from refused


def _closed_to_others(essential: EssentialCalls) -> Exception | None:
    """The refusal of an export whose rows are listed; it is closed only if an administrator has met it."""
    refused: Exception | None = _result_of(essential.export)
    return refused if essential.user.done() and _signed_in_user(essential).role != ADMIN else None


def _signed_in_user(essential: EssentialCalls) -> SignedInUser:
    """Who is signed in, if the calls have shown it."""
    user = _result_of(essential.user) or {}
    return SignedInUser(str(user.get("role") or ""), _result_of(essential.scopes) or "")


def _result_of(call: Future[Any]) -> Any:
    return call.result() if call.done() and not call.exception() else None


def _check_user(user: Mapping[str, Any]) -> None:
    """Raise a configuration error if this user can read nothing or almost nothing."""
    if user.get("id") is None:
        raise config_error(
            "Zendesk treated the request as anonymous: the credentials did not identify a user. Check your "
            "credentials, and check that any proxy forwards the Authorization header."
        )
    if user.get("suspended") is True:
        raise config_error(
            f"The user {user['id']} whose credentials these are is suspended. Lift the suspension in the Admin Center, "
            f"or use the credentials of another administrator."
        )
    if user.get("role") == "end-user":
        raise config_error(
            f"The user {user['id']} whose credentials these are is an end user, who cannot read this data. Use the "
            "credentials of an administrator."
        )
    if user.get("verified") is False:
        raise config_error(
            f"The user {user['id']} whose credentials these are has not verified their email address. Open the link in "
            "Zendesk's verification email, or use the credentials of another administrator."
        )
