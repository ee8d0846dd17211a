"""The account's clock, apart from the clock of the machine."""

import time
from email.utils import formatdate


class AccountClock:
    """Tells the account's time in Unix seconds: the real pace from a chosen start, plus a skew; or standing still."""

    def __init__(self, start: float | None = None, *, frozen: bool = False) -> None:
        self._begun = time.time()
        self._start = self._begun if start is None else start
        self._frozen = frozen

    def now(self) -> float:
        """The account's time in Unix seconds."""
        return self._start if self._frozen else self._start + (time.time() - self._begun)

    def shift(self, seconds: float) -> None:
        """Moves the clock by so many seconds; below zero moves it back."""
        self._start += seconds

    def date_header(self) -> str:
        """The value of the `Date` header."""
        return formatdate(self.now(), usegmt=True)
