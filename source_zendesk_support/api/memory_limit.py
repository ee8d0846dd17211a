"""Room for unpacked pages, in bytes: what bounds memory, however many streams are read and however slow the reader.

Zendesk packs a page to a tenth of its size, and only one thread at a time can decode or encode. So pages that have
arrived wait, packed, until those before them have been handed over.
"""

from __future__ import annotations

import threading

MAX_DECODED_BYTES = 5_000_000
"""Bytes of JSON in hand; a page of Zendesk's is mostly 1 to 5 MB."""


class MemoryLimit:
    """Bytes that may be in hand at once. Thread-safe; who waits must not keep others from giving room back.

    Args:
        most: bytes. A single page may be larger, and is then in hand alone.
    """

    def __init__(self, max_bytes: int = MAX_DECODED_BYTES) -> None:
        self._max_bytes = max_bytes
        self._taken = 0
        self._changed = threading.Condition()

    def acquire(self, size: int) -> None:
        """Wait until there is room for so many bytes, or nothing else in hand."""
        with self._changed:
            while self._taken and self._taken + size > self._max_bytes:
                self._changed.wait()
            self._taken += size

    def release(self, size: int) -> None:
        """A page is no longer in hand."""
        with self._changed:
            self._taken -= size
            self._changed.notify_all()
