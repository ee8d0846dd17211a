"""Column names of custom fields, derived from their titles in Zendesk.

A title may be anything: two words, an emoji, Japanese, a system column's name, or another field's title. A column name
is lower-case ASCII, short enough for every warehouse, and unique.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from anyascii import anyascii

MAX_NAME_BYTES = 59
"""Bytes; PostgreSQL cuts names at 63."""
LABEL_SUFFIX = "_label"
_NON_ALPHANUMERIC = re.compile("[^a-z0-9]+")


class NamedField(NamedTuple):
    """A field to be named.

    Attributes:
        id: the field's id.
        title: the field's title in the account.
        labelled: its values have labels, which may get a second column.
    """

    id: int
    title: str
    labelled: bool


def id_name(field: int) -> str:
    """The stable name of a field's column."""
    return f"custom_field_{field}"


def title_names(fields: Iterable[NamedField], taken: Collection[str]) -> Mapping[int, str]:
    """A unique name for each field id, at most 59 bytes with ``_label``, and none of those ``taken``.

    If several fields would share a name, each gets its id appended, so order does not matter. Label columns always
    count, so switching labels on renames nothing.
    """
    given = {field.id: field for field in fields}
    names = {field.id: _name_of(field) for field in given.values()}
    lowered = {name.lower() for name in taken}
    plain = list(given.values())
    while True:
        claims = Counter(claim for field in given.values() for claim in _claims(field, names[field.id]))
        clashing = [field for field in plain if _clashes(_claims(field, names[field.id]), claims, lowered)]
        if not clashing:
            return names
        names.update({field.id: _with_id(field) for field in clashing})
        # Names that end in an id are unique, so each round leaves fewer candidates.
        plain = [field for field in plain if field not in clashing]


def _claims(field: NamedField, name: str) -> Sequence[str]:
    return (name, name + LABEL_SUFFIX) if field.labelled else (name,)


def _clashes(own: Sequence[str], claims: Mapping[str, int], taken: Collection[str]) -> bool:
    return any(claim in taken or claims[claim] > 1 for claim in own)


def _name_of(field: NamedField) -> str:
    return _truncated(_ascii(field.title), _max_length(field)) or id_name(field.id)


def _with_id(field: NamedField) -> str:
    tail = f"_{field.id}"
    plain = _ascii(field.title)
    return _truncated(plain, _max_length(field) - len(tail)) + tail if plain else id_name(field.id)


def _max_length(field: NamedField) -> int:
    return MAX_NAME_BYTES - len(LABEL_SUFFIX) if field.labelled else MAX_NAME_BYTES


def _ascii(title: str) -> str:
    return _NON_ALPHANUMERIC.sub("_", anyascii(title).lower()).strip("_")


def _truncated(name: str, room: int) -> str:
    return name[:room].rstrip("_")
