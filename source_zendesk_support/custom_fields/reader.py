"""What a read does about custom fields: follows the configured catalog, and requests definitions only if it must."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.config.model import CustomFieldOptions
from source_zendesk_support.custom_fields.columns import CatalogColumns, properties_of
from source_zendesk_support.custom_fields.definitions import FieldDefinitions
from source_zendesk_support.custom_fields.expansion import ColumnExpander, LabelColumn, ObjectFieldWatcher, labels_of
from source_zendesk_support.custom_fields.values import FieldColumn, TypeMismatchCounter
from source_zendesk_support.errors import WrongCredentials, failure_reason

logger = logging.getLogger("airbyte")

Schema = Mapping[str, Any]


class FieldReader:
    """One stream's custom fields during a read.

    Args:
        stream: whose rows carry the fields.
        fields: the stream of their definitions.
        configured: the schema in the user's catalog.
        static: the schema without custom fields.
        definitions: what the account defines.
        options: what the user configured.
        odd: counts what is no value of a field at all.
    """

    def __init__(
        self,
        stream: str,
        fields: str,
        configured: Schema,
        static: Schema,
        definitions: FieldDefinitions,
        options: CustomFieldOptions,
        odd: OddMembers,
    ) -> None:
        self._odd = odd
        self._stream = stream
        self._fields = fields
        self._static = properties_of(static)
        self._definitions = definitions
        self._titles = options.naming == "title"
        self._contradictions = TypeMismatchCounter(stream)
        self._declared = CatalogColumns.of(properties_of(configured), self._static, titles=self._titles)
        if not options.labels:
            self._declared.labels.clear()
        self._rules: ColumnExpander | ObjectFieldWatcher = ColumnExpander(
            self._contradictions, odd, self._declared.columns
        )
        if fields in self._static:
            inner = properties_of(properties_of(configured).get(fields))
            columns = {name: FieldColumn.of(name, schema) for name, schema in inner.items()}
            self._rules = ObjectFieldWatcher(self._contradictions, fields, columns)

    def prepare(self) -> None:
        """Know all columns before the first page; this may send requests, so the caller must not hold a slot.

        Raises:
            WrongCredentials: nothing can be read with these; all other troubles end in a WARN.
        """
        if isinstance(self._rules, ObjectFieldWatcher) or not (self._declared.labels or self._declared.unknown):
            return
        try:
            self._rules = self._resolved(self._definitions.of(self._fields))
        except WrongCredentials:
            raise
        except Exception as error:  # noqa: BLE001  the rows are worth more than some columns of them
            missing = ", ".join(sorted([*self._declared.labels.values(), *self._declared.unknown]))
            logger.warning(_EMPTY_COLUMNS, self._stream, self._fields, failure_reason(error), missing)

    def transform(self, row: Row) -> Row:
        """The row with its columns."""
        return self._rules.row(row)

    def on_end(self) -> None:
        """Report values that contradict their type."""
        self._contradictions.log_summary()

    def _resolved(self, definitions: Sequence[Row]) -> ColumnExpander:
        self._declared.resolve(definitions, self._static)
        wanted = self._declared.labels
        options = {each["id"]: labels_of(each, self._odd) for each in definitions if each["id"] in wanted}
        labels = {field: LabelColumn(name, options.get(field, {})) for field, name in wanted.items()}
        return ColumnExpander(self._contradictions, self._odd, self._declared.columns, labels)


_EMPTY_COLUMNS = (
    "Stream %s: these columns stay empty because the account's %s could not be read (%s): %s. The raw values are "
    "emitted in custom_fields."
)
