"""Ids as keys: Zendesk writes one and the same id as a number here and as text there."""

from __future__ import annotations

import re

MAX_ID_DIGITS = 18
"""Any number of so many digits, and any difference between two of them, fits into 64 bits."""
_NUMBER = re.compile(rf"0|-?[1-9][0-9]{{0,{MAX_ID_DIGITS - 1}}}")
_FIRST_LONG_NUMBER = 10**MAX_ID_DIGITS


def id_key(value: object) -> int | str:
    """What two places must have in common to name the same thing; hashable, and it survives JSON.

    Rows are emitted as they came. Only what is compared or stored in STATE is a key.

    Args:
        value: an id as it came: a number, its digits as text, a UUID; of anything else, its text.
    """
    if type(value) is int and -_FIRST_LONG_NUMBER < value < _FIRST_LONG_NUMBER:
        return value
    text = str(value)
    return int(text) if _NUMBER.fullmatch(text) else text


def is_id(value: object) -> bool:
    """Whether a value can be an id at all."""
    return type(value) is int or (type(value) is str and value != "")
