from typing import Any

import pytest

from unit_tests.account import Account
from unit_tests.cases import load, load_wire
from unit_tests.components import parts
from unit_tests.reading import read

STREAMS = {
    "tickets": "tickets",
    "metrics": "ticket_metrics",
    "comments": "ticket_comments",
    "attachments": "ticket_attachments",
    "identities": "user_identities",
    "conditions": "attribute_definitions",
    "banned_ips": "chat_banned_ips",
    "banned_visitors": "chat_banned_visitors",
}


def taken(part: str, rows: list[Any], envelope: Any = None) -> list[Any]:
    """What the stanza takes of a page's rows."""
    return parts.taken(parts.reader_of(STREAMS[part]), rows, envelope)


WITH_METRICS = [
    {"id": 1, "generated_timestamp": 1717200000, "metric_set": {"id": 5, "reopens": 0}},
    {"id": 2, "generated_timestamp": 1717200001, "metric_set": {"id": 6, "ticket_id": 2}},
]
METRICS = [
    {"ticket_id": 1, "id": 5, "reopens": 0, "_ab_updated_at": 1717200000},
    {"ticket_id": 2, "id": 6, "_ab_updated_at": 1717200001},
]
ALL_OF, ANY_OF = {"conditions_all": [{"subject": "a"}]}, {"conditions_any": [{"subject": "b"}]}
ADDRESS, VISITOR = {"ip_address": [{"id": 1}]}, {"visitor": [{"id": 2}]}
TAKEN: dict[str, tuple[str, list[Any], list[Any]]] = {
    "tickets without the sideload": (
        "tickets",
        [{"id": 1, "metric_set": {"id": 5}}, {"id": 2}],
        [{"id": 1}, {"id": 2}],
    ),
    "metrics with ticket and bookmark": ("metrics", WITH_METRICS, METRICS),
    "none of deleted tickets": ("metrics", [{"id": 1}, {"id": 1, "metric_set": None}, {"id": 1, "metric_set": {}}], []),
    "conditions and their list": (
        "conditions",
        [{**ALL_OF, **ANY_OF}],
        [{"condition": "all", "subject": "a"}, {"condition": "any", "subject": "b"}],
    ),
    "one list of conditions": ("conditions", [ALL_OF], [{"condition": "all", "subject": "a"}]),
    "banned addresses": ("banned_ips", [{**ADDRESS, **VISITOR}], [{"id": 1}]),
    "banned visitors": ("banned_visitors", [{**ADDRESS, **VISITOR}], [{"id": 2}]),
    "no banned addresses": ("banned_ips", [VISITOR], []),
    "no banned visitors": ("banned_visitors", [ADDRESS], []),
}


@pytest.mark.parametrize(("part", "rows", "records"), TAKEN.values(), ids=TAKEN)
def test_records_of_a_page(part: str, rows: list[Any], records: list[Any]) -> None:
    assert taken(part, rows) == records


def test_tickets_that_carry_nothing_are_the_same_objects() -> None:
    ticket = {"id": 1}
    assert taken("tickets", [ticket])[0] is ticket


def test_metrics_may_stand_beside_the_tickets() -> None:
    rows = [{"id": 1, "generated_timestamp": 1717200000}, {"id": 2, "generated_timestamp": 1717200001}]
    envelope = {"metric_sets": [{"id": 6, "ticket_id": 2}, {"id": 7, "ticket_id": 9}]}
    assert taken("metrics", rows, {"tickets": rows, **envelope}) == [
        {"ticket_id": 2, "id": 6, "_ab_updated_at": 1717200001},
        {"ticket_id": 9, "id": 7},
    ]


@pytest.mark.parametrize(
    ("child", "kind"),
    [
        ({"event_type": "Comment"}, "Comment"),
        ({"type": "Comment"}, "Comment"),
        ({"type": "VoiceComment"}, "VoiceComment"),
        ({"type": "VoiceComment", "event_type": "Comment"}, "VoiceComment"),
        ({"type": None, "event_type": "VoiceComment"}, "VoiceComment"),
    ],
)
def test_comment_of_every_type_is_taken(child: dict[str, Any], kind: str) -> None:
    event = {"id": 9, "ticket_id": 3, "created_at": "2024-06-01T00:00:00Z", "timestamp": 1717200000}
    comments = taken("comments", [{**event, "child_events": [{"id": 1, **child}, {"id": 2, "event_type": "Change"}]}])
    assert [(comment["id"], comment["type"]) for comment in comments] == [(1, kind)]


def test_comment_knows_what_only_its_event_says() -> None:
    event = {
        "id": 9,
        "ticket_id": 3,
        "created_at": "2024-06-01T00:00:00Z",
        "timestamp": 1717200000,
        "metadata": {"system": {}},
        "child_events": [{"id": 1, "event_type": "Comment", "created_at": None, "body": None}],
    }
    assert taken("comments", [event]) == [
        {
            "id": 1,
            "ticket_id": 3,
            "audit_id": 9,
            "created_at": "2024-06-01T00:00:00Z",
            "timestamp": 1717200000,
            "metadata": {"system": {}},
            "type": "Comment",
            "event_type": "Comment",
            "body": None,
        }
    ]


def test_attachment_knows_where_it_belongs() -> None:
    attachment = taken("attachments", [load_wire("ticket_events")])[0]
    assert attachment == load("ticket_attachments")


@pytest.mark.parametrize("event", [{"id": 1}, {"id": 1, "child_events": None}, {"id": 1, "child_events": []}])
def test_event_without_children_has_no_comments(event: dict[str, Any]) -> None:
    assert taken("comments", [event]) == []
    assert taken("attachments", [event]) == []


def test_identities_are_those_of_the_users_sent() -> None:
    identities = [{"id": 1, "user_id": 10}, {"id": 2, "user_id": 11}, {"id": 3, "user_id": 10}]
    beside = {"users": [{"id": 10}, {"id": 11}], "identities": identities}
    assert taken("identities", [{"id": 10}], beside) == [{"id": 1, "user_id": 10}, {"id": 3, "user_id": 10}]
    assert taken("identities", [{"id": 10}], {}) == []


def test_shared_page_that_lacks_the_rows_of_one_stream_is_fetched_again(account: Account) -> None:
    url = "/api/v2/routing/attributes?include=attribute_values&per_page=100"
    value, skill = {"id": "v1", "attribute_id": "a1"}, {"id": "a1", "updated_at": "2024-06-01T00:00:00Z"}
    whole = {"attributes": [skill], "attribute_values": [value], "next_page": None}
    cut = {"attribute_values": [value], "next_page": None}
    account.on(url, cut, cut, whole, whole)
    outcome = read("account_attribute_values", "account_attributes")
    assert outcome.errors == []
    assert outcome.ids("account_attributes") == ["a1"]
    assert outcome.ids("account_attribute_values") == ["v1"]
