"""Delays the end of the process until new tokens are stored, because they are issued only once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_CRITICAL_WORK = threading.Lock()


@contextmanager
def delay_exit() -> Iterator[None]:
    """Within this context, the process does not end before its time-out; one thread at a time.

    Once the process is ending, other threads block here: work that has not started need not finish.
    """
    with _CRITICAL_WORK:
        yield


def finish_before_exit(seconds: float) -> bool:
    """Wait for the work in progress and block new work; whether it ended in time."""
    return _CRITICAL_WORK.acquire(timeout=max(seconds, 0))
