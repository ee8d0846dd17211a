"""What every schema promises."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.sources.declarative.schema.json_file_schema_loader import JsonFileSchemaLoader
from jsonschema import Draft7Validator

from integration_tests.simulated_account.declared_streams import declared_streams

SCHEMAS = Path(__file__).parents[1] / "source_zendesk_support" / "schemas"

KEYS = {
    name: (stream.key, "string" if stream.has_text_key else "integer") if stream.key else None
    for name, stream in sorted(declared_streams().items())
}
"""The key of each stream and its type, by the manifest and the example row."""
STREAMS = list(KEYS)
SHARED = sorted(path.name for path in (SCHEMAS / "shared").glob("*.json"))

TIMESTAMP = {"type": ["null", "string"], "format": "date-time", "airbyte_type": "timestamp_with_timezone"}
# Times that Zendesk does not always write in ISO 8601.
OTHER_NOTATIONS = {
    "chat_account: billing.created_at",
    "deleted_tickets: deleted_at",
    "guide_permission_groups: created_at",
    "guide_permission_groups: updated_at",
}
DATES = {"schedule_holidays: end_date", "schedule_holidays: start_date"}
EPOCHS = {
    "ticket_attachments: timestamp",
    "ticket_comments: timestamp",
    "ticket_events: timestamp",
    "ticket_metrics: _ab_updated_at",
    "tickets: generated_timestamp",
}
ANYTHING = ["null", "string", "number", "integer", "boolean", "array", "object"]
FREE_FORM = [
    "automations: actions[].value",
    "automations: conditions.any[].value",
    "chat_triggers: definition.condition",
    "group_sla_policies: filter.all[].value",
    "macros: actions[].value",
    "sla_policies: filter.all[].value",
    "ticket_audits: events[].previous_value",
    "ticket_audits: events[].value",
    "ticket_events: child_events[].previous_value",
    "ticket_forms: agent_conditions[].value",
    "ticket_skips: ticket.custom_fields[].value",
    "tickets: custom_fields[].value",
    "tickets: fields[].value",
    "triggers: all[].value",
    "triggers: conditions.all[].value",
    "views: conditions.all[].value",
]
MAPS = [
    "account_settings: tickets",
    "organizations: organization_fields",
    "talk_phone_numbers: categorised_greetings",
    "ticket_audits: metadata.custom",
    "ticket_comments: metadata.flags_options",
    "users: user_fields",
]

Schema = dict[str, Any]


@cache
def load(stream: str) -> Schema:
    """The schema as the connector hands it out, every reference resolved."""
    path = f"./source_zendesk_support/schemas/{stream}.json"
    return dict(JsonFileSchemaLoader(config={}, parameters={}, file_path=path).get_json_schema())


def nodes(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every schema below this one, with its path: `via.source`, `attachments[].size`."""
    for name, child in schema.get("properties", {}).items():
        below = f"{path}.{name}" if path else name
        yield below, child
        yield from nodes(child, below)
    if "items" in schema:
        yield f"{path}[]", schema["items"]
        yield from nodes(schema["items"], f"{path}[]")


def at(stream: str, path: str) -> Schema | None:
    """The schema at this path, or None if there is none."""
    return dict(nodes(load(stream))).get(path)


def named(cases: list[str]) -> list[tuple[str, str]]:
    """`stream: path`, split."""
    return [(stream, path) for stream, _, path in (case.partition(": ") for case in cases)]


def types(schema: Schema) -> list[str]:
    """The types a schema allows, as a list."""
    return [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])


def references(value: Any) -> Iterator[str]:
    """Every `$ref` in a file."""
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        for child in value.values():
            yield from references(child)
    if isinstance(value, list):
        for child in value:
            yield from references(child)


def test_there_is_one_schema_a_stream() -> None:
    assert sorted(path.stem for path in SCHEMAS.glob("*.json")) == STREAMS


def test_shared_objects_are_all_in_use() -> None:
    used = {ref for path in SCHEMAS.rglob("*.json") for ref in references(json.loads(path.read_text()))}
    assert sorted(used) == SHARED


