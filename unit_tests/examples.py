"""How many cases hypothesis generates for a property: as many as it names, or a part or a multiple of them."""

import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

TEXTS = st.text()
FACTOR = float(os.environ.get("GENERATED_CASES_FACTOR", "1"))


def examples(count: int) -> settings:
    """A property that generates this many cases, times the factor."""
    # A deadline would make a result depend on the speed of the machine.
    return settings(max_examples=max(1, round(count * FACTOR)), deadline=None)


def json_values(keys: st.SearchStrategy[str] = TEXTS, leaves: int = 8) -> st.SearchStrategy[Any]:
    """Any JSON value that a double and 64 bits can hold."""
    numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | numbers | TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=leaves,
    )
