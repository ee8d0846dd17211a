"""Custom objects: which there are, and where the records of each are read from."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_export import CursorExportRetriever
from source_zendesk_support.components.cursor_spec import WalkCursor, parts_of
from source_zendesk_support.components.custom_objects import ObjectRecordsRetriever
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.errors import (
    EndpointUnavailable,
    WalkError,
    WrongCredentials,
    failure_reason,
    no_account,
)
from source_zendesk_support.object_tables import OBJECT_RECORDS

logger = logging.getLogger("airbyte")


class CustomObjects:
    """The account's custom objects; their list is requested once, and its page stays in the page cache.

    Args:
        pages: creates a stream's retriever by the stream's name.
        client: fetches pages.

    Attributes:
        failure: why the list could not be read; None if it could, or has not been needed yet.
    """

    def __init__(self, pages: Callable[[str], PagedRetriever], client: ZendeskClient) -> None:
        self._pages = pages
        self._client = client
        self.failure: Exception | None = None

    @cached_property
    def keys(self) -> list[str]:
        """Keys of all objects; none if the list cannot be read, which a walk over it then reports."""
        try:
            rows = [row for page in read_list(self._pages(OBJECT_RECORDS), self._client) for row in page.rows]
        except (WalkError, AirbyteTracedException) as error:
            self.failure = error
            return []
        return list(dict.fromkeys(row["key"] for row in rows if isinstance(row["key"], str)))

    def offered(self) -> list[str]:
        """Keys of the objects that ``discover`` offers streams of; none, after a WARN, if the list cannot be read.

        Raises:
            AirbyteTracedException: nothing can be read with these credentials, or there is no such account.
        """
        keys, error = self.keys, self.failure
        if isinstance(error, WrongCredentials):
            raise error
        if isinstance(error, EndpointUnavailable) and error.html and error.status != requests.codes.forbidden:
            raise no_account(OBJECT_RECORDS) from error
        if error:
            logger.warning(
                "The streams of custom objects are missing from the catalog because the account's custom_objects could "
                "not be read: %s. Fix the cause and refresh the schema, or switch the option off.",
                failure_reason(error),
            )
        return keys

    def exports(self, retriever: ObjectRecordsRetriever) -> Iterator[tuple[str, CursorExportRetriever]]:
        """Each object, and the export of its records for a stream."""
        for key in self.keys:
            if export := retriever.export_of(key):
                yield key, export

    def drop_gone(self, stream: str, cursor: WalkCursor) -> None:
        """Forget the positions of objects that are gone, with one WARN; none, if the objects are not known."""
        gone = [key for key in cursor.parts if key not in self.keys]
        if self.failure or not gone:
            return
        logger.warning(
            "Stream %s: these custom objects no longer exist: %s. Their records stay in the destination as they are.",
            stream,
            ", ".join(gone),
        )
        for key in gone:
            cursor.drop_part(key)

    def is_gone(self, stream: str, tables: Mapping[str, str]) -> bool:
        """Whether a stream is that of an object that is gone, which one WARN says.

        Args:
            stream: its name.
            tables: the key of each object by its stream's name; empty if the object is not listed.
        """
        if tables.get(stream) != "" or self.failure:
            return False
        logger.warning(
            "Stream %s: its custom object no longer exists, so it has no records. Refresh the connection's schema, or "
            "deselect the stream.",
            stream,
        )
        return True


def part_state(state: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The state from which one object is read; what another connector has stored holds for all of them."""
    return parts_of(state).get(key, {}) if "v" in state else state
