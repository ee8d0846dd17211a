"""Every stream of the manifest, read through the stock entry point from the one table in `cases/`."""

from typing import Any

import pytest
from jsonschema import Draft7Validator

from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions, load_manifest
from unit_tests.account import COMPARED_WITH, HOST, PROOF, Account, Reply
from unit_tests.cases import CASES, ScriptedCall, load
from unit_tests.reading import CONFIG, read

STREAMS = sorted(CASES)
RESUMABLE = sorted(stream for stream, case in CASES.items() if case.resumed)
SYNCED_AGAIN = sorted(stream for stream, case in CASES.items() if case.again)
CHAT = sorted(stream for stream, case in CASES.items() if case.calls[0].path.startswith("/api/v2/chat/"))
FORBIDDEN = Reply({"error": {"title": "Forbidden", "message": "You do not have access to this page."}}, status=403)
SETTINGS: dict[str, Any] = {"settings": {"branding": {}}}


def script(account: Account, calls: tuple[ScriptedCall, ...]) -> list[str]:
    """Give the account these responses; returns what must be requested."""
    for call in calls:
        account.on(call.url, call.body)
    return [call.url for call in calls]


def schema_of(stream: str) -> Any:
    return dict(StreamDefinitions(parse(CONFIG).declarative()).schema(stream)())


def test_every_stream_of_the_manifest_has_a_case() -> None:
    assert sorted(stanza["$parameters"]["name"] for stanza in load_manifest()["streams"]) == STREAMS


@pytest.mark.parametrize("stream", STREAMS)
def test_first_sync_requests_each_page_once_and_checkpoints_it(stream: str, account: Account) -> None:
    case = CASES[stream]
    expected = script(account, case.calls)
    outcome = read(stream)
    assert account.requested == expected
    assert account.hosts == {HOST}
    assert account.authorization == {"Basic am9AZXhhbXBsZS5jb20vdG9rZW46bWFkZS11cA=="}
    assert [record.get(case.key) for record in outcome.records()] == list(case.ids)
    # The CDK asks for the last STATE once more when a stream has ended.
    ended = [case.states[-1]] if "v" in case.states[-1] else []
    assert outcome.states() == [*case.states, *ended]
    assert sum(count or 0 for count in outcome.counts()) == len(case.ids)
    assert outcome.statuses() == ["STARTED", "RUNNING", "COMPLETE"]
    assert (outcome.errors, outcome.warnings) == ([], [])


@pytest.mark.parametrize("stream", RESUMABLE)
def test_interrupted_sync_resumes_after_its_last_page(stream: str, account: Account) -> None:
    case = CASES[stream]
    expected = script(account, case.resumed)
    outcome = read(stream, saved=case.states[0])
    assert account.requested == expected
    assert [record.get(case.key) for record in outcome.records()] == list(case.later)
    assert outcome.state() == case.states[-1]


@pytest.mark.parametrize("stream", SYNCED_AGAIN)
def test_second_sync_sends_nothing_where_nothing_has_changed(stream: str, account: Account) -> None:
    case = CASES[stream]
    expected = script(account, case.again)
    outcome = read(stream, saved=case.states[-1])
    compared = (
        [COMPARED_WITH[stream]] if "/cursor" in expected[-1] and stream in COMPARED_WITH else []
    )  # only these have no rows at all
    assert account.requested == [*expected, *compared]
    assert outcome.records() == []
    assert outcome.state() == case.states[-1]
    assert outcome.statuses() == ["STARTED", "COMPLETE"]


@pytest.mark.parametrize("stream", STREAMS)
def test_account_without_rows_is_complete(stream: str, account: Account) -> None:
    case = CASES[stream]
    account.on(case.calls[0].url, case.empty)
    outcome = read(stream)
    assert account.requested == [case.calls[0].url, *filter(None, [COMPARED_WITH.get(stream)])]
    assert outcome.records() == []
    assert outcome.state() == case.empty_state
    assert outcome.statuses() == ["STARTED", "COMPLETE"]
    assert (outcome.errors, outcome.warnings) == ([], [])


