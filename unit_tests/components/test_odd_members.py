"""An odd embedded value costs only itself, wherever it is, and is reported once."""

from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.components.comment_events import CommentChanges
from source_zendesk_support.components.odd_members import OddMembers
from unit_tests.account import Account
from unit_tests.components import parts
from unit_tests.reading import read

NAMES = ["id", "type", "event_type", "user_id", "ticket_id", "comment_id", "attachments"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=4),
    max_leaves=8,
)
ODD = st.lists(JSON, max_size=4)
JUNE = "2024-06-01T00:00:00Z"
TICKETS = "/api/v2/incremental/tickets/cursor"
USERS = "/api/v2/incremental/users/cursor"
EVENTS = "/api/v2/incremental/ticket_events"


def reported(stream: str, count: int, places: str) -> str:
    return (
        f"Stream {stream}: {count} embedded values did not match Zendesk's documentation ({places}). They were "
        "skipped; everything else was read."
    )


reader_of = cache(parts.reader_of)


def taken(stream: str, rows: list[Any], envelope: Any = None) -> list[Any]:
    return parts.taken(reader_of(stream), rows, envelope)


def mixed(before: list[Any], sound: Any, after: list[Any]) -> list[Any]:
    return [*before, sound, *after]


@given(before=ODD, after=ODD)
def test_a_comment_arrives_whatever_is_beside_it(before: list[Any], after: list[Any]) -> None:
    comment = {"id": 5_000, "event_type": "Comment", "attachments": mixed(before, {"id": 9_000}, after)}
    event = {"id": 1, "ticket_id": 7, "child_events": mixed(before, comment, after)}
    assert [row for row in taken("ticket_comments", [event]) if row["id"] == 5_000] == [
        {**comment, "ticket_id": 7, "audit_id": 1, "type": "Comment"}
    ]
    assert {"id": 9_000, "ticket_id": 7, "comment_id": 5_000} in taken("ticket_attachments", [event])


@given(event=st.fixed_dictionaries({"child_events": JSON, "ticket_id": JSON, "timestamp": JSON, "updater_id": JSON}))
def test_any_event_is_looked_through(event: dict[str, Any]) -> None:
    changes = CommentChanges()
    changes.add([event, {"ticket_id": 7, "child_events": [{"event_type": "CommentRedactionEvent", "comment_id": "5"}]}])
    assert 5 in next(change for change in changes.by_ticket if change.ticket == 7).comments
    taken("ticket_comments", [event])
    taken("ticket_attachments", [event])


@given(child=st.dictionaries(st.sampled_from(["comment_id", "comment_ids", "comment", "comments"]), JSON))
def test_any_redaction_is_understood_or_brings_the_complete_ticket(child: dict[str, Any]) -> None:
    changes = CommentChanges()
    changes.add([{"ticket_id": 7, "child_events": [{**child, "event_type": "CommentRedactionEvent"}]}])
    (change,) = changes.by_ticket
    assert change.certain
    assert change.unnamed or change.comments


@given(before=ODD, after=ODD, odd=JSON)
def test_an_identity_arrives_whatever_is_beside_it(before: list[Any], after: list[Any], odd: Any) -> None:
    users = [{"id": 10}, {"id": 11}]
    envelope = {"users": users, "identities": mixed(before, {"id": 9_000, "user_id": 10}, after)}
    assert {"id": 9_000, "user_id": 10} in taken("user_identities", users, envelope)
    taken("user_identities", users, {"users": users, "identities": odd})


@given(before=ODD, after=ODD, odd=JSON)
def test_a_metric_set_arrives_whatever_is_beside_it(before: list[Any], after: list[Any], odd: Any) -> None:
    tickets = [{"id": 10, "metric_set": odd}, {"id": 11, "metric_set": {"id": 9_001}}, {"id": 12}]
    envelope = {"tickets": tickets, "metric_sets": mixed(before, {"id": 9_000, "ticket_id": 12}, after)}
    rows = taken("ticket_metrics", tickets, envelope)
    assert {"id": 9_000, "ticket_id": 12, "_ab_updated_at": None} in rows
    assert {"id": 9_001, "ticket_id": 11, "_ab_updated_at": None} in rows


