"""Lists that begin with the newest row, and what such a list leaves out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any, TypeVar

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.delivered import DeliveredIds
from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.named_page import link_token
from source_zendesk_support.components.page_result import PageResult, PageRows, Row
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.components.substream import SubstreamExtractor
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import ZENDESK_FOUNDED_SECONDS

Item = TypeVar("Item")

OLD_TAIL_SHARE = 10
"""The walk has reached the bookmark if the last tenth of a page, or more, is older by its times and its ids."""
AUDIT_TICKET_MARGIN_SECONDS = 300
"""By which the time of an audit and that of its ticket may differ."""


def ends_with_share(items: Sequence[Item], is_one: Callable[[Item], bool], share: int) -> bool:
    """Whether the items end with some for which a condition holds, and these are one in ``share`` of all, or more."""
    tail = sum(1 for _ in takewhile(is_one, reversed(items)))
    return bool(tail) and tail * share >= len(items)


@dataclass
class NewestFirstListRetriever(ListRetriever):
    """A list that begins with the newest row, read back until the bookmark is reached.

        type: CustomRetriever
        class_name: source_zendesk_support.components.newest_first.NewestFirstListRetriever
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/newest_first_paginator"}
        archived: {$ref: "#/definitions/archived_audits"}

    No stock paginator can say this: the walk ends at rows that are older than the state. Until then the old bookmark
    stays, because the rows between it and the page have not been read yet. Old times are no end: audits of imported
    tickets carry the times of the tickets' past. Their ids are new, by which they are recognised if an id of the
    bookmark's second is known. If none is, only a page of nothing but old rows ends the walk. Its rows are emitted,
    some of them a second time.
    """

    _reach_back_to: int | None = None

    def __post_init__(self) -> None:
        """Let the walk over archived rows know what this one has emitted."""
        super().__post_init__()
        self._delivered = DeliveredIds()
        extractor: object = self.archived.record_selector.extractor if self.archived else None
        if isinstance(extractor, SubstreamExtractor) and isinstance(extractor.pages, ArchivedAuditsRetriever):
            extractor.pages.delivered = self._delivered

    @property
    def shared_by(self) -> object:
        """All streams of one endpoint."""
        return self.endpoint

    def walk_key(self, position: Position) -> object:
        """Only streams at the same position share a walk, because a walk back ends at one bookmark."""
        return (self.endpoint, position) if self._reach_back_to is None else self.name

    def begin(self, position: Position) -> Position:
        """As any list; the ids of the bookmark's second show which rows are old."""
        self._delivered.begin(position.ids)
        return super().begin(position)

    def reach_back(self, second: int) -> None:
        """Read on past the bookmark, to the start of the walk over archived rows, which must know these rows."""
        self._reach_back_to = second - AUDIT_TICKET_MARGIN_SECONDS

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows that are not older than the bookmark by their time and their id; old ones, too, if no id is known."""
        if self._reach_back_to is not None:
            self._delivered.add(map(self.key_of, rows))
        bookmark = position.bookmark
        certain = self._delivered.can_tell_age or bookmark == self.start
        unknown = [row for row in rows if self.key_of(row) not in position.ids]
        return [row for row in unknown if not self._is_old(row, bookmark)] if certain else unknown

    def advance(self, position: Position, page: PageRows) -> PageResult:
        """One page further back; at the bookmark the greatest value of the pass takes its place."""
        next_page = self.next_page_of(page.response, position)
        is_last = next_page.is_last or self._has_reached_bookmark(position, page.rows)
        return PageResult(self._after(position, page, next_page._replace(is_last=is_last)), page.rows)

    def next_page(self, envelope: Any, size: int) -> NextPage:
        """What the paginator says; what leads to newer rows leads nowhere here."""
        if isinstance(envelope, dict) and "before_cursor" not in envelope:
            return super().next_page(envelope, size)
        next_page = PagedRetriever.next_page(self, envelope, size)
        link = link_token(envelope.get("before_url")) if next_page.is_last and isinstance(envelope, dict) else None
        return NextPage(is_last=False, token=link) if link else next_page

    def _has_reached_bookmark(self, position: Position, rows: Sequence[Row]) -> bool:
        end = position.bookmark if self._reach_back_to is None else min(position.bookmark, self._reach_back_to)
        share = OLD_TAIL_SHARE if self._delivered.can_tell_age else 1
        return ends_with_share(rows, lambda row: self._is_old(row, end), share)

    def _finish(self, position: Position) -> Position:
        """As any list, but with the ids of an open second, too: audits do not change, and ids tell old from new."""
        finished = super()._finish(position)
        return replace(finished, ids=position.high_ids) if finished.bookmark == position.high else finished

    def _is_old(self, row: Row, bookmark: int) -> bool:
        moment = self.time_of(row)
        return (
            moment is not None
            and ZENDESK_FOUNDED_SECONDS <= moment < bookmark
            and self._delivered.are_older(self.key_of(row))
        )


@dataclass
class ArchivedAuditsRetriever(ListRetriever):
    """Audits of one closed ticket, which is archived or will be.

        type: CustomRetriever
        class_name: source_zendesk_support.components.newest_first.ArchivedAuditsRetriever
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/cursor_paginator"}

    Not ``SimpleRetriever``: it does not know which rows another list has emitted.

    The list of all audits does not contain those of archived tickets, and no response shows for certain whether a
    ticket is archived. So only those audits are skipped that the list has emitted in this sync, whatever their times.

    Args:
        delivered: what the list has emitted.
    """

    delivered: DeliveredIds = field(default_factory=DeliveredIds)

    def was_sent(self, row: Row) -> bool:
        """Whether the list has emitted an audit in this sync."""
        return self.key_of(row) in self.delivered
