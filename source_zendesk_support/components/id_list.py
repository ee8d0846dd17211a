"""Chat's lists by id: ids ascend, and a page begins with, or behind, the id that it is requested from.

https://developer.zendesk.com/api-reference/live-chat/chat-api/agents/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import Row
from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position


@dataclass
class IdListRetriever(ListRetriever):
    """Lists of Chat whose next page is requested by the last id.

        type: CustomRetriever
        class_name: source_zendesk_support.components.id_list.IdListRetriever
        lists: [ip_address, visitor]
        requester: {$ref: "#/definitions/chat_requester"}
        record_selector: {$ref: "#/definitions/body_selector"}
        paginator: {$ref: "#/definitions/chat_id_paginator"}

    No stock strategy can do this: how many rows a page holds is not documented, so only an empty page is the last;
    and whether the id that a page is requested from is on it again is found out from the second page.

    Args:
        lists: keys of the lists that one answer holds; empty if the answer is the list.
    """

    lists: list[str] = field(default_factory=list)
    _sent: set[str] = field(default_factory=set)
    _inclusive: bool = False

    def __post_init__(self) -> None:
        """Where an answer holds several lists, it is itself the page's one row, and has no key."""
        super().__post_init__()
        if self.lists:
            self.primary_key = ""

    def turn(self, envelope: Any, size: int) -> NextPage:
        """The next page begins at the last id; of several lists at the least of theirs, for each may have been cut.

        Raises:
            Malformed: the answer holds none of the lists.
        """
        if self.lists and not any(name in envelope for name in self.lists):
            raise MalformedResponse(f"the answer holds no {self.lists[0]}")
        last = [_id(rows[-1]) for rows in self._lists(envelope) if rows]
        return NextPage(ended=not last, token=min(last, key=_order, default=None))

    def names_itself(self, position: Position, turn: NextPage) -> bool:
        """Never: behind a page that holds nothing but the id from which it was requested comes one from the next id."""
        return False

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows whose id has not been sent in this walk."""
        if not self.lists:
            return [row for row in rows if _id(row) not in self._sent]
        return [
            {
                **page,
                **{name: [row for row in _listed(page.get(name)) if not self._was_sent(row)] for name in self.lists},
            }
            for page in rows
        ]

    def advance(self, position: Position, answer: PageResponse, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """To the last id, or the one behind it where Zendesk begins with the id that is requested."""
        lists, since = self._lists(answer.envelope), position.token
        first = [_id(rows[0]) for rows in lists if rows]
        new = {_id(row) for rows in lists for row in rows} - self._sent
        self._sent |= new
        self._inclusive = self._inclusive or since in first
        token = self.turn(answer.envelope, 0).token
        if token and self._inclusive and token.isdecimal():
            token = str(int(token) + 1)
        ignored = since is not None and not new and any(_order(key) < _order(since) for key in first)
        if token is None or ignored or (token == since and not new):
            return replace(position, done=True)
        return replace(position, token=token)

    def _was_sent(self, row: object) -> bool:
        return isinstance(row, dict) and _id(row) in self._sent

    def _lists(self, envelope: Any) -> list[list[Row]]:
        return [list(_rows(envelope.get(name))) for name in self.lists] if self.lists else [list(_rows(envelope))]


def _listed(value: Any) -> list[Any]:
    """The members of a list; an object in its place is its one member."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _rows(value: Any) -> Iterator[Row]:
    yield from (row for row in _listed(value) if isinstance(row, dict) and row.get("id") is not None)


def _id(row: Row) -> str:
    return str(row.get("id"))


def _order(key: str) -> tuple[int, str]:
    """Ids that are numbers by their size, whether they come as numbers or as text."""
    return (int(key), "") if key.isdecimal() else (-1, key)
