"""Which records' files are downloaded."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from fnmatch import fnmatchcase

from source_zendesk_support.components.page_result import Row
from source_zendesk_support.config.model import FileOptions

MALWARE = "malware_found"


class Skipped(Enum):
    """Why a record's file is not downloaded."""

    DELETED = "deleted or redacted"
    MALWARE = "malware found"
    LARGE = "larger than files.max_megabytes"
    TYPE = "of a type that is not in files.content_types"
    NO_URL = "without a URL"
    GONE = "no longer in Zendesk"


class FileSelection:
    """Judges records by what the config and Zendesk say of their files.

    Args:
        options: of the user.
        url: the URL of a row's file.
    """

    def __init__(self, options: FileOptions, url: Callable[[Row], str]) -> None:
        self._types = tuple(pattern.strip().lower() for pattern in options.content_types if pattern.strip())
        self._url = url
        self.max_bytes = options.max_megabytes * 1_000_000

    def reason(self, row: Row) -> Skipped | None:
        """Why a row's file is not downloaded; None if it is."""
        size = row.get("size")
        if row.get("deleted") is True:
            return Skipped.DELETED
        if row.get("malware_scan_result") == MALWARE and row.get("malware_access_override") is not True:
            return Skipped.MALWARE
        if isinstance(size, int) and size > self.max_bytes:
            return Skipped.LARGE
        if self._types and not self._is_wanted(str(row.get("content_type") or "")):
            return Skipped.TYPE
        return None if self._url(row) else Skipped.NO_URL

    def _is_wanted(self, content_type: str) -> bool:
        kind = content_type.partition(";")[0].strip().lower()
        return any(fnmatchcase(kind, pattern) for pattern in self._types)
