"""What the account is made from: everything served follows from these values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AccountOptions:
    """`now` is Unix seconds; None means the present.

    `sizes` replaces the number of rows of a kind, `bursts` adds rows in one second.
    """

    seed: int = 7
    tickets: int = 500
    now: float | None = None
    frozen: bool = False
    plan: str = "enterprise"
    gzip: bool = True
    sizes: Mapping[str, int] = field(default_factory=dict)
    bursts: Mapping[str, int] = field(default_factory=dict)

    def size(self, kind: str, usual: int) -> int:
        """How many rows of that kind to make."""
        return self.sizes.get(kind, usual)
