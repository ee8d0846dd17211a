"""The account's own definitions of its custom fields, read when they are needed and once a process."""

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
    """Reads a stream of definitions whole, whatever its state, for those that need it to understand other streams.

    Its pages are kept, so that the stream of the same name is not asked for again.

    Args:
        pages: makes the rules of a stream by its name.
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
            Exception: whatever kept them from being read; the same for all who ask.
        """
        with self._lock:
            if stream not in self._found:
                self._found[stream] = self._tried(stream)
            found = self._found[stream]
        if isinstance(found, Exception):
            raise found
        return found

    def _tried(self, stream: str) -> Sequence[Row] | Exception:
        try:
            return _sound(self._whole(self._pages(stream)), stream)
        except Exception as error:  # noqa: BLE001  whoever asks decides what it means
            return error

    def _whole(self, rules: PagedRetriever) -> Sequence[Row]:
        return [row for page in read_list(rules, self._zendesk) for row in page.rows]


def _sound(rows: Sequence[Row], stream: str) -> list[Row]:
    """Definitions that say of which field they are, its id as a number; the others are told of."""
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
