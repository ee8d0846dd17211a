"""Columns of the fields of a custom object: their names and types, and the values that they get."""

from typing import Any

import pytest

from source_zendesk_support.custom_fields.object_columns import ObjectFieldReader, object_columns

STATIC: dict[str, Any] = {"properties": {"id": {"type": "string"}, "name": {}, "custom_object_fields": {}}}


def field(key: str, kind: str, title: str = "Title") -> dict[str, Any]:
    return {"id": 1, "key": key, "type": kind, "title": title}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", {"type": ["null", "string"]}),
        ("textarea", {"type": ["null", "string"]}),
        ("regexp", {"type": ["null", "string"]}),
        ("dropdown", {"type": ["null", "string"]}),
        ("lookup", {"type": ["null", "string"]}),
        ("checkbox", {"type": ["null", "boolean"]}),
        ("integer", {"type": ["null", "integer"]}),
        ("decimal", {"type": ["null", "number"]}),
        ("multiselect", {"type": ["null", "array"], "items": {"type": ["null", "string"]}}),
        ("date", {"type": ["null", "string"], "format": "date-time", "airbyte_type": "timestamp_with_timezone"}),
    ],
)
def test_a_column_has_the_type_of_its_field(kind: str, expected: dict[str, Any]) -> None:
    assert object_columns([field("price", kind)], {}) == {
        "price": {**expected, "description": f"Title ({kind})", "x-zendesk-field-key": "price"}
    }


def test_a_field_of_a_type_that_is_not_known_has_no_column() -> None:
    assert object_columns([field("total", "rollup"), field("cost", "currency")], {}) == {}


def test_a_field_with_the_name_of_a_static_column_gets_another_one() -> None:
    columns = object_columns([field("name", "text"), field("color", "text")], STATIC["properties"])
    assert {name: column["x-zendesk-field-key"] for name, column in columns.items()} == {
        "color": "color",
        "field_name": "name",
    }


def test_values_are_in_their_columns_and_nothing_is_cast(caplog: pytest.LogCaptureFixture) -> None:
    columns = {"price": {"type": ["null", "number"]}, "field_name": {"type": "string", "x-zendesk-field-key": "name"}}
    catalog = {"properties": {**STATIC["properties"], **columns}}
    reader = ObjectFieldReader("custom_object_car", catalog, STATIC)
    reader.prepare()
    row = {"id": "1", "name": "Estate", "custom_object_fields": {"price": "12.50", "name": "own", "new": 1}}
    assert reader.transform(row) == {**row, "price": "12.50", "field_name": "own"}
    assert reader.transform({"id": "2", "custom_object_fields": {"price": "dear"}}) == {
        "id": "2",
        "custom_object_fields": {"price": "dear"},
        "price": "dear",
        "field_name": None,
    }
    assert reader.transform({"id": "3", "custom_object_fields": "odd"}) == {
        "id": "3",
        "custom_object_fields": "odd",
        "price": None,
        "field_name": None,
    }
    reader.on_end()
    assert [record.getMessage() for record in caplog.records] == [
        (
            "Stream custom_object_car: 1 values of custom fields do not match their type (price: 1). They are emitted "
            "unchanged; if a field's type has changed, refresh the schema."
        )
    ]
