"""State shapes of existing connectors; the table follows shared knowledge of what users' connections hold."""

from typing import Any

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.state.legacy_state import load_position
from source_zendesk_support.state.position import Position, StateFormat
from unit_tests.examples import json_values

START = 1704067200
"""2024-01-01T00:00:00Z"""


def epochs(key: str, token: str = "next") -> StateFormat:  # noqa: S107  the name of a field, not a secret
    return StateFormat(key, "%s", token)


def isos(key: str) -> StateFormat:
    return StateFormat(key, "%Y-%m-%dT%H:%M:%SZ")


TICKETS = epochs("generated_timestamp", "cursor")
METRICS = epochs("_ab_updated_at", "cursor")
UPDATED = epochs("updated_at")
LISTED = isos("updated_at")

COMMENTS_OF_POSTS = {
    "use_global_cursor": False,
    "states": [
        {"partition": {"parent_slice": {}, "post_id": 11}, "cursor": {"updated_at": "1718064000"}},
        {"partition": {"parent_slice": {}, "post_id": 12}, "cursor": {"updated_at": "1718150400"}},
    ],
    "state": {"updated_at": "1718150400"},
    "lookback_window": 1,
    "parent_state": {"posts": {"updated_at": "1717286400"}},
}
VOTES_OF_COMMENTS = {
    "use_global_cursor": False,
    "states": [
        {
            "partition": {"id": {"comment_id": 110, "post_id": 11}, "parent_slice": {"post_id": 11}},
            "cursor": {"updated_at": "1718236800"},
        }
    ],
    "state": {"updated_at": "1718236800"},
    "lookback_window": 0,
    "parent_state": {"post_comments": COMMENTS_OF_POSTS},
}
VOTES_OF_ARTICLE_COMMENTS = {
    "use_global_cursor": False,
    "states": [{"partition": {"article_id": 21, "comment_id": 41}, "cursor": {"updated_at": "1718236800"}}],
    "state": {"updated_at": "1718236800"},
    "lookback_window": 2,
    "parent_state": {
        "article_comments": {
            "states": [],
            "state": {"updated_at": "1718200000"},
            "parent_state": {"articles": {"updated_at": "1718236799"}},
        }
    },
}
SIDE_CONVERSATIONS = {
    "use_global_cursor": False,
    "states": [{"partition": {"parent_slice": {}, "ticket_id": 5}, "cursor": {"updated_at": "2024-06-02T00:00:00Z"}}],
    "state": {"updated_at": "2024-06-03T00:00:00Z"},
    "lookback_window": 1,
    "parent_state": {"tickets": {"generated_timestamp": "1717372900"}},
}
METRICS_BY_TICKET = {
    "use_global_cursor": False,
    "states": [{"partition": {"parent_slice": {}, "ticket_id": 1}, "cursor": {"_ab_updated_at": "1719800000"}}],
    "state": {"_ab_updated_at": "1719900000"},
    "lookback_window": 1,
    "parent_state": {"tickets": {"generated_timestamp": "1719850000"}},
}

SHAPES: list[tuple[str, StateFormat, Any, int]] = [
    ("tickets", TICKETS, {"generated_timestamp": "1719900000"}, 1719900000),
    ("tickets as a number", TICKETS, {"generated_timestamp": 1719900000}, 1719900000),
    ("tickets as a fraction", TICKETS, {"generated_timestamp": "1719900000.0"}, 1719900000),
    ("tickets by updated_at, 2021", TICKETS, {"updated_at": "2021-06-01T00:00:00Z"}, 1622505600),
    ("tickets by updated_at, late", TICKETS, {"updated_at": "2026-05-01T00:00:00Z"}, 1772323200),
    ("tickets by updated_at, epoch", TICKETS, {"updated_at": "1767225600"}, 1767225600),
    (
        "tickets with a stale key",
        TICKETS,
        {"updated_at": "2024-03-01T00:00:00Z", "generated_timestamp": "1719800000"},
        1719800000,
    ),
    ("users", epochs("updated_at", "cursor"), {"updated_at": "1717200000"}, 1717200000),
    ("organizations", UPDATED, {"updated_at": "1717200000"}, 1717200000),
    ("organizations in ISO", UPDATED, {"updated_at": "2024-03-01T00:00:00Z"}, 1709251200),
    ("organizations with an offset", UPDATED, {"updated_at": "2024-03-01T02:00:00+02:00"}, 1709251200),
    ("organizations with a basic offset", UPDATED, {"updated_at": "2024-03-01T00:00:00+0000"}, 1709251200),
    ("organizations, very old", UPDATED, {"updated_at": "2021-03-01T00:00:00Z", "_last_end_time": 5}, 1614556800),
    ("satisfaction_ratings", UPDATED, {"updated_at": "1717200000"}, 1717200000),
    ("ticket_comments", epochs("created_at"), {"created_at": "1717200000"}, 1717200000),
    ("ticket_comments, 2021", epochs("created_at"), {"created_at": "2021-03-01T00:00:00Z"}, 1614556800),
    ("ticket_metric_events", epochs("time"), {"time": "1717200000"}, 1717200000),
    ("ticket_events", epochs("timestamp"), {"timestamp": "1717200000"}, 1717200000),
    ("ticket_audits", isos("created_at"), {"created_at": "2024-06-01T00:00:00Z"}, 1717200000),
    ("groups", LISTED, {"updated_at": "2024-06-03T00:00:00Z"}, 1717372800),
    ("groups as a number", LISTED, {"updated_at": 1717372800}, 1717372800),
    ("post_comments", UPDATED, COMMENTS_OF_POSTS, 1717286400),
    ("post_comments, flat", UPDATED, {"updated_at": "1718064000"}, 1718064000),
    ("post_comments, global", UPDATED, {**COMMENTS_OF_POSTS, "use_global_cursor": True, "states": None}, 1717286400),
    ("post_comments without a whole", UPDATED, {"states": COMMENTS_OF_POSTS["states"]}, 1718064000),
    ("post_comment_votes", UPDATED, VOTES_OF_COMMENTS, 1717286400),
    ("article_comment_votes", UPDATED, VOTES_OF_ARTICLE_COMMENTS, 1718200000),
    ("side_conversations", LISTED, SIDE_CONVERSATIONS, 1717372799),
    ("ticket_metrics, first sync", METRICS, {"_ab_updated_at": "1717200000"}, 1717200000),
    ("ticket_metrics as a number", METRICS, {"_ab_updated_at": 1728670522}, 1728670522),
    ("ticket_metrics, later sync", METRICS, METRICS_BY_TICKET, 1719850000),
    ("ticket_metrics 3.0.0", METRICS, {"generated_timestamp": 1719000000}, 1719000000),
    ("ticket_metrics, 2021", METRICS, {"updated_at": "2024-03-01T00:00:00Z"}, 1709251200),
    ("chats", epochs("update_timestamp"), {"update_timestamp": "1717200000"}, 1717200000),
    ("talk_calls", UPDATED, {"updated_at": "1717200000"}, 1717200000),
    ("a failed first sync", METRICS, {"_ab_updated_at": "0"}, START),
    ("zero as a number", UPDATED, {"updated_at": 0}, START),
    ("before Zendesk began", LISTED, {"updated_at": "2006-12-31T23:59:59Z"}, START),
    ("the first second of Zendesk", LISTED, {"updated_at": "2007-01-01T00:00:00Z"}, 1167609600),
    ("an older state than start_date", LISTED, {"updated_at": "2020-01-01T00:00:00Z"}, 1577836800),
    ("null value", LISTED, {"updated_at": None}, START),
    ("empty", LISTED, {}, START),
    ("null", LISTED, None, START),
    ("full refresh", LISTED, {"__ab_no_cursor_state_message": True}, START),
]


