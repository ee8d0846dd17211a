"""Finds rows that have been deleted: those that a complete list no longer has.

The protocol has no message for a deletion. By convention, a record with the primary key and ``_ab_cdc_deleted_at`` is
one. Destinations drop it if its cursor value is older than the row's, so it carries the time at which the pass began.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import requests
from airbyte_cdk.sources.declarative.extractors import DpathExtractor
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.api.request_path import path_segments
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.parent_list import ParentListRetriever
from source_zendesk_support.components.votes import VoteListRetriever
from source_zendesk_support.errors import BadRequest, EndpointUnavailable
from source_zendesk_support.state.ids import id_key
from source_zendesk_support.state.known_rows import KnownRows
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.times import iso

logger = logging.getLogger("airbyte")

DELETED_AT = "_ab_cdc_deleted_at"
MARK_SCHEMA: Mapping[str, Any] = {
    "type": ["null", "string"],
    "format": "date-time",
    "description": "When the connector found that the row no longer exists; null for every other row.",
}
MAX_ROWS_REQUESTED = 100
"""Vanished rows of a pass that are requested one by one; of more, so many are a sample."""
KEY_SEPARATOR = "/"
"""Between the fields of a remembered key, as ``DeclaredStream.key_of`` joins them."""
DOUBTFUL_SHARE = 3
"""If more than a third of the rows have vanished, and more than can be requested, the next sync must see the same."""


class Deletions(NamedTuple):
    """What a pass has shown.

    Attributes:
        tombstones: a record for each deleted row.
        known: what the next pass must know.
    """

    tombstones: list[Row]
    known: KnownRows


def finds_deletions(retriever: PagedRetriever) -> bool:
    """Whether deleted rows of a stream can be found: every pass reads all rows, and none of them says it is deleted."""
    if (
        type(retriever) not in (ListRetriever, ParentListRetriever, VoteListRetriever)
        or not retriever.cursor
        or not retriever.primary_key
    ):
        return False
    if retriever.deletion_mark or retriever.rows_expire:
        return False
    if isinstance(retriever, ParentListRetriever | VoteListRetriever):
        return True
    return isinstance(retriever.record_selector.extractor, DpathExtractor) and retriever.cursor.reads_all


def with_mark(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stream's schema with the column of deletions."""
    return {**schema, "properties": {**schema["properties"], DELETED_AT: MARK_SCHEMA}}


