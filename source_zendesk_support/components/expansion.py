"""Custom values become columns of their ticket, as far as the configured catalog declares them.

The catalog says it all, names, ids and types, so most reads need no definitions. Not the CDK's transformations: those
change a row in place that other streams of the walk read as well, and know nothing of the catalog.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from source_zendesk_support.components.field_values import Contradictions, Fits
from source_zendesk_support.components.pages import Row

Labels = Mapping[str, str]


class LabelColumn(NamedTuple):
    """Where a field's labels go, and what each of its options is called."""

    name: str
    labels: Labels


@dataclass
class Expansion:
    """Adds columns to tickets.

    Args:
        contradictions: counts values that are not what their column promises.
        columns: name and judge of a field's column, by the field's id.
        labels: the column of its labels, by the field's id.
    """

    contradictions: Contradictions
    columns: Mapping[int, tuple[str, Fits]] = field(default_factory=dict)
    labels: Mapping[int, LabelColumn] = field(default_factory=dict)

    def rows(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Copies with the columns in them; the same rows where there are no columns."""
        if not self.columns and not self.labels:
            return rows
        return [self._expanded(row) for row in rows]

    def _expanded(self, row: Row) -> Row:
        values = row.get("custom_fields") or ()
        try:
            expanded = self._with_columns(row, values)
            if self.labels:
                self._add_labels(expanded, values)
        except (AttributeError, KeyError, TypeError):
            return row  # not the list that Zendesk documents; it arrives as it is
        return expanded

    def _with_columns(self, row: Row, values: Sequence[Row]) -> Row:
        expanded = dict(row)
        columns = self.columns
        for each in values:
            column = columns.get(each["id"])
            if column:
                value = expanded[column[0]] = each["value"]
                if value is not None and not column[1](value):
                    self.contradictions.add(column[0])
        return expanded

    def _add_labels(self, expanded: Row, values: Sequence[Row]) -> None:
        for each in values:
            column = self.labels.get(each["id"])
            if column:
                expanded[column.name] = label_of(each["value"], column.labels)


@dataclass
class ObjectWatch:
    """Looks at objects of custom values, which leave as they came.

    Args:
        contradictions: counts values that are not what their property promises.
        name: of the object in a row.
        judges: of its properties, by their names.
    """

    contradictions: Contradictions
    name: str
    judges: Mapping[str, Fits]

    def rows(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The same rows."""
        for row in rows:
            values = row.get(self.name)
            for name, value in values.items() if isinstance(values, dict) else ():
                judge = self.judges.get(name)
                if judge and value is not None and not judge(value):
                    self.contradictions.add(name)
        return rows


def label_of(value: Any, labels: Labels) -> Any:
    """What an option is called, or each of several; null for one that no longer exists."""
    if isinstance(value, list):
        return [label_of(item, labels) for item in value]
    return labels.get(value) if isinstance(value, str) else None


def labels_of(definition: Row) -> Labels:
    """What the options of a field are called, by their values."""
    return {option["value"]: option["name"] for option in definition.get("custom_field_options") or ()}
