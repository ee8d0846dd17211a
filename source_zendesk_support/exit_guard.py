"""Work that the end of the process waits for: what a token endpoint hands out once must be stored before that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_CRITICAL_WORK = threading.Lock()


@contextmanager
def delay_exit() -> Iterator[None]:
    """Within, the process does not end, as far as its patience goes; one thread at a time.

    Once the process has begun to end, whoever comes here waits for that end: what is not begun needs no finish.
    """
    with _CRITICAL_WORK:
        yield


def finish_before_exit(seconds: float) -> bool:
    """Wait for the work under way and let no other begin; whether it ended in time."""
    return _CRITICAL_WORK.acquire(timeout=max(seconds, 0))
