"""What to do about a refusal of the base product follows from who is signed in."""

from typing import Any

import pytest
from airbyte_cdk.models import Status

from source_zendesk_support import SourceZendeskSupport
from unit_tests.account import PROOF, SETTINGS, Account, Reply
from unit_tests.reading import CONFIG, read

EXPORT = "/api/v2/incremental/tickets/cursor"
NEWEST = "/api/v2/tickets?page[size]=1&sort=-updated_at&support_type_scope=all"
"""With which an export that has no rows is compared."""
ME, TOKEN = "/api/v2/users/me", "/api/v2/oauth/tokens/current"
GONE = Reply({"error": "InvalidEndpoint", "description": "Not found"}, status=404)
BEARER: dict[str, Any] = {"credentials": {"credentials": "oauth2.0", "access_token": "made-up"}}

REMEDIES: dict[str, tuple[Any, Any, str]] = {
    "admin": ("admin", None, "to an administrator, so the role is not the reason: this account, its plan or the OAuth"),
    "agent": ("agent", None, "it needs an administrator, and the role of these credentials is agent"),
    "unknown": (None, None, "it needs an administrator: use the credentials of an admin, or a token with the scope"),
    "admin, few scopes": (
        "admin",
        ["tickets:write"],
        "the access token lacks a scope; it has tickets:write. Authorize",
    ),
    "admin, all scopes": ("admin", ["read", "write"], "to an administrator, so the role is not the reason"),
}


def answer_who(account: Account, role: Any, scopes: Any) -> None:
    account.on(PROOF, SETTINGS, SETTINGS)
    account.on(ME, {"user": {"id": 1, "role": role} if role else {}})
    if scopes:
        account.on(TOKEN, {"token": {"scopes": scopes}})


@pytest.mark.parametrize(("role", "scopes", "words"), REMEDIES.values(), ids=REMEDIES)
def test_refused_export_is_explained_by_who_is_signed_in(role: Any, scopes: Any, words: str, account: Account) -> None:
    account.on(EXPORT, GONE, GONE)
    answer_who(account, role, scopes)
    outcome = read("tickets", fails=True, **(BEARER if scopes else {}))
    stream, kind, message = outcome.stream_errors[0]
    assert (stream, kind) == ("tickets", "config_error")
    assert message.startswith("Stream tickets: Zendesk denied access (HTTP 404 InvalidEndpoint Not found)")
    assert words in message
    assert account.requested.count(ME) == 1


def test_who_is_signed_in_is_requested_only_if_it_matters(account: Account) -> None:
    account.on("/api/v2/audit_logs", *[Reply({"error": "Forbidden"}, status=403)] * 2)
    account.on(PROOF, SETTINGS)
    read("audit_logs")
    assert ME not in account.requested


@pytest.mark.parametrize(
    ("role", "words"),
    [("admin", "the role is not the reason"), ("agent", "to administrators only and denied them (HTTP 404")],
)
def test_check_says_what_follows_from_the_role(role: str, words: str, account: Account) -> None:
    account.on(EXPORT, GONE)
    answer_who(account, role, None)
    source = SourceZendeskSupport(config=CONFIG)
    verdict = source.check(source.logger, CONFIG)
    assert verdict.status == Status.FAILED
    assert words in str(verdict.message)


STATUSES = {
    402: ("config_error", "Zendesk requires payment: the account's trial or subscription has ended"),
    407: ("config_error", "A proxy or the network between here and Zendesk requires its own sign-in."),
    451: ("config_error", "Zendesk may not provide this for legal reasons."),
    511: ("config_error", "A proxy or the network between here and Zendesk requires its own sign-in."),
    **dict.fromkeys((413, 414, 431), ("system_error", "Zendesk did not understand the request (HTTP ")),
    **dict.fromkeys(
        (405, 406, 410, 411, 412, 415, 416, 417, 418, 426, 428, 501, 505),
        ("system_error", "This request is no longer accepted in this form."),
    ),
}


@pytest.mark.parametrize("stream", ["groups", "audit_logs", "chat_departments"])
@pytest.mark.parametrize(("status", "kind", "words"), [(status, *rest) for status, rest in STATUSES.items()])
def test_status_that_a_retry_cannot_cure_is_reported_at_once(
    status: int, kind: str, words: str, stream: str, account: Account
) -> None:
    paths = {"groups": "groups", "audit_logs": "audit_logs", "chat_departments": "chat/departments"}
    account.on(f"/api/v2/{paths[stream]}", Reply({"error": "Why"}, status=status))
    outcome = read(stream, fails=True)
    assert len(account.requested) == 1
    assert outcome.statuses() == ["STARTED", "INCOMPLETE"]
    assert outcome.stream_errors[0][1] == kind
    assert words in outcome.stream_errors[0][2]
    assert f"HTTP {status} Why" in outcome.stream_errors[0][2]


@pytest.mark.parametrize(
    "status", [408, 409, 421, 423, 424, 425, 444, 460, 499, 500, 502, 503, 507, 508, 529, 530, 599]
)
def test_status_that_passes_is_retried(status: int, account: Account) -> None:
    page = {"audit_logs": [], "meta": {"has_more": False, "after_cursor": None}}
    account.on("/api/v2/audit_logs", Reply(b"", status=status), page)
    outcome = read("audit_logs")
    assert (outcome.statuses(), outcome.warnings) == (["STARTED", "COMPLETE"], [])


def test_cursor_that_is_too_long_for_an_address_is_replaced_by_time(account: Account) -> None:
    account.on(f"{EXPORT}?cursor=long&per_page=1000&support_type_scope=all", *[Reply(b"{}", status=414)] * 2)
    account.on(f"{EXPORT}?cursor=long&per_page=1000", *[Reply(b"{}", status=414)] * 2)
    by_time = f"{EXPORT}?per_page=1000&start_time=1717200000&support_type_scope=all"
    account.on(by_time, {"tickets": [], "after_cursor": "c", "end_of_stream": True})
    outcome = read("tickets", saved={"generated_timestamp": "1717200000", "cursor": "long", "v": 1})
    assert account.requested[-2:] == [by_time, NEWEST]
    assert outcome.statuses() == ["STARTED", "COMPLETE"]
