"""What an export that answers again does not emit: only what has certainly come with a list, as it is."""

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.deletion_list import DeletionList
from source_zendesk_support.components.id_block import ChangeListRetriever
from source_zendesk_support.components.list_form import ListForm
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.state.list_place import ListPlace, SweepPlace
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.list_streams import Standing
from source_zendesk_support.walk.sent_rows import SentRows
from source_zendesk_support.walk.stream_reader import StreamReader

T = 1_780_000_000
"""Up to then, everything had been delivered."""
PLACE = ListPlace(
    Position(T + 9000, ids=frozenset({7})), Position(T + 9000), SweepPlace(id=100, began=T + 5000), passes=(T, T + 9000)
)


@dataclass
class Rules:
    """Of an export, or of a list: the time of a row is in one of its columns."""

    row_time: str
    immutable: bool = False
    deletion_mark: str = ""

    def time_of(self, row: Row) -> Any:
        return row.get(self.row_time)

    def key_of(self, row: Row) -> Any:
        return row["id"]


def sent(place: ListPlace = PLACE, *, immutable: bool = False) -> SentRows:
    deletions = DeletionList(cast("PagedRetriever", None), constants={"status": "deleted"})
    changes = cast("ChangeListRetriever", Rules("updated"))
    form = ListForm("", changes=changes, deletions=deletions)
    standing = Standing(cast("StreamReader", None), T, place, place.changes.ids)
    return SentRows(standing, cast("PagedRetriever", Rules("exported", immutable)), form)


@pytest.mark.parametrize(
    ("comes", "row"),
    [
        (False, {"id": 500, "updated": T + 100, "exported": T + 100}),
        (False, {"id": 500, "updated": T + 100, "exported": T + 8000}),  # the system changed it before the pass
        (True, {"id": 500, "updated": T + 100, "exported": T + 9000}),  # and perhaps after its page was read
        (True, {"id": 500, "updated": T + 9000, "exported": T + 9000}),
        (True, {"id": 500, "updated": T + 8900, "exported": T + 8900}),  # late in the list: not among its last ids
        (False, {"id": 7, "updated": T + 8900, "exported": T + 8900}),
        (True, {"id": 500, "updated": T - 100, "exported": T + 4000}),  # the system alone
        (False, {"id": 50, "updated": T - 100, "exported": T + 4000}),  # and it was read by its id
        (True, {"id": 50, "updated": T - 100, "exported": T + 5000}),
        (False, {"id": 500, "updated": T + 100, "exported": T + 100, "status": "closed"}),
        (True, {"id": 7, "updated": T + 100, "exported": T + 100, "status": "deleted"}),
        (True, {"id": 7, "updated": None, "exported": T + 100}),
        (True, {"id": 7, "updated": T + 100, "exported": None}),
    ],
)
def test_row_comes_from_the_export_unless_a_list_has_brought_it(row: Row, comes: Any) -> None:
    assert sent().unsent([row]) == ([row] if comes else [])


@pytest.mark.parametrize(
    ("comes", "row"),
    [
        (False, {"updated": T + 100, "exported": T + 102}),
        (True, {"updated": T + 100, "exported": T + 200}),
        (True, {"updated": T + 100, "exported": T + 100, "status": "closed"}),
    ],
)
def test_without_the_times_of_passes_only_rows_that_the_system_left_alone_are_known(row: Row, comes: Any) -> None:
    row["id"] = 500
    assert sent(replace(PLACE, passes=())).unsent([row]) == ([row] if comes else [])


def test_closed_ticket_may_have_been_archived_before_the_list_was_read() -> None:
    late = replace(PLACE, changes=Position(T + 400_000), passes=(T, T + 400_000))
    row = {"id": 500, "updated": T + 100, "exported": T + 100, "status": "closed"}
    assert sent(late).unsent([row]) == [row]


def test_row_that_never_changes_is_known_by_its_id() -> None:
    rows = [{"id": 7, "exported": T + 8900}, {"id": 8, "exported": T + 8900}]
    assert sent(immutable=True).unsent(rows) == rows[1:]


GAPS = st.lists(st.integers(10, 2000), min_size=1, max_size=8)
CHANGES = st.lists(st.tuples(st.integers(0, 9000), st.booleans()), min_size=1, max_size=8)


@given(gaps=GAPS, changes=CHANGES, delays=st.lists(st.integers(0, 9), min_size=8, max_size=8), known=st.booleans())
def test_no_version_of_a_row_is_lost(
    gaps: list[int], changes: list[tuple[int, bool]], delays: list[int], known: Any
) -> None:
    """Any history of one row, and any passes: one that is not emitted has come after its last change."""
    passes = [T]
    for gap in gaps:
        passes.append(passes[-1] + gap)
    history = sorted((T + 1 + at, is_update) for at, is_update in changes)
    read_at, ids = T, frozenset[int | str]()
    for before, began, delay in zip(passes, passes[1:], delays, strict=False):
        until = began + delay
        updates = [at for at, is_update in history if is_update and at <= until]
        is_listed = bool(updates) and before - 300 <= updates[-1] < began
        if is_listed and (updates[-1] >= before - 2 or 500 not in ids):
            read_at = until
        ids = frozenset({500} if is_listed and updates[-1] >= began - 300 else ())
    updated = max([at for at, is_update in history if is_update], default=T - 5)
    row = {"id": 500, "updated": updated, "exported": history[-1][0]}
    place = ListPlace(Position(passes[-1], ids=ids), Position(T), passes=tuple(passes) if known else ())
    assert sent(place).unsent([row]) or history[-1][0] <= read_at
