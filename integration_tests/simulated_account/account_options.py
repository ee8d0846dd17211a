"""What the account is made from: everything served follows from these values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AccountOptions:
    """`now` is Unix seconds; None means the present.

    `sizes` replaces the number of rows of a kind.
    """

    seed: int = 7
    tickets: int = 500
    now: float | None = None
    frozen: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)
