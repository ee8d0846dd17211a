"""A stream for each custom object, on request: its columns, its state, and objects that come and go."""

from pathlib import Path
from typing import Any

import pytest

from integration_tests.command_output import Json
from integration_tests.configured_catalog import configured, unknown
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import wrong_rows
from integration_tests.simulated_account import SimulatedAccount

RECORDS = "custom_object_records"
TABLE = "custom_object_car_0000"
TABLES = [f"custom_object_car_000{number}" for number in range(7)]
LIST = "/api/v2/custom_objects"
FIELDS = "/api/v2/custom_objects/{parent_id}/fields"
EXPORT = "/api/v2/incremental/custom_objects/{custom_object_key}/cursor"
FIRST = "01HXSF2Z6V0000000000000000"
COLUMNS: dict[str, Any] = {
    "color": {"type": ["null", "string"]},
    "leased": {"type": ["null", "boolean"]},
    "mileage": {"type": ["null", "integer"]},
    "owner": {"type": ["null", "string"]},
    "price": {"type": ["null", "number"]},
    "registered_on": {
        "type": ["null", "string"],
        "format": "date-time",
        "airbyte_type": "timestamp_with_timezone",
    },
}

pytestmark = pytest.mark.config(custom_objects={"tables": True})


def offered(connector: Connector) -> dict[str, Json]:
    output = connector.discover()
    assert output.exit_code == 0
    return output.streams


def test_discover_offers_a_stream_for_each_object_with_typed_columns(
    account: SimulatedAccount, connector: Connector
) -> None:
    streams = offered(connector)
    assert [name for name in streams if name.startswith("custom_object_car")] == TABLES
    stream = streams[TABLE]
    properties = stream["json_schema"]["properties"]
    described = {name: {key: properties[name][key] for key in kind} for name, kind in COLUMNS.items()}
    assert described == COLUMNS
    assert {name: properties[name]["x-zendesk-field-key"] for name in COLUMNS} == {name: name for name in COLUMNS}
    assert stream["source_defined_primary_key"] == [["id"]]
    assert stream["default_cursor_field"] == ["updated_at"]
    assert "standard::name" not in properties
    assert {path: account.counts()[path] for path in (LIST, FIELDS)} == {LIST: 1, FIELDS: 7}
    assert EXPORT not in account.counts()


def test_without_the_option_nothing_is_requested(account: SimulatedAccount, tmp_path: Path) -> None:
    streams = offered(connector_of(account, tmp_path))
    assert [name for name in streams if name.startswith("custom_object_car")] == []
    assert LIST not in account.counts()


def test_records_of_an_object_have_columns_and_come_from_the_same_pages_as_all_records(
    account: SimulatedAccount, connector: Connector
) -> None:
    streams = offered(connector)
    account.forget_requests()
    output = connector.read_catalog(configured([streams[RECORDS], streams[TABLE]]))
    assert (output.exit_code, output.errors, output.warnings) == (0, [], [])
    assert account.counts() == {LIST: 1, EXPORT: 7}
    rows = {row["id"]: row for row in output.rows(TABLE)}
    assert len(rows) == 12
    assert rows == {
        row["id"]: {**dict.fromkeys(COLUMNS), **row, **row["custom_object_fields"]}
        for row in output.rows(RECORDS)
        if row["custom_object_key"] == "car_0000"
    }
    assert (rows[FIRST]["color"], rows[FIRST]["mileage"], rows[FIRST]["leased"]) == ("red", "0", True)
    assert wrong_rows(account, output, RECORDS) == {}
    deleted = [row for row in rows.values() if row["_deleted"]]
    assert [{row[name] for name in COLUMNS} for row in deleted] == [{None}, {None}]
    assert set(output.states[TABLE]) == {"updated_at", "cursor", "v"}
    assert output.states[TABLE] == output.states[RECORDS]["objects"]["car_0000"]


