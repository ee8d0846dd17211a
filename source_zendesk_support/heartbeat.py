"""Something leaves the process every few minutes while work goes on.

Airbyte takes a source for dead that sends neither RECORD nor STATE for long (logs do not count). A walk that waits for
its limit, or reads children that are all old, would look like that; its STATE is said again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from airbyte_cdk.models import AirbyteMessage

HEARTBEAT_INTERVAL_SECONDS = 120.0
"""Seconds of silence after which a STATE is repeated."""
CHECK_INTERVAL_SECONDS = 10.0


class Heartbeat:
    """Repeats a STATE after long silence. Start it once; it ends with ``stop``.

    Args:
        put: puts a message on the queue that the main thread writes from.
        states: makes the STATE messages of the streams that are still being read.
    """

    def __init__(self, put: Callable[[AirbyteMessage], None], states: Callable[[], Iterable[AirbyteMessage]]) -> None:
        self._put = put
        self._states = states
        self._last = time.monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def beat(self) -> None:
        """A RECORD or STATE has just left."""
        self._last = time.monotonic()

    def stop(self) -> None:
        """End the watch."""
        self._stopped.set()

    def repeat_if_silent(self) -> None:
        """Repeat one STATE if it has been silent for long."""
        if time.monotonic() - self._last < HEARTBEAT_INTERVAL_SECONDS:
            return
        state = next(iter(self._states()), None)
        if state:
            self.beat()
            self._put(state)

    def _watch(self) -> None:
        while not self._stopped.wait(CHECK_INTERVAL_SECONDS):
            self.repeat_if_silent()
