"""Every state that a connection may bring along goes on without a gap, or is refused in words."""

from pathlib import Path
from typing import Any

from integration_tests.conftest import connector_of
from integration_tests.connector import Connector
from integration_tests.row_comparison import rows_by_key
from integration_tests.simulated_account import SimulatedAccount

EXPORTS = {
    "articles": "/api/v2/help_center/incremental/articles",
    "chats": "/api/v2/chat/incremental/chats",
    "organizations": "/api/v2/incremental/organizations",
    "satisfaction_ratings": "/api/v2/satisfaction_ratings",
    "talk_call_legs": "/api/v2/channels/voice/stats/incremental/legs",
    "talk_calls": "/api/v2/channels/voice/stats/incremental/calls",
    "ticket_comments": "/api/v2/incremental/ticket_events",
    "ticket_metric_events": "/api/v2/incremental/ticket_metric_events",
    "tickets": "/api/v2/incremental/tickets/cursor",
    "users": "/api/v2/incremental/users/cursor",
}
LATER = 1_779_000_000  # 2026-05-17T06:40:00Z
FLOOR = 1_772_323_200  # 2026-03-01T00:00:00Z
START_DATE = 1_577_836_800  # 2020-01-01T00:00:00Z
HALF_AN_HOUR = 1_800
WHOLE_ISO = "2026-05-17T06:40:00Z"

SAVED: dict[str, tuple[Any, int]] = {
    "tickets": ({"generated_timestamp": "1779000000"}, LATER),
    "users": ({"updated_at": WHOLE_ISO}, LATER),
    "organizations": ({"updated_at": "2026-05-17T08:40:00+0200"}, LATER),
    "articles": ({"updated_at": 1779000000}, LATER),
    "satisfaction_ratings": ({"updated_at": "2026-05-17T06:40:00+00:00"}, LATER),
    "ticket_comments": ({"created_at": "1779000000"}, LATER),
    "ticket_metric_events": ({"time": "1779000000"}, LATER - HALF_AN_HOUR),
    "chats": ({"update_timestamp": "1779000000"}, LATER),
    "talk_calls": ({"updated_at": None}, START_DATE),
    "talk_call_legs": ({}, START_DATE),
}


def test_the_first_request_resumes_where_the_state_ends(account: SimulatedAccount, connector: Connector) -> None:
    output = connector.read(*SAVED, state={stream: state for stream, (state, _) in SAVED.items()})
    assert (output.exit_code, output.errors) == (0, [])
    assert {stream: requested_from(account, stream) for stream in SAVED} == {
        stream: start for stream, (_, start) in SAVED.items()
    }


def test_tickets_of_the_search_era_resume_from_a_floor(account: SimulatedAccount, connector: Connector) -> None:
    assert connector.read("tickets", state={"tickets": {"updated_at": "1779000000"}}).exit_code == 0
    assert requested_from(account, "tickets") == FLOOR


def requested_from(account: SimulatedAccount, stream: str) -> int:
    """The `start_time` of the stream's first request."""
    first = next(call for call in account.requests() if call["endpoint"] == EXPORTS[stream])
    return int(first["query"]["start_time"])


POSTS = {"posts": {"updated_at": "1760000000"}}
CHILDREN: dict[str, Any] = {
    "post_comments": {"states": [], "state": {"updated_at": "1779500000"}, "parent_state": POSTS},
    "article_votes": {"use_global_cursor": True, "state": {"updated_at": "1760000000"}, "lookback_window": 0},
    **{name: {"updated_at": "1760000000"} for name in ("posts", "post_votes")},
    **{name: {"updated_at": "2025-10-09T08:53:20Z"} for name in ("article_comments", "groups", "triggers")},
    **{name: {"created_at": "2025-10-09T08:53:20Z"} for name in ("audit_logs", "ticket_audits")},
}
"""States that all mean 2025-10-09T08:53:20Z."""


def test_lists_and_children_resume_where_the_state_ends(account: SimulatedAccount, connector: Connector) -> None:
    output = connector.read(*CHILDREN, state=CHILDREN)
    assert (output.exit_code, output.errors) == (0, [])
    for stream in CHILDREN:
        # A state without ids cannot tell old audits from imported ones, so all of the page that ends the walk arrive.
        since = 0 if stream == "ticket_audits" else 1_760_000_000
        expected = rows_by_key(stream, account.truth(stream, since=since)).keys()
        assert rows_by_key(stream, output.rows(stream)).keys() == expected, stream


def test_audit_logs_request_a_range_from_the_bookmark(account: SimulatedAccount, connector: Connector) -> None:
    assert connector.read("audit_logs", state={"audit_logs": {"created_at": WHOLE_ISO}}).exit_code == 0
    (call,) = account.requests()
    since, until = call["query"]["filter[created_at][]"]
    assert since == WHOLE_ISO
    assert until >= "2026-06-01T12:00:00Z"


def test_a_later_start_date_does_not_skip_data(account: SimulatedAccount, tmp_path: Path) -> None:
    connector = connector_of(account, tmp_path, start_date="2026-05-25T00:00:00Z")
    assert connector.read("tickets", state={"tickets": {"generated_timestamp": "1779000000"}}).exit_code == 0
    assert requested_from(account, "tickets") == LATER


def test_a_state_a_little_ahead_of_the_server_is_up_to_date(account: SimulatedAccount, connector: Connector) -> None:
    ahead = {"tickets": {"generated_timestamp": "1780315300"}}
    output = connector.read("tickets", state=ahead)
    assert (output.exit_code, output.errors) == (0, [])
    assert int(output.states["tickets"]["generated_timestamp"]) >= 1_780_315_300
