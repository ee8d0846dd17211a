"""Rows that vanish from a complete list are sent once more with the time of their deletion, if the option is on."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from integration_tests.command_output import CommandOutput, Json
from integration_tests.configured_catalog import configured
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.in_process import run
from integration_tests.simulated_account import SimulatedAccount

MARK = "_ab_cdc_deleted_at"
FOUND = (
    "automations",
    "categories",
    "custom_statuses",
    "dynamic_content_items",
    "group_memberships",
    "macros",
    "organization_memberships",
    "schedules",
    "sections",
    "sla_policies",
    "ticket_fields",
    "topics",
    "triggers",
    "user_fields",
    "views",
)
CHILDREN = ("article_comments", "article_votes", "post_comments", "post_votes")
LATER = "2026-06-01T12:59:59Z"


@pytest.fixture
def connector(account: SimulatedAccount, tmp_path: Path) -> Connector:
    return connector_of(account, tmp_path, tombstones=True, start_date="1970-01-01T00:00:00Z")


def streams_of(connector: Connector) -> dict[str, Json]:
    """What `discover` says, by stream."""
    return {stream["name"]: stream for stream in connector.discover().of("CATALOG")[0]["streams"]}


def read(connector: Connector, catalog: Json, state: Mapping[str, Json] | None = None) -> CommandOutput:
    files = ["--config", connector.file("config", connector.config), "--catalog", connector.file("catalog", catalog)]
    if state is not None:
        blobs = [
            {"type": "STREAM", "stream": {"stream_descriptor": {"name": name}, "stream_state": blob}}
            for name, blob in state.items()
        ]
        files += ["--state", connector.file("state", blobs)]
    return run("read", *files)


def test_a_deleted_row_of_every_list_is_sent_with_its_mark(account: SimulatedAccount, connector: Connector) -> None:
    offered = streams_of(connector)
    catalog = configured(offered[name] for name in (*FOUND, *CHILDREN))
    first = read(connector, catalog)
    assert first.exit_code == 0
    deleted = {}
    for name in (*FOUND, *CHILDREN):
        rows = first.rows(name)
        assert {row[MARK] for row in rows} == {None}, name
        deleted[name] = rows[0]["id"]
        account.delete(name, rows[0]["id"])
    account.set_clock(skew=3600)
    second = read(connector, catalog, first.states)
    assert second.exit_code == 0
    for name, key in deleted.items():
        cursor = offered[name]["default_cursor_field"][0]
        marked = [row for row in second.rows(name) if row[MARK]]
        assert {"id": key, cursor: LATER, MARK: LATER} in marked, name
        assert not {row["id"] for row in marked} & {row["id"] for row in account.truth(name)}, name
    third = read(connector, catalog, second.states)
    assert [row for name in deleted for row in third.rows(name) if row[MARK]] == []


def test_the_column_is_offered_only_where_deletions_are_found(account: SimulatedAccount, tmp_path: Path) -> None:
    on = streams_of(connector_of(account, tmp_path, tombstones=True))
    off = streams_of(connector_of(account, tmp_path))
    marked = {name for name, stream in on.items() if MARK in stream["json_schema"]["properties"]}
    assert set(FOUND) | set(CHILDREN) <= marked
    assert not marked & {"tickets", "users", "organizations", "groups", "brands", "ticket_forms", "ticket_audits"}
    assert not marked & {"ticket_activities", "audit_logs", "satisfaction_ratings", "tags", "articles"}
    assert MARK not in json.dumps(off)


def test_a_schema_without_the_column_is_named(account: SimulatedAccount, connector: Connector) -> None:
    output = connector.read("macros")
    assert output.exit_code == 0
    assert [row for row in output.rows("macros") if MARK in row] == []
    (warning,) = [text for text in output.warnings if "tombstones" in text]
    assert warning == (
        "Stream macros: the option tombstones is on, but the configured schema has no column _ab_cdc_deleted_at. "
        "Refresh the connection's schema to find deleted rows."
    )
