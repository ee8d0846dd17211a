"""Rows that vanish from a complete list are sent once more with the time of their deletion, if the option is on."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from integration_tests.command_output import CommandOutput
from integration_tests.configured_catalog import configured
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import Key, rows_by_key
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

pytestmark = pytest.mark.config(tombstones=True, start_date="1970-01-01T00:00:00Z")


def deleted_rows(account: SimulatedAccount, offered: Iterable[str], first: CommandOutput) -> dict[str, Key]:
    """Delete one row of each stream in the account, and what hangs on it; their primary keys."""
    deleted = {}
    for name in offered:
        living = rows_by_key(name, account.truth(name))
        if name in EMBEDDED or not (left := [key for key in rows_by_key(name, first.rows(name)) if key in living]):
            continue
        deleted[name] = left[-1]
        account.delete(name, left[-1][-1])
    return deleted


def test_a_deleted_row_of_every_list_is_sent_with_its_mark(account: SimulatedAccount, connector: Connector) -> None:
    """One row of each stream is deleted, with its children. Numbered pages must miss a row twice."""
    offered = {
        name: each for name, each in connector.discover().streams.items() if MARK in each["json_schema"]["properties"]
    }
    assert len(offered) == 68
    catalog = configured(offered.values())
    outputs = [connector.read_catalog(catalog)]
    assert {row[MARK] for name in offered for row in outputs[0].rows(name)} == {None}
    deleted = deleted_rows(account, offered, outputs[0])
    assert len(deleted) >= 60
    for _ in range(3):
        account.set_clock(skew=3600)
        outputs.append(connector.read_catalog(catalog, outputs[-1].states))
    assert [output.exit_code for output in outputs] == [0, 0, 0, 0]
    for name in offered:
        table = rows_by_key(name, [row for output in outputs for row in output.rows(name)])
        truth = rows_by_key(name, account.truth(name)).keys()
        assert {key for key, row in table.items() if not row[MARK]} == truth, name
    for name in FOUND:
        cursor = offered[name]["default_cursor_field"][0]
        (key,) = deleted[name]
        assert {"id": key, cursor: LATER, MARK: LATER} in outputs[1].rows(name), name
    assert [row for name in offered for row in outputs[3].rows(name) if row[MARK]] == []


def test_the_column_is_offered_only_where_deletions_are_found(
    account: SimulatedAccount, connector: Connector, tmp_path: Path
) -> None:
    on = connector.discover().streams
    off = connector_of(account, tmp_path).discover().streams
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
    stream = connector.discover().streams["macros"]
    del stream["json_schema"]["properties"]["id"]
    output = connector.read_catalog(configured([stream]))
    assert (output.exit_code, output.errors) == (0, [])
    assert output.states["macros"]["known"]["count"] == len(output.rows("macros")) > 0
