"""Numbers in headers: anything but a plain decimal number is ignored.

``float`` would accept nan, inf, 1e400 and 1_000, which would break a sync or its waiting elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
MAX_HEADER_CHARACTERS = 1_000


def header_number(
    value: str | None, choose: Callable[[Iterable[float]], float] = min, *, below_zero: float | None = None
) -> float | None:
    """A non-negative number of at most twelve digits; None if the header has none.

    Args:
        value: the header; several headers of one name are joined by commas.
        choose: selects one of several numbers: ``min`` or ``max``, whichever is safe.
        below_zero: value of a negative number; None: ignored.
    """
    parts = (part.strip() for part in (value or "")[:MAX_HEADER_CHARACTERS].split(","))
    found = [float(part) for part in parts if _NUMBER.fullmatch(part)]
    numbers = [number for number in found if number >= 0]
    if below_zero is not None and len(numbers) < len(found):
        numbers.append(below_zero)
    return choose(numbers) if numbers else None
