"""Lists: every row is read in every pass; where rows have a cursor, only those that it passed are sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from airbyte_cdk.sources.declarative.requesters.request_path import RequestPath

from source_zendesk_support.api.request import NUMBER_PARAM, PageResponse, int_param
from source_zendesk_support.api.templates import TEMPLATES
from source_zendesk_support.components.base import CLOCK_ERROR, PagedRetriever, Row
from source_zendesk_support.components.delivered import DeliveredIds
from source_zendesk_support.components.named_page import is_link, link_token, named_page, numbered_token
from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.components.sideloads import SideloadExtractor
from source_zendesk_support.components.substream import MARGIN, SubstreamExtractor
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import ZENDESK_FOUNDED_SECONDS, iso

logger = logging.getLogger("airbyte")

MOST_MARKS = 4_000
"""Deleted things that STATE remembers; one that is forgotten is sent in every sync."""
AHEAD = 3600
"""Seconds after now at which a range ends: before the first answer, this machine's clock may be the slower one."""


@dataclass
class ListRetriever(PagedRetriever):
    """Lists that are declared with ``SimpleRetriever``: the parts that the CDK has built from it, read by our engine.

        type: SimpleRetriever
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/cursor_paginator"}
        page_size_reduction: {type: PageSizeReduction, minimum_page_size: 25}

    No stock cursor can do this: a client-filtered list may change on page 1 while page 2 is read, so its bookmark
    must not pass the server time at which the first page was asked for, also if the pass was resumed.
    """

    _until: int = 0

    @property
    def shared_by(self) -> object:
        """One answer may hold the rows of several streams."""
        return self.endpoint if isinstance(self.record_selector.extractor, SideloadExtractor) else self.name

    def begin(self, position: Position) -> Position:
        """An unfinished pass goes on, a finished one starts again.

        So does one that does not say when it began, as it could not know where its bookmark must stop. Where pages have
        numbers, it goes on one page earlier: rows deleted since have moved others to the page that is behind us.
        """
        if position.token is None or position.requested_at is None:
            return self.without_token(position)
        return self._a_page_earlier(position) if self._numbered(position) else position

    def without_token(self, position: Position) -> Position:
        """A new pass: it may end where the account is now, not where it was when the other one began."""
        self._until = 0
        return replace(position, token=None, high=None, requested_at=None, high_ids=frozenset())

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """The bookmark, if the API filters by it."""
        if not self.cursor or not self.cursor.start_param:
            return {}
        return {self.cursor.start_param: self.youngest(position.bookmark, now)}

    def interval(self, position: Position, now: int) -> Mapping[str, str]:
        """From the bookmark to an end that stays the same for all pages of a pass."""
        if not self.cursor:
            return {}
        self._until = self._until or (now if position.requested_at is None else position.requested_at) + AHEAD
        return {"start_time": iso(self.youngest(position.bookmark, now)), "end_time": iso(self._until)}

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows at or after the bookmark; of its own second those not sent before. Without a cursor value: always."""
        if not self.cursor:
            return rows
        return [row for row in rows if self._is_unsent(row, position)]

    def advance(self, position: Position, answer: PageResponse, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """Remember the greatest value; at the end it becomes the bookmark, unless it is younger than the pass."""
        turn = self.next_page_of(answer)
        if self.cursor:
            asked = answer.requested_at if position.requested_at is None else position.requested_at
            position = _bounded(self._raise_high(replace(position, requested_at=asked), rows))
            position = self._note_marks(position, rows)
        if not turn.ended:
            return replace(position, token=turn.token)
        return self._finish(position)

    def turn(self, envelope: Any, size: int) -> NextPage:
        """The paginator's verdict, unless the answer contradicts it: one that says that there is more is not the last.

        Raises:
            Malformed: the page says neither that it is the last nor where the next one is.
        """
        named = named_page(envelope)
        try:
            turn = super().turn(envelope, size)
        except MalformedResponse:
            if named.token is None or named.more is False:
                raise
            return NextPage(ended=False, token=named.token)
        if not turn.ended and not self._follows_links:
            return NextPage(ended=False, token=self._sized(turn.token or "", size))
        if turn.ended and not named.more:
            return turn
        if named.token is None:
            raise MalformedResponse("the page says that it is not the last, but not where the next one is")
        return NextPage(ended=False, token=named.token)

    @property
    def _follows_links(self) -> bool:
        return self.paginator is not None and isinstance(self.paginator.page_token_option, RequestPath)

    def _sized(self, token: str, size: int) -> str:
        """The token; of a page that has a number also an unusual size, without which it would mean another page."""
        if size == self._size.declared or not self._size.name or not self._numbered(Position(0, token=token)):
            return token
        return numbered_token({NUMBER_PARAM: token, self._size.name: size})

    def _numbered(self, position: Position) -> bool:
        with TEMPLATES:
            return NUMBER_PARAM in self._paging(position)

    def _a_page_earlier(self, position: Position) -> Position:
        with TEMPLATES:
            paging = dict(self._paging(position))
        number = int_param(paging[NUMBER_PARAM]) - 1
        if number < 2:  # noqa: PLR2004  page 1 has no token
            return replace(position, token=None)
        linked = is_link(position.token)
        return replace(position, token=numbered_token({**paging, NUMBER_PARAM: number}) if linked else str(number))

    def _is_unsent(self, row: Row, position: Position) -> bool:
        if self.deletion_mark and self._mark_has_moved(row, position):
            return True
        moment = self.time_of(row)
        if moment is None or moment > position.bookmark:
            return True
        return moment == position.bookmark and self.key_of(row) not in position.ids

    def _mark_has_moved(self, row: Row, position: Position) -> bool:
        """Whether a thing was deleted or restored, which need not move its time.

        The first pass goes by time alone: what was deleted before ``start_date`` is not wanted.
        """
        first = position.bookmark == self.start and not position.deleted
        return not first and bool(row.get(self.deletion_mark)) != (self.key_of(row) in position.deleted)

    def _note_marks(self, position: Position, rows: Sequence[Row]) -> Position:
        if not self.deletion_mark:
            return position
        marked: set[Id] = {self.key_of(row) for row in rows if row.get(self.deletion_mark)}
        deleted = position.deleted.difference(map(self.key_of, rows)) | marked
        return replace(position, deleted=frozenset(sorted(deleted, key=str)[-MOST_MARKS:]))

    def _raise_high(self, position: Position, rows: Sequence[Row]) -> Position:
        times = [(moment, row) for row in rows if (moment := self.time_of(row)) is not None]
        high = max((moment for moment, _ in times), default=None)
        if high is None or (position.high is not None and high < position.high):
            return position
        ids: frozenset[Id] = frozenset(self.key_of(row) for moment, row in times if moment == high)
        return replace(position, high=high, high_ids=ids | position.high_ids if high == position.high else ids)

    def _finish(self, position: Position) -> Position:
        """Rows of the bookmark's second are known to be all sent only if that second was over when we asked."""
        asked, high = (position.requested_at or 0) - self.minimum_age, position.high
        finished = Position(bookmark=position.bookmark, ids=position.ids, deleted=position.deleted, done=True)
        if high is None or high < position.bookmark:
            return finished
        bookmark = max(position.bookmark, min(high, asked))
        settled = bookmark == high and bookmark < asked - CLOCK_ERROR
        return replace(finished, bookmark=bookmark, ids=position.high_ids if settled else frozenset())


