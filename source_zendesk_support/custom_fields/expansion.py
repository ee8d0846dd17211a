"""Converts custom values to the ticket columns that the configured catalog declares.

The catalog contains names, ids and types, so most reads need no definitions. The CDK's transformations are not used:
they change a row in place that other streams of the walk also read, and do not know the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.custom_fields.values import FieldColumn, TypeMismatchCounter
from source_zendesk_support.state.ids import is_id

Labels = Mapping[str, str]
Found = TypeVar("Found")


class LabelColumn(NamedTuple):
    """The column of a field's labels, and the label of each option."""

    name: str
    labels: Labels


@dataclass
class ColumnExpander:
    """Adds columns to tickets.

    Args:
        contradictions: counts values that do not match their column's type.
        odd: counts invalid members.
        columns: each field's column, by the field's id.
        labels: the column of its labels, by the field's id.
    """

    contradictions: TypeMismatchCounter
    odd: OddMembers
    columns: Mapping[int, FieldColumn] = field(default_factory=dict)
    labels: Mapping[int, LabelColumn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare a dict of empty columns: most fields are empty, and copying a dict costs less than filling one."""
        names = [column.name for column in self.columns.values()] + [column.name for column in self.labels.values()]
        self._empty: Row = dict.fromkeys(names)
        self._columns = _by_any_notation(self.columns)
        self._labels = _by_any_notation(self.labels)

    def row(self, row: Row) -> Row:
        """A copy with all columns, null if the ticket has no value; the same row if there are no columns."""
        if not self._empty:
            return row
        try:
            return self._expanded(row, row.get("custom_fields") or ())
        except (KeyError, TypeError):  # a member is not a field value; only this member is skipped
            members = self.odd.members(row, "custom_fields")
            sound = [member for member in members if is_id(member.get("id")) and "value" in member]
            if len(sound) < len(members):
                self.odd.add("custom_fields", len(members) - len(sound))
            return self._expanded(row, sound)

    def _expanded(self, row: Row, values: Iterable[Row]) -> Row:
        expanded = self._empty.copy()
        expanded.update(row)
        contradicting = []
        column_of = self._columns.get
        for each in values:
            if (value := each["value"]) is not None and (column := column_of(each["id"])):
                name, kind, fits = column
                expanded[name] = value
                if type(value) is not kind and not fits(value):
                    contradicting.append(name)
        if self._labels:
            self._add_labels(expanded, values)
        for name in contradicting:
            self.contradictions.add(name)
        return expanded

    def _add_labels(self, expanded: Row, values: Iterable[Row]) -> None:
        for each in values:
            column = self._labels.get(each["id"])
            if column:
                expanded[column.name] = label_of(each["value"], column.labels)


@dataclass
class ObjectFieldWatcher:
    """Checks objects of custom values, which are emitted unchanged.

    Args:
        contradictions: counts values that do not match their property's type.
        name: the object's name in a row.
        columns: its properties, by their names.
    """

    contradictions: TypeMismatchCounter
    name: str
    columns: Mapping[str, FieldColumn]

    def row(self, row: Row) -> Row:
        """The same row."""
        values = row.get(self.name)
        for name, value in values.items() if isinstance(values, dict) else ():
            column = self.columns.get(name)
            if column and value is not None and type(value) is not column.kind and not column.fits(value):
                self.contradictions.add(name)
        return row


def label_of(value: Any, labels: Labels) -> Any:
    """The label of an option, or of each of several; null for an option that no longer exists."""
    if isinstance(value, list):
        return [_label(item, labels) for item in value]
    return _label(value, labels)


def labels_of(definition: Row, odd: OddMembers) -> Labels:
    """The labels of a field's options, by their values."""
    options = odd.members(definition, "custom_field_options")
    sound = [option for option in options if type(option.get("value")) is str and "name" in option]
    if len(sound) < len(options):
        odd.add("custom_field_options", len(options) - len(sound))
    return {option["value"]: option["name"] for option in sound}


def _label(value: Any, labels: Labels) -> Any:
    return labels.get(value) if isinstance(value, str) else None


def _by_any_notation(by_id: Mapping[int, Found]) -> dict[int | str, Found]:
    """Keyed by numeric ids and by the same ids as text, so rows with either notation need no conversion."""
    return {notation: found for number, found in by_id.items() for notation in (number, str(number))}
