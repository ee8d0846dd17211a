"""Columns of the stream of one custom object: the object's own fields, by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.substream import SubstreamExtractor
from source_zendesk_support.custom_fields.columns import Properties, properties_of
from source_zendesk_support.custom_fields.properties import (
    DATE_TIME,
    Property,
    log_unknown_types,
    type_of,
    with_description,
)
from source_zendesk_support.custom_fields.schema import guarded
from source_zendesk_support.custom_fields.values import FieldColumn, TypeMismatchCounter

FIELDS = "custom_object_fields"
"""The stream of the fields' definitions, and the column of their values."""
KEY_KEYWORD = "x-zendesk-field-key"
"""Keyword of a column: the key of its field. So a read needs no definitions."""
STANDARD_PREFIX = "standard::"
"""Of the keys of fields that every object has; they are columns of their own."""

Schema = Mapping[str, Any]


class ObjectSchemas:
    """Schemas of the streams of custom objects, for ``discover``.

    Args:
        pages: creates a stream's retriever by the stream's name.
        client: fetches pages.
    """

    def __init__(self, pages: Callable[[str], PagedRetriever], client: ZendeskClient) -> None:
        self._pages = pages
        self._client = client

    def completed(self, stream: str, key: str, static: Schema) -> Schema:
        """The schema of an object's stream, with its fields; without them and with a WARN if they cannot be read.

        Args:
            stream: of the object.
            key: of the object.
            static: the schema without its fields.

        Raises:
            AirbyteTracedException: nothing can be read with these credentials, or there is no such account.
        """
        return guarded(
            stream, FIELDS, "the columns of its fields", static, lambda: self._with_fields(stream, key, static)
        )

    def _with_fields(self, stream: str, key: str, static: Schema) -> Schema:
        definitions = self._definitions(key)
        log_unknown_types(stream, definitions)
        properties = static["properties"]
        return {**static, "properties": {**properties, **object_columns(definitions, properties)}}

    def _definitions(self, key: str) -> Sequence[Row]:
        extractor: object = self._pages(FIELDS).record_selector.extractor
        if not isinstance(extractor, SubstreamExtractor):
            raise TypeError("the manifest reads fields in another way")
        pages = read_list(extractor.pages, self._client, {extractor.parent_id: key})
        rows = [row for page in pages for row in page.rows]
        return [row for row in rows if isinstance(row.get("key"), str) and not row["key"].startswith(STANDARD_PREFIX)]


def object_columns(definitions: Iterable[Row], taken: Properties) -> dict[str, Property]:
    """A property for each field, by the name of its column: the field's key, with ``field_`` before it if it is taken.

    Dates come with or without a time, so their columns take both.
    """
    found: dict[str, Property] = {}
    for definition in sorted(definitions, key=lambda definition: str(definition["key"])):
        kind, key = type_of(definition), definition["key"]
        if kind:
            kind = DATE_TIME if definition["type"] == "date" else kind
            name = key if key not in taken else f"field_{key}"
            found.setdefault(name, {**with_description(kind, definition), KEY_KEYWORD: key})
    return found


class ObjectFieldReader:
    """Makes columns of the fields of one object, as the configured catalog declares them.

    Args:
        stream: of the object.
        configured: the schema in the user's catalog.
        static: the schema without fields.
    """

    def __init__(self, stream: str, configured: Schema, static: Schema) -> None:
        known = properties_of(static)
        declared = {name: each for name, each in properties_of(configured).items() if name not in known}
        self._contradictions = TypeMismatchCounter(stream)
        self._columns = {
            str(each.get(KEY_KEYWORD, name)): FieldColumn.of(name, each) for name, each in declared.items()
        }
        self._empty: Row = dict.fromkeys(column.name for column in self._columns.values())

    def prepare(self) -> None:
        """Nothing: the catalog says everything."""

    def transform(self, row: Row) -> Row:
        """The row with its columns; null if it has no value."""
        values = row.get(FIELDS)
        expanded = {**self._empty, **row}
        for key, value in values.items() if isinstance(values, dict) else ():
            column = self._columns.get(key)
            if column and value is not None:
                expanded[column.name] = value
                if type(value) is not column.kind and not column.fits(value):
                    self._contradictions.add(column.name)
        return expanded

    def on_end(self) -> None:
        """Report values that contradict their type."""
        self._contradictions.log_summary()