@pytest.mark.parametrize("stream", STREAMS)
def test_schema_is_valid_draft_07_without_references(stream: str) -> None:
    schema = load(stream)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["type"] == "object"
    assert list(references(schema)) == []


@pytest.mark.parametrize("stream", STREAMS)
def test_column_has_exactly_one_type_beside_null(stream: str) -> None:
    columns = load(stream)["properties"]
    assert {name for name, column in columns.items() if len(set(types(column)) - {"null"}) != 1} == set()


@pytest.mark.parametrize(
    ("stream", "row"),
    [
        ("chat_agents", {"id": 1, "enabled": True}),
        ("chat_departments", {"id": 1, "enabled": False}),
        ("csat_survey_responses", {"id": "a", "responder_id": "21500000002083"}),
        ("macros", {"id": 1, "permissions": {"can_edit": True}}),
        ("macros", {"id": 1}),
        ("sla_policies", {"id": 1, "metric_settings": {"first_reply_time": {"a": True}}}),
        ("ticket_audits", {"id": 1, "events": [{"body": ["a", {"b": 1}], "comment_id": "7", "via": "Web service"}]}),
        (
            "ticket_audits",
            {"id": 1, "via": {"channel": "Web service"}, "events": [{"body": {"a": 1}, "attachment_id": 7}]},
        ),
        (
            "ticket_comments",
            {"id": 1, "via": {"channel": "Web service"}, "metadata": {"parent_audit_id": 7, "via": "Rule"}},
        ),
        ("ticket_comments", {"id": 1, "via": {"channel": "web", "source": {"rel": None}}}),
        (
            "ticket_events",
            {"id": 1, "child_events": [{"via": "Rule", "body": ["a"], "sla_policy": "7", "rel": "trigger"}]},
        ),
        (
            "ticket_events",
            {"id": 1, "child_events": [{"via": {"channel": 4}, "custom_status_id": 7, "revision_id": 7}]},
        ),
    ],
)
def test_type_that_was_recorded_fits(stream: str, row: dict[str, Any]) -> None:
    assert [error.message for error in Draft7Validator(load(stream)).iter_errors(row)] == []


RECORDED = {
    "article_attachments": ["display_file_name"],
    "articles": ["name"],
    "chat_departments": ["settings.solved_ticket_reassignment_strategy"],
    "chats": ["history[].index"],
    "custom_statuses": ["url"],
    "deleted_tickets": ["description"],
    "locales": ["default", "rtl", "native_name", "presentation_name"],
    "organizations": ["ticket_restriction", "children_count"],
    "sections": ["sorting"],
    "sla_policies": ["metric_settings"],
    "ticket_comments": ["comment_present", "comment_public", "metadata.system.transaction_id"],
    "ticket_events": [
        "metadata.parent_audit_id",
        *(f"child_events[].{key}" for key in ("custom_status_id", "rel", "revision_id", "sla_policy")),
        *(f"child_events[].satisfaction_{key}" for key in ("score", "reason_code")),
    ],
    "ticket_fields": ["key", "raw_agent_description", "custom_statuses[].url"],
    "topics": ["community_id"],
    "users": ["is_billing_admin"],
    "views": ["execution.group.filterable", "execution.sort.sortable"],
}


@pytest.mark.parametrize(("stream", "path"), [(stream, path) for stream, paths in RECORDED.items() for path in paths])
def test_key_that_was_recorded_has_a_place(stream: str, path: str) -> None:
    assert at(stream, path) is not None


@pytest.mark.parametrize("stream", STREAMS)
def test_everything_is_nullable_except_the_primary_key(stream: str) -> None:
    never_null = {path for path, schema in nodes(load(stream)) if "null" not in types(schema)}
    assert never_null == set(declared_streams()[stream].primary_key)


