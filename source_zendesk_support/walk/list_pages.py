"""One pass over a list that is read instead of an export: newest first, down to a floor, or to the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_reader import FailureHandler, read_pages
from source_zendesk_support.components.page_result import PageResult, Row
from source_zendesk_support.components.paging import blames_size
from source_zendesk_support.errors import BadRequest
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position

HasPassed = Callable[[Sequence[int | None], int], bool]
RecordsOf = Callable[[Sequence[Row]], Sequence[Row]]
Returning = Callable[[Sequence[Row], int], frozenset[Id]]


class ListPage(NamedTuple):
    """One page of a list.

    Attributes:
        response: the page as it came.
        rows: its rows.
        records: what they lead to.
        after: the position behind it.
    """

    response: PageResponse
    rows: Sequence[Row]
    records: Sequence[Row]
    after: Position


class ListPass:
    """A pass, which an interrupted sync may have begun.

    Args:
        rules: how its pages are requested.
        zendesk: fetches them.
        returning: ids of those records that the pass after one that began at a second will meet again.
        has_passed: whether the times of a page prove that the rest of the list is older than a second.
        records_of: what rows lead to.
        include: sideloads.
    """

    def __init__(
        self,
        rules: PagedRetriever,
        zendesk: ZendeskClient,
        returning: Returning,
        has_passed: HasPassed,
        records_of: RecordsOf = lambda rows: rows,
        include: Sequence[str] = (),
    ) -> None:
        self._rules = rules
        self._zendesk = zendesk
        self._returning = returning
        self._has_passed = has_passed
        self._records_of = records_of
        self._include = include

    def pages(self, place: Position, floor: int) -> Iterator[ListPage]:
        """Its pages down to a floor, in epoch seconds."""
        is_resumed = place.token and place.requested_at
        start = replace(place, done=False) if is_resumed else replace(place, token=None, requested_at=None)

        def read_page(response: PageResponse, position: Position) -> Generator[ListPage, None, PageResult]:
            response.release()
            page = self._page(response, position, floor)
            yield page
            return PageResult(page.after, page.rows)

        return read_pages(self._rules, self._zendesk, _ListFailures(self._rules), start, self._request_at, read_page)

    def _request_at(self, position: Position) -> PageRequest:
        return self._rules.page_request(position, self._zendesk.clock.latest(), self._include)

    def _page(self, response: PageResponse, position: Position, floor: int) -> ListPage:
        """A page; the pass has ended if it has led past the floor, or is the last."""
        requested_at = response.requested_at if position.requested_at is None else position.requested_at
        rows = self._rules.rows(response)
        records = self._records_of(rows)
        ids = position.high_ids | self._returning(records, requested_at)
        next_page = self._rules.next_page_of(response, position)
        if next_page.is_last or self._has_passed([self._rules.time_of(row) for row in rows], floor):
            after = Position(bookmark=max(position.bookmark, requested_at), ids=ids, done=True)
        else:
            after = replace(position, token=next_page.token, requested_at=requested_at, high_ids=ids)
        return ListPage(response, rows, records, after)


class _ListFailures(FailureHandler):
    """Drop a parameter that the account does not know, and request a smaller page if its size is refused."""

    def on_bad_request(self, error: BadRequest, request: PageRequest, position: Position) -> Position:
        """The same position, or the error."""
        if blames_size(str(error)) and self._retriever.shrink(request, position):
            return position
        if self._retriever.drop_optional_param() or self._retriever.shrink(request, position):
            return position
        raise error
