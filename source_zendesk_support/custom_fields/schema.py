"""Schemas completed with the account's custom fields."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import requests

from source_zendesk_support.config.model import CustomFieldOptions
from source_zendesk_support.custom_fields.definitions import FieldDefinitions
from source_zendesk_support.custom_fields.properties import column_properties, log_unknown_types, object_properties
from source_zendesk_support.errors import EndpointUnavailable, WrongCredentials, failure_reason, no_account

logger = logging.getLogger("airbyte")

Schema = Mapping[str, Any]


class FieldSchemas:
    """Completes schemas for ``discover``.

    Args:
        definitions: the account's definitions.
        options: the user's options.
    """

    def __init__(self, definitions: FieldDefinitions, options: CustomFieldOptions) -> None:
        self._definitions = definitions
        self._options = options

    def completed(self, stream: str, fields: str, static: Schema) -> Schema:
        """A stream's schema with the properties of its custom fields; unchanged if they cannot be read.

        Args:
            stream: the stream whose rows have the fields.
            fields: the stream of their definitions; empty if the rows have no custom fields.
            static: the stream's schema without them.

        Raises:
            AirbyteTracedException: nothing can be read with these credentials, or there is no such account; all other
                errors become a WARN.
        """
        if not fields or not self._options.expand:
            return static
        nested = fields in static["properties"]
        where = f"the properties of {fields}" if nested else "the columns of custom fields"
        return guarded(stream, fields, where, static, lambda: self._with_fields(stream, fields, static))

    def _with_fields(self, stream: str, fields: str, static: Schema) -> Schema:
        definitions = self._definitions.of(fields)
        log_unknown_types(stream, definitions)
        columns = dict(static["properties"])
        if fields in columns:
            columns[fields] = {**columns[fields], "properties": object_properties(definitions)}
        else:
            titles, labels = self._options.naming == "title", self._options.labels
            columns |= column_properties(definitions, columns, titles=titles, labels=labels)
        return {**static, "properties": columns}


def guarded(stream: str, fields: str, where: str, static: Schema, complete: Callable[[], Schema]) -> Schema:
    """What ``complete`` returns; the schema without custom fields, after a WARN, if it fails.

    Args:
        stream: the stream whose schema it is.
        fields: the stream of the fields' definitions.
        where: what is missing without them, for the message.
        static: the schema without custom fields.
        complete: reads the definitions and adds them.

    Raises:
        AirbyteTracedException: nothing can be read with these credentials, or there is no such account.
    """
    try:
        return complete()
    except WrongCredentials:
        raise
    except Exception as error:
        if isinstance(error, EndpointUnavailable) and error.html and error.status != requests.codes.forbidden:
            raise no_account(stream) from error
        # An incomplete schema is better than no catalog.
        logger.warning(_MISSING_PROPERTIES, stream, where, fields, failure_reason(error))
        return static


_MISSING_PROPERTIES = (
    "Stream %s: %s are missing from the schema because the account's %s could not be read: %s. The raw values are "
    "still emitted. To get typed columns, fix the cause and refresh the schema."
)
