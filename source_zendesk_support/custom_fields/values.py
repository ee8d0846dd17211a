"""Checks whether custom values match their type. Values are never cast or dropped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

logger = logging.getLogger("airbyte")

Fits = Callable[[Any], bool]


class FieldColumn(NamedTuple):
    """The column of a field, and the type of its values.

    Attributes:
        name: the column's name.
        kind: a Python type whose values always match; a fast check, since there are millions of values.
        fits: checks all other values except null.
    """

    name: str
    kind: type | None
    fits: Fits

    @classmethod
    def of(cls, name: str, schema: Mapping[str, Any]) -> FieldColumn:
        """From the column's schema; any value matches if the schema has no single type."""
        types = schema.get("type")
        named = [kind for kind in (types if isinstance(types, list) else [types]) if kind != "null"]
        usual = schema.get("format") or (named[0] if len(named) == 1 else "")
        return cls(name, *_CHECKS.get(str(usual), (None, _anything)))


def _anything(value: Any) -> bool:
    return True


def _nothing_else(value: Any) -> bool:
    return False


def _integer(value: Any) -> bool:
    return type(value) is str and _reads_as(int, value)


def _number(value: Any) -> bool:
    return type(value) in (int, Decimal) or (type(value) is str and _reads_as(float, value))


def _strings(value: Any) -> bool:
    if type(value) is not list:
        return False
    for item in value:  # noqa: SIM110  all() takes twice as long, and most lists have one item
        if type(item) is not str:
            return False
    return True


def _date(value: Any) -> bool:
    return type(value) is str and _is_date(value)


@lru_cache(maxsize=1024)
def _is_date(text: str) -> bool:
    return _reads_as(date.fromisoformat, text)


def _moment(value: Any) -> bool:
    return type(value) is str and _reads_as(datetime.fromisoformat, value)


def _reads_as(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_CHECKS: Mapping[str, tuple[type | None, Fits]] = {
    "string": (str, _nothing_else),
    "boolean": (bool, _nothing_else),
    "integer": (int, _integer),
    "number": (float, _number),
    "array": (None, _strings),
    "date": (None, _date),
    "date-time": (None, _moment),
}


class TypeMismatchCounter:
    """Counts a stream's values that do not match their types.

    Args:
        stream: the stream's name.
    """

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._counts: dict[str, int] = {}

    def add(self, column: str) -> None:
        """Count one value of that column."""
        self._counts[column] = self._counts.get(column, 0) + 1

    def log_summary(self) -> None:
        """Log one WARN with the counts, if there are any."""
        if self._counts:
            logger.warning(
                "Stream %s: %d values of custom fields do not match their type (%s). They are emitted unchanged; if a "
                "field's type has changed, refresh the schema.",
                self._stream,
                sum(self._counts.values()),
                ", ".join(f"{name}: {count}" for name, count in sorted(self._counts.items())),
            )
        self._counts = {}
