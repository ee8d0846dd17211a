"""Files that could not be downloaded, as STATE remembers them until the next sync.

{"failed_files": [{"id": 700, "tries": 1, "row": {"ticket_id": 35, "comment_id": 900}}], ...}
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from source_zendesk_support.state.ids import id_key, is_id
from source_zendesk_support.state.packed_ids import Id

MAX_FAILED_FILES = 200
"""They take about 30 KB of STATE."""
MAX_COLUMN_CHARACTERS = 100
Column = tuple[str, str | int | None]


class FailedFile(NamedTuple):
    """A file to try again.

    Attributes:
        id: of its record.
        tries: syncs that have tried it.
        columns: those of its row that the record does not have if it is fetched alone.
    """

    id: Id
    tries: int
    columns: tuple[Column, ...] = ()


def write_failed(files: Iterable[FailedFile]) -> list[dict[str, Any]]:
    """What STATE holds of them, in the order of their ids."""
    ordered = sorted(files, key=lambda file: str(file.id))
    return [{"id": file.id, "tries": file.tries, "row": dict(file.columns)} for file in ordered]


def read_failed(stored: object) -> frozenset[FailedFile]:
    """What ``write_failed`` stored.

    Raises:
        ValueError: something else.
    """
    if not isinstance(stored, list):
        raise ValueError("failed_files: not a list")  # noqa: TRY004  the state is wrong, not the caller
    return frozenset(map(_read, stored))


def _read(stored: object) -> FailedFile:
    found = stored if isinstance(stored, dict) else {}
    row, tries = found.get("row"), found.get("tries")
    if not is_id(found.get("id")) or type(tries) is not int or not isinstance(row, dict):
        raise ValueError("failed_files: not a file")
    if not all(value is None or type(value) in (str, int) for value in row.values()):
        raise ValueError("failed_files: not columns of a row")
    return FailedFile(id_key(found["id"]), tries, tuple(sorted(row.items())))
