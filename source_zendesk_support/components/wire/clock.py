"""The account's clock, learnt from Date headers: this machine's clock may be minutes off."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from source_zendesk_support.times import http_date


class ServerClock:
    """Server time, as far as answers have told it; local time until the first answer.

    A Date header is cut to whole seconds and written before the answer arrives, so every estimate made from it is
    early by up to a round trip and a second. Early is the safe side: bookmarks may only lag.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._lock = threading.Lock()

    @property
    def known(self) -> bool:
        """Whether any answer has told the time yet."""
        return self._offset is not None

    def observe(self, headers: Mapping[str, str], sent: float, received: float) -> int:
        """Learn from an answer.

        Args:
            headers: the answer's headers, by any case.
            sent: local epoch seconds at which it was asked for.
            received: local epoch seconds at which it arrived.

        Returns:
            Server time at which it was asked for, by its own Date: not all of Zendesk's machines agree.
        """
        try:
            told = http_date(headers.get("Date", ""))
        except ValueError:
            return self.at(sent)
        with self._lock:
            self._offset = told - received
        return int(sent + told - received)

    def at(self, local: float) -> int:
        """Server time in epoch seconds at a local time in epoch seconds."""
        return int(local + (self._offset or 0.0))

    def now(self) -> int:
        """Server time now, in epoch seconds."""
        return self.at(time.time())
