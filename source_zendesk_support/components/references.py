"""References that are null in a row, filled from the parent, event or comment that the row was read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Fills = Mapping[str, str]
"""As a stanza declares them: column of the row to the field of what it was read from."""


def known_references(fills: Fills, source: Mapping[str, Any]) -> dict[str, Any]:
    """What a parent, an event or a comment says about the rows that were read from it."""
    return {column: source[name] for column, name in fills.items() if name in source}


def filled(row: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The row with what is known, if it lacks any of it; what the row itself says is never overwritten."""
    for column in known:
        if row.get(column) is None:
            return {**known, **{name: value for name, value in row.items() if value is not None or name not in known}}
    return row
