"""A file without a name: nothing of it stays behind, however the process ends."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref


class PageFile:
    """Pieces of bytes, in the temp folder. Thread-safe; the system removes it with the process.

    Raises:
        OSError: there is no temp folder that can be written to.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  it lives as long as this
        weakref.finalize(self, self._file.close)
        self._lock = threading.Lock()
        self._size = 0

    def add(self, piece: bytes) -> tuple[int, int]:
        """Store a piece; the result is where to find it.

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
        """The piece that is stored there.

        Raises:
            OSError: it cannot be read.
        """
        found = b""
        while len(found) < size:
            part = os.pread(self._file.fileno(), size - len(found), start + len(found))
            if not part:
                raise OSError("the file of kept pages has lost its end")
            found = found + part if found else part
        return found
