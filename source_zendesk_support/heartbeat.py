"""Repeats a STATE every few minutes of silence, so that the source does not look dead.

Airbyte treats a source as dead if it sends neither RECORD nor STATE for long (logs do not count). A walk that waits for
its limit, or whose children are all old, would look like that; so its STATE is repeated.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from airbyte_cdk.models import AirbyteMessage

HEARTBEAT_INTERVAL_SECONDS = 120.0
"""A STATE is repeated after this much silence."""
CHECK_INTERVAL_SECONDS = 10.0


class Heartbeat:
    """Repeats a STATE after long silence. Start it once and end it with ``stop``.

    Args:
        put: puts a message on the queue that the main thread writes from.
        states: returns STATE messages of the streams that are still being read.
    """

    def __init__(self, put: Callable[[AirbyteMessage], None], states: Callable[[], Iterable[AirbyteMessage]]) -> None:
        self._put = put
        self._states = states
        self._last = time.monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def beat(self) -> None:
        """Record that a RECORD or STATE has just been emitted."""
        self._last = time.monotonic()

    def stop(self) -> None:
        """Stop the thread."""
        self._stopped.set()

    def repeat_if_silent(self) -> None:
        """Repeat one STATE if nothing has been emitted for long."""
        if time.monotonic() - self._last < HEARTBEAT_INTERVAL_SECONDS:
            return
        state = next(iter(self._states()), None)
        if state:
            self.beat()
            self._put(state)

    def _watch(self) -> None:
        while not self._stopped.wait(CHECK_INTERVAL_SECONDS):
            self.repeat_if_silent()
