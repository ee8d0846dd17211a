"""Records of custom objects: an export for each object, its place in STATE, deletions, and refusals."""

import json
from pathlib import Path

import pytest

from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import row_differences, rows_by_key, wrong_rows
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.upsert_destination import UpsertDestination

STREAM = "custom_object_records"
LIST = "/api/v2/custom_objects"
EXPORT = "/api/v2/incremental/custom_objects/{custom_object_key}/cursor"
RECORDS = "/api/v2/custom_objects/{custom_object_key}/records"
OBJECTS = ["car_0000", "car_0001", "car_0002", "car_0003", "car_0004", "car_0005", "car_0006"]
FIRST = "01HXSF2Z6V0000000000000000"
"""The first record of car_0000."""


def test_records_of_all_objects_come_once_with_a_place_for_each_object(
    account: SimulatedAccount, connector: Connector
) -> None:
    first = connector.read(STREAM)
    assert (first.exit_code, first.errors, first.warnings) == (0, [], [])
    assert len(first.rows(STREAM)) == 37
    assert wrong_rows(account, first, STREAM) == {}
    assert sorted(first.states[STREAM]["objects"]) == OBJECTS
    assert first.states[STREAM]["objects"]["car_0001"] == {"updated_at": "1577836800", "v": 1}
    assert account.counts() == {LIST: 1, EXPORT: 7}
    account.forget_requests()
    second = connector.read(STREAM, state=first.states)
    assert (second.exit_code, second.rows(STREAM), second.states) == (0, [], first.states)
    assert account.counts() == {LIST: 1, EXPORT: 7}


def test_a_deleted_record_is_marked_and_has_no_text_in_the_place_of_a_number(
    account: SimulatedAccount, connector: Connector
) -> None:
    before = connector.read(STREAM)
    account.set_clock(skew=3600)
    account.update(STREAM, "01HXSF2Z6V0000000000000001", name="Renamed")
    account.delete(STREAM, FIRST)
    added = account.add(STREAM, name="Added", custom_object_key="car_0000")
    after = connector.read(STREAM, state=before.states)
    changed = {row["id"]: (row["name"], row["_deleted"]) for row in after.rows(STREAM)}
    assert changed == {
        FIRST: (None, True),
        "01HXSF2Z6V0000000000000001": ("Renamed", False),
        added["id"]: ("Added", False),
    }
    (gone,) = [row for row in after.rows(STREAM) if row["id"] == FIRST]
    assert gone["external_id"] is None
    assert set(gone["custom_object_fields"].values()) == {None}
    assert "[DELETED]" not in json.dumps(after.rows(STREAM))


def test_a_sync_that_is_killed_in_an_object_resumes_at_its_page(account: SimulatedAccount, tmp_path: Path) -> None:
    account.burst(STREAM, 1500)
    account.set_clock(skew=3600)
    account.set_limits(enabled=True, totals={"incremental-custom-objects": 7})
    connector, arrived = connector_of(account, tmp_path), UpsertDestination()
    with connector.reading(STREAM) as process:
        for line in process.stdout or ():
            arrived.take(json.loads(line))
            if len(arrived.states.get(STREAM, {}).get("objects", {})) == 7:
                break
    assert len(arrived.rows[STREAM]) > 1000
    account.set_limits(enabled=False)
    account.forget_requests()
    rest = connector.read(STREAM, state=arrived.states)
    assert rest.exit_code == 0
    known, more = arrived.rows[STREAM], rows_by_key(STREAM, rest.rows(STREAM))
    assert known.keys() & more.keys() == set()
    truth = rows_by_key(STREAM, account.truth(STREAM))
    assert row_differences(STREAM, {**known, **more}, truth) == {}
    paths = [(call["path"], "cursor" in call["query"]) for call in account.requests()]
    assert ("/api/v2/incremental/custom_objects/car_0006/cursor", True) in paths


def test_an_expired_cursor_is_replaced_by_the_time(account: SimulatedAccount, connector: Connector) -> None:
    before = connector.read(STREAM)
    account.set_behavior(cursor_generation=1)
    after = connector.read(STREAM, state=before.states)
    assert (after.exit_code, after.errors) == (0, [])
    assert len([text for text in after.warnings if "no longer accepts the saved cursor" in text]) == 5
    assert 0 < len(after.rows(STREAM)) <= 5


