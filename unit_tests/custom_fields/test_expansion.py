from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.custom_fields.expansion import (
    ColumnExpander,
    LabelColumn,
    ObjectFieldWatcher,
    label_of,
    labels_of,
)
from source_zendesk_support.custom_fields.values import FieldColumn, TypeMismatchCounter
from unit_tests.examples import json_values

ODD = OddMembers("tickets")
LABELS = {"phone": "Phone", "watch": "Watch"}


def column(name: str, kind: str = "string") -> FieldColumn:
    return FieldColumn.of(name, {"type": ["null", kind]})


def expanded(row: dict[str, Any], **columns: FieldColumn) -> dict[str, Any]:
    """A row with the columns of fields 1, 2, 3 … in it."""
    rules = ColumnExpander(TypeMismatchCounter("tickets"), ODD, dict(enumerate(columns.values(), 1)))
    return rules.row(row)


def test_values_become_columns_and_nothing_goes() -> None:
    row = {
        "id": 5,
        "custom_fields": [{"id": 1, "value": "x"}, {"id": 3, "value": 4.5}, {"id": 9, "value": "born later"}],
    }
    before = {**row}
    assert expanded(row, a=column("a"), b=column("b"), c=column("c", "number")) == {
        **before,
        "a": "x",
        "b": None,
        "c": 4.5,
    }
    assert row == before


def test_without_columns_rows_are_the_same_objects() -> None:
    rows = [{"id": 5, "custom_fields": [{"id": 1, "value": "x"}]}]
    assert ColumnExpander(TypeMismatchCounter("tickets"), ODD).row(rows[0]) is rows[0]


@pytest.mark.parametrize("odd", [None, [], {"1": "x"}, ["x"], [{"id": 1}], 5, [None]])
def test_what_is_no_list_of_values_arrives_as_it_is(odd: Any) -> None:
    found = expanded({"id": 5, "custom_fields": odd}, a=column("a"))
    assert (found["id"], found["custom_fields"], found.get("a")) == (5, odd, None)


@given(value=json_values(leaves=5), kind=st.sampled_from(["string", "integer", "number", "boolean", "array"]))
def test_any_value_goes_out_as_it_came_in(value: Any, kind: str) -> None:
    row = {"id": 5, "custom_fields": [{"id": 1, "value": value}]}
    found = expanded(row, a=column("a", kind))
    assert found["a"] is value
    assert found["custom_fields"] is row["custom_fields"]


@given(value=json_values(leaves=5))
def test_any_value_has_labels_without_trouble(value: Any) -> None:
    rules = ColumnExpander(TypeMismatchCounter("tickets"), ODD, {1: column("a")}, {1: LabelColumn("a_label", LABELS)})
    found = rules.row({"id": 5, "custom_fields": [{"id": 1, "value": value}]})
    assert found["a"] is value
    assert "a_label" in found


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("phone", "Phone"),
        ("gone", None),
        (None, None),
        ([], []),
        (["watch", "gone", "phone"], ["Watch", None, "Phone"]),
        (5, None),
    ],
)
def test_label_of_an_option(value: Any, label: Any) -> None:
    assert label_of(value, LABELS) == label


def test_labels_are_the_names_of_options() -> None:
    options = [{"name": "Phone", "value": "phone"}, {"name": "A::B", "value": "b"}]
    assert labels_of({"id": 1, "custom_field_options": options}, ODD) == {"phone": "Phone", "b": "A::B"}
    assert labels_of({"id": 1}, ODD) == {}


def test_contradictions_are_counted_and_passed_on(caplog: pytest.LogCaptureFixture) -> None:
    found = TypeMismatchCounter("tickets")
    rules = ColumnExpander(found, ODD, {1: column("sum", "integer")})
    values = [5, "5", None, "many", True]
    rows = [rules.row({"id": 1, "custom_fields": [{"id": 1, "value": value}]}) for value in values]
    assert [row["sum"] for row in rows] == values
    found.log_summary()
    assert "2 values of custom fields do not match their type (sum: 2)" in caplog.text


def test_objects_leave_as_they_came(caplog: pytest.LogCaptureFixture) -> None:
    found = TypeMismatchCounter("users")
    rows: list[dict[str, Any]] = [
        {"id": 1, "user_fields": {"seats": "many", "not_defined": 1}},
        {"id": 2, "user_fields": {"seats": None}},
        {"id": 3, "user_fields": None},
        {"id": 4},
    ]
    watch = ObjectFieldWatcher(found, "user_fields", {"seats": column("seats", "integer")})
    assert all(watch.row(row) is row for row in rows)
    found.log_summary()
    assert "Stream users: 1 values of custom fields do not match their type (seats: 1)" in caplog.text
