"""Custom fields over the whole way: what discover says of an account with 300 of them, and what read makes of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration_tests.accounts import running_account
from integration_tests.command_output import Json
from integration_tests.configured_catalog import configured
from integration_tests.conftest import connector_of
from integration_tests.connector import discovered
from integration_tests.simulated_account import SimulatedAccount

SIZES = {"ticket_fields": 308}
TITLES = {"naming": "title", "labels": True}
DEFINITIONS = ("/api/v2/ticket_fields", "/api/v2/user_fields", "/api/v2/organization_fields")
FIRST = 20_700_000_000_011
"""Id of the first ticket field; each has one that is greater by 37."""


def number(place: int) -> int:
    """Id of the ticket field at that place; the first 8 are of the system."""
    return FIRST + 37 * place


@pytest.fixture(scope="module")
def large() -> Iterator[SimulatedAccount]:
    """An account with 300 custom ticket fields, which no test changes."""
    with running_account(tickets=60, sizes=SIZES) as running:
        yield running


def columns_of(streams: dict[str, Json], stream: str = "tickets") -> dict[str, Json]:
    """The columns that discover has added."""
    static = discovered()[stream]["json_schema"]["properties"]
    found = streams[stream]["json_schema"]["properties"]
    return {name: column for name, column in found.items() if name not in static}


def definition_calls(account: SimulatedAccount) -> list[int]:
    counts = account.counts()
    return [counts.get(path, 0) for path in DEFINITIONS]


def test_discover_requests_each_kind_once_and_says_the_same_every_time(large: SimulatedAccount, tmp_path: Path) -> None:
    large.forget_requests()
    connector = connector_of(large, tmp_path)
    first = connector.discover()
    assert (first.exit_code, first.warnings, definition_calls(large)) == (0, [], [1, 1, 1])
    assert large.counts().keys() == set(DEFINITIONS)
    assert json.dumps(first.of("CATALOG")) == json.dumps(connector.discover().of("CATALOG"))
    assert "1 custom fields have types without a column (hologram)" in first.log


def test_values_arrive_twice_and_other_streams_do_not_see_it(large: SimulatedAccount, tmp_path: Path) -> None:
    connector = connector_of(large, tmp_path)
    found = connector.discover().streams
    large.forget_requests()
    names = ("ticket_metrics", "tickets", "users", "organizations")
    output = connector.read_catalog(configured([found[name] for name in names]))
    assert (output.exit_code, output.warnings, definition_calls(large)) == (0, [], [0, 0, 0])
    for stream in names:
        truth = {row["id"]: row for row in large.truth(stream)}
        assert {row["id"]: {name: row.get(name) for name in truth[row["id"]]} for row in output.rows(stream)} == truth
    declared = columns_of(found)
    for row in output.rows("tickets"):
        values = {f"custom_field_{each['id']}": each["value"] for each in row["custom_fields"]}
        assert len(values) == 300
        assert {name: row[name] for name in declared} == {name: values[name] for name in declared}
        assert f"custom_field_{number(27)}" not in row


def test_title_names_and_labels_read_definitions_once(large: SimulatedAccount, tmp_path: Path) -> None:
    connector = connector_of(large, tmp_path, custom_fields=TITLES)
    found = connector.discover().streams
    large.forget_requests()
    names = ("tickets", "ticket_metrics", "ticket_fields", "users", "user_fields")
    output = connector.read_catalog(configured([found[name] for name in names]))
    assert (output.exit_code, output.warnings, definition_calls(large)) == (0, [], [1, 1, 0])
    assert len(output.rows("ticket_fields")) == 308
    for row in output.rows("tickets"):
        values = {each["id"]: each["value"] for each in row["custom_fields"]}
        assert row["amount"] == values[number(13)]
        chosen, parts = values[number(16)], values[number(17)]
        assert row["product_20700000000603_label"] == (LABELS[chosen] if chosen else None)
        assert row["affected_parts_label"] == [LABELS[part] for part in parts]


LABELS = {
    "product_phone": "Phone",
    "product_laptop": "Laptop",
    "product_watch": "Watch",
    "product_headset": "Headset",
    "product_écran": "Écran",
    "product_kabel": "Kabel",
}


@pytest.mark.parametrize("naming", ["id", "title"])
def test_fields_that_change_after_discover_fail_nothing(account: SimulatedAccount, tmp_path: Path, naming: str) -> None:
    connector = connector_of(account, tmp_path, custom_fields={"naming": naming, "labels": True})
    found = connector.discover().streams
    name = {column.get("x-zendesk-field"): name for name, column in columns_of(found).items()}
    quantity, amount, product = number(12), number(13), number(16)
    account.call("add", stream="ticket_fields", fields={"id": 5, "title": "Born later", "type": "text"})
    account.call("update", stream="ticket_fields", id=quantity, fields={"title": "Renamed"})
    account.call("update", stream="ticket_fields", id=product, fields={"custom_field_options": []})
    account.call("delete", stream="ticket_fields", id=number(15))
    values = [
        {"id": quantity, "value": "many"},
        {"id": amount, "value": "4.50"},
        {"id": product, "value": "product_phone"},
        {"id": 5, "value": "new"},
    ]
    account.call("update", stream="tickets", id=7, fields={"custom_fields": values})
    account.set_clock(skew=120)
    output = connector.read_catalog(configured([found["tickets"]]))
    (row,) = [row for row in output.rows("tickets") if row["id"] == 7]
    assert output.exit_code == 0
    assert row["custom_fields"] == values
    assert (row[name[quantity]], row[name[amount]], row[name[product]]) == ("many", "4.50", "product_phone")
    assert row[f"{name[product]}_label"] is None
    assert "new" not in [value for column, value in row.items() if column not in ("custom_fields", "fields")]
    assert output.warnings == [
        (
            f"Stream tickets: 1 values of custom fields do not match their type ({name[quantity]}: 1). They are "
            "emitted unchanged; if a field's type has changed, refresh the schema."
        )
    ]


def test_without_expansion_nothing_is_requested_and_nothing_added(account: SimulatedAccount, tmp_path: Path) -> None:
    declared: dict[str, Any] = connector_of(account, tmp_path).discover().streams
    account.forget_requests()
    connector = connector_of(account, tmp_path, custom_fields={"expand": False})
    assert connector.discover().streams == discovered()
    output = connector.read_catalog(configured([declared["tickets"]]))
    assert definition_calls(account) == [0, 0, 0]
    assert not [name for row in output.rows("tickets") for name in row if name.startswith("custom_field_")]


def test_refused_definitions_leave_the_static_schema_and_empty_labels(
    account: SimulatedAccount, tmp_path: Path
) -> None:
    connector = connector_of(account, tmp_path, custom_fields=TITLES)
    found = connector.discover().streams
    account.set_plan(gates=dict.fromkeys(("ticket_fields", "user_fields", "organization_fields"), "403_object"))
    output = connector.discover()
    assert (output.exit_code, output.streams) == (0, discovered())
    assert [(warning.partition(":")[0], "HTTP 403" in warning) for warning in output.warnings] == [
        (f"Stream {stream}", True) for stream in ("organizations", "tickets", "users")
    ]
    output = connector.read_catalog(configured([found["tickets"]]))
    assert (output.exit_code, output.statuses["tickets"]) == (0, ["STARTED", "RUNNING", "COMPLETE"])
    (reported,) = output.warnings
    assert "affected_parts_label, product_label" in reported
    truth = {row["id"]: row["custom_fields"] for row in account.truth("tickets")}
    assert {row["id"]: row["custom_fields"] for row in output.rows("tickets")} == truth
    assert all("product" in row and "product_label" not in row for row in output.rows("tickets"))
