import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.state.failed_files import FailedFile
from source_zendesk_support.state.packed_ids import pack, too_many, unpack
from source_zendesk_support.state.position import Position, StateFormat

EPOCH = StateFormat("generated_timestamp", "%s", "cursor")
ISO = StateFormat("updated_at", "%Y-%m-%dT%H:%M:%SZ")
NUMBERS = st.integers(1 - 10**18, 10**18 - 1)
WORDS = st.text().filter(lambda text: not text.lstrip("-").isdecimal())
IDS = st.one_of(*(st.frozensets(kind, max_size=50) for kind in (NUMBERS, WORDS, NUMBERS | WORDS)))
SECONDS = st.integers(1, 4_000_000_000)
ROWS = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=3)
COLUMNS = ROWS.map(lambda row: tuple(sorted(row.items())))
POSITIONS = st.builds(
    Position,
    bookmark=st.integers(0, 99_999_999_999),
    token=st.none() | st.text(min_size=1),
    high=st.none() | SECONDS,
    requested_at=st.none() | SECONDS,
    ids=IDS,
    high_ids=IDS,
    visited=IDS,
    failed_files=st.frozensets(st.builds(FailedFile, NUMBERS, st.integers(1, 9), COLUMNS), max_size=3),
    full=st.booleans(),
)


@pytest.mark.parametrize(
    ("form", "position", "state"),
    [
        (EPOCH, Position(1719900000), {"generated_timestamp": "1719900000", "v": 1}),
        (EPOCH, Position(1719900000, token="MTc5"), {"generated_timestamp": "1719900000", "cursor": "MTc5", "v": 1}),
        (ISO, Position(1717200000), {"updated_at": "2024-06-01T00:00:00Z", "v": 1}),
        (
            ISO,
            Position(1717200000, token="p2", high=1717372800, requested_at=1718020800, high_ids=frozenset({5, 3})),
            {
                "updated_at": "2024-06-01T00:00:00Z",
                "next": "p2",
                "high": 1717372800,
                "asked": 1718020800,
                "high_ids": [3, 2],
                "v": 1,
            },
        ),
        (
            ISO,
            Position(1717200000, visited=frozenset({9, 7})),
            {"updated_at": "2024-06-01T00:00:00Z", "visited": [7, 2], "v": 1},
        ),
        (ISO, Position(1717200000, full=True), {"updated_at": "2024-06-01T00:00:00Z", "full": True, "v": 1}),
    ],
)
def test_position_is_written_and_read_as_one_small_object(
    form: StateFormat, position: Position, state: dict[str, object]
) -> None:
    assert form.write(position) == state
    assert form.read(state) == position


def test_end_of_a_pass_is_not_stored() -> None:
    assert ISO.write(Position(1717200000, done=True)) == {"updated_at": "2024-06-01T00:00:00Z", "v": 1}


@given(position=POSITIONS, form=st.sampled_from([EPOCH, ISO]))
def test_every_position_survives_being_stored(position: Position, form: StateFormat) -> None:
    assert form.read(form.write(position)) == position


def test_digits_that_an_older_version_stored_as_words_are_known_as_numbers() -> None:
    assert unpack(["700", "0700", "e-1"]) == {700, "0700", "e-1"}


def test_ten_thousand_neighbours_fit_and_one_more_does_not() -> None:
    assert len(pack(frozenset(range(10_000)))) == 10_000
    assert pack(frozenset(range(10_001))) == []
    assert too_many(frozenset(range(10_001)))


def test_ids_that_would_burst_the_state_are_not_stored() -> None:
    scattered = frozenset(number * 1_000_000_007 for number in range(5_000))
    assert pack(scattered) == []


@pytest.mark.parametrize(
    "state",
    [
        {"v": 1},
        {"updated_at": "yesterday"},
        {"updated_at": "1717200000", "next": 5},
        {"updated_at": "1717200000", "high": "1"},
        {"updated_at": "1717200000", "asked": True},
        {"updated_at": "1717200000", "ids": "5"},
        {"updated_at": "1717200000", "high": 10**30},
    ],
    ids=str,
)
def test_blob_that_was_not_written_here_is_refused(state: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        ISO.read(state)
