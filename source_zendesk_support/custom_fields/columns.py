"""The custom field columns that a configured catalog declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from source_zendesk_support.components.page_result import Row
from source_zendesk_support.custom_fields.names import LABEL_SUFFIX
from source_zendesk_support.custom_fields.properties import FIELD_KEYWORD, LABEL_KEYWORD, column_names
from source_zendesk_support.custom_fields.values import FieldColumn
from source_zendesk_support.state.ids import id_key

_ID_NAME = re.compile(rf"custom_field_([0-9]+)({LABEL_SUFFIX})?")

Properties = Mapping[str, Any]


@dataclass
class CatalogColumns:
    """Columns in addition to the static ones.

    Attributes:
        columns: each field's column, by the field's id.
        labels: name of the column of its values' labels, by the field's id.
        unknown: columns without the id of their field; only titles can identify it.
    """

    columns: dict[int, FieldColumn] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, properties: Properties, static: Properties, *, titles: bool) -> CatalogColumns:
        """The columns of a catalog; keywords from ``discover`` take precedence over names.

        Args:
            properties: properties of the configured schema.
            static: properties of the schema without custom fields.
            titles: columns are named after titles, so a name that looks like ``custom_field_1`` may be a title.
        """
        found = cls()
        for name, schema in properties.items():
            if name not in static:
                found.add(name, schema, titles=titles)
        return found

    def add(self, name: str, schema: Mapping[str, Any], *, titles: bool) -> None:
        """Add one column if it can belong to a custom field."""
        by_name = None if titles else _ID_NAME.fullmatch(name)
        field_id, label_of = id_key(schema.get(FIELD_KEYWORD)), id_key(schema.get(LABEL_KEYWORD))
        if isinstance(field_id, int):
            self.columns[field_id] = FieldColumn.of(name, schema)
        elif isinstance(label_of, int):
            self.labels[label_of] = name
        elif by_name and by_name[2]:
            self.labels[int(by_name[1])] = name
        elif by_name:
            self.columns[int(by_name[1])] = FieldColumn.of(name, schema)
        elif titles:
            self.unknown[name] = schema

    def resolve(self, definitions: Iterable[Row], static: Properties) -> None:
        """Match unknown columns to fields by the names of the definitions; unmatched columns stay empty."""
        for number, name in column_names(definitions, static, titles=True).items():
            if name in self.unknown:
                self.columns[number] = FieldColumn.of(name, self.unknown[name])
            if name + LABEL_SUFFIX in self.unknown:
                self.labels[number] = name + LABEL_SUFFIX


def properties_of(schema: Any) -> Properties:
    """An object schema's valid properties; a catalog may contain anything."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping):
        return {}
    return {name: inner for name, inner in properties.items() if isinstance(inner, Mapping)}
