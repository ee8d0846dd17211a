"""Every state that a connection may bring along goes on without a gap, or is refused in words."""

from pathlib import Path
from typing import Any

from integration_tests.command_output import Json
from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import rows_by_key
from integration_tests.simulated_account import SimulatedAccount

EXPORTS = {
    "articles": "/api/v2/help_center/incremental/articles",
    "chats": "/api/v2/chat/incremental/chats",
    "organizations": "/api/v2/incremental/organizations",
    "satisfaction_ratings": "/api/v2/satisfaction_ratings",
    "side_conversations": "/api/v2/tickets/side_conversations/events",
    "talk_call_legs": "/api/v2/channels/voice/stats/incremental/legs",
    "talk_calls": "/api/v2/channels/voice/stats/incremental/calls",
    "ticket_attachments": "/api/v2/incremental/ticket_events",
    "ticket_comments": "/api/v2/incremental/ticket_events",
    "ticket_events": "/api/v2/incremental/ticket_events",
    "ticket_metric_events": "/api/v2/incremental/ticket_metric_events",
    "ticket_metrics": "/api/v2/incremental/tickets/cursor",
    "tickets": "/api/v2/incremental/tickets/cursor",
    "user_identities": "/api/v2/incremental/users/cursor",
    "users": "/api/v2/incremental/users/cursor",
}
LATER = 1_779_000_000  # 2026-05-17T06:40:00Z
EARLIER = 1_778_000_000  # 2026-05-05T16:53:20Z
FLOOR = 1_772_323_200  # 2026-03-01T00:00:00Z
START_DATE = 1_577_836_800  # 2020-01-01T00:00:00Z
HALF_AN_HOUR = 1_800
WHOLE_ISO = "2026-05-17T06:40:00Z"

PARTITIONS = {
    "use_global_cursor": False,
    "states": [{"partition": {"parent_slice": {}, "ticket_id": 1}, "cursor": {"_ab_updated_at": "1777000000"}}],
    "state": {"_ab_updated_at": "1779000001"},
    "lookback_window": 1,
    "parent_state": {"tickets": {"generated_timestamp": "1779500000"}},
}
GLOBAL = {
    "use_global_cursor": True,
    "state": {"_ab_updated_at": "1779500000"},
    "lookback_window": 1,
    "parent_state": {"tickets": {"generated_timestamp": "1778000000"}},
}
CONVERSATIONS = {
    "use_global_cursor": False,
    "states": [{"partition": {"parent_slice": {}, "ticket_id": 7}, "cursor": {"updated_at": WHOLE_ISO}}],
    "state": {"updated_at": WHOLE_ISO},
    "lookback_window": 0,
    "parent_state": {"tickets": {"generated_timestamp": "1779500000"}},
}

SHAPES: list[dict[str, tuple[Any, int]]] = [
    {  # epoch text, as existing connections hold it
        "tickets": ({"generated_timestamp": "1779000000"}, LATER),
        "users": ({"updated_at": "1779000000"}, LATER),
        "organizations": ({"updated_at": "1779000000"}, LATER),
        "articles": ({"updated_at": "1779000000"}, LATER),
        "satisfaction_ratings": ({"updated_at": "1779000000"}, LATER),
        "ticket_comments": ({"created_at": "1779000000"}, LATER),
        "ticket_metric_events": ({"time": "1779000000"}, LATER - HALF_AN_HOUR),
        "chats": ({"update_timestamp": "1779000000"}, LATER),
        "talk_calls": ({"updated_at": "1779000000"}, LATER),
        "talk_call_legs": ({"updated_at": "1779000000"}, LATER),
        "side_conversations": (CONVERSATIONS, LATER),
    },
    {  # epoch numbers and ISO texts
        "ticket_metrics": (PARTITIONS, LATER),
        "user_identities": ({"updated_at": 1779000000}, LATER),
        "ticket_events": ({"timestamp": 1779000000}, LATER),
        "chats": ({"update_timestamp": 1779000000}, LATER),
        "organizations": ({"updated_at": "2026-05-17T08:40:00+0200"}, LATER),
        "satisfaction_ratings": ({"updated_at": "2026-05-17T06:40:00+00:00"}, LATER),
    },
    {  # no state
        "tickets": ({}, START_DATE),
        "users": ({"__ab_no_cursor_state_message": True}, START_DATE),
        "organizations": ({"updated_at": "0"}, START_DATE),
        "articles": ({"updated_at": "2006-12-31T23:59:59Z"}, START_DATE),
        "ticket_comments": ({"created_at": 0}, START_DATE),
        "chats": (None, START_DATE),
        "talk_calls": ({"updated_at": None}, START_DATE),
    },
    {"ticket_metrics": (GLOBAL, EARLIER), "users": ({"_last_end_time": 1_600_000_000, "updated_at": WHOLE_ISO}, LATER)},
    {"ticket_metrics": ({"_ab_updated_at": "0"}, START_DATE)},  # of a failed first sync
    {"ticket_metrics": ({"_ab_updated_at": "1779000000"}, LATER)},
    {"ticket_metrics": ({"generated_timestamp": 1779000000}, LATER)},  # of 3.0
    {"ticket_metrics": ({"updated_at": WHOLE_ISO}, LATER)},  # of 2021
    {"tickets": ({"updated_at": "1779000000"}, FLOOR)},  # of the search era
    {"tickets": ({"updated_at": "1770000000"}, 1_770_000_000)},
    {"tickets": ({"updated_at": WHOLE_ISO, "generated_timestamp": "1779500000"}, 1_779_500_000)},
]


