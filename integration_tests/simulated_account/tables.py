"""Rows and tables.

Every record is kept as the bytes that go over the wire, beside the few values that choose and order it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

RowKey = int | str
Record = dict[str, Any]

LIVE, ARCHIVED, DELETED = "live", "archived", "deleted"


@dataclass(slots=True)
class TableRow:
    """One record. `at`, `created` and `updated` are Unix seconds; `parent` is the key of the row that it belongs to."""

    key: RowKey
    at: int
    body: bytes
    created: int = 0
    parent: RowKey | None = None
    state: str = LIVE
    scope: str = "agent"
    updated: int = 0

    def record(self) -> Record:
        """The record, decoded afresh: changing it does not change the row."""
        decoded: Record = orjson.loads(self.body)
        return decoded


class RowTable:
    """The rows of one kind, by key, in order of time, and by parent."""

    def __init__(self, name: str, rows: Iterable[TableRow] = ()) -> None:
        self.name = name
        self._rows: dict[RowKey, TableRow] = {row.key: row for row in rows}
        self._by_time: list[TableRow] | None = None
        self._by_key: list[TableRow] | None = None
        self._by_parent: dict[RowKey, list[TableRow]] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[TableRow]:
        return iter(self._rows.values())

    def __contains__(self, key: RowKey) -> bool:
        return key in self._rows

    def __getitem__(self, key: RowKey) -> TableRow:
        return self._rows[key]

    def get(self, key: RowKey) -> TableRow | None:
        """The row of that key, if there is one."""
        return self._rows.get(key)

    def put(self, row: TableRow) -> None:
        """Adds the row, or puts it in the place of the one with its key."""
        self._rows[row.key] = row
        self._forget_order()

    def drop(self, key: RowKey) -> None:
        """Takes the row out without a trace."""
        del self._rows[key]
        self._forget_order()

    def by_time(self) -> list[TableRow]:
        """All rows by time, then key: the order of the exports."""
        if self._by_time is None:
            self._by_time = sorted(self._rows.values(), key=lambda row: (row.at, row.key))
        return self._by_time

    def by_key(self) -> list[TableRow]:
        """All rows by key: the default order of the lists."""
        if self._by_key is None:
            self._by_key = sorted(self._rows.values(), key=lambda row: row.key)
        return self._by_key

    def since(self, seconds: int) -> list[TableRow]:
        """The rows of that second and later, in the order of `by_time`."""
        rows = self.by_time()
        return rows[bisect_left(rows, seconds, key=lambda row: row.at) :]

    def after(self, seconds: int, key: RowKey) -> list[TableRow]:
        """The rows that stand behind this second and key in the order of `by_time`."""
        rows = self.by_time()
        return rows[bisect_right(rows, (seconds, key), key=lambda row: (row.at, row.key)) :]

    def children(self, parent: RowKey) -> list[TableRow]:
        """The rows of one parent, by key."""
        if self._by_parent is None:
            self._by_parent = {}
            for row in self.by_key():
                if row.parent is not None:
                    self._by_parent.setdefault(row.parent, []).append(row)
        return self._by_parent.get(parent, [])

    def _forget_order(self) -> None:
        self._by_time = self._by_key = self._by_parent = None
