"""The folder in which the destination, or the user of the command line, finds the files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from airbyte_cdk.models import AirbyteRecordMessageFileReference

PART = ".part"
"""Suffix of a file that is not complete. What a killed sync has left under it is overwritten by the next one."""


class StagingError(Exception):
    """A file cannot be written, which no other file is likely to change."""


class FileTooLarge(Exception):
    """A file is larger than the user allows."""


class StagingFolder:
    """Writes files as they arrive; one under its final name is complete.

    Args:
        folder: Airbyte's staging folder.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def write(self, path: str, chunks: Iterable[bytes], max_bytes: int) -> AirbyteRecordMessageFileReference:
        """The reference to a complete file, for its record. What ``chunks`` raises is passed on.

        Args:
            path: below the folder; made of safe names.
            chunks: the file's bytes.
            max_bytes: limit of its size.

        Raises:
            FileTooLarge: the limit is exceeded; nothing is left.
            StagingError: the disk is full, or the folder cannot be written.
        """
        final = self._folder / path
        part = final.with_name(final.name + PART)
        try:
            self._make_room(part)
            try:
                size = _written(part, chunks, max_bytes)
                part.replace(final)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise StagingError(f"{self._folder}: {error.strerror or type(error).__name__}") from error
        return AirbyteRecordMessageFileReference(
            staging_file_url=str(final), source_file_relative_path=path, file_size_bytes=size
        )

    def _make_room(self, part: Path) -> None:
        part.parent.mkdir(parents=True, exist_ok=True)
        if not part.parent.resolve().is_relative_to(self._folder.resolve()):
            raise PermissionError(1, "a link leads out of it")
        part.unlink(missing_ok=True)

    def remove(self, path: str) -> None:
        """Remove a file that is not what it should be."""
        (self._folder / path).unlink(missing_ok=True)


def _written(part: Path, chunks: Iterable[bytes], max_bytes: int) -> int:
    size = 0
    with part.open("xb") as file:  # never through a link that somebody else has put there
        for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise FileTooLarge
            file.write(chunk)
    return size