@pytest.mark.parametrize(("form", "state", "bookmark"), [shape[1:] for shape in SHAPES], ids=[s[0] for s in SHAPES])
def test_state_of_an_existing_connection_resumes_at_its_page(form: StateFormat, state: Any, bookmark: int) -> None:
    assert load_position("a_stream", state, form, START) == Position(bookmark=bookmark)


def test_own_state_keeps_everything() -> None:
    state = {"updated_at": "2024-06-01T00:00:00Z", "next": "p2", "high": 1717372800, "asked": 1718020800, "v": 1}
    assert load_position("groups", state, LISTED, START) == Position(1717200000, "p2", 1717372800, 1718020800)


def test_token_of_a_state_without_version_is_not_believed() -> None:
    state = {"generated_timestamp": "1719900000", "cursor": "MTc5"}
    assert load_position("tickets", state, TICKETS, START) == Position(bookmark=1719900000)


@pytest.mark.parametrize(
    "state",
    [
        {"updated_at": "yesterday"},
        {"updated_at": True},
        {"updated_at": []},
        {"updated_at": 10**400},
        {"updated_at": 1e300},
        {"updated_at": "2024-06-01T00:00:00Z", "v": 2},
        {"updated_at": "2024-06-01T00:00:00Z", "v": True},
        {"updated_at": "2024-06-01T00:00:00Z", "ids": [1, "a"], "v": 1},
        {"v": 1},
        {"page": 3},
        {"states": "many"},
        {"states": [{"partition": {}}]},
        {"states": ["one"]},
        {"state": {"updated_at": "1717200000"}, "lookback_window": "long"},
        {"updated_at": "1717200000", "parent_state": [1]},
        {"updated_at": "1717200000", "parent_state": {"posts": "1717200000"}},
        [1],
        "1717200000",
    ],
    ids=lambda state: str(state)[:60],
)
def test_state_that_cannot_be_understood_names_stream_and_value(state: Any) -> None:
    with pytest.raises(AirbyteTracedException) as raised:
        load_position("groups", state, LISTED, START)
    assert raised.value.failure_type == FailureType.config_error
    assert raised.value.message is not None
    assert raised.value.message.startswith(f"The saved state of stream groups cannot be understood: {str(state)[:200]}")


JSON = json_values(leaves=12) | st.integers() | st.floats() | st.lists(st.floats(), max_size=4)
WORDS = st.sampled_from(
    ["v", "updated_at", "state", "states", "parent_state", "cursor", "ids", "next", "high", "lookback_window", "asked"]
)


BOOKMARKS = {"generated_timestamp", "_ab_updated_at", "updated_at", "created_at", "time", "timestamp"}
BOOKMARKS |= {"update_timestamp"}


@given(state=st.dictionaries(WORDS | st.text(), JSON, max_size=6))
def test_no_state_is_lost_in_silence(state: dict[str, Any]) -> None:
    """Either a position, or a config error; from the beginning only where the state says so."""
    try:
        position = load_position("groups", state, LISTED, START)
    except AirbyteTracedException as error:
        assert error.failure_type == FailureType.config_error  # noqa: PT017  other outcomes are right, too
        return
    if position == Position(bookmark=START):
        assert not state or _tells_of_a_time(state)


def _tells_of_a_time(value: Any) -> bool:
    """Whether a bookmark of whatever value stands somewhere in it."""
    if isinstance(value, dict):
        return any(name in BOOKMARKS or _tells_of_a_time(child) for name, child in value.items())
    return isinstance(value, list) and any(_tells_of_a_time(item) for item in value)
