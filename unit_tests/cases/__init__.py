"""The case of every stream: from its family, its stanza's constants and its example row; some are written by hand."""

from collections.abc import Callable, Mapping

from integration_tests.simulated_account.declared_streams import (
    CURSOR,
    EXPORT,
    IDS,
    OFFSET,
    ONE_ANSWER,
    DeclaredStream,
    declared_streams,
)
from unit_tests.cases import audits, chat, children, embedded, exports, lists
from unit_tests.cases.case import ScriptedCall, StreamCase, load, load_wire

__all__ = ["CASES", "ScriptedCall", "StreamCase", "case_of", "load", "load_wire"]

METRIC_EVENTS = "/api/v2/incremental/ticket_metric_events"
CHAT = "/api/v2/chat/incremental"
ARTICLES = "/api/v2/help_center/incremental/articles.json"

BY_HAND: Mapping[str, Callable[[DeclaredStream], StreamCase]] = {
    "agent_statuses": lists.agent_statuses,
    "account_attribute_values": lambda stream: lists.offset_list_filtered(stream, "include=attribute_values&"),
    "account_attributes": lambda stream: lists.offset_list_filtered(stream, "include=attribute_values&"),
    "agent_attribute_values": children.agent_skills,
    "attribute_definitions": lists.conditions,
    "article_comment_votes": lambda stream: children.votes(stream, "Comment"),
    "article_votes": lambda stream: children.votes(stream, "Article"),
    "articles": lambda stream: exports.time_export(ARTICLES, "articles", stream.requires, "next_page"),
    "audit_logs": lists.audit_logs,
    "brands": lambda stream: lists.cursor_list_filtered(stream, fixed=("include_deleted=true&", "")),
    "chat_account": lambda stream: chat.one(stream, stream.key),
    "chat_banned_ips": lambda stream: chat.bans(stream, "ip_address", "visitor"),
    "chat_banned_visitors": lambda stream: chat.bans(stream, "visitor", "ip_address"),
    "chat_agent_events": lambda stream: exports.full_page_export(
        f"{CHAT}/agent_events", "agent_events", stream.requires, "timestamp", fixed="limit=1000&", keys="e"
    ),
    "chat_agent_timeline": exports.agent_timeline,
    "chat_conversions": lambda stream: exports.full_page_export(
        f"{CHAT}/conversions", "conversions", stream.requires, "timestamp", "fields=conversions(*)&limit=1000&", "c"
    ),
    "chat_department_events": lambda stream: exports.full_page_export(
        f"{CHAT}/department_events",
        "department_events",
        stream.requires,
        "timestamp",
        fixed="fields=department_events(*)&limit=1000&",
        keys="d",
    ),
    "chats": lambda stream: exports.full_page_export(
        f"{CHAT}/chats", "chats", stream.requires, "update_timestamp", fixed="fields=chats(*)&limit=1000&", keys="c"
    ),
    "csat_survey_responses": lists.survey_responses,
    "custom_object_records": exports.custom_object_records,
    "deleted_tickets": lambda stream: lists.cursor_list_filtered(stream, fixed=("", "&support_type_scope=all")),
    "groups": lambda stream: lists.cursor_list_filtered(stream, fixed=("exclude_deleted=false&", "")),
    "jira_links": lists.jira_links,
    "help_center_locales": lambda stream: chat.one(stream, "default_locale"),
    "organizations": lambda _: exports.time_export("/api/v2/incremental/organizations", "organizations"),
    "post_comment_votes": lambda stream: children.votes(stream, "PostComment"),
    "post_votes": lambda stream: children.votes(stream, "Post"),
    "redirect_rules": lambda stream: lists.cursor_list_filtered(stream, size=30),
    "routing_attribute_events": exports.change_log,
    "routing_attribute_value_events": exports.change_log,
    "routing_instance_value_events": exports.change_log,
    "satisfaction_ratings": lists.cursor_list_since,
    "schedule_holidays": children.schedule_holidays,
    "side_conversation_events": children.side_conversation_events,
    "side_conversations": children.side_conversations,
    "ticket_activities": lists.ticket_activities,
    "ticket_attachments": lambda _: exports.ticket_events("created_at", "attachments"),
    "ticket_audits": audits.newest_first,
    "ticket_chat_events": lambda stream: audits.newest_first(stream, audits.with_chat_entry),
    "ticket_chats": lambda stream: audits.newest_first(stream, audits.with_chat),
    "ticket_comments": lambda _: exports.ticket_events("created_at", "comments"),
    "ticket_conversation_log": children.conversation_log,
    "ticket_events": lambda _: exports.ticket_events("timestamp"),
    "ticket_metric_events": lambda _: exports.full_page_export(
        METRIC_EVENTS,
        "ticket_metric_events",
        cursor="time",
        fixed="per_page=1000&",
        again_from=1717371000,  # half an hour earlier
    ),
    "ticket_metrics": lambda _: exports.tickets("_ab_updated_at", "include=metric_sets&"),
    "tickets": lambda _: exports.tickets("generated_timestamp"),
    "user_identities": lambda _: exports.users("include=identities&"),
    "users": lambda _: exports.users(),
}
"""Streams of which no other has the form, and those that always send a parameter of their own."""


BY_PAGING: Mapping[tuple[str, bool], Callable[[DeclaredStream], StreamCase]] = {
    (CURSOR, True): lists.cursor_list_filtered,
    (CURSOR, False): lists.cursor_list,
    (OFFSET, True): lists.offset_list_filtered,
    (OFFSET, False): lists.offset_list,
    (ONE_ANSWER, True): lists.single_page_filtered,
    (ONE_ANSWER, False): lists.single_page,
    (IDS, False): chat.id_list,
    (EXPORT, True): exports.full_page_export_of,
}
"""By how the list is paged, and whether the stream has a cursor field."""


def case_of(stream: DeclaredStream) -> StreamCase:
    """The case of a stream; the function of its family contains all requests as literals."""
    if stream.name in BY_HAND:
        return BY_HAND[stream.name](stream)
    if stream.embedded:
        return embedded.embedded(stream)
    if stream.path.startswith("custom_objects/"):
        return children.of_custom_objects(stream)
    if stream.parents:
        return children.per_parent(stream)
    if not stream.records and stream.paging == ONE_ANSWER and not stream.cursor_field:
        return chat.array(stream)
    return BY_PAGING[stream.paging, bool(stream.cursor_field)](stream)


CASES: dict[str, StreamCase] = {name: case_of(stream) for name, stream in declared_streams().items()}
