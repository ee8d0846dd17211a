from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.state.known_rows import MAX_KNOWN_BYTES, KnownRows
from unit_tests.examples import examples

IDS = st.one_of(st.integers(-(10**18) + 1, 10**18 - 1), st.from_regex(r"[A-Z]{1,26}", fullmatch=True))


@examples(200)
@given(
    ids=st.frozensets(IDS, max_size=40),
    seen=st.frozensets(IDS),
    learning=st.sampled_from(["", "whole", "part"]),
    data=st.data(),
)
def test_what_is_stored_is_known_again(
    ids: frozenset[int | str], seen: object, learning: str, data: st.DataObject
) -> None:
    some = st.frozensets(st.sampled_from(sorted(ids, key=str))) if ids else st.just(frozenset())
    known = KnownRows(ids, data.draw(some), data.draw(some), learning, role="admin")  # type: ignore[arg-type]
    assert KnownRows.read(orjson.loads(orjson.dumps(known.write()))) == known


@pytest.mark.parametrize(
    "stored",
    [
        [],
        "x",
        {},
        {"count": 1},
        {"count": 2, "ids": "eNrjEmEEAABKACA=", "learning": "?"},
        {"count": 3, "ids": "eNrjEmEEAABKACA="},
        {"count": 2, "ids": "no base64!"},
        {"count": 2, "ids": 7},
        {"count": 2, "ids": "eNrjEmEEAABKACA=", "seen": "zz"},
    ],
)
def test_what_was_not_stored_by_us_is_refused(stored: object) -> None:
    with pytest.raises(ValueError, match="known: "):
        KnownRows.read(stored)


def test_two_rows_of_step_ten_are_stored_in_these_bytes() -> None:
    known = KnownRows(frozenset({10, 20}), frozenset({10}), frozenset({20}), "", role="admin")
    assert (
        KnownRows.read(
            {"count": 2, "ids": "eNrjEmEEAABKACA=", "seen": "eNpjBAAAAgAC", "absent": "eNpjAgAAAwAD", "role": "admin"}
        )
        == known
    )


def test_fifteen_thousand_scattered_ids_fit() -> None:
    ids = frozenset(360_000_000_000 + 128 * (step * step // 40 + step * 1500) for step in range(15_000))
    written = KnownRows(ids, ids, learning="").write()
    assert written is not None
    assert len(orjson.dumps(written)) <= MAX_KNOWN_BYTES


@pytest.mark.parametrize(("rows", "is_stored"), [(10_000, True), (15_000, True), (25_000, False)])
def test_random_ids_are_stored_below_the_limit_or_not_at_all(rows: int, *, is_stored: bool) -> None:
    places = Random(19).sample(range(rows * 1500), rows)
    ids = frozenset(360_000_000_000 + 128 * place for place in places)
    written = KnownRows(ids, frozenset(), learning="").write()
    assert (written is not None) is is_stored
    assert written is None or len(orjson.dumps(written)) < 64_000


def test_too_many_rows_are_counted_and_not_stored() -> None:
    known = KnownRows(learning="whole")
    for first in range(0, 60_000, 1000):
        known = known.with_seen(range(first, first + 1000), began=1)
    assert (known.count, known.ids, known.write()) == (60_000, frozenset(), None)
