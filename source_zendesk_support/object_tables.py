"""Names of the streams of single custom objects, which exist only in accounts that have the object."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

OBJECT_RECORDS = "custom_object_records"
"""The stream with the records of all objects."""
TABLE_PREFIX = "custom_object_"
MAX_KEY_CHARACTERS = 40
"""In a name, which then has no more than 63 characters: PostgreSQL cuts longer ones."""
_NOT_IN_NAMES = re.compile("[^a-z0-9_]+")


def may_be_table(name: str, streams: Collection[str]) -> bool:
    """Whether a stream may be that of a custom object: its name says so, and it is none of the others."""
    return name.startswith(TABLE_PREFIX) and name not in streams


def table_names(keys: Iterable[str], streams: Collection[str]) -> dict[str, str]:
    """The key of each object by the name of its stream, such as ``custom_object_car``.

    A key that is not fit for a name, or whose name is that of another stream, yields to all others: its stream's name
    ends in ``_table`` if need be, or in a number.

    Args:
        keys: of the objects.
        streams: names of all other streams.
    """
    found: dict[str, str] = {}
    plain = {key: TABLE_PREFIX + _NOT_IN_NAMES.sub("_", key.lower())[:MAX_KEY_CHARACTERS] for key in keys}
    for key in sorted(plain, key=lambda key: (plain[key] != TABLE_PREFIX + key or plain[key] in streams, key)):
        name, number = plain[key], 1
        while name in found or name in streams:
            name, number = f"{plain[key]}_table{number if number > 1 else ''}", number + 1
        found[name] = key
    return dict(sorted(found.items()))
