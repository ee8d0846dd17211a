"""The folder for what lives as long as a command; it holds pages, so nothing of it may stay behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ATTEMPTS = 100
"""More than workers can thwart: once the folder is gone, nothing can appear in it."""


@contextmanager
def temp_folder() -> Iterator[str]:
    """A new folder that only this user may enter; it goes at the end."""
    folder = tempfile.mkdtemp()
    try:
        yield folder
    finally:
        remove(folder)


def remove(folder: str) -> None:
    """Remove a folder that workers may still write to: a file that appears meanwhile keeps it from going."""
    for _ in range(ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            return
