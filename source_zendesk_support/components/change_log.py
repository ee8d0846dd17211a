"""Exports of what has happened, from the beginning: skills, and who or which ticket got or lost one.

Facts: docs/zendesk-api.md#routing-events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from source_zendesk_support.components.cursor_export import CursorExportRetriever
from source_zendesk_support.components.named_page import link_token
from source_zendesk_support.components.page_result import PageRows, Row
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.state.position import Position


@dataclass
class ChangeLogRetriever(CursorExportRetriever):
    """Exports that take no start time: the first request has no parameter, all others have the server's cursor.

        type: CustomRetriever
        class_name: source_zendesk_support.components.change_log.ChangeLogRetriever
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/change_log_paginator"}

    Not ``SimpleRetriever``: no stock cursor keeps the server's cursor in STATE.

    The rows are in no order of time, so only the cursor says what has been read; the bookmark informs. Without
    a cursor the export is read from its beginning; what is older than ``start_date`` is not emitted.
    """

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """None: the paginator sends the cursor."""
        return {}

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """The rows since ``start_date``, and those without a time."""
        return [row for row in rows if (self.time_of(row) or self.start) >= self.start]

    def next_page(self, envelope: Any, size: int) -> NextPage:
        """What the page says about the next one; the token is the query of its link."""
        page = super().next_page(envelope, size)
        return page._replace(token=link_token(page.token))

    def _after(self, position: Position, page: PageRows) -> Position:
        """The next position; a last page that names no next one comes again in the next sync."""
        after = super()._after(position, page)
        return after if after.token else replace(after, token=position.token, ids=frozenset())

    def position_text(self, position: Position) -> str:
        """A position in words."""
        return super().position_text(position) if position.token else "the first page"
