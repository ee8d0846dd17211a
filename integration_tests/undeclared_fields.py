"""Schemas made strict: what is not declared is wrong, at every depth."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from integration_tests.command_output import Json
from integration_tests.connector import discovered


def undeclared_fields(stream: str, rows: Iterable[Json]) -> list[str]:
    """What is wrong with these records, each kind of trouble once."""
    validator = _validator(stream)
    found = {
        f"{_path(error.absolute_path)}: {error.message[:120]}" for row in rows for error in validator.iter_errors(row)
    }
    return sorted(found)


@cache
def _validator(stream: str) -> Draft7Validator:
    return Draft7Validator(_strict(discovered()[stream]["json_schema"]))


def _strict(node: Any) -> Any:
    """The schema with every object closed that declares its properties."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    strict = {name: _strict(value) for name, value in node.items()}
    if isinstance(node.get("properties"), dict) and "type" in node:
        strict["additionalProperties"] = False
    return strict


def _path(parts: Iterable[Any]) -> str:
    return ".".join("[]" if isinstance(part, int) else str(part) for part in parts)
