"""Exports by time: the next page starts at the second in which the last one ended, and repeats that second.

Facts: docs/zendesk-api.md#time-based-exports, docs/zendesk-api.md#exports-without-an-end-mark.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import PagedRetriever, Row
from source_zendesk_support.components.list_form import ListForm
from source_zendesk_support.components.page_reader import PageReader
from source_zendesk_support.components.paging import NextPage, next_page_from
from source_zendesk_support.components.proven_times import ProvenTimes, claimed
from source_zendesk_support.components.row_check import RowCheck
from source_zendesk_support.errors import EndpointUnavailable, transient_error
from source_zendesk_support.state.packed_ids import Id, too_many
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso, moment

logger = logging.getLogger("airbyte")

SMALLEST_FULL_PAGE_ROWS = 10
"""Fewer rows are no full page anywhere: it is the smallest page size that Zendesk documents."""


@dataclass
class TimeExportRetriever(PagedRetriever):
    """Family ``time_export`` and all that are made from it, such as ``talk_export`` and ``chat_export``.

    Ids of the rows already sent from the last second travel in the state, so that the repeated second sends nothing
    twice, across pages and across syncs. With a lookback the ids of that whole window do.

    Args:
        tie_param: parameter that takes the page's ``end_id`` where a second does not fit on a page; empty if none.
        immutable: rows never change, so a known id needs no second look at its time.
        ends_at_repeat: the endpoint does not say when it ends: a page that only repeats the last second is the last.
        overflow: a list of the same rows, from which a second is completed that holds more than a page.
        list_form: what is read if the export is closed.
    """

    tie_param: str = ""
    immutable: bool = False
    ends_at_repeat: bool = False
    overflow: PagedRetriever | None = None
    list_form: ListForm | None = None
    _sent: dict[Id, int] = field(default_factory=dict)
    _tie: str | None = None
    _told: bool = False
    _stepped: bool = False
    _raised_at: int = 0
    _longest: int = 0
    _page: tuple[int, frozenset[Id]] = (-1, frozenset())

    def __post_init__(self) -> None:
        """One judge of times a stream."""
        super().__post_init__()
        self._times = ProvenTimes(self.name)

    @property
    def shared_by(self) -> object:
        """All streams of one endpoint."""
        return self.endpoint

    def begin(self, position: Position) -> Position:
        """A pass looks back for late rows; not the first one, nor one that goes on where nothing can be late any more.

        A pass that was broken off while it looked back, or close to its present, looks back again.
        """
        self._sent = dict.fromkeys(position.ids, position.bookmark)
        lookback = self.cursor.lookback if self.cursor else 0
        settled = position.high is None and position.bookmark <= (position.asked or 0) - lookback
        if not lookback or settled or position.bookmark == self.start:
            return replace(position, token=None, high=None)
        return replace(position, token=None, high=position.bookmark - lookback)

    def params(self, position: Position, now: int) -> dict[str, Any]:
        """``start_time``, and the tie-breaker where the last page ended in the second in which it began."""
        if not self.cursor:
            return {}
        params: dict[str, Any] = {self.cursor.start_param: self.youngest(_at(position), now)}
        return {**params, self.tie_param: self._tie} if self._tie else params

    def unsent(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """Rows that are not known to have been sent."""
        if not self._sent:
            return rows
        return [row for row in rows if self._is_unsent(row)]

    def doubt(self, position: Position, rows: Sequence[Row], turn: NextPage) -> str:
        """A page begins with the second that was asked for, so it holds that second's known rows, and none before."""
        at = _at(position)
        if not rows:
            if any(time >= at for time in self._sent.values()):
                return "no rows, not even those that are known"
            return "" if turn.ended else "no rows, and no end"
        claim = moment(turn.token)
        if claim is None or turn.ended:
            return ""
        times = [time for row in rows if (time := self.time_of(row)) is not None]
        if claim <= at and min(times, default=at) < at:
            return "rows from before the time that was asked for"
        return "an end time that none of its rows reaches" if max(times, default=None) == at < claim else ""

    def advance(self, position: Position, answer: PageResponse, rows: Sequence[Row], sent: Sequence[Row]) -> Position:
        """To the page's end time; the bookmark follows, but never into the time that may still change."""
        turn = self.next_page_of(answer)
        at = _at(position)
        settled = self.settled(answer)
        full = len(rows) >= self._full_size(self._size.of(answer.ask), len(rows))
        self._longest = max(self._longest, len(rows))
        end = self._end(turn, at, answer, rows, full=full)
        stays = end <= at and not turn.ended
        waits = stays and self._ends_at_repeat(answer) and not full
        done = turn.ended or end >= self.present(answer) or (waits and self._repeats(at, rows, sent))
        self._stepped = False
        if not done and stays:
            end = at if waits else self._past(at, answer, len(rows))
        bookmark = max(position.bookmark, min(end, settled))
        ids = self._remember(sent, bookmark)
        if done:
            return Position(bookmark=bookmark, ids=ids, done=True)
        asked = answer.asked if position.asked is None else position.asked
        return replace(position, bookmark=bookmark, ids=ids, asked=asked, high=end if end != bookmark else None)

    def _end(self, turn: NextPage, at: int, answer: PageResponse, rows: Sequence[Row], *, full: bool) -> int:
        """The second that this page proves to have been read up to.

        Raises:
            AirbyteTracedException: transient; the page has no rows, is not the last, and names no time that can be.
        """
        latest = self.latest(answer)
        if not rows and not turn.ended and claimed(turn, latest) is None:
            raise transient_error(
                f"Stream {self.name}: {answer.ask.where} has no rows and ends at no time that can be: "
                f"{(turn.token or '')[:40]}. All pages before it are saved; the next sync goes on from there.",
                stream=self.name,
            )
        times = self._times.of_rows(map(self.time_of, rows), latest)
        return self._times.end(turn, at, times, latest, full=full)

    def missing(
        self, position: Position, after: Position, rows: Sequence[Row], zendesk: ZendeskClient
    ) -> Iterator[Sequence[Row]]:
        """The rest of a second that does not fit on a page, from the list that may be read instead."""
        at = _at(position)
        if not self.overflow or not self._stepped:
            return
        known = {*position.ids, *(self.key_of(row) for row in rows)}
        try:
            for listed in PageReader(self.overflow, zendesk).pages():
                yield [row for row in listed if self.time_of(row) == at and self.key_of(row) not in known]
        except EndpointUnavailable:
            self._tell_overfull(at, len(rows))

    def turn(self, envelope: Any, size: int) -> NextPage:
        """What the page says of the next one; where it says nothing, one that is not full is the last.

        Raises:
            Malformed: the page says neither that it is the last nor where the next one is.
        """
        self.check_paging(envelope)
        rows = RowCheck(self.records, "").all(envelope)
        return next_page_from(self.paginator, self.config, envelope, rows, self._full_size(size, len(rows)))

    def reached(self, position: Position, answer: PageResponse) -> int | None:
        """The time at which the page says that it ends; where this walk goes on is no proof of anything."""
        return moment(self.next_page_of(answer).token)

    def where(self, position: Position) -> str:
        """A position in words."""
        return f"the page from {iso(_at(position))}"

    def _full_size(self, size: int, count: int) -> int:
        """From how many rows on a page may be full: the longest of this walk shows how many Zendesk hands out at once.

        Args:
            size: the rows that were requested.
            count: the rows of the page in question.
        """
        return min(size, max(self._longest, count, SMALLEST_FULL_PAGE_ROWS))

    def _ends_at_repeat(self, answer: PageResponse) -> bool:
        """Whether a page that repeats is the last; not if it says that it is not."""
        envelope = answer.envelope
        return self.ends_at_repeat and not (isinstance(envelope, dict) and envelope.get("end_of_stream") is False)

    def _repeats(self, at: int, rows: Sequence[Row], sent: Sequence[Row]) -> bool:
        """Whether a page brings nothing that is not known, or just what the last one at this second has brought."""
        page = at, frozenset(map(self.key_of, rows))
        last, self._page = self._page, page
        return not sent or page == last

    def key_of(self, row: Row) -> Id:
        """A row that has since been marked as deleted is another row, or its mark would be dropped."""
        key = super().key_of(row)
        if not row.get(self.deletion_mark):
            return key
        return -key if isinstance(key, int) else f"-{key}"

    def _is_unsent(self, row: Row) -> bool:
        known = self._sent.get(self.key_of(row))
        if known is None or self.immutable:
            return known is None
        time = self.time_of(row)
        return time is not None and time > known

    def _remember(self, sent: Sequence[Row], bookmark: int) -> frozenset[Id]:
        """Ids that the next page may repeat: those from the bookmark's second (or the lookback) on.

        Of rows that may change, those younger than the bookmark are not among them: a second change within their
        second would go unnoticed. They are sent again.
        """
        since = bookmark - (self.cursor.lookback if self.cursor else 0)
        self._sent = {key: time for key, time in self._sent.items() if time >= since}
        for row in sent:
            time = self.time_of(row)
            if time is not None and since <= time and (self.immutable or time <= bookmark):
                self._sent[self.key_of(row)] = time
        ids = frozenset(self._sent)
        if not self._told and too_many(ids):
            self._told = True
            logger.warning("Stream %s: %d rows from %s on will be sent again.", self.name, len(ids), iso(since))
        return ids

    def _past(self, at: int, answer: PageResponse, count: int) -> int:
        """Where to go on after a page that began and ended in one second, because that second fills it.

        The API's own tie-breaker and the largest page are tried first; then the walk steps on by one second.
        """
        previous, self._tie = self._tie, self._end_id(answer)
        if self._tie and self._tie != previous:
            return at
        if self._size.of(answer.ask) < self._size.full and self._raised_at != at:
            self._size.restore()
            self._raised_at = at
            return at
        self._tie, self._stepped = None, True
        whole = count > self._size.of(answer.ask)  # some exports complete a page's last second
        if not self.overflow and not whole:
            self._tell_overfull(at, count)
        return at + 1

    def _tell_overfull(self, at: int, count: int) -> None:
        logger.warning(
            "Stream %s: the second %s holds more rows than the %d that Zendesk hands out at once; the rest of that "
            "second cannot be read from this export.",
            self.name,
            iso(at),
            count,
        )

    def _end_id(self, answer: PageResponse) -> str | None:
        end_id = answer.envelope.get("end_id") if self.tie_param and isinstance(answer.envelope, dict) else None
        return None if end_id in (None, "") else str(end_id)


def _at(position: Position) -> int:
    """The second from which the next page is asked for."""
    return position.bookmark if position.high is None else position.high
