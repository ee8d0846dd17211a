"""Which times of a page a bookmark may follow.

Row times and end times come from outside. A bookmark moves only to what the page proves: the time of a row, or the end
of a page that is the last, and never past the account's clock. If a page claims more, the walk resumes from what is
proven. That may emit rows again, and skips none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from itertools import pairwise

from source_zendesk_support.components.paging import NextPage
from source_zendesk_support.times import iso, moment

logger = logging.getLogger("airbyte")


class ProvenTimes:
    """Judges for one stream, and reports once what is out of bounds.

    Args:
        stream: for messages.
    """

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._reported: set[str] = set()

    def of_rows(self, times: Iterable[int | None], latest: int) -> list[int]:
        """The times that can be true: those after 1970 that the account's clock has reached."""
        known = [time for time in times if time is not None and time >= 0]
        proven = [time for time in known if time <= latest]
        if len(proven) < len(known) and self._is_first("row"):
            logger.warning(
                "Stream %s: a row is dated %s, in the future by the account's clock; the bookmark ignores it.",
                self._stream,
                iso(max(known)),
            )
        return proven

    def end(self, next_page: NextPage, at: int, times: Sequence[int], latest: int, *, full: bool) -> int:
        """The second from which the page after this one is requested.

        Args:
            next_page: what the page claims.
            at: the second from which it was requested.
            times: of its rows, in their order, without those that cannot be true.
            latest: the last second that can be claimed.
            full: whether the page may be one of several that the second ``at`` fills.
        """
        claim = claimed(next_page, latest)
        newest = max(times, default=-1)
        if newest > at:
            end = self._from_rows(claim or newest, at, times)
        elif claim is None or (full and newest == at):
            end = at
        else:
            end = max(claim, at)
        odd = claim is None if next_page.token else False
        if (odd or (claim is not None and claim != end and not next_page.is_last)) and self._is_first("end"):
            logger.warning(
                "Stream %s: a page from %s claims to end at %s, which its rows do not confirm; resuming from %s.",
                self._stream,
                iso(at),
                (next_page.token or "")[:40],
                iso(end),
            )
        return end

    @staticmethod
    def _from_rows(claim: int, at: int, times: Sequence[int]) -> int:
        """The last row's time; if the rows are in no order, the claimed time, unless it is later than all rows."""
        newest = max(times)
        ordered = all(before <= after for before, after in pairwise(times))
        return newest if ordered or claim <= at else min(claim, newest)

    def _is_first(self, topic: str) -> bool:
        first = topic not in self._reported
        self._reported.add(topic)
        return first


def claimed(next_page: NextPage, latest: int) -> int | None:
    """The end time that a page claims; None if it claims none, or one that cannot be."""
    claim = moment(next_page.token) if next_page.token else None
    return claim if claim is not None and 0 <= claim <= latest else None
