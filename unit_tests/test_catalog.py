"""What `discover` says, against a snapshot. `python -m unit_tests.test_catalog` writes it again."""

import json
import logging
from pathlib import Path
from typing import Any

import orjson
from airbyte_cdk.models import AirbyteCatalog, AirbyteMessage, AirbyteMessageSerializer, Type

from source_zendesk_support.source import SourceZendeskSupport
from unit_tests.reading import CONFIG

SNAPSHOT = Path(__file__).parent / "snapshots" / "catalog.json"
SHOWN = (
    "supported_sync_modes",
    "source_defined_cursor",
    "default_cursor_field",
    "source_defined_primary_key",
    "is_resumable",
)


STATIC = {**CONFIG, "custom_fields": {"expand": False}}
"""With nobody to ask for definitions."""


def discovered() -> AirbyteCatalog:
    return SourceZendeskSupport(config=STATIC).discover(logging.getLogger("airbyte"), STATIC)


def dumped() -> Any:
    """The catalog as `discover` writes it."""
    return AirbyteMessageSerializer.dump(AirbyteMessage(type=Type.CATALOG, catalog=discovered()))["catalog"]


def snapshot() -> str:
    streams: list[dict[str, Any]] = dumped()["streams"]
    short = {stream["name"]: {name: stream[name] for name in SHOWN if name in stream} for stream in streams}
    lines = [f"  {json.dumps(name)}: {json.dumps(stream)}" for name, stream in short.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def test_catalog_is_as_in_the_snapshot() -> None:
    assert snapshot() == SNAPSHOT.read_text("utf-8")


def test_two_discovers_are_equal_to_the_byte() -> None:
    first, second = (orjson.dumps(dumped()) for _ in range(2))
    assert first == second


def test_stream_is_resumable_just_where_it_has_a_cursor() -> None:
    for stream in discovered().streams:
        assert stream.is_resumable == bool(stream.default_cursor_field), stream.name
        assert bool(stream.source_defined_cursor) == bool(stream.default_cursor_field), stream.name


def test_keys_and_cursors_are_columns() -> None:
    for stream in discovered().streams:
        keys = [name for path in stream.source_defined_primary_key or [] for name in path]
        assert set(keys + (stream.default_cursor_field or [])) - set(stream.json_schema["properties"]) == set()


if __name__ == "__main__":
    SNAPSHOT.write_text(snapshot(), "utf-8")
