"""Calls side by side, on real threads."""

import threading

import pytest

from source_zendesk_support.check.parallel_calls import ParallelCalls

PLENTY = 60.0
"""Seconds that no test waits for: what it waits for happens before."""


def test_calls_run_at_the_same_time() -> None:
    """None of them ends before all have begun."""
    calls, all_here = ParallelCalls(PLENTY), threading.Barrier(14, timeout=PLENTY)
    begun = [calls.start(all_here.wait) for _ in range(14)]
    calls.wait(begun)
    assert sorted(call.result() for call in begun) == list(range(14))


def test_what_a_call_meets_is_its_outcome() -> None:
    calls = ParallelCalls(PLENTY)
    outcome = calls.start(lambda: 1 // 0)
    calls.wait([outcome])
    with pytest.raises(ZeroDivisionError):
        outcome.result(timeout=0)


def test_a_call_that_is_stuck_keeps_nobody() -> None:
    calls, freed = ParallelCalls(0.0), threading.Event()
    stuck = calls.start(freed.wait)
    calls.wait([stuck])
    assert not stuck.done()
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "check")
    freed.set()


@pytest.mark.parametrize(
    ("now", "until", "left"), [(107.0, None, 38.0), (107.0, 1.0, 0.0), (100.5, 1.0, 0.5), (190.0, None, 0.0)]
)
def test_all_waits_end_at_one_deadline(now: float, until: float | None, left: float) -> None:
    times, waited = iter([100.0, now]), []
    calls = ParallelCalls(45.0, wait=lambda _calls, seconds: waited.append(seconds), clock=lambda: next(times))
    calls.wait([], until)
    assert waited == [left]
