"""The loop that reads pages one after the other: for walks, and for lists that are read on behalf of one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.components.base import PagedRetriever, Slice
from source_zendesk_support.components.page_result import PageResult
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.errors import BadRequest, EndpointUnavailable, MalformedResponse, transient_error
from source_zendesk_support.state.position import Position

PAGES_REMEMBERED = 3
"""A row of one of the last pages is no new row."""
TOKENS_REMEMBERED = 10_000
"""A page that names the token of a page that was already read would lead round in a circle."""


class ProgressGuard:
    """Ends a loop over pages that makes no progress. Its size does not depend on the number of pages.

    Args:
        retriever: says how many pages in a row may bring neither a new row nor a later time.
    """

    def __init__(self, retriever: PagedRetriever) -> None:
        self._stream = retriever.name
        self._max_pages = retriever.max_pages_without_progress
        self._fingerprints_of = retriever.fingerprints
        self._rows: deque[set[int]] = deque(maxlen=PAGES_REMEMBERED)
        self._tokens: dict[str, None] = {}
        self._latest_time = -1
        self._idle_pages = 0

    def watch(self, request: PageRequest, token: str | None) -> PageRequest:
        """The request for a page, which is fetched again if it names a page that was already read as the next one.

        Args:
            request: the request.
            token: of the page that it is for.
        """
        check_page = request.check

        def check(envelope: Any, request: PageRequest) -> Any:
            next_page = check_page(envelope, request)
            if isinstance(next_page, NextPage) and not next_page.is_last and self._is_known(next_page.token, token):
                raise MalformedResponse("the page links to a page that was already read")
            return next_page

        request.check = check
        return request

    def check(self, token: str | None, position_text: str, result: PageResult) -> None:
        """Check the progress that a page has brought, unless it is the last one.

        Args:
            token: of this page.
            position_text: its position in words.
            result: what it leads to.

        Raises:
            AirbyteTracedException: transient error; too many pages in a row have brought nothing.
        """
        if result.after.done:
            return
        self._remember(token)
        has_progress = self._is_later(result.reached) or self._has_new_rows(result.rows)
        self._idle_pages = 0 if has_progress else self._idle_pages + 1
        if self._idle_pages >= self._max_pages:
            raise transient_error(
                f"Stream {self._stream}: {self._idle_pages} consecutive pages, the last of them {position_text}, had "
                "no new rows and no later time, but linked to a next page. All earlier pages are saved; the next sync "
                "resumes there.",
                stream=self._stream,
            )

    def restart(self) -> None:
        """Forget the tokens, because the loop begins again and will meet the same ones."""
        self._tokens.clear()

    def _is_known(self, next_token: str | None, token: str | None) -> bool:
        return next_token != token and next_token in self._tokens

    def _is_later(self, reached: int | None) -> bool:
        if reached is None or reached <= self._latest_time:
            return False
        self._latest_time = reached
        return True

    def _has_new_rows(self, rows: Sequence[Any]) -> bool:
        fingerprints = self._fingerprints_of(rows)
        new = fingerprints.difference(*self._rows)
        self._rows.append(fingerprints)
        return bool(new)

    def _remember(self, token: str | None) -> None:
        if token is None:
            return
        self._tokens[token] = None
        if len(self._tokens) > TOKENS_REMEMBERED:
            del self._tokens[next(iter(self._tokens))]


class FailureHandler:
    """Decides what follows a failed request. This one retries a refused page size with a smaller one, nothing else.

    Args:
        retriever: makes the requests.
    """

    def __init__(self, retriever: PagedRetriever) -> None:
        self._retriever = retriever

    def on_page(self) -> None:
        """A page has arrived."""

    def drops_param(self, error: EndpointUnavailable) -> bool:
        """Whether the same page is requested again without a parameter that may be the reason."""
        return False

    def on_unavailable(self, error: EndpointUnavailable) -> None:
        """End the loop by returning, or raise."""
        raise error

    def on_bad_request(self, error: BadRequest, request: PageRequest, position: Position) -> Position:
        """The position from which to continue; raises if nothing helps."""
        if not self._retriever.shrink(request, position):
            raise error
        return position


Item = TypeVar("Item")


def read_pages(
    retriever: PagedRetriever,
    client: ZendeskClient,
    failures: FailureHandler,
    position: Position,
    request_at: Callable[[Position], PageRequest],
    read_page: Callable[[PageResponse, Position], Generator[Item, None, PageResult]],
) -> Iterator[Item]:
    """Read pages from a position until one of them is the last.

    Args:
        retriever: how the pages are requested.
        client: fetches pages.
        failures: decides what follows a failed request.
        position: where to begin.
        request_at: makes the request for the page at a position.
        read_page: yields what is wanted from a page, and returns what the page leads to.

    Raises:
        EndpointUnavailable, BadRequest: ``failures`` has raised it.
        AirbyteTracedException: a page could not be read, or the pages do not end.
    """
    guard = ProgressGuard(retriever)
    while not position.done:
        request = guard.watch(request_at(position), position.token)
        try:
            response = client.page(request)
        except EndpointUnavailable as error:
            if failures.drops_param(error):
                continue
            failures.on_unavailable(error)
            return
        except BadRequest as error:
            before, position = position, failures.on_bad_request(error, request, position)
            if before.token and not position.token:
                guard.restart()
            continue
        try:
            failures.on_page()
            result = yield from read_page(response, position)
        finally:
            response.release()
            del response  # or it would stay in memory until the next page has been decoded
        guard.check(position.token, request.position_text, result)
        position = result.after
        del result


def read_list(retriever: PagedRetriever, client: ZendeskClient, parent: Slice | None = None) -> Iterator[PageResult]:
    """All pages of a list that is not walked itself: children, definitions, comments that are fetched again.

    Args:
        retriever: how its pages are requested.
        client: fetches them.
        parent: ids of the parents whose children these are; None for a list of its own.

    Raises:
        EndpointUnavailable, BadRequest: Zendesk refuses the list.
        AirbyteTracedException: a page could not be read, or the list does not end.
    """

    def request_at(position: Position) -> PageRequest:
        return retriever.page_request(position, client.clock.now(), parent=parent)

    def read_page(response: PageResponse, position: Position) -> Generator[PageResult, None, PageResult]:
        response.release()
        next_page = retriever.next_page_of(response, position)
        after = replace(position, token=next_page.token, done=next_page.is_last)
        result = PageResult(after, retriever.rows(response))
        yield result
        return result

    return read_pages(retriever, client, FailureHandler(retriever), Position(0), request_at, read_page)
