"""The place of a stream in the lists: what is written can be read, is small, and anything else is refused."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.state.list_place import ListPlace, ListPlaceFormat, SweepPlace
from source_zendesk_support.state.position import Position

FORMAT = ListPlaceFormat("updated_at", "deleted_at")
SECONDS = st.integers(0, 4_000_000_000)
IDS = st.frozensets(st.integers(1, 10**15), max_size=20)
POSITIONS = st.builds(
    Position,
    bookmark=SECONDS,
    token=st.none() | st.text(max_size=20),
    requested_at=st.none() | SECONDS,
    ids=IDS,
    high_ids=IDS,
)
SWEEPS = st.builds(
    SweepPlace,
    id=st.integers(0, 10**9),
    top=st.integers(0, 10**9),
    began=st.none() | st.integers(1, 4_000_000_000),
    paced=SECONDS,
    first=st.booleans(),
    ended=st.none() | st.integers(1, 4_000_000_000),
)
PASSES = st.lists(SECONDS, max_size=5).map(sorted).map(tuple)
PLACES = st.builds(ListPlace, POSITIONS, POSITIONS, SWEEPS, st.none() | st.integers(0, 10**9), passes=PASSES)


@given(place=PLACES)
def test_place_that_is_written_is_read_again(place: ListPlace) -> None:
    assert FORMAT.read(orjson.loads(orjson.dumps(FORMAT.write(place)))) == place


def test_place_is_written_in_a_flat_form() -> None:
    place = ListPlace(
        Position(1_718_020_800, token="t", requested_at=1_718_020_900, ids=frozenset({7, 9})),
        Position(1_718_020_800),
        SweepPlace(300, 1000, 1_718_020_800, 1_717_000_000, first=True),
        deleted=5,
    )
    assert FORMAT.write(place) == {
        "changes": {"updated_at": "2024-06-10T12:00:00Z", "next": "t", "asked": 1718020900, "ids": [7, 2], "v": 1},
        "deletions": {"deleted_at": "2024-06-10T12:00:00Z", "v": 1},
        "sweep": {"id": 300, "top": 1000, "began": 1718020800, "paced": 1717000000, "first": True},
        "deleted": 5,
        "v": 1,
    }


def test_passes_are_noted_when_they_are_complete_and_the_last_two_hundred_are_kept() -> None:
    place = ListPlace(Position(100), Position(100)).with_changes(Position(100, token="t", requested_at=200))
    assert place.passes == ()
    place = place.with_changes(Position(200, done=True))
    assert place.passes == (100, 200)
    assert place.with_changes(Position(300, done=True)).without_passes_before(250).passes == (200, 300)
    for second in range(300, 600):
        place = place.with_changes(Position(second, done=True))
    assert place.passes == tuple(range(400, 600))


def test_place_stays_small() -> None:
    many = frozenset(range(10**13, 10**13 + 37 * 50_000, 37))
    few = frozenset(range(10**13, 10**13 + 10**9 * 1_500, 10**9))
    place = ListPlace(Position(1, ids=few, high_ids=few), Position(1, ids=many, high_ids=few))
    written = FORMAT.write(place)
    assert len(orjson.dumps(written)) < 60_000
    assert FORMAT.read(written).deletions.ids == frozenset()


BROKEN: dict[str, Any] = {
    "no object": [],
    "no version": {"changes": {}, "deletions": {}},
    "another version": {"v": 2},
    "no deletions": {"changes": {"updated_at": 1, "v": 1}, "v": 1},
    "a sweep that is none": {"changes": {"updated_at": 1}, "deletions": {"deleted_at": 1}, "sweep": 7, "v": 1},
    "an id below zero": {"changes": {"updated_at": 1}, "deletions": {"deleted_at": 1}, "sweep": {"id": -1}, "v": 1},
    "a time that is none": {
        "changes": {"updated_at": 1},
        "deletions": {"deleted_at": 1},
        "sweep": {"began": 10**12},
        "v": 1,
    },
    "a number that is none": {"changes": {"updated_at": 1}, "deletions": {"deleted_at": 1}, "deleted": True, "v": 1},
}


@pytest.mark.parametrize("blob", BROKEN.values(), ids=BROKEN)
def test_what_is_no_place_is_refused(blob: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        FORMAT.read(blob)