def _bounded(position: Position) -> Position:
    """A pass proves nothing later than its beginning, so nothing later is remembered, whatever a row is dated."""
    if position.high is None or 0 <= position.high <= (position.requested_at or 0):
        return position
    return replace(position, high=position.requested_at if position.high > 0 else None, high_ids=frozenset())


OLD_TAIL_SHARE = 10
"""The walk has reached the bookmark where the last tenth of a page, or more, is older."""


@dataclass
class NewestFirstListRetriever(ListRetriever):
    """A list that begins with the newest row, read back until the bookmark is reached.

        type: CustomRetriever
        class_name: source_zendesk_support.components.lists.NewestFirstListRetriever
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/newest_first_paginator"}
        archived: {$ref: "#/definitions/archived_audits"}

    No stock paginator can say this: the walk ends at rows that are older than the state. Until then the old bookmark
    stays, because the rows between it and the page have not been read yet. One old row is no end: audits of imported
    tickets carry the times of the tickets' past. Their ids are new, which tells them apart where ids are known.

    Args:
        archived: a second walk for what the list leaves out, made on request.
    """

    archived: PagedRetriever | None = None
    _reached: bool = False
    _back_to: int | None = None

    def __post_init__(self) -> None:
        """Let the second walk know what this one has sent."""
        super().__post_init__()
        self._delivered = DeliveredIds()
        extractor = self.archived.record_selector.extractor if self.archived else None
        if isinstance(extractor, SubstreamExtractor) and isinstance(extractor.pages, ArchivedAuditsRetriever):
            extractor.pages.delivered = self._delivered

    def begin(self, position: Position) -> Position:
        """As any list; the ids of the bookmark's second tell old rows from new ones."""
        self._delivered.begin(position.ids)
        return super().begin(position)

    def reach_back(self, second: int) -> None:
        """Go on behind the bookmark as far as the second walk begins: what this one has sent must be known there."""
        self._back_to = second - MARGIN

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows that are not older than the bookmark, by their time or their id."""
        if self._back_to is not None:
            self._delivered.note(map(self.key_of, rows))
        bookmark = position.bookmark
        return [row for row in rows if not self._is_old(row, bookmark) and self.key_of(row) not in position.ids]

    def advance(self, position: Position, answer: PageResponse, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """One page further back; at the bookmark the greatest value of the pass takes its place."""
        end = position.bookmark if self._back_to is None else min(position.bookmark, self._back_to)
        tail = sum(1 for _ in takewhile(lambda row: self._is_old(row, end), reversed(rows)))
        self._reached = bool(tail) and tail * OLD_TAIL_SHARE >= len(rows)
        return super().advance(position, answer, rows, sent)

    def turn(self, envelope: Any, size: int) -> NextPage:
        """The paginator's verdict; what leads to newer rows leads nowhere here."""
        if isinstance(envelope, dict) and "before_cursor" not in envelope:
            return super().turn(envelope, size)
        turn = PagedRetriever.turn(self, envelope, size)
        link = link_token(envelope.get("before_url")) if turn.ended and isinstance(envelope, dict) else None
        return NextPage(ended=False, token=link) if link else turn

    def next_page_of(self, answer: PageResponse) -> NextPage:
        """The paginator's verdict, or the end at the bookmark."""
        turn = super().next_page_of(answer)
        return NextPage(ended=turn.ended or self._reached, token=turn.token)

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
        class_name: source_zendesk_support.components.lists.ArchivedAuditsRetriever
        requester: {$ref: "#/definitions/requester"}
        record_selector: {$ref: "#/definitions/selector"}
        paginator: {$ref: "#/definitions/cursor_paginator"}

    Not ``SimpleRetriever``: it does not know what another list has emitted.

    The list of all audits leaves out those of archived tickets, and nothing in an answer tells for certain whether a
    ticket is archived. So only those audits are dropped that the list has sent.

    Args:
        delivered: what the list has sent.
    """

    delivered: DeliveredIds = field(default_factory=DeliveredIds)

    def was_sent(self, row: Row) -> bool:
        """Whether the list has sent an audit in this sync."""
        return self.key_of(row) in self.delivered

    def may_be_known(self, row: Row) -> bool:
        """Whether an audit may have been sent in an earlier sync, by its id."""
        return self.delivered.are_older(self.key_of(row))
