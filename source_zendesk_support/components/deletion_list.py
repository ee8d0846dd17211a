"""What has been deleted, if an export that would say so is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.id_block import IdBlockRetriever
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.times import iso


@dataclass
class IdComparison:
    """Deletions that no list shows: what was known, and neither is listed any more nor comes by its id.

        type: CustomRetriever
        class_name: source_zendesk_support.components.deletion_list.IdComparison
        columns: [deleted_at, updated_at]
        pages: {$ref: "#/definitions/list_form_pages"}
        by_id: {$ref: "#/definitions/organizations_by_id"}

    No stock component knows what a list had in an earlier sync.

    Args:
        pages: the list, read completely once a day.
        by_id: the same rows by their ids, as the proof that a row is gone.
        columns: the stream's columns that hold the time at which a deletion was noticed.
    """

    pages: PagedRetriever
    by_id: IdBlockRetriever
    columns: list[str] = field(default_factory=list)

    def row(self, key: Id, noticed_at: int) -> Row:
        """The stream's row about something that is gone; no more is known."""
        return {self.pages.primary_key: key, **dict.fromkeys(self.columns, iso(noticed_at))}


@dataclass
class DeletionList:
    """What has been deleted.

        type: CustomRetriever
        class_name: source_zendesk_support.components.deletion_list.DeletionList
        columns: {id: id, updated_at: deleted_at}
        constants: {status: deleted}
        pages: {$ref: "#/definitions/list_form_pages"}

    No stock component reads a stream from two lists.

    Args:
        pages: the list.
        count: a list without an order in time is read again if this number has moved, once a day at most; without it,
            the list begins with the newest deletion and is read down to the bookmark.
        columns: the stream's columns, each with the list's column that fills it; empty: rows as they are.
        epochs: the same for columns that hold epoch seconds.
        texts: columns that are made of several, such as ``{id}_deleted_{name}``.
        constants: columns that are the same in all rows, by which the export marks deletions, too.
        by_id: the deleted rows themselves, which have more columns than the list's.
        otherwise: how deletions are noticed if the list is refused.
        lost: what is said if the list is refused.
    """

    pages: PagedRetriever
    count: PagedRetriever | None = None
    columns: dict[str, str] = field(default_factory=dict)
    epochs: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    by_id: IdBlockRetriever | None = None
    otherwise: IdComparison | None = None
    lost: str = ""

    def rows(self, deleted: Iterable[Row], complete: Mapping[Id, Row]) -> list[Row]:
        """The stream's rows of deleted things. ``complete`` holds those whose own rows could be fetched."""
        return [complete.get(self.pages.key_of(row)) or self._row(row) for row in deleted]

    def _row(self, deleted: Row) -> Row:
        if not self.columns:
            return deleted
        made = {column: deleted.get(source) for column, source in self.columns.items()}
        made |= {
            column: self.pages.time_of({self.pages.row_time: deleted.get(name)}) for column, name in self.epochs.items()
        }
        return {**made, **{column: text.format_map(deleted) for column, text in self.texts.items()}, **self.constants}
