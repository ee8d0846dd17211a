"""Custom fields' definitions in, JSON schema properties out.

The account defines the fields, so the schemas of the rows that carry them are the account's own. Not the CDK's
DynamicSchemaLoader: that sees the first page only, cannot fill an object's properties, and raises where it is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from source_zendesk_support.components.page_result import Row
from source_zendesk_support.custom_fields.names import LABEL, NamedField, id_name, title_names

logger = logging.getLogger("airbyte")

Property = dict[str, Any]

FIELD = "x-zendesk-field"
"""Keyword of a column: the id of its field. So a read needs no definitions, and a new title empties no column."""
LABEL_OF = "x-zendesk-label-of"
"""The same for a column of labels."""
LONGEST_DESCRIPTION = 200
"""Bytes, hence characters."""
LABELLED = frozenset({"dropdown", "tagger", "multiselect"})
SYSTEM = frozenset(
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
"""Ticket fields that are columns already."""

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
MOMENT: Property = {"type": ["null", "string"], "format": "date-time", "airbyte_type": "timestamp_with_timezone"}
"""Dates in objects (users, organizations) come with a time."""
_OF_OBJECTS: Mapping[str, Property] = {"date": MOMENT, "lookup": {"type": ["null", "string", "integer"]}}
"""Types of values in objects. A lookup's is text in tickets; nobody has recorded what it is here."""


def object_properties(definitions: Iterable[Row]) -> dict[str, Property]:
    """The properties of an object that holds custom values by their field's key, in the order of the fields' ids."""
    return {
        field["key"]: _described(_OF_OBJECTS.get(field["type"], kind), field)
        for field, kind in _typed(definitions)
        if field.get("key")
    }


def column_properties(
    definitions: Iterable[Row], taken: Mapping[str, Any], *, titles: bool, labels: bool
) -> dict[str, Property]:
    """One property a field for rows whose custom values become columns, in the order of the fields' ids.

    Args:
        definitions: rows of the fields' endpoint.
        taken: the properties that the rows have anyway.
        titles: name columns after the fields' titles, not their ids.
        labels: a second column for what the values of dropdowns and multiselects are called.
    """
    typed = list(_typed(definitions))
    names = column_names((field for field, _ in typed), taken, titles=titles)
    found: dict[str, Property] = {}
    for field, kind in typed:
        name = names[field["id"]]
        found[name] = {**_described(kind, field), FIELD: field["id"]}
        if labels and field["type"] in LABELLED:
            found[name + LABEL] = {**kind, "description": f"Labels of {name}", LABEL_OF: field["id"]}
    return found


def column_names(definitions: Iterable[Row], taken: Mapping[str, Any], *, titles: bool) -> Mapping[int, str]:
    """Each field's column by the field's id; fields of types that get no column have none."""
    fields = [field for field in definitions if type_of(field)]
    if not titles:
        return {field["id"]: id_name(field["id"]) for field in fields}
    wanted = (NamedField(field["id"], str(field.get("title") or ""), field["type"] in LABELLED) for field in fields)
    return title_names(wanted, taken)


def type_of(field: Row) -> Property | None:
    """The property that a field's values fit, as tickets carry them; None for system fields and unknown types."""
    kind = field.get("type")
    return _TYPES.get(kind) if isinstance(kind, str) else None


def tell_unknown(stream: str, definitions: Iterable[Row]) -> None:
    """One line about the fields whose types are not known here."""
    unknown = [field for field in definitions if not type_of(field) and str(field.get("type")) not in SYSTEM]
    if unknown:
        logger.info(
            "Stream %s: %d custom fields are of types without a column (%s); their values come as Zendesk sends them.",
            stream,
            len(unknown),
            ", ".join(sorted({str(field.get("type")) for field in unknown})),
        )


def _typed(definitions: Iterable[Row]) -> Iterator[tuple[Row, Property]]:
    """Fields that get a column; sorted by id, because an edit of a form must not change the order."""
    for field in sorted(definitions, key=itemgetter("id")):
        kind = type_of(field)
        if kind:
            yield field, kind


def _described(kind: Property, field: Row) -> Property:
    """With title and type; no options and no flags, which would change the schema at every edit."""
    tail = f" ({field['type']})"
    title = str(field.get("title") or "").encode()[: LONGEST_DESCRIPTION - len(tail)].decode(errors="ignore")
    return {**kind, "description": (title + tail).strip()}
