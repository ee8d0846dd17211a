"""A page as a family reads it, and what it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.state.position import Position

Row = dict[str, Any]


class PageRows(NamedTuple):
    """One page of a walk.

    Attributes:
        response: the page as it came.
        rows: all its rows that have their key.
        new_rows: those of them that the walk has not emitted before.
    """

    response: PageResponse
    rows: Sequence[Row]
    new_rows: Sequence[Row]


@dataclass(frozen=True)
class PageResult:
    """What a page leads to.

    Attributes:
        after: the position after the page. STATE is written from it.
        rows: the page's rows, by which repeated pages are recognised.
        reached: the latest time that the page proves; None if its pages are not in the order of time.
        overfull_second: a second that has, or may have, more rows than the endpoint returns; None if there is none.
    """

    after: Position
    rows: Sequence[Row]
    reached: int | None = None
    overfull_second: int | None = None