def test_the_first_request_goes_on_where_the_state_ends(account: SimulatedAccount, connector: Connector) -> None:
    for cases in SHAPES:
        account.forget_requests()
        output = connector.read(*cases, state={stream: state for stream, (state, _) in cases.items()})
        assert (output.exit_code, output.errors) == (0, [])
        assert {stream: asked_from(account, stream) for stream in cases} == {
            stream: start for stream, (_, start) in cases.items()
        }


def asked_from(account: SimulatedAccount, stream: str) -> int:
    """The `start_time` of the stream's first request."""
    first = next(call for call in account.requests() if call["endpoint"] == EXPORTS[stream])
    return int(first["query"]["start_time"])


POSTS = {"posts": {"updated_at": "1760000000"}}


def per_partition(updated_at: str, parents: Json, *partitions: Json) -> Json:
    """As the CDK wrote the state of a substream."""
    head = {"use_global_cursor": False, "states": list(partitions), "lookback_window": 1}
    return {**head, "state": {"updated_at": updated_at}, "parent_state": parents}


PARTITION = {"partition": {"parent_slice": {}, "post_id": 11}, "cursor": {"updated_at": "1740000000"}}
CHILDREN: dict[str, Any] = {
    "post_comments": per_partition("1779500000", POSTS, PARTITION),
    "post_comment_votes": per_partition("1779500000", {"post_comments": per_partition("1770000000", POSTS)}),
    "article_votes": {"use_global_cursor": True, "state": {"updated_at": "1760000000"}, "lookback_window": 0},
    **{key: {"updated_at": "1760000000"} for key in ("posts", "post_votes")},
    **{key: {"updated_at": "2025-10-09T08:53:20Z"} for key in ("article_comments", "groups", "triggers")},
    **{key: {"created_at": "2025-10-09T08:53:20Z"} for key in ("audit_logs", "ticket_audits")},
}
"""States that all mean 2025-10-09T08:53:20Z."""


def test_lists_and_children_go_on_where_the_state_ends(account: SimulatedAccount, connector: Connector) -> None:
    output = connector.read(*CHILDREN, state=CHILDREN)
    assert (output.exit_code, output.errors) == (0, [])
    for stream in CHILDREN:
        expected = rows_by_key(stream, account.truth(stream, since=1_760_000_000)).keys()
        assert rows_by_key(stream, output.rows(stream)).keys() == expected, stream


def test_audit_logs_ask_for_a_range_from_the_bookmark(account: SimulatedAccount, connector: Connector) -> None:
    assert connector.read("audit_logs", state={"audit_logs": {"created_at": WHOLE_ISO}}).exit_code == 0
    (call,) = account.requests()
    since, until = call["query"]["filter[created_at][]"]
    assert since == WHOLE_ISO
    assert until >= "2026-06-01T12:00:00Z"


def test_a_later_start_date_does_not_skip_data(account: SimulatedAccount, tmp_path: Path) -> None:
    connector = connector_of(account, tmp_path, start_date="2026-05-25T00:00:00Z")
    assert connector.read("tickets", state={"tickets": {"generated_timestamp": "1779000000"}}).exit_code == 0
    assert asked_from(account, "tickets") == LATER


def test_a_state_a_little_ahead_of_the_server_is_up_to_date(account: SimulatedAccount, connector: Connector) -> None:
    ahead = {"tickets": {"generated_timestamp": "1780315300"}}
    output = connector.read("tickets", state=ahead)
    assert (output.exit_code, output.errors) == (0, [])
    assert int(output.states["tickets"]["generated_timestamp"]) >= 1_780_315_300
