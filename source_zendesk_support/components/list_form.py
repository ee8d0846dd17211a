"""What a family reads instead of its export: lists of changes and deletions, and all rows by their ids.

Facts: docs/zendesk-api.md#reading-without-exports. What follows from them: docs/without-exports.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.newest_first import ends_with_share
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.state.list_place import ListPlaceFormat
from source_zendesk_support.state.position import Position

DAY_SECONDS = 86_400


@dataclass
class ChangeListRetriever(ListRetriever):
    """A list whose newest row comes first.

        type: CustomRetriever
        class_name: source_zendesk_support.components.list_form.ChangeListRetriever
        row_time: updated_at
        requester: {$ref: "#/definitions/requester", request_parameters: {sort: "-updated_at"}}

    Not ``SimpleRetriever``: its rows carry no cursor of their own, and an old account's unknown parameter is left out.
    """


@dataclass
class IdBlockRetriever(ListRetriever):
    """Rows by their ids, a block of ids at a time: what does not come does not exist, or is deleted.

        type: CustomRetriever
        class_name: source_zendesk_support.components.list_form.IdBlockRetriever
        may_go_first: true
        requester: {$ref: "#/definitions/requester"}
        greatest: [{$ref: "#/definitions/ticket_changes"}]

    No stock component can: ``SubstreamPartitionRouter`` groups the ids of parents that were read; these are counted.

    Args:
        block_size: ids in one request.
        sparse_ids: after so many ids the export is faster if fewer than ``sparse_share`` percent of them exist.
        sparse_share: percent.
        empty_blocks: blocks in a row behind the greatest id that is known, after which there are no more rows.
        greatest: lists whose first row has the greatest id, each for rows that the others leave out.
        may_go_first: a first sync may read the rows in this way instead of from the export.
        proof: list of rows that are known, with which blocks are compared if there is no export.
    """

    block_size: int = 100
    sparse_ids: int = 100_000
    sparse_share: int = 20
    empty_blocks: int = 10
    greatest: list[PagedRetriever] = field(default_factory=list)
    may_go_first: bool = False
    proof: PagedRetriever | None = None

    def block(self, ids: Iterable[Any], now: int, include: Sequence[str]) -> PageRequest:
        """The request for some rows by their ids."""
        named = list(ids)
        ask = self.ask(Position(0), now, include)
        where = f"the block from id {named[0]}"
        return replace(ask, params={**ask.params, "ids": ",".join(map(str, named))}, position_text=where)


@dataclass
class DeletionList:
    """What has been deleted.

        type: CustomRetriever
        class_name: source_zendesk_support.components.list_form.DeletionList
        columns: {id: id, updated_at: deleted_at}
        constants: {status: deleted}
        pages: {$ref: "#/definitions/list_form_pages"}

    No stock component reads a stream from two lists.

    Args:
        pages: the list.
        newest_first: it is in the order of time, so that it is read down to the bookmark only.
        count: a list without such an order is read again if this number has moved, once a day at most.
        columns: the stream's columns, each with the list's column that fills it; empty: rows as they are.
        epochs: the same for columns that hold epoch seconds.
        texts: columns that are made of several, such as ``{id}_deleted_{name}``.
        constants: columns that are the same in all rows.
        lost: what is said if the list is refused.
    """

    pages: PagedRetriever
    newest_first: bool = True
    count: PagedRetriever | None = None
    columns: dict[str, str] = field(default_factory=dict)
    epochs: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    lost: str = ""

    def row(self, deleted: Row) -> Row:
        """The stream's row about something that was deleted."""
        if not self.columns:
            return deleted
        made = {column: deleted.get(source) for column, source in self.columns.items()}
        made |= {
            column: self.pages.time_of({self.pages.row_time: deleted.get(name)}) for column, name in self.epochs.items()
        }
        return {**made, **{column: text.format_map(deleted) for column, text in self.texts.items()}, **self.constants}


class LazyListForm:
    """The list form of an export. It is built when it is needed, because most syncs never do.

    Args:
        build: makes it.
    """

    def __init__(self, build: Callable[[], ListForm]) -> None:
        self._build = build

    @cached_property
    def form(self) -> ListForm:
        """The list form."""
        return self._build()


@dataclass
class ListForm:
    """The lists that hold what an export holds.

        type: CustomRetriever
        class_name: source_zendesk_support.components.list_form.ListForm
        reads: They are read by lists instead.
        changes: {$ref: "#/definitions/ticket_changes"}

    No stock component replaces one endpoint by others while a stream is read.

    Args:
        witness: a list that answers if the export is closed, and does not if the user lacks the right.
        changes: the same list, if the stream's rows can be read from it: newest first, down to the bookmark.
        overlap: seconds before the bookmark down to which it is read.
        deletions: what has been deleted.
        by_id: the rows by id, for what the list of changes leaves out.
        sweep_days: within so many days all ids are read once.
        copies: columns that a list leaves out, and the columns that they are copies of.
        rolls: a part of the ids is read in each sync; otherwise all of them, if the streams are so many days behind.
        tail_share: the list has led to a time if a tenth (10) of a page is older; 0: if the page ends there, in order.
        left_out: streams of the export whose rows are not listed.
        reads: what is read instead, for the warning.
        lost: what cannot be had, for the warning.
    """

    reads: str
    lost: str = ""
    changes: PagedRetriever | None = None
    witness: PagedRetriever | None = None
    overlap: int = 300
    deletions: DeletionList | None = None
    by_id: IdBlockRetriever | None = None
    sweep_days: int = 7
    copies: dict[str, str] = field(default_factory=dict)
    rolls: bool = True
    tail_share: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def state_format(self) -> ListPlaceFormat:
        """How a stream's place is written."""
        changed_at = self.changes.row_time if self.changes else "updated_at"
        return ListPlaceFormat(changed_at, self.deletions.pages.row_time if self.deletions else changed_at)

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Rows of a list with the columns of the export's rows."""
        if not self.copies:
            return list(rows)
        return [self._completed(row) for row in rows]

    def rows_of_block(self, rows: Iterable[Row], since: int, by_id: PagedRetriever, client: ZendeskClient) -> list[Row]:
        """The rows that a block of ids leads to; here the block's own."""
        return self.rows(rows)

    def has_passed(self, times: Sequence[int | None], second: int) -> bool:
        """Whether a page proves that the rest of the list is older than a time."""
        known = [time for time in times if time is not None]
        if self.tail_share:
            return ends_with_share(known, lambda time: time < second, self.tail_share)
        return bool(known) and known == sorted(known, reverse=True) and known[-1] < second

    def due(self, top: int, paced: int, now: int) -> int:
        """The id up to which all ids must have been read at a time."""
        if self.is_overdue(paced, now):
            return top
        return int(top * max(0.0, (now - paced) / self._round_seconds)) if self.rolls else 0

    def is_overdue(self, paced: int, now: int) -> bool:
        """Whether a round must be complete."""
        return now - paced >= self._round_seconds

    @property
    def _round_seconds(self) -> int:
        return self.sweep_days * DAY_SECONDS

    def _completed(self, row: Row) -> Row:
        lacking = {column: row.get(source) for column, source in self.copies.items() if column not in row}
        return {**row, **lacking} if lacking else row
