import logging
from typing import Any

import pytest

from source_zendesk_support.custom_fields.values import FieldColumn, TypeMismatchCounter

SCHEMAS: dict[str, dict[str, Any]] = {
    "string": {"type": ["null", "string"]},
    "integer": {"type": ["null", "integer"]},
    "number": {"type": ["null", "number"]},
    "boolean": {"type": ["null", "boolean"]},
    "date": {"type": ["null", "string"], "format": "date"},
    "moment": {"type": ["null", "string"], "format": "date-time"},
    "array": {"type": ["null", "array"], "items": {"type": ["null", "string"]}},
}


def fits(kind: str, value: Any) -> bool:
    column = FieldColumn.of("x", SCHEMAS[kind])
    return type(value) is column.kind or column.fits(value)


@pytest.mark.parametrize(
    ("kind", "fitting", "contradicting"),
    [
        ("string", [""], [5, ["a"]]),
        ("integer", [5, -(2**70), "5"], [4.5, "4.5", "many", True]),
        ("number", [4.5, 4, "4.50"], [False, "much"]),
        ("boolean", [False], ["true", 1]),
        ("date", ["2026-01-31"], ["soon", 20260131]),
        ("moment", ["2026-01-31T00:00:00+00:00", "2026-01-31T00:00:00Z"], ["31.01.2026"]),
        ("array", [[], ["a", "b"]], ["a", ["a", 1]]),
    ],
)
def test_value_fits_its_column_or_contradicts_it(kind: str, fitting: list[Any], contradicting: list[Any]) -> None:
    assert [value for value in fitting if not fits(kind, value)] == []
    assert [value for value in contradicting if fits(kind, value)] == []


@pytest.mark.parametrize(
    "schema", [{}, {"type": ["string", "integer"]}, {"type": "null"}, {"type": ["null", "object"]}]
)
def test_anything_fits_what_promises_nothing(schema: dict[str, Any]) -> None:
    assert FieldColumn.of("x", schema).fits(5)


def test_contradictions_are_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    found = TypeMismatchCounter("tickets")
    found.log_summary()
    for column in ("sum", "order", "sum"):
        found.add(column)
    with caplog.at_level(logging.WARNING, "airbyte"):
        found.log_summary()
        found.log_summary()
    assert [record.getMessage() for record in caplog.records] == [
        (
            "Stream tickets: 3 values of custom fields do not match their type (order: 1, sum: 2). They are emitted "
            "unchanged; if a field's type has changed, refresh the schema."
        )
    ]
