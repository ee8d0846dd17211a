"""How many cases hypothesis generates for a property: as many as named here, and more of them for `make soak`."""

import os

from hypothesis import settings

FACTOR = int(os.environ.get("GENERATED_CASES_FACTOR", "1"))


def examples(count: int) -> settings:
    """A property that generates this many cases, times the factor."""
    return settings(max_examples=count * FACTOR)
