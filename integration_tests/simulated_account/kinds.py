"""What is known of each kind of record: its key, the field that moves when it changes, and how its removal shows.

Removals: docs/zendesk-api.md#deletion-marks. Kinds carry the names of the streams.
"""

from dataclasses import dataclass
from types import MappingProxyType

import orjson

from .rows import Record, Row
from .stamps import epoch

VANISHES = "vanishes"
ANSWERS = "answers"
"""The cursor of survey responses, which carry no time of their own: that of their first answer."""


@dataclass(frozen=True)
class Kind:
    """`number` starts the kind's ids.

    `cursor` orders it in time; `removal` names the mark of a deleted row (or that it vanishes).
    """

    name: str
    number: int
    cursor: str = "updated_at"
    key: str = "id"
    parent: str | None = None
    removal: str = VANISHES
    text_ids: bool = False


def row_of(kind: Kind, record: Record, state: str = "live", scope: str = "agent") -> Row:
    """The row that keeps a record of this kind."""
    return Row(
        key=record[kind.key],
        at=_moment(kind, record),
        body=orjson.dumps(record),
        created=epoch(record.get("created_at")),
        parent=record.get(kind.parent) if kind.parent else None,
        state=state,
        scope=scope,
        updated=epoch(record.get("updated_at")),
    )


def _moment(kind: Kind, record: Record) -> int:
    if kind.cursor == ANSWERS:
        return epoch(record[ANSWERS][0]["created_at"])
    return epoch(record.get(kind.cursor))


_ALL = (
    Kind("tickets", 1, cursor="generated_timestamp", removal="status"),
    Kind("ticket_metrics", 2, parent="ticket_id"),
    Kind("ticket_metric_events", 3, cursor="time", parent="ticket_id", removal="deleted"),
    Kind("ticket_events", 4, cursor="timestamp", parent="ticket_id"),
    Kind("ticket_audits", 4, cursor="created_at", parent="ticket_id"),
    Kind("ticket_comments", 5, cursor="created_at", parent="ticket_id"),
    Kind("ticket_attachments", 6, cursor="created_at", parent="comment_id"),
    Kind("ticket_fields", 7),
    Kind("ticket_forms", 8),
    Kind("ticket_skips", 9, parent="ticket_id"),
    Kind("ticket_activities", 10),
    Kind("satisfaction_ratings", 11, parent="ticket_id"),
    Kind("sla_policies", 12),
    Kind("tags", 13, key="name", cursor=""),
    Kind("macros", 14),
    Kind("users", 15, removal="active"),
    Kind("user_identities", 16, parent="user_id"),
    Kind("organizations", 17, removal="deleted_at"),
    Kind("organization_memberships", 18, parent="user_id"),
    Kind("groups", 19, removal="deleted"),
    Kind("group_memberships", 20, parent="user_id"),
    Kind("audit_logs", 21, cursor="created_at"),
    Kind("talk_phone_numbers", 22, cursor="created_at"),
    Kind("talk_calls", 23),
    Kind("talk_call_legs", 24, parent="call_id"),
    Kind("chat_account", 25, key="account_key", cursor=""),
    Kind("chat_agents", 26, cursor="create_date"),
    Kind("chat_banned_ips", 27, cursor="created_at"),
    Kind("chat_banned_visitors", 27, cursor="created_at"),
    Kind("chats", 28, cursor="update_timestamp", removal="deleted", text_ids=True),
    Kind("chat_departments", 29, cursor=""),
    Kind("chat_shortcuts", 30, key="name", cursor=""),
    Kind("chat_triggers", 31, cursor=""),
    Kind("account_attributes", 32, text_ids=True),
    Kind("brands", 33, removal="is_deleted"),
    Kind("deleted_tickets", 1, cursor="deleted_at"),
    Kind("user_fields", 35),
    Kind("organization_fields", 36),
    Kind("automations", 37),
    Kind("triggers", 38),
    Kind("custom_roles", 39),
    Kind("schedules", 40),
    Kind("side_conversations", 41, parent="ticket_id", text_ids=True),
    Kind("side_conversation_events", 42, cursor="created_at", parent="side_conversation_id", text_ids=True),
    Kind("categories", 43),
    Kind("sections", 44, parent="category_id"),
    Kind("articles", 45, parent="section_id"),
    Kind("article_attachments", 46, parent="article_id"),
    Kind("article_comments", 47, parent="source_id"),
    Kind("article_votes", 48, parent="item_id"),
    Kind("article_comment_votes", 48, parent="item_id"),
    Kind("topics", 49),
    Kind("posts", 50, parent="topic_id"),
    Kind("post_comments", 51, parent="post_id"),
    Kind("post_votes", 52, parent="item_id"),
    Kind("post_comment_votes", 52, parent="item_id"),
    Kind("csat_survey_responses", 53, cursor=ANSWERS, text_ids=True),
    Kind("views", 54),
    Kind("suspended_tickets", 55),
    Kind("custom_statuses", 56),
    Kind("trigger_categories", 57, text_ids=True),
    Kind("group_sla_policies", 58, text_ids=True),
    Kind("schedule_holidays", 59, cursor="", parent="schedule_id"),
    Kind("dynamic_content_items", 60),
    Kind("satisfaction_reasons", 61, removal="deleted_at"),
    Kind("recipient_addresses", 62),
    Kind("organization_subscriptions", 63, cursor="created_at"),
    Kind("deleted_users", 15),
    Kind("account_settings", 65, key="", cursor=""),
    Kind("locales", 66),
    Kind("attribute_definitions", 67, key="", cursor=""),
)

KINDS = MappingProxyType({kind.name: kind for kind in _ALL})


def number_of(kind: str, n: int) -> int:
    """The n-th id of a kind: 14 digits, rising, with gaps; tickets have small running numbers."""
    if kind in ("tickets", "deleted_tickets"):
        return n + 1
    return 20_000_000_000_000 + KINDS[kind].number * 100_000_000_000 + n * 37 + 11
