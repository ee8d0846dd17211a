"""What ``check`` finds out, in fifteen calls at most: who we are, what we may read, and what to do where we may not.

Platforms end a check after a minute, so its calls run side by side. The first one leads by a second at most: fast
servers answer it within that, and if they refuse it, nothing else is requested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.account import MOST_CALLS, PROOF, AccountProbe
from source_zendesk_support.errors import BadRequest, EndpointUnavailable, transient_error
from source_zendesk_support.essential_calls import (
    EXPORT,
    SCOPES,
    UNKNOWN_USER,
    USER,
    EssentialCalls,
    error_of,
    is_unproven,
)
from source_zendesk_support.timed_calls import TimedCalls
from source_zendesk_support.walk.export_access import closed_answer
from source_zendesk_support.walk.gate import chat_token_refused

CHECK_LIMIT_SECONDS = 45.0
"""For the whole check; with the start of the process, and a token that is being renewed, less than a minute."""
HEAD_START_SECONDS = 1.0
"""After which a call does not wait any longer for the one before it."""
ATTEMPTS = 3
"""For what a check cannot do without."""
CHAT_PROBE = "chat_departments"


class ConnectionCheck:
    """One check.

    Args:
        account: answers.
        names: the manifest's ``check.stream_names``: one stream for each product or plan that may be missing.
        host: the account's host, for the report.
        calls: runs the calls; until its deadline.
    """

    def __init__(self, account: AccountProbe, names: Iterable[str], host: str, calls: TimedCalls | None = None) -> None:
        self._account = account
        self._probes = [name for name in names if name not in (PROOF, EXPORT)]
        self._host = host
        self._calls = calls or TimedCalls(CHECK_LIMIT_SECONDS)

    def run(self) -> str:
        """The report of a check that succeeded.

        Raises:
            AirbyteTracedException: the connection cannot work as it is; the message says why and what to do.
        """
        try:
            return self._chat_only() if self._account.chat_only else self._all()
        finally:
            self._account.close()

    def _chat_only(self) -> str:
        probe = self._calls.start(partial(self._account.probe, CHAT_PROBE, ATTEMPTS))
        self._calls.wait([probe])
        self._require({CHAT_PROBE: probe})
        try:
            probe.result()
        except EndpointUnavailable as refused:
            raise chat_token_refused(CHAT_PROBE, refused) from refused
        return (
            f"Signed in to Chat of {self._host}. The credentials are of Chat alone: streams of other products need "
            f"credentials of their own."
        )

    def _all(self) -> str:
        essential = self._essential()
        self._calls.wait(essential.named().values(), HEAD_START_SECONDS)
        essential.judge()
        room = MOST_CALLS - max(self._account.calls, len(essential.named()))
        probes = {name: self._calls.start(partial(self._account.probe, name)) for name in self._probes[:room]}
        self._calls.wait(essential.named().values())
        essential.judge()
        self._require(essential.required())
        self._calls.wait(probes.values())
        told = _told(self._missing(probes), self._untried(essential, probes), self._unfinished(essential, probes))
        return " ".join(filter(None, [self._identity(essential), self._limit(), self._exports(essential), *told]))

    def _essential(self) -> EssentialCalls:
        """The essential calls, as far as the first does not rule the others out."""
        proof = self._calls.start(partial(self._account.prove, ATTEMPTS))
        self._account.prepare([EXPORT, *self._probes])
        self._calls.wait([proof], None if self._account.may_renew else HEAD_START_SECONDS)
        user = self._calls.start(self._user) if not is_unproven(proof, fatal=True) else _ended(UNKNOWN_USER)
        if is_unproven(proof):
            return EssentialCalls(proof, user, _ended(""), _ended(None))
        scopes = self._calls.start(self._scopes)
        export = self._calls.start(partial(self._account.probe_export, EXPORT, ATTEMPTS))
        return EssentialCalls(proof, user, scopes, export)

    def _require(self, calls: Mapping[str, Future[Any]]) -> None:
        """Raise if a call that the check cannot do without has not ended in time."""
        if late := [name for name, call in calls.items() if not call.done()]:
            raise transient_error(
                f"The check was not finished in time: Zendesk has not answered {', '.join(late)} within "
                f"{self._calls.seconds:.0f} seconds. It is slow, or the account's limit is used up. Try again in some "
                f"minutes."
            )

    def _user(self) -> Mapping[str, Any]:
        """Who the credentials belong to."""
        try:
            user = self._account.look(USER, "user", ATTEMPTS)
        except (EndpointUnavailable, BadRequest):
            return UNKNOWN_USER  # a token of few scopes; the export tells whether it is enough
        return user if isinstance(user, dict) else {}

    def _scopes(self) -> str:
        if not self._account.has_scopes or self._account.granted:
            return self._account.granted
        try:
            token = self._account.look(SCOPES, "token", ATTEMPTS)
        except (EndpointUnavailable, BadRequest):
            return ""
        found = token.get("scopes") if isinstance(token, dict) else None
        return " ".join(map(str, found)) if isinstance(found, list) else ""

    def _missing(self, probes: Mapping[str, Future[None]]) -> dict[str, list[str]]:
        """The streams that are refused, by what they need and what Zendesk said."""
        missing: dict[str, list[str]] = {}
        for name, probe in probes.items():
            error = error_of(probe)
            if isinstance(error, EndpointUnavailable):
                self._account.judge_chat(name, error)
                missing[f"{self._account.needs(name)}; Zendesk answered {error}"] = self._account.gated_with(name)
            elif isinstance(error, AirbyteTracedException) and error.failure_type == FailureType.config_error:
                raise error
        return missing

    def _untried(self, essential: EssentialCalls, probes: Mapping[str, Future[None]]) -> list[str]:
        """What was requested in vain, or not at all because it was one call too many."""
        met = [name for name in self._probes if name not in probes or _is_trouble(error_of(probes[name]))]
        return [*([SCOPES] if error_of(essential.scopes) else []), *self._gated_with(met)]

    def _unfinished(self, essential: EssentialCalls, probes: Mapping[str, Future[None]]) -> list[str]:
        late = [name for name, probe in probes.items() if not probe.done()]
        return [*([] if essential.scopes.done() else [SCOPES]), *self._gated_with(late)]

    def _gated_with(self, names: Iterable[str]) -> Iterator[str]:
        return (stream for name in names for stream in self._account.gated_with(name))

    def _identity(self, essential: EssentialCalls) -> str:
        user, known = essential.user.result(), essential.scopes.done() and not error_of(essential.scopes)
        scopes = essential.scopes.result() if known else ""
        who = f"Signed in to {self._host} as user {user['id']} (role: {user.get('role', 'unknown')}"
        return f"{who}; scopes: {scopes})." if scopes else f"{who})."

    def _exports(self, essential: EssentialCalls) -> str:
        """Which way is in use, if it is not the usual one."""
        if not self._account.exports_are_tried:
            return "The exports are not used (exports: never); lists are read instead."
        if refused := essential.export.result():
            return f"The exports are closed to this connection ({closed_answer(refused)}); lists are read instead."
        return "The exports are open."

    def _limit(self) -> str:
        calls = self._account.limit
        return "" if calls is None else f"The account's API limit is {calls} requests a minute."


def _ended(value: Any) -> Future[Any]:
    """A call that need not be made."""
    outcome: Future[Any] = Future()
    outcome.set_result(value)
    return outcome


def _is_trouble(error: BaseException | None) -> bool:
    """Whether a call has met what says nothing about the stream."""
    if error is None or isinstance(error, EndpointUnavailable | BadRequest):
        return False
    if isinstance(error, AirbyteTracedException):
        return True
    raise error


def _told(missing: Mapping[str, list[str]], untried: list[str], unfinished: list[str]) -> list[str]:
    lines = [
        f"Not available to this user or plan: {', '.join(streams)} (needs {reason})."
        for reason, streams in missing.items()
    ]
    if untried:
        lines.append(f"Could not be tried: {', '.join(untried)}.")
    if unfinished:
        lines.append(f"Not finished in time: {', '.join(unfinished)}.")
    return lines
