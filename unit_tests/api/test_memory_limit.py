import threading

from source_zendesk_support.api.memory_limit import MemoryLimit


class MemoryTaker(threading.Thread):
    """Takes room in a thread of its own, as a walk does."""

    def __init__(self, room: MemoryLimit, size: int) -> None:
        super().__init__(daemon=True)
        self._room, self._size = room, size
        self.has_room = threading.Event()
        self.start()

    def run(self) -> None:
        self._room.acquire(self._size)
        self.has_room.set()


def test_pages_wait_until_there_is_room() -> None:
    room = MemoryLimit(max_bytes=10)
    room.acquire(6)
    small, large = MemoryTaker(room, 4), MemoryTaker(room, 5)
    assert small.has_room.wait(10)
    assert not large.has_room.is_set()
    room.release(6)
    assert large.has_room.wait(10)


def test_page_larger_than_all_room_is_in_hand_alone() -> None:
    room = MemoryLimit(max_bytes=10)
    room.acquire(25)
    other = MemoryTaker(room, 1)
    assert not other.has_room.wait(0.05)
    room.release(25)
    assert other.has_room.wait(10)
