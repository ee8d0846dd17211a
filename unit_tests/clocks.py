"""Time that passes only where the code under test sleeps or waits."""

import threading


class FakeTime:
    """Stands in for the module `time`."""

    def __init__(self, epoch: float) -> None:
        self.slept: list[float] = []
        self._epoch = epoch
        self._elapsed = 0.0

    def time(self) -> float:
        return self._epoch + self._elapsed

    def monotonic(self) -> float:
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._elapsed += seconds

    def advance(self, seconds: float) -> None:
        self._elapsed += seconds


class FakeThreading:
    """Stands in for the module `threading`: a condition that is waited for moves the clock instead of waiting."""

    def __init__(self, clock: FakeTime) -> None:
        self.clock = clock
        self.waited: list[float] = []

    def Lock(self) -> threading.Lock:  # noqa: N802  the module's own spelling
        return threading.Lock()

    def Condition(self, lock: threading.Lock) -> threading.Condition:  # noqa: N802  the module's own spelling
        owner = self

        class FakeCondition(threading.Condition):
            def wait(self, timeout: float | None = None) -> bool:
                owner.waited.append(timeout or 0.0)
                owner.clock.advance(timeout or 0.0)
                return super().wait(0.001)

        return FakeCondition(lock)
