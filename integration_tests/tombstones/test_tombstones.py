"""Rows that vanish from a complete list are sent once more with the time of their deletion, if the option is on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
EMBEDDED = ("dynamic_content_variants", "guide_votes")
"""Streams whose rows the account makes of another table's."""
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


def rows_of(stream: Json, *outputs: CommandOutput) -> dict[tuple[Any, ...], Json]:
    """The table that these syncs have made: the last row of each primary key."""
    keys = [path[0] for path in stream["source_defined_primary_key"]]
    return {tuple(row[key] for key in keys): row for output in outputs for row in output.rows(stream["name"])}


def deleted_rows(account: SimulatedAccount, offered: Mapping[str, Json], first: CommandOutput) -> dict[str, Any]:
    """Delete one row of each stream in the account, and what hangs on it; their primary keys."""
    deleted = {}
    for name, stream in offered.items():
        living = {tuple(row[path[0]] for path in stream["source_defined_primary_key"]) for row in account.truth(name)}
        if name in EMBEDDED or not (left := [key for key in rows_of(stream, first) if key in living]):
            continue
        deleted[name] = left[-1]
        account.delete(name, left[-1][-1])
    return deleted


def test_a_deleted_row_of_every_list_is_sent_with_its_mark(account: SimulatedAccount, connector: Connector) -> None:
    """One row of each stream is deleted, with its children. Numbered pages must miss a row twice."""
    offered = {name: each for name, each in streams_of(connector).items() if MARK in each["json_schema"]["properties"]}
    assert len(offered) == 68
    catalog = configured(offered.values())
    outputs = [read(connector, catalog)]
    assert {row[MARK] for name in offered for row in outputs[0].rows(name)} == {None}
    deleted = deleted_rows(account, offered, outputs[0])
    assert len(deleted) >= 60
    for _ in range(3):
        account.set_clock(skew=3600)
        outputs.append(read(connector, catalog, outputs[-1].states))
    assert [output.exit_code for output in outputs] == [0, 0, 0, 0]
    for name, stream in offered.items():
        table = rows_of(stream, *outputs)
        truth = {tuple(row[path[0]] for path in stream["source_defined_primary_key"]) for row in account.truth(name)}
        assert {key for key, row in table.items() if not row[MARK]} == truth, name
    for name in FOUND:
        cursor = offered[name]["default_cursor_field"][0]
        (key,) = deleted[name]
        assert {"id": key, cursor: LATER, MARK: LATER} in outputs[1].rows(name), name
    assert [row for name in offered for row in outputs[3].rows(name) if row[MARK]] == []


def test_the_column_is_offered_only_where_deletions_are_found(account: SimulatedAccount, tmp_path: Path) -> None:
    on = streams_of(connector_of(account, tmp_path, tombstones=True))
    off = streams_of(connector_of(account, tmp_path))
    marked = {name for name, stream in on.items() if MARK in stream["json_schema"]["properties"]}
    assert set(FOUND) | set(CHILDREN) <= marked
    assert not marked & {"tickets", "users", "organizations", "groups", "brands", "ticket_forms", "ticket_audits"}
    assert not marked & {"deleted_tickets", "deleted_users"}
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


def test_a_catalog_without_the_column_of_the_key_is_no_hindrance(connector: Connector) -> None:
    stream = streams_of(connector)["macros"]
    del stream["json_schema"]["properties"]["id"]
    output = read(connector, configured([stream]))
    assert (output.exit_code, output.errors) == (0, [])
    assert output.states["macros"]["known"]["count"] == len(output.rows("macros")) > 0
