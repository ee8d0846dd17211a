"""Lists of parents, each page of which is complete only when all its children have been read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.votes import VoteListRetriever
from source_zendesk_support.state.position import Position


@dataclass
class ParentListRetriever(ListRetriever):
    """A list of parents, such as articles, whose children are the stream's records.

        type: CustomRetriever
        class_name: source_zendesk_support.components.parent_list.ParentListRetriever
        endpoint: help_center/articles.json
        records: articles
        requester: {$ref: "#/definitions/requester", url: "{{ config['base_url'] }}/api/v2/help_center/articles.json"}
        record_selector: {type: RecordSelector, extractor: {$ref: "#/definitions/children"}}
        paginator: {$ref: "#/definitions/cursor_paginator"}

    Not ``SubstreamPartitionRouter``: see ``SubstreamExtractor``.

    Every pass visits every parent, because a comment or a vote does not always change the article or post that it
    belongs to. The state is one small object: the bookmark of the children and the page of the parents.

    Args:
        parents: path of the list of parents, which ends in the key of its rows; empty: ``endpoint``, ``records``.
        listed: one list of all children, which is read instead if Zendesk serves it.
    """

    parents: str = ""
    listed: VoteListRetriever | None = None
    visits_all_parents = True

    def __post_init__(self) -> None:
        """``$parameters`` hold the endpoint and the key of the children."""
        if self.parents:
            self.endpoint, self.records = self.parents, self.parents.rpartition("/")[2]
        super().__post_init__()

    @property
    def row_key(self) -> str:
        """By which a row names its children."""
        return str(getattr(self.record_selector.extractor, "parent_field", self.primary_key))

    @property
    def row_fields(self) -> tuple[str, ...]:
        """The same, and what each row is visited by."""
        return (self.row_key, *super().row_fields) if self.primary_key else ()

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """All parents; their children are filtered once they have arrived."""
        return rows

    def new_children(self, children: Sequence[Row], position: Position) -> Sequence[Row]:
        """Children at or after the bookmark, as in any list."""
        return super().new_rows(children, position)

    def after_children(self, position: Position, children: Sequence[Row]) -> Position:
        """The position with the greatest value of these children."""
        return self._note_rows(self._raise_high(position, children), children) if self.cursor else position

    def advance(self, position: Position, page: PageRows) -> PageResult:
        """To the next page of parents, whose own times do not count."""
        next_page = self.next_page_of(page.response, position)
        return PageResult(self._after(position, page._replace(rows=()), next_page), page.rows)
