"""Which columns of custom fields a configured catalog declares, and for which fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from source_zendesk_support.components.page_result import Row
from source_zendesk_support.custom_fields.names import LABEL
from source_zendesk_support.custom_fields.properties import FIELD, LABEL_OF, column_names
from source_zendesk_support.custom_fields.values import FieldColumn
from source_zendesk_support.state.ids import id_key

_ID_NAME = re.compile(rf"custom_field_([0-9]+)({LABEL})?")

Properties = Mapping[str, Any]


@dataclass
class CatalogColumns:
    """Columns beside those that the rows have anyway.

    Attributes:
        columns: each field's column, by the field's id.
        labels: name of the column of its values' labels, by the field's id.
        unknown: columns that say nothing of their field; only its title can tell.
    """

    columns: dict[int, FieldColumn] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, properties: Properties, static: Properties, *, titles: bool) -> CatalogColumns:
        """What a catalog declares; the keywords of ``discover`` count more than names.

        Args:
            properties: the configured schema's.
            static: those of the schema without custom fields.
            titles: columns are named after titles, so that a name that looks like an id's may be one.
        """
        found = cls()
        for name, schema in properties.items():
            if name not in static:
                found.take(name, schema, titles=titles)
        return found

    def take(self, name: str, schema: Mapping[str, Any], *, titles: bool) -> None:
        """Note one column, if it can be one of a custom field."""
        by_name = None if titles else _ID_NAME.fullmatch(name)
        field_id, label_of = id_key(schema.get(FIELD)), id_key(schema.get(LABEL_OF))
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
        """Find the fields of the unknown columns by the names that the definitions make; what is left stays empty."""
        for number, name in column_names(definitions, static, titles=True).items():
            if name in self.unknown:
                self.columns[number] = FieldColumn.of(name, self.unknown[name])
            if name + LABEL in self.unknown:
                self.labels[number] = name + LABEL


def properties_of(schema: Any) -> Properties:
    """An object schema's properties, as far as they are schemas; a catalog may hold anything."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping):
        return {}
    return {name: inner for name, inner in properties.items() if isinstance(inner, Mapping)}
