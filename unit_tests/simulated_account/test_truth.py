from collections.abc import Callable
from typing import Any

import pytest

from integration_tests.simulated_account import truth
from integration_tests.simulated_account.world import World
from unit_tests.simulated_account.asking import Api, Record, flat, unique

Read = Callable[[Api], list[Record]]


def _cursor(path: str, key: str = "") -> Read:
    return lambda api: flat(api.by_cursor(f"{path}{'&' if '?' in path else '?'}page[size]=100", key or path))


def _offset(path: str, key: str = "") -> Read:
    return lambda api: flat(api.by_offset(path, key or path))


def _export(path: str, key: str, more: str = "") -> Read:
    return lambda api: unique(flat(api.by_export(f"incremental/{path}?start_time=0{more}", key)))


def _children(parents: Read, path: str, key: str) -> Read:
    return lambda api: [
        row for parent in parents(api) for row in _cursor(path.format(**parent, parent=parent), key)(api)
    ]


def _unless_refused(api: Api, path: str, key: str) -> list[Record]:
    """The rows below a parent; none if it has been deleted, although an export still names it."""
    return [] if api.get(path).status == 404 else flat(api.by_offset(path, key))


def _array(path: str) -> Read:
    return lambda api: list(api.get(f"chat/{path}").json)


_SCOPE = "&support_type_scope=all"
_ARTICLES = _cursor("help_center/articles.json", "articles")
_POSTS = _cursor("community/posts.json", "posts")
_ARTICLE_COMMENTS = _children(_ARTICLES, "help_center/articles/{id}/comments.json", "comments")
_POST_COMMENTS = _children(_POSTS, "community/posts/{id}/comments.json", "comments")

READS: dict[str, Read] = {
    "tickets": _export("tickets/cursor", "tickets", _SCOPE),
    "ticket_events": _export("ticket_events", "ticket_events", f"{_SCOPE}&include=comment_events"),
    "ticket_metric_events": _cursor("incremental/ticket_metric_events?start_time=0", "ticket_metric_events"),
    "ticket_audits": lambda api: flat(
        api.follow("ticket_audits?limit=1000", "audits", lambda page: page["before_url"])
    ),
    "users": _export("users/cursor", "users"),
    "organizations": _export("organizations", "organizations"),
    "brands": _cursor("brands?include_deleted=true", "brands"),
    "groups": _cursor("groups?exclude_deleted=false", "groups"),
    "satisfaction_reasons": _offset("satisfaction_reasons", "reasons"),
    "ticket_skips": _cursor("skips"),
    "ticket_activities": _cursor("activities"),
    "sla_policies": _offset("slas/policies", "sla_policies"),
    "group_sla_policies": _offset("group_slas/policies", "group_sla_policies"),
    "custom_roles": _offset("custom_roles"),
    "custom_statuses": _offset("custom_statuses"),
    "locales": _offset("locales"),
    "schedules": _offset("business_hours/schedules", "schedules"),
    "account_attributes": _offset("routing/attributes", "attributes"),
    "dynamic_content_items": _cursor("dynamic_content/items", "items"),
    "csat_survey_responses": _cursor("guide/survey_responses", "survey_responses"),
    "side_conversation_events": lambda api: unique(
        flat(api.by_count("tickets/side_conversations/events?start_time=0&per_page=100", "events", 100))
    ),
    "side_conversations": lambda api: [
        row
        for ticket in sorted({event["ticket_id"] for event in READS["side_conversation_events"](api)})
        for row in _unless_refused(api, f"tickets/{ticket}/side_conversations", "side_conversations")
    ],
    "articles": lambda api: unique(
        flat(api.by_offset("help_center/incremental/articles.json?start_time=0&per_page=6", "articles"))
    ),
    "sections": _cursor("help_center/sections.json", "sections"),
    "categories": _cursor("help_center/categories.json", "categories"),
    "topics": _cursor("community/topics.json", "topics"),
    "posts": _POSTS,
    "article_attachments": _children(_ARTICLES, "help_center/articles/{id}/attachments.json", "article_attachments"),
    "article_comments": _ARTICLE_COMMENTS,
    "article_votes": _children(_ARTICLES, "help_center/articles/{id}/votes.json", "votes"),
    "article_comment_votes": _children(
        _ARTICLE_COMMENTS, "help_center/articles/{source_id}/comments/{id}/votes.json", "votes"
    ),
    "post_comments": _POST_COMMENTS,
    "post_votes": _children(_POSTS, "community/posts/{id}/votes.json", "votes"),
    "post_comment_votes": _children(_POST_COMMENTS, "community/posts/{post_id}/comments/{id}/votes.json", "votes"),
    "talk_calls": lambda api: flat(api.by_count("channels/voice/stats/incremental/calls?start_time=0", "calls", 1000)),
    "talk_call_legs": lambda api: flat(
        api.by_count("channels/voice/stats/incremental/legs?start_time=0", "legs", 1000)
    ),
    "talk_phone_numbers": _offset("channels/voice/phone_numbers", "phone_numbers"),
    "chats": lambda api: flat(api.by_count("chat/incremental/chats?start_time=0&fields=chats(*)", "chats", 1000)),
    "chat_account": lambda api: [api.get("chat/account").json],
    "chat_agents": _array("agents?limit=100"),
    "chat_departments": _array("departments"),
    "chat_shortcuts": _array("shortcuts"),
    "chat_triggers": _array("triggers"),
    "chat_banned_ips": lambda api: list(api.get("chat/bans?limit=100").json["ip_address"]),
    "chat_banned_visitors": lambda api: list(api.get("chat/bans?limit=100").json["visitor"]),
    "account_settings": lambda api: [api.get("account/settings").json["settings"]],
}
_LISTS = (
    "audit_logs",
    "automations",
    "deleted_tickets",
    "deleted_users",
    "group_memberships",
    "macros",
    "organization_fields",
    "organization_memberships",
    "organization_subscriptions",
    "recipient_addresses",
    "satisfaction_ratings",
    "suspended_tickets",
    "tags",
    "ticket_fields",
    "ticket_forms",
    "trigger_categories",
    "triggers",
    "user_fields",
    "views",
)
READS |= {name: _cursor(name) for name in _LISTS}