@given(before=ODD, after=ODD, kind=JSON, value=JSON)
def test_a_chat_arrives_whatever_is_beside_it(before: list[Any], after: list[Any], kind: Any, value: Any) -> None:
    odd = {"id": 9, "type": kind, "value": value}
    chat = {"id": 2, "type": "ChatStartedEvent", "value": {"chat_id": "c1", "history": []}}
    audit = {"id": 1, "ticket_id": 7, "created_at": JUNE, "events": [*before, odd, chat, *after]}
    assert "c1" in [row.get("chat_id") for row in taken("ticket_chats", [audit])]


@pytest.mark.parametrize(
    ("stream", "place", "sound"),
    [
        ("attribute_definitions", "conditions_all", {"condition": "all", "title": "a"}),
        ("attribute_definitions", "conditions_any", {"condition": "any", "title": "a"}),
        ("chat_banned_ips", "ip_address", {"id": 9_000}),
        ("chat_banned_visitors", "visitor", {"id": 9_000}),
    ],
)
@given(before=ODD, after=ODD, odd=JSON)
def test_a_listed_row_arrives_whatever_is_beside_it(
    stream: str, place: str, sound: dict[str, Any], before: list[Any], after: list[Any], odd: Any
) -> None:
    assert sound in taken(stream, [{place: mixed(before, sound, after)}])
    taken(stream, [{place: odd}])


@given(value=JSON)
def test_what_is_emitted_can_be_written(value: Any) -> None:
    event = {"ticket_id": value, "child_events": [{"id": value, "type": "Comment", "attachments": [{"id": value}]}]}
    orjson.dumps([taken("ticket_comments", [event]), taken("ticket_attachments", [event])])


def test_without_odd_values_nothing_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    odd = OddMembers("ticket_comments")
    assert odd.members({"a": [{"id": 1}], "b": None, "c": []}, "a") == [{"id": 1}]
    assert [*odd.members({"b": None}, "b"), *odd.members({"c": []}, "c"), *odd.members({}, "d")] == []
    assert [*odd.member({"e": None}, "e", "id"), *odd.member({"e": {}}, "e", "id"), *odd.member({}, "e", "id")] == []
    odd.log_summary()
    assert caplog.text == ""


def test_odd_values_are_reported_once_by_their_place(caplog: pytest.LogCaptureFixture) -> None:
    odd = OddMembers("ticket_comments")
    odd.members({"child_events": [None, "secret", 5, []]}, "child_events")
    odd.members({"attachments": {"id": 1}}, "attachments", "id")
    odd.members({"attachments": [{"id": None}, {}]}, "attachments", "id")
    odd.member({"metric_set": [{"id": 1}]}, "metric_set", "id")
    odd.log_summary()
    odd.log_summary()
    assert [record.getMessage() for record in caplog.records] == [
        reported("ticket_comments", 8, "attachments: 3, child_events: 4, metric_set: 1")
    ]


def cursor_page(records: str, *rows: Any, **beside: Any) -> dict[str, Any]:
    return {records: list(rows), "after_cursor": "abc", "end_of_stream": True, **beside}


def test_a_walk_over_odd_events_ends_and_brings_the_rest(account: Account) -> None:
    comment = {"id": 5, "event_type": "Comment", "attachments": [None, {"id": 50}, {"file_name": "no id"}]}
    children: list[Any] = [None, "x", {"event_type": "Comment"}, comment, [], {"event_type": ["Change"], "type": {}}]
    rows = [{"id": 9, "ticket_id": 7, "timestamp": 1717200000, "child_events": children}]
    rows += [{**rows[0], "id": key, "child_events": odd} for key, odd in ((10, {"0": comment}), (11, "x"), (12, [5]))]
    rows += [{**rows[0], "id": 13, "child_events": [{**comment, "id": 6, "attachments": {"id": 51}}]}]
    account.on(EVENTS, {"ticket_events": rows, "end_time": 1717200000, "end_of_stream": True})
    outcome = read("ticket_comments", "ticket_attachments", "ticket_events")
    assert outcome.errors == []
    assert outcome.ids("ticket_comments") == [5, 6]
    assert outcome.ids("ticket_attachments") == [50]
    assert outcome.records("ticket_events") == rows
    assert outcome.warnings == [
        reported("ticket_comments", 7, "child_events: 7"),
        reported("ticket_attachments", 10, "attachments: 3, child_events: 7"),
    ]


