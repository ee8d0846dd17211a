from typing import Any

import pytest

from source_zendesk_support.errors import MalformedResponse
from source_zendesk_support.state.position import Position
from unit_tests.account import NOW
from unit_tests.components.parts import pages_of, turn, walked

T = 1717200000
"""2024-06-01T00:00:00Z"""


def organizations(rows: list[tuple[int, int]], end_time: int | None, *, end: bool = False) -> Any:
    """Rows as id and seconds after T."""
    named = [{"id": key, "updated_at": f"2024-06-01T00:00:{second:02}Z"} for key, second in rows]
    return {"organizations": named, "end_time": end_time, "end_of_stream": end}


def events(rows: list[tuple[int, int]], end_time: int | None, *, end: bool = False) -> Any:
    return {
        "ticket_events": [{"id": key, "timestamp": T + s} for key, s in rows],
        "end_time": end_time,
        "end_of_stream": end,
    }


def begun(stream: str, position: Position) -> tuple[Any, Position]:
    rules = pages_of(stream)
    return rules, rules.begin(position)


def test_boundary_second_is_repeated_and_its_known_rows_are_dropped() -> None:
    pages = (
        organizations([(1, 0), (2, 5), (3, 5)], T + 5),
        organizations([(2, 5), (3, 5), (4, 5), (5, 7)], T + 7, end=True),
    )
    assert walked("organizations", Position(T - 9), *pages) == [
        ([1, 2, 3], Position(T + 5, ids=frozenset({2, 3}), requested_at=NOW)),
        ([4, 5], Position(T + 7, ids=frozenset({5}), done=True)),
    ]


def test_next_sync_drops_what_the_last_one_sent() -> None:
    rules, position = begun("organizations", Position(T + 7, ids=frozenset({5})))
    sent, position = turn(rules, position, organizations([(5, 7), (6, 7)], T + 7, end=True))
    assert sent == [6]
    assert position == Position(T + 7, ids=frozenset({5, 6}), done=True)


def test_known_row_that_has_changed_since_is_sent_again() -> None:
    [(sent, _)] = walked("organizations", Position(T + 7, ids=frozenset({5})), organizations([(5, 9)], T + 9, end=True))
    assert sent == [5]


def test_known_event_is_dropped_whatever_its_time() -> None:
    [(sent, _)] = walked("ticket_events", Position(T + 7, ids=frozenset({5})), events([(5, 9)], T + 9, end=True))
    assert sent == []


def test_mark_of_deletion_is_sent_although_the_row_is_known() -> None:
    rules, position = begun("ticket_metric_events", Position(T + 7, ids=frozenset({5})))
    row = {"id": 5, "time": "2024-06-01T00:00:07Z", "deleted": True}
    sent, after = turn(rules, position, {"ticket_metric_events": [row], "end_time": T + 7})
    assert sent == [5]
    sent, _ = turn(rules, rules.begin(after), {"ticket_metric_events": [row], "end_time": T + 7})
    assert sent == []


def test_empty_answer_without_end_time_keeps_the_place() -> None:
    [(_, after)] = walked("organizations", Position(T, ids=frozenset({1})), organizations([], None, end=True))
    assert after == Position(T, ids=frozenset({1}), done=True)


@pytest.mark.parametrize(("end_time", "end"), [(T + 900, True), (NOW, True), (NOW, False), (NOW - 30, False)])
def test_last_page_without_rows_does_not_move_the_bookmark(end_time: int, *, end: bool) -> None:
    [(_, after)] = walked("organizations", Position(T), organizations([], end_time, end=end))
    assert after == Position(T, done=True)


def test_page_without_rows_that_is_not_the_last_moves_on_to_its_end() -> None:
    [(_, after)] = walked("organizations", Position(T), organizations([], T + 900, end=False))
    assert (after.bookmark, after.done) == (T + 900, False)


def test_bookmark_stays_before_the_last_minute() -> None:
    rules, position = begun("ticket_events", Position(T))
    row = {"id": 1, "timestamp": NOW - 10}
    sent, after = turn(rules, position, {"ticket_events": [row], "end_time": NOW - 10, "end_of_stream": False})
    assert sent == [1]
    assert after == Position(NOW - 62, ids=frozenset({1}), done=True)


def test_walk_ends_where_the_server_has_nothing_older_than_a_minute() -> None:
    [(_, after)] = walked("organizations", Position(NOW - 62), organizations([], NOW, end=False))
    assert after.done


