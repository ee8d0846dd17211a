"""Whether a custom value is what its definition promises. Nothing is cast, and nothing is dropped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

logger = logging.getLogger("airbyte")

Fits = Callable[[Any], bool]


def fits(schema: Mapping[str, Any]) -> Fits:
    """Judges the values of one column, null excepted, by the column's schema; anything fits what has no single type."""
    types = schema.get("type")
    named = [types] if isinstance(types, str) else [kind for kind in types or () if kind != "null"]
    if len(named) != 1:
        return _anything
    return _FORMATS.get(schema.get("format", ""), _JUDGES.get(named[0], _anything))


def _anything(value: Any) -> bool:
    return True


def _string(value: Any) -> bool:
    return type(value) is str


def _boolean(value: Any) -> bool:
    return type(value) is bool


def _integer(value: Any) -> bool:
    return type(value) is int or (type(value) is str and _reads_as(int, value))


def _number(value: Any) -> bool:
    return type(value) in _NUMBERS or (type(value) is str and _reads_as(float, value))


def _strings(value: Any) -> bool:
    return type(value) is list and all(type(item) is str for item in value)


def _date(value: Any) -> bool:
    return type(value) is str and _reads_as(date.fromisoformat, value)


def _moment(value: Any) -> bool:
    return type(value) is str and _reads_as(datetime.fromisoformat, value)


def _reads_as(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_NUMBERS = (int, float)
_JUDGES: Mapping[str, Fits] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "array": _strings,
}
_FORMATS: Mapping[str, Fits] = {"date": _date, "date-time": _moment}


class Contradictions:
    """Counts a stream's values that are not what their definitions promise.

    Args:
        stream: whose values they are.
    """

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._counts: dict[str, int] = {}

    def add(self, column: str) -> None:
        """Count one value of that column."""
        self._counts[column] = self._counts.get(column, 0) + 1

    def tell(self) -> None:
        """One WARN with the counts, if there are any."""
        if self._counts:
            logger.warning(
                "Stream %s: %d values of custom fields contradict their type (%s). They are passed on as they came; "
                "if a field was changed, refresh the schema.",
                self._stream,
                sum(self._counts.values()),
                ", ".join(f"{name}: {count}" for name, count in sorted(self._counts.items())),
            )
        self._counts = {}
