"""STATE stays below 64 KB, and can be read, whatever is in it."""

import logging
from typing import Any

import orjson
import pytest
from airbyte_cdk.sources.message import InMemoryMessageRepository
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.cursor_spec import ARCHIVED, BranchCursor, WalkCursor
from source_zendesk_support.state.legacy_state import load_position
from source_zendesk_support.state.packed_ids import pack, unpack
from source_zendesk_support.state.position import Position, StateFormat

LISTED = StateFormat("updated_at", "%Y-%m-%dT%H:%M:%SZ")
EXPORTED = StateFormat("generated_timestamp", "%s", "cursor")
SCATTERED = frozenset(number * 1_000_000_007 for number in range(2_000))


def cursor(state: Any = None) -> WalkCursor:
    return WalkCursor("ticket_audits", LISTED, state or {}, InMemoryMessageRepository())


def size(state: Any) -> int:
    return len(orjson.dumps(dict(state)))


def test_every_list_and_both_branches_together_stay_below_64_kb(caplog: pytest.LogCaptureFixture) -> None:
    root = cursor()
    branch = BranchCursor(root, ARCHIVED, EXPORTED)
    full = Position(1717200000, "t" * 7_000, 1717372800, 1718020800, SCATTERED, SCATTERED, SCATTERED, SCATTERED)
    root.checkpoint(full)
    branch.checkpoint(full)
    assert 30_000 < size(root.state) < 64_000
    assert (root.state["next"], root.state["archived"]["cursor"]) == ("t" * 7_000, "t" * 7_000)
    assert load_position("ticket_audits", root.state, LISTED, 0).refused == SCATTERED
    assert load_position("ticket_audits", root.state["archived"], EXPORTED, 0).refused == SCATTERED
    assert caplog.messages == [
        (
            "Stream ticket_audits: too many rows share one second to store their ids in the state; they may be emitted "
            "again."
        )
    ]


def test_cursor_that_is_too_long_is_not_saved_and_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    root = cursor()
    for _ in range(2):
        root.checkpoint(Position(1717200000, token="c" * 200_000, requested_at=1718020800))
    assert dict(root.state) == {"updated_at": "2024-06-01T00:00:00Z", "asked": 1718020800, "v": 1}
    assert caplog.messages == [
        (
            "Stream ticket_audits: Zendesk's cursor is too long to store. The next sync resumes by time and may emit "
            "rows again."
        )
    ]


def test_state_of_another_connector_is_repeated_as_it_came() -> None:
    many = {"states": [{"partition": {"id": key}, "cursor": {"updated_at": "1717200000"}} for key in range(2_000)]}
    assert cursor(many).state == many


@pytest.mark.parametrize(
    ("ids", "stored", "keys"),
    [
        ({1, "a"}, ["1", "a"], {1, "a"}),
        ({10**30, 5}, ["1000000000000000000000000000000", "5"], {"1000000000000000000000000000000", 5}),
        ({-5, 2**62}, ["-5", "4611686018427387904"], {-5, "4611686018427387904"}),
        ({2**63, 2**63 - 1}, ["9223372036854775807", "9223372036854775808"], {str(2**63), str(2**63 - 1)}),
        ({700, "700"}, [700], {700}),
        ({7, 12, 9}, [7, 2, 3], {7, 9, 12}),
        ({"", "a"}, ["", "a"], {"", "a"}),
        ({7, "a1", 12}, ["12", "7", "a1"], {7, 12, "a1"}),
        ({10**12 + 7, 10**12 + 1, 10**12 + 8}, [10**12 + 1, 6, 1], {10**12 + 1, 10**12 + 7, 10**12 + 8}),
    ],
    ids=range(9),
)
def test_ids_of_every_kind_are_stored(ids: Any, stored: list[Any], keys: Any) -> None:
    assert pack(frozenset(ids)) == stored
    assert unpack(stored) == keys


@pytest.mark.parametrize(
    "stored",
    [[[1], ["a"]], [[1]], [[]], [1, "a"], [1, "2"], [True], [1.5], [None], [{"1": 2}], {"1": 2}, None, "12", 7],
    ids=str,
)
def test_other_values_are_no_lists_of_ids(stored: object) -> None:
    with pytest.raises(ValueError, match=r"ids: "):
        unpack(stored)


ODD_IDS = st.one_of(
    st.integers(), st.text(max_size=40), st.integers(10**18, 10**40), st.integers(2_000, 3_000).map("x".__mul__)
)
ODD_TIMES = st.none() | st.integers(-(10**20), 10**20)
POSITIONS = st.builds(
    Position,
    bookmark=st.integers(-62_135_596_800, 253_402_300_799),
    token=st.none() | st.text() | st.integers(7_000, 300_000).map("c".__mul__),
    high=ODD_TIMES,
    requested_at=ODD_TIMES,
    ids=st.frozensets(ODD_IDS, max_size=40),
    high_ids=st.frozensets(ODD_IDS, max_size=40),
    visited=st.frozensets(ODD_IDS, max_size=40),
    refused=st.frozensets(st.integers(0, 10**12), max_size=40),
    full=st.booleans(),
)


@given(root_at=POSITIONS, branch_at=POSITIONS)
def test_any_position_makes_a_small_state_that_is_understood(root_at: Position, branch_at: Position) -> None:
    logging.disable(logging.WARNING)
    root = cursor()
    branch = BranchCursor(root, ARCHIVED, EXPORTED)
    root.checkpoint(root_at)
    branch.checkpoint(branch_at)
    logging.disable(logging.NOTSET)
    assert size(root.state) < 64_000
    for blob, form, position in ((root.state, LISTED, root_at), (root.state["archived"], EXPORTED, branch_at)):
        understood = load_position("ticket_audits", blob, form, 0)
        assert understood.bookmark == min(position.bookmark, 99_999_999_999)
        assert understood.refused == position.refused


def test_places_of_many_objects_stay_below_64_kb_and_keep_their_bookmarks(caplog: pytest.LogCaptureFixture) -> None:
    root = cursor()
    root.begin(Position(1704067200))
    for number in range(50):
        ids = frozenset(f"{number}{key:026}" for key in range(200))
        root.move_part(f"object_{number}", EXPORTED.write(Position(1717200000, token="t" * 5_000, ids=ids)))
    for _ in range(2):
        assert size(root.state) < 64_000
    assert root.state["objects"] == {
        f"object_{number}": {"generated_timestamp": "1717200000", "v": 1} for number in range(50)
    }
    assert caplog.messages == [
        (
            "Stream ticket_audits: the state has no room for everything that is known of each custom object; some "
            "records may be emitted again."
        )
    ]
