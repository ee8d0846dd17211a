"""Parallel calls with a common deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from typing import Any, TypeVar

from source_zendesk_support.pacing import Pacing

Outcome = TypeVar("Outcome")


class ParallelCalls:
    """Runs each call in its own thread and waits for all of them until a deadline.

    The threads are daemons, unlike those of a ThreadPoolExecutor: a stuck thread blocks neither the caller nor the end
    of the process.

    Args:
        seconds: time until the deadline.
        wait: waits for calls, at most this many seconds.
        clock: monotonic seconds.
        pacing: moves the deadline in tests.
    """

    def __init__(
        self,
        seconds: float,
        wait: Callable[[list[Future[Any]], float], object] = wait,
        clock: Callable[[], float] = time.monotonic,
        pacing: Pacing = Pacing(),  # noqa: B008  it cannot change
    ) -> None:
        self.seconds = seconds
        self._wait = wait
        self._clock = clock
        self._factor = pacing.deadline_factor
        self._began = clock()

    def start(self, call: Callable[[], Outcome]) -> Future[Outcome]:
        """Start a call; its outcome may be an exception."""
        outcome: Future[Outcome] = Future()
        threading.Thread(target=_run, args=(outcome, call), name="check", daemon=True).start()
        return outcome

    def wait(self, calls: Iterable[Future[Any]], until: float | None = None) -> None:
        """Return when all these calls have ended, or at the deadline.

        Args:
            calls: the outcomes to wait for.
            until: an earlier deadline, in seconds since the start.
        """
        seconds = self.seconds if until is None else min(until, self.seconds)
        end = self._began + seconds * self._factor
        self._wait(list(calls), max(0.0, end - self._clock()))


def _run(outcome: Future[Any], call: Callable[[], Any]) -> None:
    try:
        outcome.set_result(call())
    except BaseException as error:  # noqa: BLE001  the caller handles the outcome
        outcome.set_exception(error)
