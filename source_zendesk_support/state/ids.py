"""Ids as keys: Zendesk writes the same id as a number in one place and as text in another."""

from __future__ import annotations

import re

MAX_ID_DIGITS = 18
"""Numbers of this length, and differences between them, fit into 64 bits."""
_NUMBER = re.compile(rf"0|-?[1-9][0-9]{{0,{MAX_ID_DIGITS - 1}}}")
_FIRST_LONG_NUMBER = 10**MAX_ID_DIGITS


def id_key(value: object) -> int | str:
    """The key of an id: equal ids have equal keys, hashable and stable in JSON.

    Rows are emitted unchanged. Only ids that are compared or stored in STATE are keys.

    Args:
        value: an id as received: a number, its digits as text, a UUID; of other values, the text is used.
    """
    if type(value) is int and -_FIRST_LONG_NUMBER < value < _FIRST_LONG_NUMBER:
        return value
    text = str(value)
    return int(text) if _NUMBER.fullmatch(text) else text


def is_id(value: object) -> bool:
    """Whether a value can be an id at all."""
    return type(value) is int or (type(value) is str and value != "")