def _told(world: World, stream: str) -> list[Record]:
    return truth.decoded(truth.records(world.account, stream))


def _sorted(records: list[Record]) -> list[str]:
    return sorted(repr(sorted(record.items(), key=str)) for record in records)


@pytest.mark.parametrize("stream", sorted(READS))
def test_the_api_serves_the_truth(reading: Api, unchanged: World, stream: str) -> None:
    expected = _told(unchanged, stream)
    assert expected
    assert _sorted(READS[stream](reading)) == _sorted(expected)


def test_every_stream_has_a_truth_and_a_reading(unchanged: World) -> None:
    assembled = {"ticket_metrics", "ticket_comments", "ticket_attachments", "user_identities", "schedule_holidays"}
    assert set(truth.streams(unchanged.account)) == set(READS) | assembled | {"attribute_definitions"}


def test_comments_are_those_of_the_export_and_of_the_ticket(reading: Api, unchanged: World) -> None:
    events = READS["ticket_events"](reading)
    served: dict[int, Record] = {}
    for event in events:
        for child in event["child_events"]:
            if child["event_type"] in ("Comment", "VoiceComment"):
                kept = {name: value for name, value in child.items() if name not in ("event_type", "via_reference_id")}
                served[child["id"]] = kept | {"ticket_id": event["ticket_id"]}
    told = _told(unchanged, "ticket_comments")
    assert _sorted(list(served.values())) == _sorted(told)
    ticket = next(c["ticket_id"] for c in told if c["type"] == "VoiceComment")
    listed = reading.get(f"tickets/{ticket}/comments").json["comments"]
    assert [c | {"ticket_id": ticket} for c in listed] == [c for c in told if c["ticket_id"] == ticket]


def test_attachments_are_those_of_the_comments(unchanged: World) -> None:
    expected = [
        attachment | {"ticket_id": c["ticket_id"], "comment_id": c["id"], "created_at": c["created_at"]}
        for c in _told(unchanged, "ticket_comments")
        for attachment in c["attachments"]
    ]
    assert expected
    assert _sorted(_told(unchanged, "ticket_attachments")) == _sorted(expected)


def test_metrics_are_those_of_the_tickets(reading: Api, unchanged: World) -> None:
    path = "tickets/cursor"
    tickets = _export(path, "tickets", f"{_SCOPE}&include=metric_sets")(reading)
    expected = [
        ticket["metric_set"] | {"_ab_updated_at": ticket["generated_timestamp"]}
        for ticket in tickets
        if "metric_set" in ticket
    ]
    assert _sorted(_told(unchanged, "ticket_metrics")) == _sorted(expected)


def test_identities_are_those_beside_the_users(reading: Api, unchanged: World) -> None:
    page = reading.get("incremental/users/cursor?start_time=0&include=identities").json
    assert page["end_of_stream"]
    assert _sorted(_told(unchanged, "user_identities")) == _sorted(page["identities"])
    agent = page["users"][0]["id"]
    listed = reading.get(f"users/{agent}/identities").json["identities"]
    assert listed == [identity for identity in page["identities"] if identity["user_id"] == agent]


def test_holidays_name_their_schedule_and_definitions_their_list(reading: Api, unchanged: World) -> None:
    expected: list[Any] = []
    for schedule in _told(unchanged, "schedules"):
        holidays = reading.get(f"business_hours/schedules/{schedule['id']}/holidays").json["holidays"]
        expected += [holiday | {"schedule_id": schedule["id"]} for holiday in holidays]
    assert _sorted(_told(unchanged, "schedule_holidays")) == _sorted(expected)
    definitions = reading.get("routing/attributes/definitions").json["definitions"]
    told = _told(unchanged, "attribute_definitions")
    assert [row for row in told if row["condition"] == "any"] == [
        condition | {"condition": "any"} for condition in definitions["conditions_any"]
    ]


def test_since_keeps_what_is_not_older(unchanged: World) -> None:
    events = _told(unchanged, "ticket_events")
    middle = events[len(events) // 2]["timestamp"]
    later = truth.decoded(truth.records(unchanged.account, "ticket_events", middle))
    assert later == [event for event in events if event["timestamp"] >= middle]
    assert truth.records(unchanged.account, "tags", middle) == truth.records(unchanged.account, "tags")