def test_second_that_fills_a_page_is_stepped_over_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    rules, position = begun("ticket_events", Position(T))
    full = events([(1, 0), (2, 0)], T)
    sent, after = turn(rules, position, full)
    assert sent == [1, 2]
    assert rules.params(after, NOW) == {"start_time": T + 1}
    assert caplog.messages == [
        (
            "Stream ticket_events: the second 2024-06-01T00:00:00Z has more rows than the 2 that Zendesk returns at "
            "once; the other rows of that second cannot be read from this export."
        )
    ]


def test_second_that_the_server_has_completed_is_stepped_over_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    rules, position = begun("ticket_events", Position(T))
    sent, after = turn(rules, position, events([(key, 0) for key in range(1001)], T))
    assert len(sent) == 1001
    assert rules.params(after, NOW) == {"start_time": T + 1}
    assert caplog.messages == []


def test_second_that_fills_a_page_of_organizations_is_reported_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    rules, position = begun("organizations", Position(T))
    _, after = turn(rules, position, organizations([(1, 0), (2, 0)], T))
    assert rules.params(after, NOW) == {"start_time": T + 1}
    assert caplog.messages == []


def test_chat_uses_its_own_tie_breaker() -> None:
    rules, position = begun("chats", Position(T))
    rows = [{"id": f"c{number}", "update_timestamp": "2024-06-01T00:00:00Z"} for number in range(1000)]
    _, after = turn(rules, position, {"chats": rows, "end_time": T, "end_id": "c999"})
    assert rules.params(after, NOW) == {"start_time": T, "start_id": "c999"}
    _, after = turn(rules, after, {"chats": rows, "end_time": T, "end_id": "c999"})
    assert rules.params(after, NOW) == {"start_time": T + 1}


def test_chat_requests_nothing_younger_than_five_minutes() -> None:
    assert pages_of("chats").params(Position(NOW), NOW) == {"start_time": NOW - 300}


def test_new_pass_over_metric_events_looks_back_half_an_hour() -> None:
    rules, position = begun("ticket_metric_events", Position(T, ids=frozenset({7})))
    assert rules.params(position, NOW) == {"start_time": T - 1800}
    late = {"id": 8, "time": "2024-05-31T23:45:00Z"}
    known = {"id": 7, "time": "2024-06-01T00:00:00Z"}
    sent, after = turn(rules, position, {"ticket_metric_events": [late, known], "end_time": T})
    assert sent == [8]
    assert after == Position(T, ids=frozenset({7, 8}), done=True)


def test_first_pass_and_one_resumed_in_the_past_do_not_look_back() -> None:
    for position in (Position(1704067200), Position(T, requested_at=T + 1800)):
        rules, begin = begun("ticket_metric_events", position)
        assert rules.params(begin, NOW) == {"start_time": position.bookmark}


@pytest.mark.parametrize("position", [Position(T, requested_at=T + 1799), Position(T, high=T - 60, requested_at=NOW)])
def test_pass_broken_off_where_rows_may_still_be_late_looks_back_again(position: Position) -> None:
    """A page read at noon holds what was late until noon; what came later for the same time is behind the bookmark."""
    rules, begin = begun("ticket_metric_events", position)
    assert rules.params(begin, NOW) == {"start_time": T - 1800}


def test_place_that_no_walk_would_have_saved_is_not_resumed_from() -> None:
    rules, begin = begun("organizations", Position(T, high=T + 86_400, requested_at=NOW))
    assert rules.params(begin, NOW) == {"start_time": T}


def test_too_many_rows_of_one_second_are_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    rules, position = begun("ticket_events", Position(T))
    many = [(number, 0) for number in range(10_001)]
    _, after = turn(rules, position, events(many, T + 1))
    _, after = turn(rules, after, events([(number, 1) for number in range(20_000, 30_001)], T + 1, end=True))
    assert len([message for message in caplog.messages if "will be emitted again" in message]) == 1


def test_talk_takes_no_page_size() -> None:
    rules = pages_of("talk_calls")
    assert rules.page_request(rules.begin(Position(T)), NOW).params == {"start_time": T}


def test_side_conversation_events_end_at_a_page_that_only_repeats() -> None:
    rules, position = begun("side_conversation_events", Position(T, ids=frozenset({"e1"})))
    row = {"id": "e1", "created_at": "2024-06-01T00:00:00.500Z"}
    sent, after = turn(rules, position, {"events": [row], "end_time": T, "next_page": "https://acme.zendesk.com/x"})
    assert sent == []
    assert after.done


METRIC_EVENT = {"id": 7, "time": "2024-06-01T00:00:05Z"}


def refusals(stream: str, position: Position, page: Any) -> int:
    """How often a page is sent back before it is accepted."""
    rules = pages_of(stream)
    request = rules.page_request(rules.begin(position), NOW)
    for count in range(5):
        try:
            request.check(page, request)
        except MalformedResponse:
            continue
        return count
    raise AssertionError("it is never accepted")


