from threading import Event

import pytest

from source_zendesk_support.components.thread_pool import ChildThreads


def threads_for(workers: int, substreams: int) -> ChildThreads:
    threads = ChildThreads(workers)
    for _ in range(substreams):
        threads.register()
    threads.start()
    return threads


@pytest.mark.parametrize(
    ("workers", "substreams", "count"), [(4, 0, 0), (40, 0, 0), (4, 1, 4), (40, 11, 40), (4, 11, 11)]
)
def test_pool_has_a_thread_for_every_substream_and_every_worker(workers: int, substreams: int, count: int) -> None:
    assert threads_for(workers, substreams).count == count


def test_every_substream_that_is_being_read_has_the_same_share() -> None:
    threads = threads_for(8, 3)
    with threads.reading():
        assert threads.share == 8
        with threads.reading(), threads.reading():
            assert threads.share == 2
        assert threads.share == 8


def test_every_substream_has_at_least_one_thread() -> None:
    threads = threads_for(2, 3)
    with threads.reading(), threads.reading(), threads.reading():
        assert threads.share == 1


def test_substreams_that_wait_keep_no_other_from_working() -> None:
    """Two of three substreams wait with their whole share, as they do for a rate limit."""
    threads, opened = threads_for(2, 3), Event()
    with threads.reading(), threads.reading(), threads.reading():
        waiting = [threads.submit(lambda _: opened.wait(), None) for _ in range(2 * threads.share)]
        assert threads.submit(str.upper, "read").result(timeout=30) == "READ"
        assert not any(task.done() for task in waiting)
        opened.set()
    assert [task.result(timeout=30) for task in waiting] == [True, True]
