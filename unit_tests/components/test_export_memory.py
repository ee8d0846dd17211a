"""Rows that STATE remembers, because the next sync looks back for them."""

from typing import Any

from source_zendesk_support.state.position import Position
from unit_tests.components.parts import pages_of, turn
from unit_tests.components.test_time_export import T


def metric_events(*rows: tuple[int, int], end_time: int | None = None) -> Any:
    """Rows as id and seconds after T; the last page unless it names an end time."""
    named = [{"id": key, "time": f"2024-06-01T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}Z"} for key, at in rows]
    last = T + max((at for _, at in rows), default=0)
    return {"ticket_metric_events": named, "end_time": end_time or last, "end_of_stream": end_time is None}


def test_rows_that_a_pass_which_looks_back_no_longer_meets_leave_the_state() -> None:
    rules = pages_of("ticket_metric_events")
    assert rules.cursor is not None
    assert rules.cursor.lookback == 1800
    known = Position(T + 3600, ids=frozenset({1, 2, 3}))
    sent, after = turn(rules, rules.begin(known), metric_events((2, 1900), (3, 3600), (4, 3700)))
    assert sent == [4]
    assert after == Position(T + 3700, ids=frozenset({2, 3, 4}), done=True)


def test_rows_stay_in_the_state_if_a_pass_that_looks_back_meets_none() -> None:
    rules = pages_of("ticket_metric_events")
    known = Position(T + 3600, ids=frozenset({1, 2, 3}))
    _, after = turn(rules, rules.begin(known), metric_events())
    assert after.ids == frozenset({1, 2, 3})


def test_rows_of_later_pages_stay_in_the_state_until_the_pass_ends() -> None:
    rules = pages_of("ticket_metric_events")
    known = Position(T + 3600, ids=frozenset({1, 2, 3}))
    sent, middle = turn(rules, rules.begin(known), metric_events((2, 1900), end_time=T + 1900))
    assert (sent, middle.ids, middle.done) == ([], frozenset({1, 2, 3}), False)
    sent, after = turn(rules, middle, metric_events((2, 1900), (3, 3600)))
    assert (sent, after) == ([], Position(T + 3600, ids=frozenset({2, 3}), done=True))
