"""What a family reads instead of its export: lists of changes and deletions, and all rows by their ids.

Facts: docs/zendesk-api.md#reading-without-exports. What follows from them: docs/without-exports.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.deletion_list import DeletionList
from source_zendesk_support.components.id_block import IdBlockRetriever
from source_zendesk_support.components.newest_first import ends_with_share
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.state.list_place import ListPlaceFormat

DAY_SECONDS = 86_400


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
        witness: a list that answers if the export is closed, and does not if the user or the plan lacks the right.
        changes: the same list, if the stream's rows can be read from it: newest first, down to the bookmark.
        overlap: seconds before the bookmark down to which it is read.
        deletions: what has been deleted.
        by_id: the rows by id, for what the list of changes leaves out.
        sweep_days: within so many days all ids are read once.
        copies: columns that a list leaves out, and the columns that they are copies of.
        rolls: a part of the ids is read in each sync; otherwise all of them, if the streams are so many days behind.
        patience: seconds after which a listed row must be in an export that is open.
        tail_share: the list has led to a time if a tenth (10) of a page is older; 0: if the page ends there, in order.
        any_role: a user who is no administrator may have the right to the export.
        may_be_empty: an export without rows is believed, although the list is not compared with it.
        shows_deletions: the lists show everything up to now; otherwise the export resumes at its last page.
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
    patience: int = 300
    tail_share: int = 0
    any_role: bool = False
    may_be_empty: bool = False
    shows_deletions: bool = True
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

    @property
    def row_fields(self) -> tuple[str, ...]:
        """The fields of a row by which it is judged whether a list has brought it."""
        marks = self.deletions.constants if self.deletions else ()
        return ("status", self.changes.row_time, *marks) if self.changes else ()

    def is_deleted(self, row: Row) -> bool:
        """Whether a row of the export says that it has been deleted, as the list of deletions would."""
        marks = self.deletions.constants if self.deletions else {}
        return any(row.get(name) == value for name, value in marks.items())

    def changed_at(self, row: Row) -> int | None:
        """The time by which a row of the stream is found in the list of changes."""
        return self.changes.time_of(row) if self.changes else None

    def times_of_newest(self, newest: Row, bookmark: int, client: ZendeskClient) -> list[int]:
        """Times that the export must have a row of, if it is open, because of the newest row of the list."""
        time = self.changed_at(newest)
        return [] if time is None else [time]

    def rows_of_page(self, rows: Sequence[Row], since: int, client: ZendeskClient, threads: ChildThreads) -> list[Row]:
        """The rows that a page of the list of changes leads to; here the page's own."""
        return self.rows(rows)

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
