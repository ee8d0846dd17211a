"""The account's definitions of its custom fields, read on demand and once per process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.state.ids import id_key


class FieldDefinitions:
    """Reads all definitions, whatever their stream's state, to interpret the rows of other streams.

    The pages are cached, so the stream of the same name does not fetch them again.

    Args:
        pages: creates a stream's retriever by the stream's name.
        zendesk: fetches pages.
    """

    def __init__(self, pages: Callable[[str], PagedRetriever], zendesk: ZendeskClient) -> None:
        self._pages = pages
        self._zendesk = zendesk
        self._lock = threading.Lock()
        self._found: dict[str, Sequence[Row] | Exception] = {}

    def of(self, stream: str) -> Sequence[Row]:
        """All rows of that stream; the caller must not hold a slot.

        Raises:
            Exception: the error of the first attempt, for all callers.
        """
        with self._lock:
            if stream not in self._found:
                self._found[stream] = self._read_or_error(stream)
            found = self._found[stream]
        if isinstance(found, Exception):
            raise found
        return found

    def _read_or_error(self, stream: str) -> Sequence[Row] | Exception:
        try:
            return _usable(self._read_all(self._pages(stream)), stream)
        except Exception as error:  # noqa: BLE001  the caller decides what it means
            return error

    def _read_all(self, rules: PagedRetriever) -> Sequence[Row]:
        return [row for page in read_list(rules, self._zendesk) for row in page.rows]


def _usable(rows: Sequence[Row], stream: str) -> list[Row]:
    """Definitions with a numeric field id; the others are counted in a warning."""
    odd = OddMembers(stream)
    found = []
    for row in rows:
        number, key = id_key(row["id"]), row.get("key")
        if isinstance(number, int) and isinstance(key, str | None):
            found.append({**row, "id": number})
        else:
            odd.add("definitions")
    odd.log_summary()
    return found