class DeletionFinder:
    """Finds the deleted rows of one stream. No row is declared deleted because of doubtful evidence.

    Args:
        retriever: of the stream.
        client: requests vanished rows one by one.
        role: of the signed-in user; empty if it is not known.
        text_fields: the fields of the primary key that are text; the others are integers.
    """

    def __init__(
        self, retriever: PagedRetriever, client: ZendeskClient, role: Callable[[], str], text_fields: frozenset[str]
    ) -> None:
        self._retriever = retriever
        self._client = client
        self._role = role
        self._text_fields = text_fields

    def living(self, row: Row) -> Row:
        """A record with the column of deletions."""
        return {DELETED_AT: None, **row}

    def deletions(self, known: KnownRows, *, is_refused: bool) -> Deletions:
        """What a complete pass has shown.

        Args:
            known: the rows that were known before, and those that have come.
            is_refused: Zendesk refused some of the parents, so that their children did not come.
        """
        if known.write() is None:
            self._log_too_many(known.count or len(known.ids))
            return Deletions([], known)
        role = self._viewpoint()
        if role and known.role and role != known.role:
            return self._after_other_role(known, role)
        if known.is_resumed or not known.vanished:
            return Deletions([], replace(known.after_pass(known.ids, known.absent), role=role or known.role))
        if is_refused or not known.seen:
            self._log_doubt(known, "some of its rows were refused" if is_refused else "the list is empty")
            return Deletions([], known.after_pass(known.ids, known.absent))
        if not role:
            self._log_doubt(known, "the role of the signed-in user could not be read")
            return Deletions([], known.after_pass(known.ids, known.absent))
        return self._confirmed(known)

    def _viewpoint(self) -> str:
        """What decides which rows are shown: the role, and of two lists of the same rows the one that is read."""
        role = self._role()
        return f"{role} by list" if role and isinstance(self._retriever, VoteListRetriever) else role

    def _after_other_role(self, known: KnownRows, role: str) -> Deletions:
        """Another role or list may show other rows, so all are forgotten, and the next pass learns them again."""
        self._log_doubt(known, "the role of the signed-in user has changed, or another list is read")
        return Deletions([], KnownRows(role=role))

    def _confirmed(self, known: KnownRows) -> Deletions:
        vanished = frozenset(key for key in known.vanished if self._key_values(key))
        repeated = vanished & known.absent
        is_mass = len(vanished) > MAX_ROWS_REQUESTED and len(vanished) * DOUBTFUL_SHARE > len(known.ids)
        if is_mass and not repeated:
            self._log_doubt(
                known, "that is more than a third of them; if the next sync sees the same, they are deleted"
            )
        deleted = self._deleted(repeated if is_mass else vanished, known)
        if deleted:
            logger.info("Stream %s: %d rows have been deleted.", self._retriever.name, len(deleted))
        tombstones = [self._tombstone(key, known.began) for key in sorted(deleted, key=str)]
        return Deletions(tombstones, known.after_pass(known.ids - deleted, vanished - deleted))

    def _deleted(self, candidates: frozenset[Id], known: KnownRows) -> frozenset[Id]:
        """Those of some vanished rows of which it is certain."""
        try:
            if candidates and self._can_be_requested(known):
                return self._gone(candidates)
        except AirbyteTracedException as error:
            self._log_doubt(known, f"they could not be requested ({error.message})")
            return frozenset()
        # A page that has a number may lack a row that has moved to another one while the list was read.
        return candidates & known.absent if self._retriever.has_numbered_pages else candidates

    def _can_be_requested(self, known: KnownRows) -> bool:
        """Whether Zendesk has an endpoint for one row: a row that exists is found there."""
        return not self._retriever.visits_all_parents and self._exists(max(known.seen, key=str)) is True

    def _gone(self, candidates: frozenset[Id]) -> frozenset[Id]:
        ordered = sorted(candidates, key=str)
        if len(ordered) <= MAX_ROWS_REQUESTED:
            return frozenset(key for key in ordered if self._exists(key) is False)
        sample = [ordered[place * len(ordered) // MAX_ROWS_REQUESTED] for place in range(MAX_ROWS_REQUESTED)]
        return candidates if all(self._exists(key) is False for key in sample) else frozenset()

    def _exists(self, key: Id) -> bool | None:
        """Whether Zendesk has a row; None if it does not say."""
        try:
            request = self._row_request(key)
        except EndpointUnavailable:  # the id cannot be part of a path
            return None
        try:
            self._client.page(request).release()
        except EndpointUnavailable as error:
            return False if error.status == requests.codes.not_found and not error.bare else None
        except BadRequest:
            return None
        return True

    def _row_request(self, key: Id) -> PageRequest:
        page = self._retriever.first_page(self._client.clock.now())
        segment, suffix = path_segments({"id": key})["id"], ".json" if page.url.endswith(".json") else ""
        return PageRequest(
            stream=page.stream,
            url=f"{page.url.removesuffix(suffix)}/{segment}{suffix}",
            params={},
            auth=page.auth,
            handler=page.handler,
            position_text=f"the row {key}",
            gates=False,
        )

    def _tombstone(self, key: Id, moment: int) -> Row:
        cursor = self._retriever.cursor
        return {**self._key_values(key), **({cursor.field: iso(moment)} if cursor else {}), DELETED_AT: iso(moment)}

    def _key_values(self, key: Id) -> Row:
        """The fields of a row's primary key; empty if a remembered key cannot be taken apart."""
        names = self._retriever.key_fields
        values = [key] if len(names) == 1 else str(key).split(KEY_SEPARATOR)
        if len(values) != len(names):
            return {}
        return {
            name: str(value) if name in self._text_fields else id_key(value)
            for name, value in zip(names, values, strict=True)
        }

    def _log_too_many(self, count: int) -> None:
        logger.warning(
            "Stream %s: it has %d rows, too many to remember in the state, so deleted rows keep their last copy. Run a "
            "full refresh to remove them.",
            self._retriever.name,
            count,
        )

    def _log_doubt(self, known: KnownRows, reason: str) -> None:
        logger.warning(
            "Stream %s: %d of %d rows did not come, but none is declared deleted: %s.",
            self._retriever.name,
            len(known.vanished),
            len(known.ids),
            reason,
        )
