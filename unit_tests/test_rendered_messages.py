"""What users read after each refusal, with nothing in its body and with much: whole sentences that the docs explain."""

import re
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.models import Status

from source_zendesk_support import SourceZendeskSupport
from unit_tests.account import PROOF, SETTINGS, Account, Reply
from unit_tests.reading import CONFIG, REFRESH, Outcome, read

DOCS = (Path(__file__).parent.parent / "docs" / "troubleshooting.md").read_text("utf-8")
FIRST_CELLS = re.findall(r"^\| (`.*?) \|", DOCS, re.MULTILINE)
EXPLAINED = [
    re.compile(".+".join(map(re.escape, message.split("…"))))
    for cell in FIRST_CELLS
    for message in re.findall("`([^`]{20,})`", cell)
]
REMNANTS = re.compile(r"[{}]|%[sd]|\(\s*\)|\bNone\b|\b\w+Error\b|0x|Traceback|HTTP(?! \d)| {2}|\.\.|\s$")
LONGEST = 800

WORDS = "Words of Zendesk, again and again. " * 40
BODIES: dict[str, Any] = {
    "empty": b"",
    "full": {"error": "Refused", "description": WORDS},
    "page": b"<!DOCTYPE html><html><body>Words of Zendesk</body></html>",
}
STATUSES = (200, 302, 400, 401, 403, 404, 418, 422, 429, 503)
REFUSALS = [pytest.param(status, body, id=f"{status} {name}") for status in STATUSES for name, body in BODIES.items()]
PARTS = {
    PROOF: SETTINGS,
    "/api/v2/users/me": {"user": {"id": 7, "role": "admin"}},
    "/api/v2/incremental/tickets/cursor": {"tickets": [], "end_of_stream": True},
    "/oauth/tokens": {"access_token": "d-secret", "refresh_token": "e-secret", "expires_in": 172_800},
}


def judge(message: str) -> None:
    """Fail if a message is no whole text, or if the docs do not explain it."""
    assert not REMNANTS.search(message), message
    assert message.endswith((".", ")")), message
    assert len(message) <= LONGEST, message
    assert any(pattern.match(message) for pattern in EXPLAINED), message


def judge_all(outcome: Outcome) -> None:
    """Judge whatever a sync has said."""
    for kind, message in outcome.errors:
        assert kind in {"config_error", "transient_error", "system_error"}
        judge(message)
    for warning in outcome.warnings:
        judge(warning)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("status", "body"), REFUSALS)
def test_a_check_speaks_in_complete_sentences(account: Account, part: str, status: int, body: Any) -> None:
    for path, whole in PARTS.items():
        account.on(path, *[Reply(body, status=status) if path == part else whole] * 9)
    config = {**CONFIG, "credentials": REFRESH} if part == "/oauth/tokens" else CONFIG
    source = SourceZendeskSupport(config=config)
    verdict = source.check(source.logger, config)
    if verdict.status == Status.FAILED:
        judge(str(verdict.message))


@pytest.mark.parametrize(("status", "body"), REFUSALS)
def test_a_sync_speaks_in_complete_sentences(account: Account, status: int, body: Any) -> None:
    """Of the base product, of one that a plan may lack, of Chat; on the first page, and in the middle."""
    page = {"groups": [{"id": 1}], "meta": {"has_more": True, "after_cursor": "abc"}}
    account.on(PROOF, *[SETTINGS] * 9)
    account.on("/api/v2/groups?exclude_deleted=false&page[size]=100", page)
    for path in ("groups", "brands", "macros", "audit_logs", "chat/agents"):
        account.on(f"/api/v2/{path}", *[Reply(body, status=status)] * 99)
    judge_all(read("groups", "brands", "macros", "audit_logs", "chat_agents", fails=True))
