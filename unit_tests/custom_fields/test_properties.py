import logging
from typing import Any

import orjson
import pytest

from source_zendesk_support.custom_fields.properties import column_properties, log_unknown_types, object_properties

DATE_TIME: dict[str, Any] = {
    "type": ["null", "string"],
    "format": "date-time",
    "airbyte_type": "timestamp_with_timezone",
}
STRING = {"type": ["null", "string"]}
TYPES: list[tuple[str, dict[str, Any]]] = [
    ("text", STRING),
    ("textarea", STRING),
    ("regexp", STRING),
    ("partialcreditcard", STRING),
    ("integer", {"type": ["null", "integer"]}),
    ("decimal", {"type": ["null", "number"]}),
    ("checkbox", {"type": ["null", "boolean"]}),
    ("date", {"type": ["null", "string"], "format": "date"}),
    ("dropdown", STRING),
    ("tagger", STRING),
    ("multiselect", {"type": ["null", "array"], "items": STRING}),
    ("lookup", {"type": ["null", "string"]}),
]


def field(number: int, kind: str, title: str = "Sum", **more: Any) -> dict[str, Any]:
    return {"id": number, "type": kind, "title": title, "key": f"key_{number}", **more}


def columns(*fields: dict[str, Any], titles: bool = False, labels: bool = False) -> dict[str, Any]:
    return column_properties(fields, {"id": {}, "status": {}}, titles=titles, labels=labels)


@pytest.mark.parametrize(("kind", "schema"), TYPES)
def test_type_of_a_ticket_field(kind: str, schema: dict[str, Any]) -> None:
    expected = {**schema, "description": f"Sum ({kind})", "x-zendesk-field": 7}
    assert columns(field(7, kind)) == {"custom_field_7": expected}


OF_OBJECTS: dict[str, dict[str, Any]] = {"date": DATE_TIME, "lookup": {"type": ["null", "string", "integer"]}}


@pytest.mark.parametrize(("kind", "schema"), TYPES)
def test_type_of_a_field_in_an_object(kind: str, schema: dict[str, Any]) -> None:
    found = object_properties([field(7, kind)])
    assert found == {"key_7": {**OF_OBJECTS.get(kind, schema), "description": f"Sum ({kind})"}}


@pytest.mark.parametrize("target", ["zen:user", "zen:organization", "zen:ticket", None, "zen:custom_object:device"])
def test_lookup_of_a_ticket_is_text_whatever_it_finds(target: str | None) -> None:
    lookup = field(7, "lookup", relationship_target_type=target)
    assert columns(lookup)["custom_field_7"]["type"] == ["null", "string"]


@pytest.mark.parametrize("kind", ["hologram", "subject", "custom_status", None])
def test_other_types_have_no_column(kind: Any) -> None:
    assert columns(field(7, kind)) == {}
    assert object_properties([field(7, kind)]) == {}


def test_unknown_types_are_reported_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "airbyte")
    fields = [field(1, "hologram"), field(2, "aura"), field(3, "hologram"), field(4, "text"), field(5, "subject")]
    log_unknown_types("tickets", fields)
    log_unknown_types("users", [field(4, "text")])
    assert [record.getMessage() for record in caplog.records] == [
        (
            "Stream tickets: 3 custom fields have types without a column (aura, hologram); their values are emitted "
            "as Zendesk sends them."
        )
    ]


def test_inactive_fields_have_columns_and_options_are_not_told() -> None:
    options = [{"name": "Phone", "value": "phone"}]
    found = columns(field(7, "tagger", active=False, custom_field_options=options, required=True))
    assert found == {"custom_field_7": {**STRING, "description": "Sum (tagger)", "x-zendesk-field": 7}}


def test_labels_have_columns_of_the_same_type() -> None:
    found = columns(field(7, "tagger"), field(8, "multiselect", "Parts"), field(9, "text"), titles=True, labels=True)
    assert {name: column["type"][1] for name, column in found.items()} == {
        "sum_7": "string",
        "sum_7_label": "string",
        "parts": "array",
        "parts_label": "array",
        "sum_9": "string",
    }
    assert found["parts_label"] == {
        "type": ["null", "array"],
        "items": STRING,
        "description": "Labels of parts",
        "x-zendesk-label-of": 8,
    }


def test_columns_stand_in_the_order_of_ids_however_they_come() -> None:
    fields = [field(9, "text", "A"), field(10, "text", "B"), field(1, "text", "C")]
    assert list(columns(*fields)) == list(columns(*reversed(fields)))
    assert list(columns(*fields)) == ["custom_field_1", "custom_field_9", "custom_field_10"]
    assert list(object_properties(fields)) == ["key_1", "key_9", "key_10"]


@pytest.mark.parametrize(
    ("title", "description"),
    [("a" * 300, "a" * 193 + " (text)"), ("é" * 300, "é" * 96 + " (text)"), ("", "(text)"), (None, "(text)")],
)
def test_description_is_title_and_type_in_200_bytes(title: Any, description: str) -> None:
    assert columns(field(7, "text", title))["custom_field_7"]["description"] == description


def test_a_thousand_fields_make_less_than_a_megabyte() -> None:
    fields = [field(20_000_000_000_000 + number, "multiselect", "長い名前" * 80) for number in range(1000)]
    assert len(orjson.dumps(columns(*fields))) < 400_000
    assert len(orjson.dumps(columns(*fields, titles=True, labels=True))) < 700_000
