"""Columns that the connector adds to rows, and those for which Zendesk sends two types: each leaves with one."""

from typing import Any

import pytest

from unit_tests.account import Account
from unit_tests.reading import read

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
    assert read(stream).records() == [{"default_locale": "de", "subdomain": "acme"}]


@pytest.mark.parametrize(("stream", "url", "body"), ONLY_ROWS)
def test_an_empty_object_is_no_row(account: Account, stream: str, url: str, body: Any) -> None:
    account.on(url, *[body({})] * 7)
    outcome = read(stream)
    assert outcome.records() == []
    assert "lack their content" in outcome.errors[0][1]


def test_figures_without_a_time_get_that_of_the_answer(account: Account) -> None:
    url = "/api/v2/channels/voice/stats/account_overview"
    account.on(url, {"account_overview": {"total_calls": 3}})
    (row,) = read("talk_account_overview").records()
    assert row["total_calls"] == 3
    assert isinstance(row["current_timestamp"], int)


def test_no_figures_are_no_row(account: Account) -> None:
    account.on("/api/v2/channels/voice/stats/account_overview", *[{"account_overview": {}}] * 7)
    outcome = read("talk_account_overview")
    assert outcome.records() == []
    assert "lack their current_timestamp" in outcome.errors[0][1]


@pytest.mark.parametrize(
    ("stream", "url", "body", "column", "sent"),
    [
        ("chat_goals", "chat/goals", [{"id": 1, "enabled": 1}], "enabled", True),
        ("chat_goals", "chat/goals", [{"id": 1, "enabled": 0}], "enabled", False),
        ("chat_goals", "chat/goals", [{"id": 1, "enabled": False}], "enabled", False),
        ("chat_goals", "chat/goals", [{"id": 1, "enabled": None}], "enabled", None),
        (
            "job_statuses",
            "job_statuses",
            {"job_statuses": [{"id": "a", "results": [{"id": 7}]}]},
            "results",
            [{"id": 7}],
        ),
        (
            "job_statuses",
            "job_statuses",
            {"job_statuses": [{"id": "a", "results": {"id": 7, "title": 'It\'s "done"', "errors": None, "ok": True}}]},
            "results",
            [{"id": 7, "title": 'It\'s "done"', "errors": None, "ok": True}],
        ),
        (
            "ticket_audits",
            "ticket_audits",
            {"audits": [{"id": 1, "via": "Web service"}]},
            "via",
            {"channel": "Web service"},
        ),
        (
            "ticket_audits",
            "ticket_audits",
            {"audits": [{"id": 1, "via": {"channel": "api"}}]},
            "via",
            {"channel": "api"},
        ),
        (
            "external_content_records",
            "guide/external_content/records",
            {"records": [{"id": "a", "updated_at": "2026-01-01T00:00:00Z", "user_segment_id": 360000000001}]},
            "user_segment_id",
            "360000000001",
        ),
    ],
)
def test_a_column_leaves_with_one_type(
    account: Account, stream: str, url: str, body: Any, column: str, sent: Any
) -> None:
    account.on(f"/api/v2/{url}", body)
    (row,) = read(stream).records()
    assert (row.get(column), type(row.get(column))) == (sent, type(sent))


def test_a_comment_whose_event_names_only_the_channel_has_an_object(account: Account) -> None:
    comment = {"id": 5, "type": "Comment", "via": "Web service"}
    event = {"id": 1, "ticket_id": 7, "timestamp": 1717200000, "created_at": "2024-06-01T00:00:00Z"}
    page = {"ticket_events": [{**event, "child_events": [comment]}], "count": 1, "end_of_stream": True}
    account.on("/api/v2/incremental/ticket_events", page)
    (row,) = read("ticket_comments").records()
    assert row["via"] == {"channel": "Web service"}
