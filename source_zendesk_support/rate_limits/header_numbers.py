"""Numbers in headers, read in one place: what is not a plain decimal number says nothing.

``float`` would accept nan, inf, 1e400 and 1_000, each of which ends a sync or its waiting somewhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
MAX_HEADER_CHARACTERS = 1_000


def header_number(
    value: str | None, choose: Callable[[Iterable[float]], float] = min, *, below_zero: float | None = None
) -> float | None:
    """A number of no more than twelve digits, not negative; None if the header holds none.

    Args:
        value: the header; several of one name arrive joined by commas.
        choose: which of several numbers counts: ``min`` or ``max``, whichever is the safe side.
        below_zero: what a negative number means; None: nothing.
    """
    parts = (part.strip() for part in (value or "")[:MAX_HEADER_CHARACTERS].split(","))
    found = [float(part) for part in parts if _NUMBER.fullmatch(part)]
    numbers = [number for number in found if number >= 0]
    if below_zero is not None and len(numbers) < len(found):
        numbers.append(below_zero)
    return choose(numbers) if numbers else None