def test_an_account_without_custom_objects_is_empty_with_one_warning(
    account: SimulatedAccount, connector: Connector
) -> None:
    account.set_plan(gates={"custom_objects": "404_errors"})
    output = connector.read(STREAM, "custom_objects")
    assert (output.exit_code, output.errors, output.records) == (0, [], {})
    assert output.statuses[STREAM] == ["STARTED", "COMPLETE"]
    (reported,) = output.warnings
    assert "custom_object_records" in reported
    assert "custom objects (Support Team or Suite Growth)" in reported


def test_one_refused_object_is_skipped_with_one_warning_and_keeps_its_place(
    account: SimulatedAccount, connector: Connector
) -> None:
    before = connector.read(STREAM)
    account.set_plan(refused={"custom_objects": {"car_0003": "403_errors"}})
    after = connector.read(STREAM, state=before.states)
    assert (after.exit_code, after.errors, after.rows(STREAM)) == (0, [], [])
    (reported,) = after.warnings
    assert reported.startswith(
        "Stream custom_object_records: the records of the custom object car_0003 are skipped: Zendesk answered"
    )
    assert after.states == before.states


@pytest.mark.parametrize("behavior", [{"exports": "never"}, {}])
def test_records_are_listed_if_the_export_is_refused(
    account: SimulatedAccount, tmp_path: Path, behavior: dict[str, str]
) -> None:
    account.set_plan(gates={"incremental/custom_objects/{custom_object_key}/cursor": "403_errors"})
    connector = connector_of(account, tmp_path, **behavior)
    first = connector.read(STREAM)
    assert (first.exit_code, first.errors) == (0, [])
    living = [row["id"] for row in account.truth(STREAM) if not row["_deleted"]]
    assert sorted(row["id"] for row in first.rows(STREAM)) == sorted(living)
    assert {row["_deleted"] for row in first.rows(STREAM)} == {False}
    assert len(first.warnings) == 7
    account.set_clock(skew=3600)
    account.update(STREAM, FIRST, name="Renamed")
    second = connector.read(STREAM, state=first.states)
    assert [(row["id"], row["name"]) for row in second.rows(STREAM)] == [(FIRST, "Renamed")]
    account.set_plan(gates={})
    third = connector_of(account, tmp_path).read(STREAM, state=second.states)
    assert third.exit_code == 0
    assert {row["id"] for row in third.rows(STREAM) if row["_deleted"]} == {
        row["id"] for row in account.truth(STREAM) if row["_deleted"]
    }


def test_an_object_that_is_gone_is_a_warning_and_leaves_the_state(
    account: SimulatedAccount, connector: Connector
) -> None:
    before = connector.read(STREAM)
    account.delete("custom_objects", "car_0006")
    after = connector.read(STREAM, state=before.states)
    assert (after.exit_code, after.errors, after.rows(STREAM)) == (0, [], [])
    (reported,) = after.warnings
    assert reported == (
        "Stream custom_object_records: these custom objects no longer exist: car_0006. Their records stay in the "
        "destination as they are."
    )
    assert sorted(after.states[STREAM]["objects"]) == OBJECTS[:-1]


def test_a_state_of_another_connector_holds_for_all_objects(account: SimulatedAccount, connector: Connector) -> None:
    account.set_clock(skew=3600)
    account.update(STREAM, FIRST, name="Renamed")
    output = connector.read(STREAM, state={STREAM: {"updated_at": account.truth("tickets")[0]["updated_at"]}})
    assert output.exit_code == 0
    assert FIRST in {row["id"] for row in output.rows(STREAM)}


def test_a_place_that_cannot_be_understood_is_reported_before_anything_is_requested(
    account: SimulatedAccount, connector: Connector
) -> None:
    state = {STREAM: {"updated_at": "1577836800", "v": 1, "objects": {"car_0000": {"updated_at": "soon", "v": 1}}}}
    output = connector.read(STREAM, state=state)
    assert output.exit_code == 1
    assert "The saved state of stream custom_object_records cannot be understood" in output.errors[0]["message"]
    assert account.requests() == []