@pytest.mark.parametrize(("stream", "key"), [(stream, key) for stream, key in KEYS.items() if key])
def test_primary_key_has_its_one_type(stream: str, key: tuple[str, str]) -> None:
    name, of_type = key
    assert load(stream)["properties"][name]["type"] == of_type


@pytest.mark.parametrize("stream", STREAMS)
def test_nothing_is_left_open_by_accident(stream: str) -> None:
    for path, schema in nodes(load(stream)):
        assert types(schema) != ["null"], path
        assert ("items" in schema) == ("array" in types(schema)), path
    for path, schema in [("", load(stream)), *nodes(load(stream))]:
        assert (schema.get("additionalProperties") is True) == ("object" in types(schema)), path


@pytest.mark.parametrize("stream", STREAMS)
def test_time_is_a_timestamp_unless_its_notation_is_another(stream: str) -> None:
    plain = {f"{stream}: {path}" for path, schema in nodes(load(stream)) if is_plain_time(path, schema)}
    assert {case for case in plain if not case.endswith("data.started_at")} == {
        case for case in OTHER_NOTATIONS if case.startswith(f"{stream}: ")
    }


def is_plain_time(path: str, schema: Schema) -> bool:
    """True for a string whose name says that it is a time, and whose schema does not."""
    return path.endswith(("_at", "timestamp")) and "string" in types(schema) and "format" not in schema


@pytest.mark.parametrize("stream", STREAMS)
def test_format_is_a_timestamp_or_a_date(stream: str) -> None:
    for path, schema in nodes(load(stream)):
        if "format" not in schema:
            assert "airbyte_type" not in schema, path
        elif f"{stream}: {path}" in DATES:
            assert (schema["type"], schema["format"]) == (["null", "string"], "date"), path
        else:
            kind = "string" if path in declared_streams()[stream].primary_key else TIMESTAMP["type"]
            assert {key: schema[key] for key in TIMESTAMP} == TIMESTAMP | {"type": kind}, path


OF_TYPE: list[tuple[str, str, Any]] = [
    *((stream, path, ["null", "integer"]) for stream, path in named(sorted(EPOCHS))),
    *((stream, path, ANYTHING) for stream, path in named(FREE_FORM)),
    *((stream, path, ["null", "object"]) for stream, path in named(MAPS)),
]


@pytest.mark.parametrize(("stream", "path", "of_type"), OF_TYPE)
def test_value_has_its_type_and_a_map_is_open(stream: str, path: str, of_type: Any) -> None:
    schema = at(stream, path) or {}
    assert schema.get("type") == of_type
    assert of_type != ["null", "object"] or "properties" not in schema


@pytest.mark.parametrize("path", sorted(SCHEMAS.rglob("*.json")), ids=lambda path: str(path.relative_to(SCHEMAS)))
def test_file_is_tidy(path: Path) -> None:
    text = path.read_text()
    assert text.endswith("}\n")
    assert all(len(line) <= 120 and line == line.rstrip() for line in text.splitlines())
    for _, schema in [("", json.loads(text)), *nodes(json.loads(text))]:
        assert list(schema.get("properties", {})) == sorted(schema.get("properties", {}))


@pytest.mark.parametrize(("stream", "embedded"), [("tickets", "ticket"), ("users", "user")])
def test_embedded_record_has_the_columns_of_its_stream(stream: str, embedded: str) -> None:
    columns = json.loads((SCHEMAS / f"{stream}.json").read_text())["properties"]
    copy = json.loads((SCHEMAS / "shared" / f"{embedded}.json").read_text())["properties"]
    assert columns | {"id": {"type": ["null", "integer"]}} == copy


@pytest.mark.parametrize(
    "value",
    [None, True, 4.5, 7, "2026-01-31", "text", ["a", "b"], {"key": [1]}, [["name", "value"], ["other", 2]]],
    ids=str,
)
def test_custom_field_value_of_any_type_fits(value: Any) -> None:
    record = {"id": 1, "custom_fields": [{"id": 2, "value": value}]}
    assert list(Draft7Validator(load("tickets")).iter_errors(record)) == []
