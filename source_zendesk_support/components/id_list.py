"""Chat's lists by id: ids ascend, and a page begins with, or after, the id that it is requested from.

https://developer.zendesk.com/api-reference/live-chat/chat-api/agents/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position


class EmittedIds(NamedTuple):
    """What a walk over ids remembers.

    Attributes:
        ids: of all rows so far.
        inclusive: a page begins with the id that it is requested from.
    """

    ids: frozenset[str] = frozenset()
    inclusive: bool = False


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
        lists: keys of the lists that a response has; empty if the response is the list.
    """

    lists: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """If a response has several lists, it is itself the page's one row, and has no key."""
        super().__post_init__()
        if self.lists:
            self.primary_key = ""

    def next_page(self, envelope: Any, size: int) -> NextPage:
        """The next page begins at the last id; of several lists at the least of theirs, for each may have been cut.

        Raises:
            MalformedResponse: the response has none of the lists.
        """
        if self.lists and not any(name in envelope for name in self.lists):
            raise MalformedResponse(f"the response has no {self.lists[0]}")
        last = [_id(rows[-1]) for rows in self._lists(envelope) if rows]
        return NextPage(is_last=not last, token=min(last, key=_order, default=None))

    def names_itself(self, position: Position, next_page: NextPage) -> bool:
        """Never. A page that has nothing but the requested id is followed by one from the next id."""
        return False

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows whose id has not been emitted in this walk."""
        emitted = _emitted(position).ids
        if not self.lists:
            return [row for row in rows if _id(row) not in emitted]
        return [{**page, **{name: _without(emitted, page.get(name)) for name in self.lists}} for page in rows]

    def advance(self, position: Position, page: PageRows) -> PageResult:
        """To the last id, or the one after it if Zendesk begins with the id that is requested."""
        return PageResult(self._after_ids(position, page.response.envelope), page.rows)

    def _after_ids(self, position: Position, envelope: Any) -> Position:
        lists, since, emitted = self._lists(envelope), position.token, _emitted(position)
        first = [_id(rows[0]) for rows in lists if rows]
        new = {_id(row) for rows in lists for row in rows} - emitted.ids
        memory = EmittedIds(emitted.ids | new, emitted.inclusive or since in first)
        token = self.next_page(envelope, 0).token
        if token and memory.inclusive and token.isdecimal():
            token = str(int(token) + 1)
        ignored = since is not None and not new and any(_order(key) < _order(since) for key in first)
        if token is None or ignored or (token == since and not new):
            return replace(position, done=True)
        return replace(position, token=token, memory=memory)

    def _lists(self, envelope: Any) -> list[list[Row]]:
        return [list(_rows(envelope.get(name))) for name in self.lists] if self.lists else [list(_rows(envelope))]


def _emitted(position: Position) -> EmittedIds:
    return position.memory or EmittedIds()


def _without(emitted: frozenset[str], rows: Any) -> list[Any]:
    return [row for row in _listed(rows) if not (isinstance(row, dict) and _id(row) in emitted)]


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
