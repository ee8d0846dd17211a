"""How many cases hypothesis generates for a property: as many as it names, or a part or a multiple of them."""

import os

from hypothesis import settings

FACTOR = float(os.environ.get("GENERATED_CASES_FACTOR", "1"))


def examples(count: int) -> settings:
    """A property that generates this many cases, times the factor."""
    return settings(max_examples=max(1, round(count * FACTOR)))
