"""Custom values become columns of their ticket, as far as the configured catalog declares them.

The catalog says it all, names, ids and types, so most reads need no definitions. Not the CDK's transformations: those
change a row in place that other streams of the walk read as well, and know nothing of the catalog.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from source_zendesk_support.components.families.pages import Row
from source_zendesk_support.components.fields.values import Column, Contradictions

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
        columns: each field's column, by the field's id.
        labels: the column of its labels, by the field's id.
    """

    contradictions: Contradictions
    columns: Mapping[int, Column] = field(default_factory=dict)
    labels: Mapping[int, LabelColumn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """All columns, empty: most fields of most tickets are, and copying a dict costs less than filling one."""
        names = [column.name for column in self.columns.values()] + [column.name for column in self.labels.values()]
        self._empty: Row = dict.fromkeys(names)

    def row(self, row: Row) -> Row:
        """A copy with the columns in it, null where a ticket has no value; the same row if there are no columns."""
        if not self._empty:
            return row
        expanded = self._empty.copy()
        expanded.update(row)
        values = row.get("custom_fields") or ()
        try:
            self._fill(expanded, values)
            if self.labels:
                self._add_labels(expanded, values)
        except (AttributeError, KeyError, TypeError):
            return row  # not the list that Zendesk documents; it arrives as it is
        return expanded

    def _fill(self, expanded: Row, values: Sequence[Row]) -> None:
        column_of = self.columns.get
        for each in values:
            if (value := each["value"]) is not None and (column := column_of(each["id"])):
                name, kind, fits = column
                expanded[name] = value
                if type(value) is not kind and not fits(value):
                    self.contradictions.add(name)

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
        columns: its properties, by their names.
    """

    contradictions: Contradictions
    name: str
    columns: Mapping[str, Column]

    def row(self, row: Row) -> Row:
        """The same row."""
        values = row.get(self.name)
        for name, value in values.items() if isinstance(values, dict) else ():
            column = self.columns.get(name)
            if column and value is not None and type(value) is not column.kind and not column.fits(value):
                self.contradictions.add(name)
        return row


def label_of(value: Any, labels: Labels) -> Any:
    """What an option is called, or each of several; null for one that no longer exists."""
    if isinstance(value, list):
        return [label_of(item, labels) for item in value]
    return labels.get(value) if isinstance(value, str) else None


def labels_of(definition: Row) -> Labels:
    """What the options of a field are called, by their values."""
    return {option["value"]: option["name"] for option in definition.get("custom_field_options") or ()}