def test_a_second_sync_brings_the_changes_of_the_object_only(account: SimulatedAccount, connector: Connector) -> None:
    catalog = configured([offered(connector)[TABLE]])
    first = connector.read_catalog(catalog)
    account.set_clock(skew=3600)
    account.update(RECORDS, FIRST, name="Renamed")
    account.forget_requests()
    second = connector.read_catalog(catalog, first.states)
    assert [(row["id"], row["name"]) for row in second.rows(TABLE)] == [(FIRST, "Renamed")]
    assert account.counts() == {LIST: 1, EXPORT: 1}
    assert second.warnings == []


def test_a_table_that_joins_later_shares_no_page_before_its_own_place(
    account: SimulatedAccount, connector: Connector
) -> None:
    streams = offered(connector)
    before = connector.read_catalog(configured([streams[RECORDS]]))
    after = connector.read_catalog(configured([streams[RECORDS], streams[TABLE]]), before.states)
    assert after.exit_code == 0
    assert len(after.rows(TABLE)) == 12
    assert after.states[TABLE] == after.states[RECORDS]["objects"]["car_0000"]


def test_an_object_that_is_gone_is_a_warning_and_a_new_one_is_offered(
    account: SimulatedAccount, connector: Connector
) -> None:
    streams = offered(connector)
    catalog = configured([streams[TABLE], streams[TABLES[6]]])
    before = connector.read_catalog(catalog)
    account.delete("custom_objects", "car_0006")
    account.add("custom_objects", key="boat")
    after = connector.read_catalog(catalog, before.states)
    assert (after.exit_code, after.errors) == (0, [])
    (reported,) = after.warnings
    assert reported == (
        "Stream custom_object_car_0006: its custom object no longer exists, so it has no records. Refresh the "
        "connection's schema, or deselect the stream."
    )
    assert after.statuses[TABLES[6]] == ["STARTED", "COMPLETE"]
    assert after.states == before.states
    now = offered(connector)
    assert [name for name in now if name in ("custom_object_boat", TABLES[6])] == ["custom_object_boat"]


def test_a_catalog_of_before_is_read_if_the_option_is_switched_off(
    account: SimulatedAccount, connector: Connector, tmp_path: Path
) -> None:
    catalog = configured([offered(connector)[TABLE]])
    without_tables = connector_of(account, tmp_path)
    output = without_tables.read_catalog(catalog)
    assert (output.exit_code, len(output.rows(TABLE))) == (0, 12)
    assert len(without_tables.read_catalog(configured([unknown(TABLE)])).rows(TABLE)) == 12


def test_a_plan_without_custom_objects_offers_no_tables_and_empties_none(
    account: SimulatedAccount, connector: Connector
) -> None:
    catalog = configured([offered(connector)[TABLE]])
    before = connector.read_catalog(catalog)
    account.set_plan(gates={"custom_objects": "404_errors"})
    output = connector.discover()
    assert output.exit_code == 0
    assert TABLE not in output.streams
    (reported,) = output.warnings
    assert reported.startswith("The streams of custom objects are missing from the catalog")
    after = connector.read_catalog(catalog, before.states)
    assert (after.exit_code, after.errors, after.records, after.states) == (0, [], {}, before.states)
    (reported,) = after.warnings
    assert reported.startswith(f"Stream {TABLE}: not available to this user or plan")


def test_fields_that_cannot_be_read_leave_a_table_without_their_columns(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_plan(gates={"custom_objects/{parent_id}/fields": "403_errors"})
    streams = offered(connector)
    assert "price" not in streams[TABLE]["json_schema"]["properties"]
    assert "custom_object_fields" in streams[TABLE]["json_schema"]["properties"]


def test_an_export_that_is_refused_is_replaced_by_the_list_in_both_streams(
    account: SimulatedAccount, connector: Connector
) -> None:
    streams = offered(connector)
    account.set_plan(gates={"incremental/custom_objects/{custom_object_key}/cursor": "403_errors"})
    output = connector.read_catalog(configured([streams[RECORDS], streams[TABLE]]))
    assert (output.exit_code, output.errors) == (0, [])
    assert len(output.rows(TABLE)) == 10
    assert output.rows(TABLE)[0]["photo"] == {"id": 44300000000777, "file_name": "estate.png"}
    assert {row["mileage"] for row in output.rows(TABLE)} >= {"0", "10"}
