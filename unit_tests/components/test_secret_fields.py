"""Secrets never leave: a canary in each field that the manifest declares secret is in no record, log line or STATE."""

from typing import Any

import pytest

from source_zendesk_support.components.secret_fields import SecretFields, masked_url
from source_zendesk_support.manifest import load_manifest, resolved, written
from unit_tests.account import Account
from unit_tests.cases import CASES, load
from unit_tests.reading import read

CANARY = "canary-5f1d"
SECRETS: dict[str, dict[str, Any]] = load_manifest()["definitions"]["secrets"]
NESTED = {"name": "shown", "data": {"token": CANARY}, "value": CANARY, CANARY: [CANARY]}
SHAPES: dict[str, Any] = {"text": CANARY, "object": NESTED, "list": [NESTED, CANARY, [CANARY]], "number": 7}


def test_every_list_of_secrets_is_used_by_its_stream() -> None:
    using = {
        stream
        for stream in written()
        for each in resolved(stream).get("transformations", [])
        if str(each.get("class_name")).endswith(".SecretFields")
    }
    assert using == set(SECRETS) == {"app_installations", "targets", "webhooks"}


@pytest.mark.parametrize("letters", [str.lower, str.title])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("stream", SECRETS)
def test_secret_leaves_nowhere(
    stream: str, shape: str, letters: Any, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    row = load(stream) | {letters(name): SHAPES[shape] for name in SECRETS[stream]["fields"]}
    for call in CASES[stream].full(row):
        account.on(call.path, call.body)
    outcome = read(stream, start_date="2007-01-01T00:00:00Z")
    assert len(outcome.records()) == 1
    said = [str(outcome.records()), str(outcome.states()), *outcome.infos, *outcome.warnings, caplog.text]
    assert CANARY not in " ".join(said)


URLS = [
    f"https://{CANARY}@service.example/hook",
    f"https://user:{CANARY}@service.example/hook",
    f"https://user:a/b?{CANARY}#c@service.example/hook",
    f"user:{CANARY}@service.example",
    f"https://service.example/hook?token={CANARY}&id=7",
    f"https://service.example/hook?id=7;{CANARY}",
    f"https://service.example/hook#{CANARY}",
    f"https://service.example/hook?id=7#access_token={CANARY}",
    {"host": CANARY},
    [CANARY],
]


@pytest.mark.parametrize("value", URLS, ids=str)
@pytest.mark.parametrize(("stream", "name"), [("targets", "target_url"), ("webhooks", "endpoint")])
def test_secret_in_a_url_leaves_nowhere(
    stream: str, name: str, value: Any, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    for call in CASES[stream].full(load(stream) | {name: value}):
        account.on(call.path, call.body)
    outcome = read(stream, start_date="2007-01-01T00:00:00Z")
    assert len(outcome.records()) == 1
    said = [str(outcome.records()), str(outcome.states()), *outcome.infos, *outcome.warnings, caplog.text]
    assert CANARY not in " ".join(said)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://service.example/orders", "https://service.example/orders"),
        ("https://service.example:8443/@orders", "https://service.example:8443/@orders"),
        ("https://u:p@service.example:8443/orders?a=1&b", "https://****@service.example:8443/orders?a=****&****"),
        (
            "https://service.example/{{ticket.id}}?ticket={{ticket.id}}&key=abc&note=x{{ticket.id}}",
            "https://service.example/{{ticket.id}}?ticket={{ticket.id}}&key=****&note=****",
        ),
        ("//u@service.example/orders#a", "//****@service.example/orders#****"),
        ("HTTPS://u:a/b@service.example?", "HTTPS://****@service.example?"),
        ("", ""),
    ],
)
def test_url_keeps_what_is_no_secret(url: str, expected: str) -> None:
    assert masked_url(url) == expected


def test_url_that_is_missing_stays_so() -> None:
    row = {"id": 1, "endpoint": None, "Endpoint": "https://service.example/a?b=c"}
    SecretFields({}, ["endpoint"]).transform(row)
    assert row == {"id": 1, "endpoint": None, "Endpoint": "https://service.example/a?b=****"}


def test_parts_that_are_no_secrets_stay() -> None:
    row = {"id": 1, "settings": {"title": "Clock", "key": CANARY, "name": {"first": CANARY}}, "token": CANARY}
    SecretFields({"settings": ["title", "name"], "token": []}).transform(row)
    assert row == {"id": 1, "settings": {"title": "Clock"}}
