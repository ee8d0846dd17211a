"""Converts custom field definitions to JSON schema properties.

The account defines the fields, so the schemas differ by account. The CDK's DynamicSchemaLoader is not used: it reads
only the first page, cannot fill an object's properties, and raises if access is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from source_zendesk_support.components.page_result import Row
from source_zendesk_support.custom_fields.names import LABEL_SUFFIX, NamedField, id_name, title_names

logger = logging.getLogger("airbyte")

Property = dict[str, Any]

FIELD_KEYWORD = "x-zendesk-field"
"""Keyword of a column: the id of its field. So a read needs no definitions, and a renamed field keeps its column."""
LABEL_KEYWORD = "x-zendesk-label-of"
"""The same for a column of labels."""
MAX_DESCRIPTION_BYTES = 200
"""In UTF-8."""
LABELLED_TYPES = frozenset({"dropdown", "tagger", "multiselect"})
SYSTEM_TYPES = frozenset(
    {
        "assignee",
        "basic_priority",
        "custom_status",
        "description",
        "group",
        "priority",
        "status",
        "subject",
        "tickettype",
    }
)
"""Ticket fields that are regular columns."""

_STRING: Property = {"type": ["null", "string"]}
_STRINGS: Property = {"type": ["null", "array"], "items": _STRING}
_TYPES: Mapping[str, Property] = {
    **dict.fromkeys(("text", "textarea", "regexp", "partialcreditcard", "dropdown", "tagger", "lookup"), _STRING),
    "integer": {"type": ["null", "integer"]},
    "decimal": {"type": ["null", "number"]},
    "checkbox": {"type": ["null", "boolean"]},
    "date": {"type": ["null", "string"], "format": "date"},
    "multiselect": _STRINGS,
}
DATE_TIME: Property = {"type": ["null", "string"], "format": "date-time", "airbyte_type": "timestamp_with_timezone"}
"""Dates in objects (users, organizations) include a time."""
_OF_OBJECTS: Mapping[str, Property] = {"date": DATE_TIME, "lookup": {"type": ["null", "string", "integer"]}}
"""Types of values in objects. A lookup is text in tickets; its type in objects is not recorded."""


def object_properties(definitions: Iterable[Row]) -> dict[str, Property]:
    """The properties of an object with custom values by field key, in the order of the fields' ids."""
    return {
        field["key"]: with_description(_OF_OBJECTS.get(field["type"], kind), field)
        for field, kind in _typed(definitions)
        if field.get("key")
    }


def column_properties(
    definitions: Iterable[Row], taken: Mapping[str, Any], *, titles: bool, labels: bool
) -> dict[str, Property]:
    """One property per field for rows whose custom values become columns, in the order of the fields' ids.

    Args:
        definitions: rows of the fields' endpoint.
        taken: the static properties.
        titles: name columns after the fields' titles, not their ids.
        labels: add a second column with the labels of dropdowns and multiselects.
    """
    typed = list(_typed(definitions))
    names = column_names((field for field, _ in typed), taken, titles=titles)
    found: dict[str, Property] = {}
    for field, kind in typed:
        name = names[field["id"]]
        found[name] = {**with_description(kind, field), FIELD_KEYWORD: field["id"]}
        if labels and field["type"] in LABELLED_TYPES:
            found[name + LABEL_SUFFIX] = {**kind, "description": f"Labels of {name}", LABEL_KEYWORD: field["id"]}
    return found


def column_names(definitions: Iterable[Row], taken: Mapping[str, Any], *, titles: bool) -> Mapping[int, str]:
    """Column names by field id, without fields of types that have no column."""
    fields = [field for field in definitions if type_of(field)]
    if not titles:
        return {field["id"]: id_name(field["id"]) for field in fields}
    wanted = (
        NamedField(field["id"], str(field.get("title") or ""), field["type"] in LABELLED_TYPES) for field in fields
    )
    return title_names(wanted, taken)


def type_of(field: Row) -> Property | None:
    """The property for a field's values in tickets; None for system fields and unknown types."""
    kind = field.get("type")
    return _TYPES.get(kind) if isinstance(kind, str) else None


def log_unknown_types(stream: str, definitions: Iterable[Row]) -> None:
    """Log one line about fields of unknown types."""
    unknown = [field for field in definitions if not type_of(field) and str(field.get("type")) not in SYSTEM_TYPES]
    if unknown:
        logger.info(
            "Stream %s: %d custom fields have types without a column (%s); their values are emitted as Zendesk sends "
            "them.",
            stream,
            len(unknown),
            ", ".join(sorted({str(field.get("type")) for field in unknown})),
        )


def _typed(definitions: Iterable[Row]) -> Iterator[tuple[Row, Property]]:
    """Fields with a column, sorted by id, so that editing a form does not change the order."""
    for field in sorted(definitions, key=itemgetter("id")):
        kind = type_of(field)
        if kind:
            yield field, kind


def with_description(kind: Property, field: Row) -> Property:
    """Add a description with title and type, without options and flags, which would change the schema at every edit."""
    tail = f" ({field['type']})"
    title = str(field.get("title") or "").encode()[: MAX_DESCRIPTION_BYTES - len(tail)].decode(errors="ignore")
    return {**kind, "description": (title + tail).strip()}
