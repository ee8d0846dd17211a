"""Custom objects: which there are, and where the records of each are read from."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.cursor_export import CursorExportRetriever
from source_zendesk_support.components.cursor_spec import WalkCursor, parts_of
from source_zendesk_support.components.custom_objects import ObjectRecordsRetriever
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.errors import WalkError

logger = logging.getLogger("airbyte")


class CustomObjects:
    """The account's custom objects; their list is requested once, and its page stays in the page cache.

    Args:
        client: fetches pages.
    """

    def __init__(self, client: ZendeskClient) -> None:
        self._client = client
        self._keys: list[str] | None = None
        self._is_read = False

    def keys(self, retriever: ObjectRecordsRetriever) -> list[str] | None:
        """Keys of all objects; None if the list cannot be read, which its walk then reports."""
        if not self._is_read:
            self._keys, self._is_read = self._listed(retriever), True
        return self._keys

    def _listed(self, retriever: ObjectRecordsRetriever) -> list[str] | None:
        try:
            rows = [row for page in read_list(retriever, self._client) for row in page.rows]
        except (WalkError, AirbyteTracedException):
            return None
        return list(dict.fromkeys(row["key"] for row in rows if isinstance(row["key"], str)))


def exports_of(
    retriever: ObjectRecordsRetriever, objects: CustomObjects, cursor: WalkCursor
) -> Mapping[str, CursorExportRetriever]:
    """The export of each object, by its key; objects that are gone leave the state, with one WARN.

    Args:
        retriever: of the stream.
        objects: of the account.
        cursor: of the stream.
    """
    keys = objects.keys(retriever)
    if keys is None:
        return {}
    if gone := [key for key in cursor.parts if key not in keys]:
        logger.warning(
            "Stream %s: these custom objects no longer exist: %s. Their records stay in the destination as they are.",
            retriever.name,
            ", ".join(gone),
        )
    for key in gone:
        cursor.drop_part(key)
    exports = {key: retriever.export_of(key) for key in keys}
    return {key: export for key, export in exports.items() if export}


def part_state(state: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The state from which one object is read; what another connector has stored holds for all of them."""
    return parts_of(state).get(key, {}) if "v" in state else state
