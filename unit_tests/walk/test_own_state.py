"""A state that a sync has emitted is accepted by the next one, whatever the pages held and wherever the sync ended."""

import logging
from collections.abc import Iterator
from threading import Semaphore
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from airbyte_cdk.sources.message import InMemoryMessageRepository
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.clock import ServerClock
from source_zendesk_support.api.exact_json import loads
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_spec import WalkCursor
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.record_reader import RecordReader
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.progress import StreamStats
from source_zendesk_support.state.legacy_state import load_position
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.failures import FailurePolicy
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.stream_reader import StreamReader
from unit_tests.account import NOW, PROOF, SETTINGS, Account, Reply
from unit_tests.clocks import FakeTime
from unit_tests.components.parts import pages_of, turn
from unit_tests.examples import examples
from unit_tests.reading import read
from unit_tests.walk.responses import GROUPS, groups

START = 1704067200
RIGHT_TIMES = st.integers(START, NOW)
ODD_TIMES: st.SearchStrategy[Any] = st.one_of(
    RIGHT_TIMES,
    st.integers(-(10**20), 10**20),
    st.sampled_from(
        [10**30, 10**400, 1e300, "never", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", None, True, [], {}]
    ),
    RIGHT_TIMES.map(lambda second: second * 1000),
    RIGHT_TIMES.map(str),
)
LONG_ID = loads(b"1" + b"0" * 5000)
ODD_IDS = st.one_of(
    st.integers(), st.text(max_size=5), st.sampled_from([True, 1.5, 10**30, LONG_ID, "x" * 50_000]), st.integers(1, 5)
)
ODD_TOKENS = st.one_of(st.text(min_size=1, max_size=9), st.sampled_from(["c" * 200_000, "0"]))
ROWS = st.lists(st.tuples(ODD_IDS, ODD_TIMES), max_size=6)


def listed(rows: Any, token: str, _time: Any, *, ended: bool) -> Any:
    named = [{"id": key, "updated_at": at} for key, at in rows]
    return {"groups": named, "meta": {"has_more": not ended, "after_cursor": token}}


def by_cursor(rows: Any, token: str, _time: Any, *, ended: bool) -> Any:
    named = [{"id": key, "generated_timestamp": at} for key, at in rows]
    return {"tickets": named, "after_cursor": token, "end_of_stream": ended}


def by_time(rows: Any, _token: str, time: Any, *, ended: bool) -> Any:
    named = [{"id": key, "updated_at": at} for key, at in rows]
    return {"organizations": named, "end_time": time, "end_of_stream": ended}


MAKERS = {"groups": listed, "tickets": by_cursor, "organizations": by_time}


def emitted(stream: str, rules: PagedRetriever, pages: list[Any], requested: list[int]) -> Iterator[Any]:
    """STATE after every page, until one is refused, the pass ends, or there are no more pages."""
    assert rules.form
    cursor = WalkCursor(stream, rules.form, {}, InMemoryMessageRepository())
    position = rules.begin(Position(START))
    cursor.begin(position)
    for (rows, token, time, ended), second in zip(pages, requested, strict=True):
        page = MAKERS[stream](rows, token, time, ended=ended)
        try:
            _, position = turn(rules, position, page, second)
        except (MalformedResponse, AirbyteTracedException):
            return
        cursor.checkpoint(position)
        yield dict(cursor.state)
        if position.done:
            return


@examples(100)
@given(
    stream=st.sampled_from(sorted(MAKERS)),
    pages=st.lists(st.tuples(ROWS, ODD_TOKENS, ODD_TIMES, st.booleans()), min_size=1, max_size=5),
)
def test_state_of_any_pages_is_small_understood_and_not_in_the_future(stream: str, pages: list[Any]) -> None:
    logging.disable(logging.WARNING)
    rules = pages_of(stream)
    assert rules.form
    for state in emitted(stream, rules, pages, [NOW + 60 * number for number in range(len(pages))]):
        stored = orjson.loads(orjson.dumps(state))
        assert len(orjson.dumps(stored)) < 64_000
        position = load_position(stream, stored, rules.form, 0)
        assert START <= position.bookmark <= NOW + 300
        assert (position.requested_at or 0) <= NOW + 300
        assert (position.high or 0) <= NOW + 300
    logging.disable(logging.NOTSET)


def setbacks(position: Position, clock: ServerClock, *, saved: bool = True) -> FailurePolicy:
    rules = pages_of("groups")
    cursor = WalkCursor("groups", rules.form, {}, InMemoryMessageRepository())
    reader = StreamReader(
        rules,
        cursor,
        position,
        RecordReader(),
        OddMembers("groups"),
        StreamStats("groups"),
        Semaphore(),
        is_saved=saved,
    )
    zendesk = cast("Any", SimpleNamespace(clock=clock))
    return FailurePolicy(rules, [reader], zendesk, Gate(lambda: clock.update({"Date": RIGHT}, NOW, NOW)))


RIGHT = "Mon, 10 Jun 2024 12:00:00 GMT"


@pytest.mark.parametrize(
    "odd",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sun, 10 Jun 2012 12:00:00 GMT",
        "Sun, 09 Jun 2024 12:00:00 GMT",
        "Mon, 10 Jun 2024 11:30:00 GMT",
    ],
)
def test_state_is_not_refused_because_of_one_date_in_the_past(odd: str, local_time: FakeTime) -> None:
    clock = ServerClock()
    clock.update({"Date": odd}, NOW, NOW)
    setbacks(Position(NOW - 5, requested_at=NOW - 1), clock).check_future()


@pytest.mark.parametrize("odd", ["Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 10 Jun 2012 12:00:00 GMT"])
def test_without_a_state_nothing_lies_in_the_future(odd: str, account: Account, local_time: FakeTime) -> None:
    account.on(GROUPS, Reply(groups(1), headers={"Date": odd}))
    outcome = read("groups")
    assert account.requested == [GROUPS]
    assert outcome.errors == []
    assert outcome.ids() == [1]


def test_state_in_the_future_of_two_answers_is_refused_although_this_machine_says_otherwise(
    account: Account, local_time: FakeTime
) -> None:
    local_time.advance(86_400)
    account.on(GROUPS, groups(1))
    account.on(PROOF, SETTINGS)
    state = {"updated_at": "2024-06-11T00:00:00Z", "v": 1}
    outcome = read("groups", saved=state, fails=True)
    assert account.requested == [GROUPS, PROOF]
    assert outcome.errors[0] == (
        "config_error",
        (
            "The saved state of stream groups is in the future: 2024-06-11T00:00:00Z; the account's clock says "
            "2024-06-10T12:00:00Z. Correct the state or reset the stream."
        ),
    )


@pytest.mark.parametrize(
    "odd", ["Tue, 10 Jun 2064 12:00:00 GMT", "Mon, 10 Jun 2024 12:20:00 GMT", "Sun, 10 Jun 2012 12:00:00 GMT"]
)
def test_one_odd_date_does_not_make_the_next_sync_refuse_the_state(
    odd: str, account: Account, local_time: FakeTime
) -> None:
    account.on(GROUPS, Reply(groups(1, after="p2"), headers={"Date": odd}))
    account.on(
        "/api/v2/groups?exclude_deleted=false&page[after]=p2&page[size]=100", *[Reply({}, status=500)] * 7, groups(2)
    )
    state = read("groups", fails=True).state()
    assert state["next"] == "p2"
    outcome = read("groups", saved=state)
    assert outcome.errors == []
    assert outcome.ids() == [2]
