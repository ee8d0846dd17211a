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
    ("kind", "value"),
    [
        ("string", ""),
        ("integer", 5),
        ("integer", -(2**70)),
        ("integer", "5"),
        ("number", 4.5),
        ("number", 4),
        ("number", "4.50"),
        ("boolean", False),
        ("date", "2026-01-31"),
        ("moment", "2026-01-31T00:00:00+00:00"),
        ("moment", "2026-01-31T00:00:00Z"),
        ("array", []),
        ("array", ["a", "b"]),
    ],
)
def test_value_that_fits(kind: str, value: Any) -> None:
    assert fits(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", 5),
        ("string", ["a"]),
        ("integer", 4.5),
        ("integer", "4.5"),
        ("integer", "many"),
        ("integer", True),
        ("number", False),
        ("number", "much"),
        ("boolean", "true"),
        ("boolean", 1),
        ("date", "soon"),
        ("date", 20260131),
        ("moment", "31.01.2026"),
        ("array", "a"),
        ("array", ["a", 1]),
    ],
)
def test_value_that_contradicts(kind: str, value: Any) -> None:
    assert not fits(kind, value)


@pytest.mark.parametrize(
    "schema", [{}, {"type": ["string", "integer"]}, {"type": "null"}, {"type": ["null", "object"]}]
)
def test_anything_fits_what_promises_nothing(schema: dict[str, Any]) -> None:
    assert FieldColumn.of("x", schema).fits(5)


def test_contradictions_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    found = TypeMismatchCounter("tickets")
    found.log_summary()
    for column in ("sum", "order", "sum"):
        found.add(column)
    with caplog.at_level(logging.WARNING, "airbyte"):
        found.log_summary()
        found.log_summary()
    assert [record.getMessage() for record in caplog.records] == [
        (
            "Stream tickets: 3 values of custom fields contradict their type (order: 1, sum: 2). They are passed on as "
            "they came; if a field was changed, refresh the schema."
        )
    ]
