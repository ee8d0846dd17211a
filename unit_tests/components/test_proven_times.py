"""A bookmark follows what a page proves, whatever its rows and its end time claim."""

from typing import Any

import pytest
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.state.position import Position
from unit_tests.account import NOW
from unit_tests.components.parts import pages_of, turn
from unit_tests.components.test_time_export import events

T = 1717200000
"""2024-06-01T00:00:00Z"""
YEAR_9999 = 253402300799


def after(stream: str, position: Position, page: Any) -> tuple[Position, Any]:
    """The position after a page, and the second from which the next one is requested."""
    rules = pages_of(stream)
    _, end = turn(rules, rules.begin(position), page)
    return end, rules.params(end, NOW).get("start_time")


@pytest.mark.parametrize(
    "claim",
    [
        T + 500,
        NOW - 100,
        NOW + 86_400,
        YEAR_9999,
        (T + 500) * 1000,
        "2024-06-09T00:00:00Z",
        10**400,
        -5,
        "never",
        1e300,
    ],
    ids=lambda claim: str(claim)[:20],
)
def test_an_end_time_beyond_the_rows_moves_only_to_the_last_row(claim: Any, caplog: pytest.LogCaptureFixture) -> None:
    end, start = after("ticket_events", Position(T), events([(1, 0), (2, 7)], claim))
    assert (end.bookmark, end.done, start) == (T + 7, False, T + 7)
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("Stream ticket_events: a page from 2024-06-01T00:00:00Z claims to end at ")
    assert caplog.messages[0].endswith(", which its rows do not confirm; resuming from 2024-06-01T00:00:07Z.")


@pytest.mark.parametrize("claim", [T - 500, T, T + 3, 0], ids=str)
def test_an_end_time_before_the_rows_moves_to_the_last_row(claim: int) -> None:
    end, start = after("ticket_events", Position(T), events([(1, 5), (2, 7)], claim))
    assert (end.bookmark, start) == (T + 7, T + 7)


@pytest.mark.parametrize(
    "claim", [T + 7, str(T + 7), f"{T + 7}.0", float(T + 7), (T + 7) * 1000, "2024-06-01T00:00:07Z"]
)
def test_every_notation_of_the_right_end_time_is_read(claim: Any, caplog: pytest.LogCaptureFixture) -> None:
    end, _ = after("ticket_events", Position(T), events([(1, 0), (2, 7)], claim))
    assert end == Position(T + 7, ids=frozenset({2}), requested_at=NOW)
    assert caplog.messages == []


def test_rows_in_no_order_are_not_skipped() -> None:
    end, start = after("ticket_events", Position(T), events([(1, 9), (2, 3)], T + 3))
    assert (end.bookmark, start) == (T + 3, T + 3)


@pytest.mark.parametrize("odd", [YEAR_9999, (NOW + 9999) * 1000, NOW + 301, -7])
def test_a_row_that_cannot_be_dated_so_moves_nothing(odd: int) -> None:
    page = events([(1, 0), (2, 7)], odd)
    page["ticket_events"].append({"id": 3, "timestamp": odd})
    end, start = after("ticket_events", Position(T), page)
    assert (end.bookmark, start) == (T + 7, T + 7)


def test_a_row_in_the_future_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    rules, position = pages_of("tickets"), Position(T)
    row = {"id": 1, "generated_timestamp": "9999-12-31T23:59:59Z"}
    for cursor in ("c1", "c2"):
        _, position = turn(rules, position, {"tickets": [row], "after_cursor": cursor, "end_of_stream": False})
    assert caplog.messages == [
        (
            "Stream tickets: a row is dated 9999-12-31T23:59:59Z, in the future by the account's clock; the bookmark "
            "ignores it."
        )
    ]
    assert position == Position(T, token="c2")


@pytest.mark.parametrize("claim", [YEAR_9999, NOW + 301, "never", -5], ids=str)
def test_page_without_rows_that_ends_at_no_possible_time_fails_and_skips_nothing(claim: Any) -> None:
    with pytest.raises(AirbyteTracedException) as raised:
        after("organizations", Position(T), {"organizations": [], "end_time": claim, "end_of_stream": False})
    assert raised.value.failure_type
    assert raised.value.failure_type.value == "transient_error"
    assert str(raised.value.message).startswith(
        "Stream organizations: the page from 2024-06-01T00:00:00Z has no rows and an impossible end time: "
    )


def test_last_page_with_an_impossible_end_time_ends_at_its_rows() -> None:
    end, _ = after("ticket_events", Position(T), events([(1, 7)], YEAR_9999, end=True))
    assert end == Position(T + 7, ids=frozenset({1}), done=True)


def test_full_second_that_claims_a_later_end_is_stepped_over_by_one_second() -> None:
    end, start = after("ticket_events", Position(T), events([(key, 0) for key in range(1000)], T + 86_400))
    assert (end.bookmark, start) == (T + 1, T + 1)


@pytest.mark.parametrize("odd", ["9999-12-31T23:59:59Z", 253402300799000, -5, "1969-12-31T23:59:59Z", NOW + 86_400])
def test_list_remembers_no_value_later_than_its_beginning(odd: Any) -> None:
    rows = [{"id": 1, "updated_at": odd}, {"id": 2, "updated_at": "2024-06-01T00:00:00Z"}]
    page = {"groups": rows, "meta": {"has_more": True, "after_cursor": "p2"}}
    _, end = turn(pages_of("groups"), Position(T - 9), page)
    assert end.high in (T, NOW)
    assert end.requested_at == NOW


def test_row_of_1970_does_not_end_a_walk_back_in_time() -> None:
    rows = [{"id": key, "created_at": at} for key, at in ((3, "2024-06-03T00:00:00Z"), (2, "1970-01-01T00:00:00Z"))]
    for page in (rows, rows[::-1]):
        envelope = {"audits": page, "before_cursor": "b1", "after_cursor": "a1"}
        sent, end = turn(pages_of("ticket_audits"), Position(T), envelope)
        assert (3 in sent, end.done, end.token) == (True, False, "b1")