def test_empty_page_that_lacks_the_known_rows_is_requested_again_but_not_for_ever() -> None:
    known = Position(T + 5, ids=frozenset({7}), requested_at=NOW)
    empty = {"ticket_metric_events": [], "count": 0, "end_time": T + 5}
    assert refusals("ticket_metric_events", known, empty) == 2
    assert refusals("ticket_metric_events", Position(T + 5), empty) == 2
    assert refusals("ticket_metric_events", Position(T + 5), {**empty, "end_time": None}) == 0
    assert refusals("ticket_metric_events", known, {**empty, "ticket_metric_events": [METRIC_EVENT]}) == 0


def test_page_that_ends_where_it_began_with_rows_from_before_is_requested_again() -> None:
    place = Position(T + 5, requested_at=NOW)
    page = {"organizations": [{"id": 6, "updated_at": "2024-05-31T23:59:59Z"}], "end_time": T + 5}
    assert refusals("organizations", place, {**page, "end_of_stream": False}) == 2
    assert refusals("organizations", place, {**page, "end_of_stream": True}) == 0
    assert refusals("organizations", place, {**page, "end_time": T + 6, "end_of_stream": False}) == 0


def rows_of_one_second(count: int) -> list[dict[str, Any]]:
    time = "2024-06-01T00:00:05Z"
    return [{"id": key, "time": time, "updated_at": time} for key in range(count)]


ENDLESS = [("ticket_metric_events", "ticket_metric_events"), ("talk_calls", "calls")]
"""Exports that never say that they have ended."""


@pytest.mark.parametrize(("stream", "records"), ENDLESS)
@pytest.mark.parametrize("count", [10, 99, 100, 150, 1000])
def test_page_as_long_as_the_longest_of_the_walk_may_be_full(stream: str, records: str, count: int) -> None:
    """A server that allows fewer rows than were requested does not say so."""
    rows = rows_of_one_second(count)
    pages = {records: rows, "end_time": T + 5}, {records: rows[:-1], "end_time": T + 5}
    found = walked(stream, Position(T - 9), *pages)
    assert [(len(sent), position.done) for sent, position in found] == [(count, False), (0, True)]


@pytest.mark.parametrize(("stream", "records"), ENDLESS)
def test_page_of_a_few_rows_is_the_last(stream: str, records: str) -> None:
    [(sent, position)] = walked(stream, Position(T - 9), {records: rows_of_one_second(9), "end_time": T + 5})
    assert (len(sent), position.done) == (9, True)


@pytest.mark.parametrize(("stream", "records"), [("articles", "articles"), ("side_conversation_events", "events")])
def test_missing_next_page_does_not_end_an_export(stream: str, records: str) -> None:
    row = {"id": 1, "updated_at": "2024-06-01T00:00:05Z", "created_at": "2024-06-01T00:00:05Z"}
    found = walked(stream, Position(T - 9), *[{records: [row], "end_time": T + 5}] * 2)
    assert [(sent, position.done) for sent, position in found] == [([1], False), ([], True)]


@pytest.mark.parametrize(("stream", "records"), [("articles", "articles"), ("side_conversation_events", "events")])
def test_empty_page_that_names_a_next_one_without_a_time_is_the_last(stream: str, records: str) -> None:
    rules, position = begun(stream, Position(T))
    sent, after = turn(rules, position, {records: [], "count": 0, "end_time": None, "next_page": "the same again"})
    assert (sent, after) == ([], Position(T, done=True))


def test_timeline_is_requested_in_microseconds() -> None:
    assert pages_of("chat_agent_timeline").params(Position(T), NOW) == {"start_time": 1717200000000000}


def test_slice_that_has_grown_is_sent_again_and_others_are_not() -> None:
    def slice_of(agent: int, duration: int) -> dict[str, Any]:
        return {
            "id": agent,
            "agent_id": agent,
            "start_time": "2024-06-01T00:00:00Z",
            "duration": duration,
            "status": "online",
        }

    known = frozenset({"2024-06-01T00:00:00Z/1/60", "2024-06-01T00:00:00Z/2/60"})
    page = {"agent_timeline": [slice_of(1, 60), slice_of(2, 95)], "end_time": 1717200000000000}
    [(sent, after)] = walked("chat_agent_timeline", Position(T, ids=known, requested_at=T + 9), page)
    assert (sent, after.ids) == ([2], frozenset({"2024-06-01T00:00:00Z/1/60", "2024-06-01T00:00:00Z/2/95"}))
