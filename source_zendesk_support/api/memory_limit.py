"""Limits the memory for decompressed pages, however many streams are read and however slow the reader is.

Zendesk compresses a page to a tenth of its size, and only one thread at a time can decode or encode. So received pages
wait, compressed, until earlier pages have been written.
"""

from __future__ import annotations

import threading

MAX_DECODED_BYTES = 5_000_000
"""Decoded JSON in memory; most of Zendesk's pages have 1 to 5 MB."""


class MemoryLimit:
    """A shared byte limit. Thread-safe; a waiting caller must not keep others from releasing.

    Args:
        max_bytes: the limit. A single page may be larger and is then processed alone.
    """

    def __init__(self, max_bytes: int = MAX_DECODED_BYTES) -> None:
        self._max_bytes = max_bytes
        self._taken = 0
        self._changed = threading.Condition()

    def acquire(self, size: int) -> None:
        """Wait until this many bytes are available, or nothing else is acquired."""
        with self._changed:
            while self._taken and self._taken + size > self._max_bytes:
                self._changed.wait()
            self._taken += size

    def release(self, size: int) -> None:
        """Give the bytes of a page back."""
        with self._changed:
            self._taken -= size
            self._changed.notify_all()
