"""Threads that ask for children."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor


def crew(workers: int) -> ThreadPoolExecutor:
    """A pool whose threads all run already.

    One that is started when memory is short may fail before it can say so, and CPython waits for its word for ever.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="children")
    all_here = threading.Barrier(workers + 1)
    for _ in range(workers):
        pool.submit(all_here.wait)
    all_here.wait()
    return pool