def test_a_ticket_keeps_its_metrics_beside_odd_ones(account: Account) -> None:
    tickets: list[Any] = [{"id": 1, "generated_timestamp": 1717200000, "metric_set": [1]}]
    tickets += [{"id": 2, "generated_timestamp": 1717200000, "metric_set": [{}]}]
    tickets += [{"id": 3, "generated_timestamp": 1717200000, "metric_set": {"id": 30}}, {"id": "4"}]
    beside = [None, {"id": 20, "ticket_id": "2"}, {"id": 40, "ticket_id": 4}, 5]
    account.on(TICKETS, cursor_page("tickets", *tickets, metric_sets=beside))
    outcome = read("ticket_metrics", "tickets")
    assert outcome.ids("tickets") == [1, 2, 3, "4"]
    assert [(row["id"], row["ticket_id"]) for row in outcome.records("ticket_metrics")] == [(20, "2"), (30, 3), (40, 4)]
    assert outcome.warnings == [reported("ticket_metrics", 4, "metric_set: 2, metric_sets: 2")]


def test_an_identity_whose_user_is_not_on_the_page_is_sent(account: Account) -> None:
    users = [{"id": key, "updated_at": JUNE} for key in (10, 11)]
    identities = [
        {"id": 1, "user_id": "10"},
        {"id": 2, "user_id": 12},
        {"id": 3, "user_id": None},
        {"id": 4, "user_id": {"id": 10}},
        {"user_id": 10},
        None,
    ]
    account.on(USERS, cursor_page("users", *users, identities=identities))
    outcome = read("users", "user_identities")
    assert [(row["id"], row.get("user_id")) for row in outcome.records("user_identities")] == [
        (1, "10"),
        (2, 12),
        (3, None),
        (4, {"id": 10}),
    ]
    assert outcome.ids("users") == [10, 11]
    assert outcome.warnings == [reported("user_identities", 2, "identities: 2")]


def test_identities_of_a_page_without_users_are_sent(account: Account) -> None:
    account.on(USERS, cursor_page("users", identities=[{"id": 1, "user_id": 10}]))
    assert read("user_identities").records() == [{"id": 1, "user_id": 10}]


def test_odd_bans_cost_themselves(account: Account) -> None:
    bans = {"ip_address": [None, {"id": "7"}, {"id": 8}, 5, {}], "visitor": [{"id": 9}, "x"]}
    account.on("/api/v2/chat/bans", bans)
    outcome = read("chat_banned_ips", "chat_banned_visitors")
    assert outcome.ids("chat_banned_ips") == ["7", 8]
    assert outcome.ids("chat_banned_visitors") == [9]
    assert sorted(outcome.warnings) == [
        reported("chat_banned_ips", 3, "ip_address: 3"),
        reported("chat_banned_visitors", 1, "visitor: 1"),
    ]


@pytest.mark.parametrize("odd", [{"id": 7}, [7], True, 1.5])
def test_parent_whose_id_is_none_costs_itself(account: Account, odd: Any) -> None:
    schedules = "/api/v2/business_hours/schedules"
    account.on(schedules, {"schedules": [{"id": odd}, {"id": 100}]})
    account.on(f"{schedules}/100/holidays", {"holidays": [{"id": 11}]})
    outcome = read("schedule_holidays")
    assert outcome.ids() == [11]
    assert outcome.warnings == [reported("schedule_holidays", 1, "id: 1")]


@pytest.mark.parametrize("odd", [{"id": 7}, [7], "7", True, 1.5])
def test_any_row_id_is_stored_and_known_again(account: Account, odd: Any) -> None:
    organization = {"id": odd, "updated_at": JUNE}
    page = {"organizations": [organization], "end_time": 1717200000, "end_of_stream": True}
    account.on("/api/v2/incremental/organizations", page, page)
    first = read("organizations")
    assert first.records() == [organization]
    again = read("organizations", saved=first.state())
    assert (again.records(), again.errors) == ([], [])


def test_row_whose_id_comes_in_another_notation_is_known(account: Account) -> None:
    page = {"organizations": [{"id": "7", "updated_at": JUNE}], "end_time": 1717200000, "end_of_stream": True}
    account.on("/api/v2/incremental/organizations", page)
    saved = {"updated_at": "1717200000", "ids": [7], "v": 1}
    assert read("organizations", saved=saved).records() == []
