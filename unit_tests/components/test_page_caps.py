"""Exports by time whose server hands out fewer rows at once than are requested, and need not say when they end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.api.request import PageResponse
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.page_reader import ProgressGuard
from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso
from unit_tests.account import NOW
from unit_tests.components.parts import pages_of
from unit_tests.examples import examples
from unit_tests.logged_messages import LoggedMessages

T = 1717200000
"""2024-06-01T00:00:00Z"""
STREAMS = {
    "ticket_events": ("ticket_events", "timestamp"),
    "ticket_metric_events": ("ticket_metric_events", "time"),
    "articles": ("articles", "updated_at"),
    "talk_calls": ("calls", "updated_at"),
    "talk_call_legs": ("legs", "updated_at"),
    "chats": ("chats", "update_timestamp"),
    "side_conversation_events": ("events", "created_at"),
}
SILENT = ("ticket_metric_events", "talk_calls", "talk_call_legs", "chats", "side_conversation_events", "articles")
"""Streams whose exports do not carry `end_of_stream`."""


@dataclass
class Server:
    """Rows by second after T; at most `cap` of them an answer, whose last second may be cut off."""

    stream: str
    seconds: dict[int, int]
    cap: int
    mark: str

    @property
    def rows(self) -> list[tuple[int, int]]:
        return [(T + second, 1000 * second + n) for second in sorted(self.seconds) for n in range(self.seconds[second])]

    def response(self, start: int) -> Any:
        known = [row for row in self.rows if row[0] >= start]
        page = known[: self.cap]
        records, field = STREAMS[self.stream]
        shown = [{"id": key, field: at if field == "timestamp" else iso(at)} for at, key in page]
        end = page[-1][0] if page else None
        last = len(page) == len(known)
        marks: dict[str, dict[str, Any]] = {
            "flag": {"end_of_stream": last},
            "null": {"next_page": None if last else "a link"},
        }
        return {records: shown, "end_time": end, **marks.get(self.mark, {"next_page": "a link"})}


def fetched(rules: PagedRetriever, position: Position, server: Server) -> PageResponse:
    """The page at a position, as often as it is sent back."""
    request = rules.page_request(position, NOW)
    envelope = server.response(int(request.params["start_time"]))
    for _ in range(3):
        try:
            return PageResponse(envelope, NOW, request, next_page=request.check(envelope, request))
        except MalformedResponse:
            continue
    raise AssertionError("the page is never accepted")


def pages(rules: PagedRetriever, position: Position, server: Server) -> Iterator[tuple[list[int], Position]]:
    """The ids that each page sends, and the position behind it."""
    position, guard = rules.begin(position), ProgressGuard(rules)
    while not position.done:
        response = fetched(rules, position, server)
        page = rules.read(response, position)
        result = rules.advance(position, page)
        guard.check(position.token, "", result)
        position = result.after
        yield [row["id"] for row in page.new_rows], position


def sync(stream: str, position: Position, server: Server, pages_until_kill: int = 10**6) -> tuple[list[int], Position]:
    """All that a sync sends, and the state that it leaves."""
    sent: list[int] = []
    for number, (ids, after) in enumerate(pages(pages_of(stream), position, server), 1):
        sent, position = sent + ids, after
        if number == pages_until_kill:
            break
    return sent, Position(position.bookmark, ids=position.ids, high=position.high, requested_at=position.requested_at)


def syncs(stream: str, position: Position, server: Server) -> tuple[list[int], Position]:
    """All that syncs send until one of them finds nothing: a first page of less than ten rows is taken for the last."""
    sent, state = sync(stream, position, server)
    while True:
        more, after = sync(stream, state, server)
        if not more and after.bookmark == state.bookmark:
            return sent, after
        sent, state = sent + more, after


def is_announced(key: int, reported: list[str]) -> bool:
    """Whether a message names the second of a row as one that holds, or may hold, more rows than a page."""
    second = iso(T + key // 1000)
    return any(f"the second {second} {words} more rows" in line for words in ("has", "may have") for line in reported)


SECONDS = st.dictionaries(st.integers(0, 8), st.integers(1, 45), max_size=6)
CAPS = st.integers(2, 60)
MARKED = st.sampled_from(
    [("ticket_events", "flag"), *((stream, mark) for stream in SILENT for mark in ("flag", "null", "never"))]
)


@examples(100)
@given(marked=MARKED, seconds=SECONDS, cap=CAPS)
def test_every_row_arrives_or_its_second_is_announced(
    marked: tuple[str, str], seconds: dict[int, int], cap: int
) -> None:
    stream, mark = marked
    server = Server(stream, seconds, cap, mark)
    with LoggedMessages() as reported:
        sent, _ = syncs(stream, Position(T - 9), server)
    assert len(sent) == len(set(sent))
    lost = {key for _, key in server.rows} - set(sent)
    for key in lost:
        assert is_announced(key, reported)
        assert seconds[key // 1000] > cap


@examples(100)
@given(marked=MARKED, seconds=SECONDS, cap=CAPS, killed_after=st.integers(1, 6))
def test_a_killed_sync_loses_and_repeats_nothing(
    marked: tuple[str, str], seconds: dict[int, int], cap: int, killed_after: int
) -> None:
    stream, mark = marked
    server = Server(stream, seconds, cap, mark)
    with LoggedMessages() as reported:
        first, state = sync(stream, Position(T - 9), server, killed_after)
        second, _ = syncs(stream, state, server)
    assert len(first + second) == len({*first, *second})
    for key in {key for _, key in server.rows} - {*first, *second}:
        assert is_announced(key, reported)


@examples(100)
@given(marked=MARKED, seconds=SECONDS, later=SECONDS, cap=CAPS)
def test_no_second_keeps_what_comes_later_from_arriving(
    marked: tuple[str, str], seconds: dict[int, int], later: dict[int, int], cap: int
) -> None:
    stream, mark = marked
    with LoggedMessages() as reported:
        sent, state = syncs(stream, Position(T - 9), Server(stream, seconds, cap, mark))
        grown = {**seconds, **{second + 20: count for second, count in later.items()}}
        more, _ = syncs(stream, state, Server(stream, grown, cap, mark))
    missing = {key for _, key in Server(stream, grown, cap, mark).rows} - {*sent, *more}
    for key in missing:
        assert is_announced(key, reported)


@pytest.mark.parametrize("stream", ["talk_calls", "talk_call_legs"])
@pytest.mark.parametrize("last_second", [1, 2, 9])
def test_a_second_sync_of_talk_costs_one_call(stream: str, last_second: int) -> None:
    """Talk always names a next page, and its last page repeats the last second."""
    server = Server(stream, {0: 30, 5: last_second}, 1000, "never")
    _, state = sync(stream, Position(T - 9), server)
    assert [ids for ids, _ in pages(pages_of(stream), state, server)] == [[]]


def test_a_page_that_is_shorter_than_the_one_before_is_the_last() -> None:
    server = Server("talk_calls", {0: 60, 2: 60, 5: 20}, 100, "never")
    walked = list(pages(pages_of("talk_calls"), Position(T - 9), server))
    assert [len(ids) for ids, _ in walked] == [100, 40]


def test_a_full_second_of_side_conversation_events_is_stepped_over() -> None:
    """150 events of one second, of which Zendesk hands out 100, and one event behind them."""
    server = Server("side_conversation_events", {0: 150, 7: 1}, 100, "never")
    with LoggedMessages() as reported:
        sent, state = sync("side_conversation_events", Position(T), server)
        again, _ = sync("side_conversation_events", state, server)
    assert sent == [*range(100), 7000]
    assert again == []
    assert reported == [
        (
            "Stream side_conversation_events: the second 2024-06-01T00:00:00Z has more rows than the 100 that Zendesk "
            "returns at once; the other rows of that second cannot be read from this export."
        )
    ]


def announced_of_few(stream: str, seconds: dict[int, int], cap: int) -> tuple[list[int], list[tuple[str, str]]]:
    """What a sync from T sends, and level and beginning of what it announces."""
    logged = LoggedMessages()
    with logged:
        sent, _ = syncs(stream, Position(T), Server(stream, seconds, cap, "never"))
    beginnings = [message.partition(". If ")[0] for message in logged.messages]
    return sent, list(zip(logged.levels, beginnings, strict=True))


@pytest.mark.parametrize("stream", ["side_conversation_events", "talk_calls"])
@pytest.mark.parametrize("cap", [2, 3, 9])
def test_a_second_that_fills_a_page_of_a_few_rows_holds_no_walk(stream: str, cap: int) -> None:
    sent, reported = announced_of_few(stream, {0: cap + 1, 7: 1, 8: cap - 1}, cap)
    assert sent == [*range(cap), 7000, *range(8000, 8000 + cap - 1)]
    line = f"Stream {stream}: the second 2024-06-01T00:00:00Z may have more rows than the {cap} of its page"
    assert reported == [("INFO", line)]


@pytest.mark.parametrize("stream", ["side_conversation_events", "articles"])
@pytest.mark.parametrize("cap", [2, 3, 9])
def test_a_full_second_is_warned_of_if_an_earlier_page_was_as_short(stream: str, cap: int) -> None:
    """The page before ended within that second, so it was cut off by the server, and so is this one."""
    sent, reported = announced_of_few(stream, {0: 1, 1: cap + 1, 7: 1}, cap)
    assert sent == [0, *range(1000, 1000 + cap), 7000]
    line = f"Stream {stream}: the second 2024-06-01T00:00:01Z may have more rows than the {cap} of its page"
    assert reported == [("WARNING", line)]


@pytest.mark.parametrize("rows", [2, 5, 9])
def test_a_short_full_second_after_a_longer_page_is_no_warning(rows: int) -> None:
    _, reported = announced_of_few("talk_calls", {0: 30, 1: rows}, 30)
    assert [level for level, _ in reported] == ["WARNING", "INFO"]  # the first is about the 30 rows


@pytest.mark.parametrize("rows", [1, 2, 5, 9])
def test_an_ordinary_sync_of_a_few_rows_is_warned_of_nothing(rows: int) -> None:
    _, reported = announced_of_few("talk_calls", {0: rows, 3: rows, 9: rows}, 1000)
    assert reported == []


def test_an_export_that_lacks_its_end_mark_is_read_to_its_end() -> None:
    server = Server("ticket_events", dict.fromkeys(range(9), 7), 30, "never")
    sent, _ = sync("ticket_events", Position(T - 9), server)
    assert len(sent) == 63


@pytest.mark.parametrize("known", [99, 100])
def test_a_known_second_that_fills_a_page_does_not_hold_a_later_sync(known: int) -> None:
    state = Position(T, ids=frozenset(range(known)))
    server = Server("talk_calls", {0: 100, 3: 1}, 100, "never")
    sent, _ = sync("talk_calls", state, server)
    assert sent[-1] == 3000


def quiet_starts(seconds: dict[int, int], cap: int = 1000) -> list[int]:
    """From which seconds after T the pages of a quiet sync of metric events are requested; all rows are known."""
    server, stream = Server("ticket_metric_events", seconds, cap, "never"), "ticket_metric_events"
    _, state = syncs(stream, Position(T - 9), server)
    rules, starts = pages_of(stream), []
    position = rules.begin(state)
    while not position.done:
        starts.append(int(rules.page_request(position, NOW).params["start_time"]) - T)
        response = fetched(rules, position, server)
        page = rules.read(response, position)
        assert page.new_rows == []
        position = rules.advance(position, page).after
    return starts


LOOKBACK = 1800
"""Seconds, by default."""


@pytest.mark.parametrize(
    ("seconds", "starts"),
    [
        ({0: 1}, [0]),
        ({0: 8, 5: 2}, [5, 5 + LOOKBACK]),
        ({0: 30, 5: 9}, [5, 5 + LOOKBACK]),
        ({0: 1, 5: 1}, [5, 5 + LOOKBACK]),
        ({0: 8, 5: 1}, [5, 5 + LOOKBACK]),
        ({0: 4}, [1, 1 + LOOKBACK]),  # all of one second, which has been stepped over
    ],
)
def test_a_quiet_sync_of_metric_events_costs_two_calls_if_more_than_one_row_is_known(
    seconds: dict[int, int], starts: list[int]
) -> None:
    assert [start + LOOKBACK for start in quiet_starts(seconds)] == starts


@pytest.mark.parametrize("cap", [2, 3, 9])
def test_metric_events_arrive_if_the_page_of_the_lookback_is_short(cap: int) -> None:
    server = Server("ticket_metric_events", dict.fromkeys(range(11), 1), cap, "never")
    first, state = sync("ticket_metric_events", Position(T - 9), server)
    second, _ = sync("ticket_metric_events", state, server)
    assert first == [1000 * second for second in range(cap)]
    assert second == [1000 * second for second in range(cap, 11)]
