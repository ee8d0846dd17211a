"""What an image adds to its base, found by comparing their file systems."""

import filecmp
import os
import re
from collections.abc import Iterator
from pathlib import Path

OURS = re.compile(r"(opt/connector|airbyte)/.*|etc/(passwd|group|shadow|gshadow)-?")
"""The connector, its working directory, its user."""

STRANGERS = (
    "aiohttp",
    "demo",
    "hatchling",
    "hypothesis",
    "integration_tests",
    "mypy",
    "pip.conf",
    "pytest",
    "ruff",
    "unit_tests",
)


def additions(base: Path, image: Path) -> list[str]:
    """Files that are not as in the base, ours apart. An empty file is where something was mounted during the build."""
    return [name for name in _files(image) if not OURS.fullmatch(name) and not _same(base / name, image / name)]


def strangers(image: Path) -> list[str]:
    """What must not be in the connector's environment, such as tests and what they need."""
    folders = (image / "opt" / "connector", *(image / "opt" / "connector").glob("lib/python*/site-packages"))
    return [str(folder / name) for folder in folders for name in STRANGERS if (folder / name).exists()]


def connector_megabytes(image: Path) -> int:
    """The size of the connector with its dependencies, uncompressed, in MB."""
    folder = image / "opt" / "connector"
    return sum((folder / name).lstat().st_size for name in _files(folder)) // 1_000_000


def _files(root: Path) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        for name in names:
            yield str((Path(folder) / name).relative_to(root))


def _same(before: Path, after: Path) -> bool:
    if after.is_symlink():
        return before.is_symlink() and before.readlink() == after.readlink()
    if not before.exists():
        return after.stat().st_size == 0
    return not after.is_file() or filecmp.cmp(before, after, shallow=False)
