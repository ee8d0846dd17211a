"""The threads that fetch children."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class ChildThreads:
    """One pool for all substreams of a sync.

    Each substream that is being read gets an equal share of the threads, at least one. So a substream that waits for
    its rate limit does not keep the others from working. A task only fetches one page and waits for no other task, so
    the pool cannot deadlock.

    Args:
        workers: the number of pages that the user allows at once (``num_workers``).
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._substreams = 0
        self._reading = 0
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def register(self) -> None:
        """Announce one substream that will be read."""
        self._substreams += 1

    @property
    def count(self) -> int:
        """Threads of the pool: one for each substream, and never fewer than the workers; none without a substream."""
        return max(self._workers, self._substreams) if self._substreams else 0

    def start(self) -> None:
        """Start all threads, once all substreams are registered.

        A thread that is started when memory is short may fail before it can report that, and CPython waits for its
        report forever.
        """
        if not self.count:
            return
        self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="children")
        all_started = threading.Barrier(self.count + 1)
        try:
            for _ in range(self.count):
                self._pool.submit(all_started.wait)
        except BaseException:
            all_started.abort()  # or those that have started would wait forever
            raise
        all_started.wait()

    def start_for_sweep(self) -> None:
        """Start the threads for rows that are read by their ids, unless substreams have started them."""
        with self._lock:
            if self._pool is None:
                self.register()
                self.start()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A substream takes its share of the threads."""
        with self._lock:
            self._reading += 1
        try:
            yield
        finally:
            with self._lock:
                self._reading -= 1

    @property
    def share(self) -> int:
        """The number of tasks that each substream may have in the pool now."""
        return max(1, self._workers // max(1, self._reading))

    def submit(self, task: Callable[[Argument], Result], argument: Argument) -> Future[Result]:
        """Run a task in the pool."""
        if self._pool is None:
            raise RuntimeError("start() comes first")
        return self._pool.submit(task, argument)
