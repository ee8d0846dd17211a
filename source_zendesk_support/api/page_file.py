"""A file without a name: nothing remains, however the process ends."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref


class PageFile:
    """Pieces of bytes in a temporary file. Thread-safe; the system removes it with the process.

    Raises:
        OSError: there is no writable temporary folder.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  closed with this object
        weakref.finalize(self, self._file.close)
        self._lock = threading.Lock()
        self._size = 0

    def add(self, piece: bytes) -> tuple[int, int]:
        """Store a piece and return its position.

        Raises:
            OSError: it cannot be stored, for instance because the disk is full.
        """
        with self._lock:
            start = self._size
            rest = memoryview(piece)
            while rest:
                rest = rest[os.pwrite(self._file.fileno(), rest, start + len(piece) - len(rest)) :]
            self._size = start + len(piece)
        return start, len(piece)

    def get(self, start: int, size: int) -> bytes:
        """The piece at this position.

        Raises:
            OSError: it cannot be read.
        """
        found = b""
        while len(found) < size:
            part = os.pread(self._file.fileno(), size - len(found), start + len(found))
            if not part:
                raise OSError("the page cache file is truncated")
            found = found + part if found else part
        return found
