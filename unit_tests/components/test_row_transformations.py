"""Columns that the connector adds to rows: an account's only row of a kind gets the account's subdomain as its key."""

from typing import Any

import pytest

from unit_tests.account import Account
from unit_tests.reading import read

pytestmark = pytest.mark.usefixtures("local_time", "waits")

ONLY_ROWS = [
    ("account_settings", "/api/v2/account/settings", lambda row: {"settings": row}),
    ("chat_routing_settings", "/api/v2/chat/routing_settings/account", lambda row: {"data": row}),
    ("help_center_locales", "/api/v2/help_center/locales.json", lambda row: row),
    ("talk_settings", "/api/v2/channels/voice/settings", lambda row: {"settings": row}),
]


@pytest.mark.parametrize(("stream", "url", "body"), ONLY_ROWS)
def test_the_only_row_of_an_account_has_its_subdomain_as_key(
    account: Account, stream: str, url: str, body: Any
) -> None:
    account.on(url, body({"default_locale": "de"}))
    assert read(stream).records(stream) == [{"default_locale": "de", "subdomain": "acme"}]


@pytest.mark.parametrize(("stream", "url", "body"), ONLY_ROWS)
def test_an_empty_object_is_no_row(account: Account, stream: str, url: str, body: Any) -> None:
    account.on(url, *[body({})] * 7)
    outcome = read(stream)
    assert outcome.records(stream) == []
    assert "lack their content" in outcome.errors[0][1]


def test_figures_without_a_time_get_that_of_the_answer(account: Account) -> None:
    url = "/api/v2/channels/voice/stats/account_overview"
    account.on(url, {"account_overview": {"total_calls": 3}})
    (row,) = read("talk_account_overview").records("talk_account_overview")
    assert row["total_calls"] == 3
    assert isinstance(row["current_timestamp"], int)


def test_no_figures_are_no_row(account: Account) -> None:
    account.on("/api/v2/channels/voice/stats/account_overview", *[{"account_overview": {}}] * 7)
    outcome = read("talk_account_overview")
    assert outcome.records("talk_account_overview") == []
    assert "lack their current_timestamp" in outcome.errors[0][1]
