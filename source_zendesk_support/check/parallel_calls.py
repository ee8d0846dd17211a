"""Calls that run side by side and are waited for until a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from typing import Any, TypeVar

Outcome = TypeVar("Outcome")


class ParallelCalls:
    """Runs each call in a thread of its own, and waits for all of them together no longer than a deadline.

    The threads are daemons, unlike those of a ThreadPoolExecutor: one that is stuck keeps neither the caller nor the
    process from ending.

    Args:
        seconds: from now until the deadline.
        wait: waits for calls, at most so many seconds.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        seconds: float,
        wait: Callable[[list[Future[Any]], float], object] = wait,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds = seconds
        self._wait = wait
        self._clock = clock
        self._began = clock()

    def start(self, call: Callable[[], Outcome]) -> Future[Outcome]:
        """The outcome of a call, which may be a failure, as soon as there is one."""
        outcome: Future[Outcome] = Future()
        threading.Thread(target=_run, args=(outcome, call), name="check", daemon=True).start()
        return outcome

    def wait(self, calls: Iterable[Future[Any]], until: float | None = None) -> None:
        """Return if all these calls have ended, or at the deadline.

        Args:
            calls: the outcomes to wait for.
            until: an earlier deadline, in seconds since the beginning.
        """
        end = self._began + (self.seconds if until is None else min(until, self.seconds))
        self._wait(list(calls), max(0.0, end - self._clock()))


def _run(outcome: Future[Any], call: Callable[[], Any]) -> None:
    try:
        outcome.set_result(call())
    except BaseException as error:  # noqa: BLE001  whoever waits for the outcome judges it
        outcome.set_exception(error)
