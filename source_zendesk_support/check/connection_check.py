"""The check, in at most fifteen calls: who is signed in, what may be read, and what to do otherwise.

Platforms end a check after a minute, so its calls run in parallel. The first one starts up to a second earlier: fast
servers answer within that time, and if they refuse it, nothing else is requested. If the access token can be renewed,
the first call is waited for: a revoked token would be refused to all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.check.account_probe import MAX_CHECK_CALLS, PROBE_STREAM, AccountProbe
from source_zendesk_support.check.essential_calls import (
    EXPORT,
    SCOPES,
    UNKNOWN_USER,
    USER,
    EssentialCalls,
    error_of,
    is_unproven,
)
from source_zendesk_support.check.parallel_calls import ParallelCalls
from source_zendesk_support.errors import BadRequest, EndpointUnavailable, transient_error
from source_zendesk_support.walk.export_access import closing_refusal
from source_zendesk_support.walk.gate import chat_token_refused

CHECK_LIMIT_SECONDS = 45.0
"""Limit for the complete check; with process start and a token renewal, less than a minute."""
HEAD_START_SECONDS = 1.0
"""After this time, the other calls no longer wait for the first one."""
MAX_ATTEMPTS = 3
"""For the required calls of a check."""
CHAT_PROBE = "chat_departments"


class ConnectionCheck:
    """One check.

    Args:
        account: makes the calls.
        names: the manifest's ``check.stream_names``: one stream for each product or plan that may be missing.
        host: the account's host, for the report.
        calls: runs the calls until its deadline.
    """

    def __init__(
        self, account: AccountProbe, names: Iterable[str], host: str, calls: ParallelCalls | None = None
    ) -> None:
        self._account = account
        self._probes = [name for name in names if name not in (PROBE_STREAM, EXPORT)]
        self._host = host
        self._calls = calls or ParallelCalls(CHECK_LIMIT_SECONDS)

    def run(self) -> str:
        """The report of a successful check.

        Raises:
            AirbyteTracedException: the connection cannot work; the message says why and what to do.
        """
        try:
            return self._chat_only() if self._account.chat_only else self._all()
        finally:
            self._account.close()

    def _chat_only(self) -> str:
        probe = self._calls.start(partial(self._account.probe, CHAT_PROBE, MAX_ATTEMPTS))
        self._calls.wait([probe])
        self._require({CHAT_PROBE: probe})
        try:
            probe.result()
        except EndpointUnavailable as refused:
            raise chat_token_refused(CHAT_PROBE, refused) from refused
        return (
            f"Signed in to Chat of {self._host}. These credentials cover only Chat; streams of other products need "
            "their own credentials."
        )

    def _all(self) -> str:
        essential = self._essential()
        self._calls.wait(essential.named().values(), HEAD_START_SECONDS)
        essential.raise_for_failures()
        room = MAX_CHECK_CALLS - max(self._account.calls, len(essential.named()))
        probes = {name: self._calls.start(partial(self._account.probe, name)) for name in self._probes[:room]}
        self._calls.wait(essential.named().values())
        essential.raise_for_failures()
        self._require(essential.required())
        self._calls.wait(probes.values())
        report = _report_lines(
            self._missing(probes), self._untried(essential, probes), self._unfinished(essential, probes)
        )
        return " ".join(filter(None, [self._identity(essential), self._limit(), self._exports(essential), *report]))

    def _essential(self) -> EssentialCalls:
        """The essential calls; if the first one fails, the others are skipped."""
        proof = self._calls.start(partial(self._account.probe_account, MAX_ATTEMPTS))
        self._account.prepare([EXPORT, *self._probes])
        self._calls.wait([proof], None if self._account.may_renew else HEAD_START_SECONDS)
        user = self._calls.start(self._user) if not is_unproven(proof, fatal=True) else _completed(UNKNOWN_USER)
        if is_unproven(proof):
            return EssentialCalls(proof, user, _completed(""), _completed(None))
        scopes = self._calls.start(self._scopes)
        export = self._calls.start(partial(self._account.probe_export, EXPORT, MAX_ATTEMPTS))
        return EssentialCalls(proof, user, scopes, export)

    def _require(self, calls: Mapping[str, Future[Any]]) -> None:
        """Raise if a required call has not ended in time."""
        if late := [name for name, call in calls.items() if not call.done()]:
            raise transient_error(
                f"The check timed out: Zendesk did not return {', '.join(late)} within {self._calls.seconds:.0f} "
                "seconds. Zendesk is slow, or the account's rate limit is used up. Try again in a few minutes."
            )

    def _user(self) -> Mapping[str, Any]:
        """The user of the credentials."""
        try:
            user = self._account.fetch_value(USER, "user", MAX_ATTEMPTS)
        except (EndpointUnavailable, BadRequest):
            return UNKNOWN_USER  # a token of few scopes; the export shows whether they suffice
        return user if isinstance(user, dict) else {}

    def _scopes(self) -> str:
        if not self._account.has_scopes or self._account.granted_scopes:
            return self._account.granted_scopes
        try:
            token = self._account.fetch_value(SCOPES, "token", MAX_ATTEMPTS)
        except (EndpointUnavailable, BadRequest):
            return ""
        found = token.get("scopes") if isinstance(token, dict) else None
        return " ".join(map(str, found)) if isinstance(found, list) else ""

    def _missing(self, probes: Mapping[str, Future[None]]) -> dict[str, list[str]]:
        """The streams without access, by requirement and Zendesk's response."""
        missing: dict[str, list[str]] = {}
        for name, probe in probes.items():
            error = error_of(probe)
            if isinstance(error, EndpointUnavailable):
                self._account.raise_for_chat(name, error)
                missing[f"{self._account.requirement(name)}; Zendesk answered {error}"] = (
                    self._account.streams_requiring_same(name)
                )
            elif isinstance(error, AirbyteTracedException) and error.failure_type == FailureType.config_error:
                raise error
        return missing

    def _untried(self, essential: EssentialCalls, probes: Mapping[str, Future[None]]) -> list[str]:
        """Requests that failed, or were skipped because of the call limit."""
        met = [name for name in self._probes if name not in probes or _is_inconclusive(error_of(probes[name]))]
        return [*([SCOPES] if error_of(essential.scopes) else []), *self._gated_with(met)]

    def _unfinished(self, essential: EssentialCalls, probes: Mapping[str, Future[None]]) -> list[str]:
        late = [name for name, probe in probes.items() if not probe.done()]
        return [*([] if essential.scopes.done() else [SCOPES]), *self._gated_with(late)]

    def _gated_with(self, names: Iterable[str]) -> Iterator[str]:
        return (stream for name in names for stream in self._account.streams_requiring_same(name))

    def _identity(self, essential: EssentialCalls) -> str:
        user, known = essential.user.result(), essential.scopes.done() and not error_of(essential.scopes)
        scopes = essential.scopes.result() if known else ""
        who = f"Signed in to {self._host} as user {user['id']} (role: {user.get('role', 'unknown')}"
        return f"{who}; scopes: {scopes})." if scopes else f"{who})."

    def _exports(self, essential: EssentialCalls) -> str:
        """Which way is in use, if it is not the usual one."""
        if not self._account.exports_are_tried:
            return "The exports are not used (exports: never); lists are read instead."
        if error_of(essential.export):
            return ""  # the walk handles invalid requests
        if refused := essential.export.result():
            return f"The exports are closed to this connection ({closing_refusal(refused)}); lists are read instead."
        return "The exports are open."

    def _limit(self) -> str:
        calls = self._account.limit
        return "" if calls is None else f"The account's API limit is {calls} requests a minute."


def _completed(value: Any) -> Future[Any]:
    """The result of a skipped call."""
    outcome: Future[Any] = Future()
    outcome.set_result(value)
    return outcome


def _is_inconclusive(error: BaseException | None) -> bool:
    """Whether a call's error says nothing about the stream."""
    if error is None or isinstance(error, EndpointUnavailable | BadRequest):
        return False
    if isinstance(error, AirbyteTracedException):
        return True
    raise error


def _report_lines(missing: Mapping[str, list[str]], untried: list[str], unfinished: list[str]) -> list[str]:
    lines = [
        f"Not available to this user or plan: {', '.join(streams)} (needs {reason})."
        for reason, streams in missing.items()
    ]
    if untried:
        lines.append(f"Could not be checked: {', '.join(untried)}.")
    if unfinished:
        lines.append(f"Timed out: {', '.join(unfinished)}.")
    return lines
