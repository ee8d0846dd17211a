"""Ends a walk that goes on without getting anywhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson

from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.errors import MalformedResponse, transient_error

REMEMBERED_PAGES = 3
"""Pages whose rows are remembered: a row of one of them is no new one."""
REMEMBERED_TOKENS = 10_000
"""Tokens of pages that were read; one that comes again leads round in a circle."""


class ProgressGuard:
    """One walk's memory of where it has been; its size does not depend on the walk's length.

    Args:
        stream: for messages.
        most: pages in a row that may bring neither a new row nor a later time (``max_pages_without_progress``).
        prints: makes a fingerprint of each of a page's rows.
    """

    def __init__(self, stream: str, most: int, prints: Callable[[Iterable[Any]], set[int]]) -> None:
        self._stream = stream
        self._most = most
        self._prints = prints
        self._rows: deque[set[int]] = deque(maxlen=REMEMBERED_PAGES)
        self._tokens: dict[str, None] = {}
        self._latest = -1
        self._fruitless = 0

    def watch(self, ask: PageRequest, token: str | None) -> PageRequest:
        """The request for a page, whose answer is fetched again if it names a page that was already read as the next.

        Args:
            ask: the request.
            token: of the page that it is for.
        """
        judge = ask.check

        def check(envelope: Any, asked: PageRequest) -> Any:
            found = judge(envelope, asked)
            if isinstance(found, NextPage) and not found.ended and found.token != token and found.token in self._tokens:
                raise MalformedResponse("the page names one that was already read as the next one")
            return found

        ask.check = check
        return ask

    def note(self, token: str | None, position_text: str, reached: int | None, rows: Sequence[Any]) -> None:
        """A page was read.

        Args:
            token: of this page.
            position_text: its position in words.
            reached: the time up to which it leads, in epoch seconds; None if its pages are not in the order of time.
            rows: its rows.

        Raises:
            AirbyteTracedException: transient error; too many pages in a row have brought nothing.
        """
        self._remember(token)
        self._fruitless = 0 if self._leads_on(reached) or self._brings_rows(rows) else self._fruitless + 1
        if self._fruitless >= self._most:
            raise transient_error(
                f"Stream {self._stream}: {self._fruitless} pages in a row, the last of them {position_text}, brought "
                "neither a new row nor a later time, and each named a next one. All pages before are saved; the next "
                "sync goes on from there.",
                stream=self._stream,
            )

    def restart(self) -> None:
        """The walk begins again, so it meets the same tokens."""
        self._tokens.clear()

    def _leads_on(self, reached: int | None) -> bool:
        if reached is None or reached <= self._latest:
            return False
        self._latest = reached
        return True

    def _brings_rows(self, rows: Sequence[Any]) -> bool:
        prints = self._prints(rows)
        new = prints.difference(*self._rows)
        self._rows.append(prints)
        return bool(new)

    def _remember(self, token: str | None) -> None:
        if token is None:
            return
        self._tokens[token] = None
        if len(self._tokens) > REMEMBERED_TOKENS:
            del self._tokens[next(iter(self._tokens))]


def fingerprints(rows: Iterable[Any], fields: Sequence[str]) -> set[int]:
    """One number a row, made of some of its fields; of all of them where none is named."""
    if not fields:
        return {hash(orjson.dumps(row, default=str)) for row in rows}
    return {hash(tuple(str(row.get(name)) for name in fields)) for row in rows}
