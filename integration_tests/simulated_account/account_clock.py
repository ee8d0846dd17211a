"""The account's clock, apart from the clock of the machine."""

import time
from email.utils import formatdate


class AccountClock:
    """Tells the account's time in Unix seconds: the real pace from a chosen start, plus a skew; or standing still."""

    def __init__(self, start: float | None = None, *, frozen: bool = False) -> None:
        begun = time.time()
        self._offset = 0.0 if start is None else start - begun
        self._stopped_at = (begun if start is None else start) if frozen else None

    def now(self) -> float:
        """The account's time in Unix seconds."""
        return time.time() + self._offset if self._stopped_at is None else self._stopped_at

    def shift(self, seconds: float) -> None:
        """Moves the clock by so many seconds; below zero moves it back."""
        self._offset += seconds
        if self._stopped_at is not None:
            self._stopped_at += seconds

    def set(self, now: float) -> None:
        """Sets the clock to this Unix time."""
        self.shift(now - self.now())

    def freeze(self) -> None:
        """Stops the clock."""
        self._stopped_at = self.now()

    def run(self) -> None:
        """Starts a stopped clock again."""
        if self._stopped_at is not None:
            self._offset, self._stopped_at = self._stopped_at - time.time(), None

    def date_header(self) -> str:
        """The value of the `Date` header."""
        return formatdate(self.now(), usegmt=True)
