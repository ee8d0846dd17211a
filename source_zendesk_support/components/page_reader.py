"""Reads a list for whoever needs its rows besides a walk: children, definitions, comments that have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import PagedRetriever, Row, Slice
from source_zendesk_support.errors import BadRequest
from source_zendesk_support.state.position import Position


class PageReader:
    """One pass over one list.

    Args:
        rules: how its pages are requested.
        zendesk: fetches them.
        parent: ids of the parents whose children these are; None for a list of its own.
    """

    def __init__(self, rules: PagedRetriever, zendesk: ZendeskClient, parent: Slice | None = None) -> None:
        self._rules = rules
        self._zendesk = zendesk
        self._parent = parent
        self._guard = rules.guard()

    def pages(self) -> Iterator[list[Row]]:
        """The rows of every page.

        Raises:
            Refused, BadRequest: the list may not be read, or not like this.
            AirbyteTracedException: a page could not be read, or the list does not end.
        """
        position = Position(0)
        while not position.done:
            rows, position = self.page(position)
            yield rows

    def page(self, position: Position) -> tuple[list[Row], Position]:
        """The rows of one page, and the position behind it; raises as ``pages``."""
        answer = self._fetched(position)
        answer.release()
        rows, turn = self._rules.rows(answer), self._rules.next_page_of(answer)
        after = replace(position, token=turn.token, done=turn.ended)
        if not after.done:
            self._guard.note(position.token, self._rules.position_text(position), None, rows)
        return rows, after

    def _fetched(self, position: Position) -> PageResponse:
        """The page; a size that is refused becomes smaller first."""
        rules = self._rules
        while True:
            ask = rules.ask(position, self._zendesk.clock.now(), parent=self._parent)
            try:
                return self._zendesk.page(self._guard.watch(ask, position.token))
            except BadRequest:
                if not rules.shrink(ask, position):
                    raise
