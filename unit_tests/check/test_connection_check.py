"""A check's calls run side by side until a deadline; what they meet is reported in one fixed order."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, NamedTuple

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.check.connection_check import ConnectionCheck
from source_zendesk_support.check.parallel_calls import ParallelCalls
from source_zendesk_support.errors import (
    BadRequest,
    EndpointUnavailable,
    config_error,
    transient_error,
    wrong_credentials,
)

NAMES = ["account_settings", "tickets", "audit_logs", "sla_policies", "categories", "talk_phone_numbers"]
ESSENTIAL = ["account_settings", "users/me", "oauth/tokens/current", "tickets"]
SCOPES = "oauth/tokens/current"
ADMIN = {"id": 7, "role": "admin"}
WEB_PAGE = EndpointUnavailable(200, "a web page", html=True)
FORBIDDEN = EndpointUnavailable(403, "Forbidden")
SIGNED_OUT = wrong_credentials("Zendesk does not accept the access token.")
BUSY = transient_error("Zendesk did not return it.")


class NeverEnds(BaseException):
    """What a call meets that does not come back."""


class ClosedExport(NamedTuple):
    """What the probe of an export brings whose rows are listed."""

    closed: EndpointUnavailable


class FakeAccount:
    """Answers each call with what was written down for it: an exception, a value, or no answer."""

    exports_are_tried = True
    has_scopes, chat_only, may_renew, granted_scopes, limit, closed = True, False, False, "", 700, False

    def __init__(self, met: Mapping[str, Any], **attributes: Any) -> None:
        self.met = {"users/me": ADMIN, "oauth/tokens/current": {"scopes": ["read"]}, **met}
        self.requested: list[str] = []
        vars(self).update(attributes)

    @property
    def calls(self) -> int:
        return len(self.requested)

    def fetch_value(self, name: str, _key: str = "", _attempts: int = 1) -> Any:
        self.requested.append(name)
        met = self.met.get(name)
        if isinstance(met, BaseException):
            raise met
        return met

    def probe_account(self, _attempts: int) -> None:
        self.fetch_value("account_settings")

    def probe(self, name: str, _attempts: int = 1) -> None:
        self.fetch_value(name)

    def probe_export(self, name: str, _attempts: int) -> Exception | None:
        met = self.fetch_value(name)
        return met.closed if isinstance(met, ClosedExport) else None

    def requirement(self, name: str) -> str:
        return f"the plan of {name}"

    def streams_requiring_same(self, name: str) -> list[str]:
        return [name, f"{name}_too"]

    def raise_for_chat(self, _name: str, _refused: EndpointUnavailable) -> None:
        """Nothing: Chat has no credentials of its own here."""

    def prepare(self, names: list[str]) -> None:
        assert sorted(names) == sorted(NAMES[1:])

    def close(self) -> None:
        self.closed = True


class CallsInTurn(ParallelCalls):
    """Makes each call as it is started, and notes for how long each wait may last."""

    def __init__(self) -> None:
        super().__init__(45.0, wait=lambda _calls, seconds: self.seconds_waited.append(seconds), clock=lambda: 100.0)
        self.seconds_waited: list[float] = []

    def start(self, call: Callable[[], Any]) -> Future[Any]:
        outcome: Future[Any] = Future()
        try:
            outcome.set_result(call())
        except NeverEnds:
            pass
        except Exception as error:  # noqa: BLE001  the test judges the outcome
            outcome.set_exception(error)
        return outcome


def checked(met: Mapping[str, Any], **attributes: Any) -> tuple[ConnectionCheck, FakeAccount, CallsInTurn]:
    account, calls = FakeAccount(met, **attributes), CallsInTurn()
    return ConnectionCheck(account, NAMES, "acme.zendesk.com", calls), account, calls  # type: ignore[arg-type]


def failure(check: ConnectionCheck) -> tuple[FailureType, str]:
    with pytest.raises(AirbyteTracedException) as raised:
        check.run()
    assert raised.value.failure_type
    return raised.value.failure_type, str(raised.value.message)


def test_the_report_names_user_scopes_limit_and_what_is_missing_in_the_manifests_order() -> None:
    met = {"categories": FORBIDDEN, "sla_policies": BUSY, "audit_logs": BadRequest("no"), "talk_phone_numbers": BUSY}
    check, account, _ = checked(met)
    assert check.run() == (
        "Signed in to acme.zendesk.com as user 7 (role: admin; scopes: read). The account's API limit is 700 requests "
        "a minute. The exports are open. Not available to this user or plan: categories, categories_too (needs the "
        "plan of categories; "
        "Zendesk answered HTTP 403 Forbidden). Could not be checked: sla_policies, sla_policies_too, "
        "talk_phone_numbers, talk_phone_numbers_too."
    )
    assert account.requested[0] == "account_settings"
    assert sorted(account.requested) == sorted({*NAMES, *ESSENTIAL})
    assert account.closed


def test_no_call_waits_longer_than_a_second_for_another_one() -> None:
    check, _, calls = checked({})
    check.run()
    assert calls.seconds_waited == [1.0, 1.0, 45.0, 45.0]


def test_what_is_not_finished_in_time_is_listed() -> None:
    check, account, _ = checked({"sla_policies": NeverEnds(), "categories": FORBIDDEN, "audit_logs": NeverEnds()})
    reported = check.run()
    assert reported.endswith("Timed out: audit_logs, audit_logs_too, sla_policies, sla_policies_too.")
    assert "Not available to this user or plan: categories" in reported
    assert account.closed


def test_unknown_scopes_do_not_fail_a_check() -> None:
    assert "Timed out: oauth/tokens/current." in checked({SCOPES: NeverEnds()})[0].run()
    assert "Could not be checked: oauth/tokens/current." in checked({SCOPES: BUSY})[0].run()


@pytest.mark.parametrize("name", ["account_settings", "users/me", "tickets"])
def test_a_check_without_its_essential_answers_fails_as_unfinished(name: str) -> None:
    check, account, _ = checked({name: NeverEnds()})
    kind, reported = failure(check)
    assert kind == FailureType.transient_error
    assert reported.startswith(f"The check timed out: Zendesk did not return {name} within 45 seconds.")
    assert account.closed


@pytest.mark.parametrize(
    "others", [{}, {"users/me": NeverEnds()}, {"tickets": NeverEnds()}, {"users/me": BUSY}], ids=str
)
@pytest.mark.parametrize(
    ("met", "words"),
    [
        (WEB_PAGE, "There is no Zendesk account under this subdomain"),
        (EndpointUnavailable(404, ""), "There is no Zendesk account under this subdomain"),
        (SIGNED_OUT, "does not accept the access token"),
        (config_error("The TLS certificate could not be verified."), "TLS certificate"),
    ],
)
def test_a_wrong_account_is_reported_first_and_costs_one_call(
    met: Exception, words: str, others: Mapping[str, Any]
) -> None:
    check, account, _ = checked({"account_settings": met, **others})
    kind, reported = failure(check)
    assert (kind, words in reported) == (FailureType.config_error, True)
    assert account.requested == ["account_settings"]


@pytest.mark.parametrize(
    ("met", "words"),
    [
        ({"users/me": {"id": None}}, "anonymous"),
        ({"users/me": {**ADMIN, "suspended": True}}, "is suspended"),
        ({"users/me": {**ADMIN, "role": "end-user"}, "account_settings": FORBIDDEN}, "is an end user"),
        ({"account_settings": FORBIDDEN}, "denied access to the account's settings"),
        (
            {"tickets": FORBIDDEN},
            "denied access (HTTP 403 Forbidden) to an administrator, so the role is not the reason",
        ),
        ({"tickets": FORBIDDEN, "users/me": BUSY}, "to administrators only"),
        ({"tickets": BUSY, "users/me": SIGNED_OUT}, "does not accept the access token"),
        ({"audit_logs": SIGNED_OUT}, "does not accept the access token"),
        ({"oauth/tokens/current": SIGNED_OUT}, "does not accept the access token"),
    ],
    ids=str,
)
def test_what_the_user_must_act_upon_comes_before_what_passes(met: Mapping[str, Any], words: str) -> None:
    kind, reported = failure(checked(met)[0])
    assert (kind, words in reported) == (FailureType.config_error, True), reported


def test_a_trouble_that_passes_is_reported_as_such() -> None:
    assert failure(checked({"tickets": BUSY})[0])[0] == FailureType.transient_error


def test_a_fault_of_ours_is_not_hidden() -> None:
    for name in ("tickets", "audit_logs", "users/me", "oauth/tokens/current"):
        with pytest.raises(KeyError):
            checked({name: KeyError("x")})[0].run()


def test_probes_beyond_fifteen_calls_are_not_made() -> None:
    check, account, _ = checked({})
    account.requested += ["retry"] * 9
    assert "Could not be checked: categories, categories_too, talk_phone_numbers, talk_phone_" in check.run()
    assert len(account.requested) == 15


def test_a_token_that_may_have_ended_is_tried_by_one_call_first() -> None:
    """Or each of the calls would be refused, and made again."""
    check, _, calls = checked({}, may_renew=True)
    check.run()
    assert calls.seconds_waited == [45.0, 1.0, 45.0, 45.0]


def test_scopes_that_came_with_the_token_cost_no_call() -> None:
    check, account, _ = checked({}, granted_scopes="read")
    assert "scopes: read" in check.run()
    assert "oauth/tokens/current" not in account.requested


def test_a_check_of_chat_alone_ends_in_time() -> None:
    assert "cover only Chat" in checked({}, chat_only=True)[0].run()
    kind, reported = failure(checked({"chat_departments": NeverEnds()}, chat_only=True)[0])
    assert (kind, "chat_departments within 45 seconds" in reported) == (FailureType.transient_error, True)


def test_closed_exports_are_reported_with_what_is_used_instead() -> None:
    check, _, _ = checked({"tickets": ClosedExport(FORBIDDEN)})
    reported = "The exports are closed to this connection (HTTP 403 Forbidden); lists are read instead."
    assert reported in check.run()


def test_exports_that_are_not_wanted_are_reported() -> None:
    check, _, _ = checked({}, exports_are_tried=False)
    assert "The exports are not used (exports: never); lists are read instead." in check.run()


def test_export_that_refuses_an_agent_is_not_closed() -> None:
    check, _, _ = checked({"tickets": ClosedExport(FORBIDDEN), "users/me": {"id": 7, "role": "agent"}})
    kind, message = failure(check)
    assert kind == FailureType.config_error
    assert "to administrators only" in message
