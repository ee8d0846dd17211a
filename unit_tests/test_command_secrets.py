"""What commands write shows no secret and no value of a row."""

import json
from base64 import b64encode
from typing import Any

import pytest

from source_zendesk_support.components.cursor_spec import WalkCursor
from source_zendesk_support.entrypoint import secrets_in
from unit_tests.account import Account, Reply
from unit_tests.command_files import GROUPS, PERSON, ROW, CommandFiles, errors_in
from unit_tests.reading import CONFIG


def test_secret_is_hidden_wherever_it_is(files: CommandFiles, account: Account) -> None:
    account.on(GROUPS, Reply({"error": "The token hunter2 is wrong"}, status=401))
    config = {**CONFIG, "credentials": {"credentials": "oauth2.0", "access_token": "hunter2"}}
    code, lines = files.read(config)
    assert code == 1
    assert "hunter2" not in json.dumps(lines)


@pytest.mark.parametrize("before", range(100, 200, 9))
def test_no_part_of_a_secret_is_shown_where_a_message_is_shortened(
    before: int, files: CommandFiles, account: Account
) -> None:
    secret = "Kq7ZvW2nXc9RbT4yLm8PdF3hJs6GaE1uQw5iOo0zYxVtCrNeBk"
    account.on(GROUPS, Reply({"error": f"{'x' * before}{secret} of jane@acme.example"}, status=401))
    config = {**CONFIG, "credentials": {"credentials": "oauth2.0", "access_token": secret}}
    _, lines = files.read(config)
    text = json.dumps(lines)
    assert [secret[at : at + 8] for at in range(len(secret) - 7) if secret[at : at + 8] in text] == []
    assert "jane" not in text


def test_a_fault_of_ours_shows_no_value_of_a_row(
    files: CommandFiles, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: Any) -> None:
        raise KeyError(PERSON)

    monkeypatch.setattr(WalkCursor, "message", faulty)
    account.on(GROUPS, {"groups": [ROW], "meta": {"has_more": False}})
    code, lines = files.read()
    assert code == 1
    assert PERSON not in json.dumps(lines)
    error = errors_in(lines)[0]
    assert error["message"].startswith("Stream groups: An unexpected error occurred: KeyError at ")
    assert error["failure_type"] == "system_error"
    assert "cursor.py" in error["stack_trace"] or "walk.py" in error["stack_trace"]


def test_secrets_are_found_by_name_at_any_depth() -> None:
    config = {
        "subdomain": "acme",
        "credentials": {"api_token": "a", "client_secret": "b", "email": "c", "token_expiry_date": "d"},
        "chat_credentials": {"access_token": "e"},
        "password": 5,
    }
    basic = [b64encode(pair).decode() for pair in (b"c/token:a", b"c/token:b")]
    assert list(secrets_in(config)) == ["a", basic[0], "b", basic[1], "e"]
