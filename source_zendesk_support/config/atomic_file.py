"""Replaces a file so that a reader sees either the old or the new content, whenever the process is killed.

Owner, group and mode are kept. If the file cannot be replaced for all its users (a second hard link, an owner that we
may not set), the content is written into the old file while the new one keeps a safe copy.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from errno import EINVAL
from pathlib import Path

MIN_LEFTOVER_AGE_SECONDS = 60
"""A younger empty file may belong to another process that is about to lock it."""
MAX_LEFTOVER_GAP_SECONDS = 10
"""A file changed later than its leftover by more than this has been changed by somebody else."""


class AtomicFile:
    """Replaces one file.

    Args:
        path: of the file, or of a symbolic link to it, which is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self) -> None:
        """Raise an OSError if the file is not writable: then it must not be replaced either."""
        target = self._path.resolve()
        if target.exists() and not target.is_file():
            raise OSError(EINVAL, "It is no regular file")
        with target.open("rb+"):
            pass

    def write(self, content: bytes) -> None:
        """Replace the content.

        Raises:
            OSError: the file, or its folder, is not writable.
        """
        self.check()
        target = self._path.resolve()
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=self._prefix())
        try:
            with os.fdopen(descriptor, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # a locked file is not a leftover
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                _replace_or_overwrite(file.fileno(), Path(name), target, content)
        finally:
            Path(name).unlink(missing_ok=True)

    def leftovers(self) -> Iterator[bytes]:
        """The content that killed processes were about to write; each file is removed after it was processed.

        Raises:
            OSError: the folder or a file cannot be read.
        """
        target = self._path.resolve()
        for path in target.parent.glob(f"{_escaped(self._prefix())}*"):
            with path.open("rb+") as file, suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                content, age = file.read(), target.stat().st_mtime - path.stat().st_mtime
                if content or time.time() - path.stat().st_mtime > MIN_LEFTOVER_AGE_SECONDS:
                    if content and age < MAX_LEFTOVER_GAP_SECONDS:
                        yield content
                    path.unlink(missing_ok=True)

    def _prefix(self) -> str:
        return f".{self._path.resolve().name}.new-"


def _replace_or_overwrite(descriptor: int, new: Path, target: Path, content: bytes) -> None:
    """Replace the old file by the new one, or overwrite its content."""
    old, created = target.stat(), os.fstat(descriptor)
    try:
        if (old.st_uid, old.st_gid) != (created.st_uid, created.st_gid):
            os.fchown(descriptor, old.st_uid, old.st_gid)
        os.fchmod(descriptor, old.st_mode & 0o7777)  # after the owner, because chown clears some mode bits
        replaceable = old.st_nlink == 1
    except PermissionError:
        replaceable = False
    if replaceable:
        new.replace(target)
    else:
        _overwrite(target, content)


def _overwrite(target: Path, content: bytes) -> None:
    """Overwrite a file; if that fails, restore its old content."""
    before = target.read_bytes()
    try:
        _write_into(target, content)
    except OSError:
        with suppress(OSError):
            _write_into(target, before)
        raise


def _write_into(target: Path, content: bytes) -> None:
    with target.open("rb+") as file:
        file.write(content)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _escaped(name: str) -> str:
    """A file name with glob patterns escaped."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)