MAY_CLOSE = ("talk_calls", "talk_call_legs")
"""Exports of a product: a refusal to an administrator may also mean that they have ended."""


@pytest.mark.parametrize("stream", [stream for stream in STREAMS if CASES[stream].requires])
def test_stream_outside_the_plan_is_complete_with_one_warning(stream: str, account: Account) -> None:
    case = CASES[stream]
    urls = [url for url in (case.calls[0].url, case.fallback) if url]
    for url in urls:
        account.on(url, FORBIDDEN, FORBIDDEN)
    account.on(PROOF, SETTINGS)
    outcome = read(stream)
    who = ["/api/v2/users/me"] if stream in MAY_CLOSE else []
    assert account.requested == [*(url for url in urls for _ in range(2)), *who, PROOF]
    assert outcome.warnings == [
        (
            f"Stream {stream}: not available to this user or plan, so it is empty. It needs {case.requires}; Zendesk "
            f"answered HTTP 403 Forbidden You do not have access to this page. Ask an administrator of the account, "
            f"or deselect the stream."
        )
    ]
    assert outcome.records() == []
    assert outcome.statuses() == ["STARTED", "COMPLETE"]
    assert outcome.errors == []


@pytest.mark.parametrize("stream", [stream for stream in STREAMS if not CASES[stream].requires])
def test_refused_stream_of_the_base_product_needs_an_administrator(stream: str, account: Account) -> None:
    case = CASES[stream]
    account.on(case.calls[0].url, FORBIDDEN, FORBIDDEN)
    account.on(PROOF, SETTINGS)
    outcome = read(stream, fails=True)
    assert outcome.statuses() == ["STARTED", "INCOMPLETE"]
    kinds = {kind for kind, _ in outcome.errors}
    assert kinds == {"config_error"}
    assert f"Stream {stream}: Zendesk denied access (HTTP 403 Forbidden" in outcome.errors[0][1]
    assert "it needs an administrator" in outcome.errors[0][1]


@pytest.mark.parametrize("stream", CHAT)
def test_chat_that_does_not_know_the_credentials_is_not_available(stream: str, account: Account) -> None:
    case = CASES[stream]
    account.on(case.calls[0].url, *[Reply({"error": "unauthorized"}, status=401)] * 2)
    account.on(PROOF, SETTINGS)
    outcome = read(stream)
    assert [warning.partition(": ")[0] for warning in outcome.warnings] == [f"Stream {stream}"]
    assert outcome.statuses() == ["STARTED", "COMPLETE"]


@pytest.mark.parametrize("stream", STREAMS)
def test_page_refused_for_quota_is_read_after_the_time_named(stream: str, account: Account, waits: list[float]) -> None:
    case = CASES[stream]
    account.on(case.calls[0].url, Reply(b"slow down", status=429, headers={"Retry-After": "30"}))
    expected = script(account, case.calls)
    outcome = read(stream)
    assert account.requested == [expected[0], *expected]
    assert [record.get(case.key) for record in outcome.records()] == list(case.ids)
    assert outcome.state() == case.states[-1]
    assert 30.0 in waits


@pytest.mark.parametrize("stream", STREAMS)
def test_full_record_arrives_as_zendesk_sent_it_and_fits_its_schema(stream: str, account: Account) -> None:
    expected = load(stream)
    for call in CASES[stream].full(expected):
        account.on(call.path, call.body)
    outcome = read(stream, start_date="2007-01-01T00:00:00Z")
    schema = schema_of(stream)
    # The stock entry point leaves out columns that are null; ours does not, see unit_tests/walk/test_page.py.
    assert {name: value for name, value in expected.items() if value is not None} in outcome.records()
    assert set(expected) - set(schema["properties"]) == set()
    assert [error.message for error in Draft7Validator(schema).iter_errors(expected)] == []
