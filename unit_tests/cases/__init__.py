"""The table: one entry a stream of the manifest. Add a stream by one line here and a full row in `rows/`."""

from unit_tests.cases import chat, children, exports, lists
from unit_tests.cases.case import Call, Case, load

__all__ = ["CASES", "Call", "Case", "load"]

TEXT = ("a10", "a11", "a12", "a21")
ARTICLES, POSTS = "help_center/articles", "community/posts"
ROUTING = "skills-based routing (Professional)"
RATINGS = "customer satisfaction ratings (Support Professional or Suite Growth)"
SURVEYS = "customer satisfaction surveys (Support Professional or Suite Growth)"
SCHEDULES = "business hours schedules (Professional)"
LEVELS = "service level agreements (Support Professional or Suite Growth)"
GATHER = "a community (Gather)"
CALLS, LEGS = (f"/api/v2/channels/voice/stats/incremental/{name}" for name in ("calls", "legs"))

CASES: dict[str, Case] = {
    # Support
    "account_attributes": lists.offset_list_filtered("routing/attributes", "attributes", ROUTING, TEXT),
    "account_settings": lists.single_page("account/settings", "settings", "Support"),
    "attribute_definitions": lists.conditions("routing/attributes/definitions", ROUTING),
    "audit_logs": lists.range_list("audit_logs", "audit_logs", "the audit log (Enterprise)"),
    "automations": lists.cursor_list_filtered("automations", "automations", "automations"),
    "brands": lists.cursor_list_filtered(
        "brands", "brands", "the right to list all brands", fixed=("include_deleted=true&", "")
    ),
    "csat_survey_responses": lists.cursor_list(
        "guide/survey_responses", "survey_responses", SURVEYS, ids=TEXT, size=50
    ),
    "custom_roles": lists.single_page_filtered("custom_roles", "custom_roles", "custom roles (Enterprise)"),
    "custom_statuses": lists.single_page_filtered("custom_statuses", "custom_statuses", "custom ticket statuses"),
    "deleted_tickets": lists.cursor_list_filtered(
        "deleted_tickets",
        "deleted_tickets",
        "the right to see deleted tickets",
        "deleted_at",
        fixed=("", "&support_type_scope=all"),
    ),
    "deleted_users": lists.cursor_list_filtered("deleted_users", "deleted_users", "the right to see deleted users"),
    "dynamic_content_items": lists.cursor_list_filtered(
        "dynamic_content/items", "items", "dynamic content (Professional)"
    ),
    "group_memberships": lists.cursor_list_filtered("group_memberships", "group_memberships"),
    "group_sla_policies": lists.offset_list_filtered(
        "group_slas/policies", "group_sla_policies", "group service level agreements (Enterprise)", TEXT, size=""
    ),
    "groups": lists.cursor_list_filtered("groups", "groups", fixed=("exclude_deleted=false&", "")),
    "locales": lists.single_page_filtered("locales", "locales", "Support"),
    "macros": lists.cursor_list_filtered("macros", "macros"),
    "organization_fields": lists.cursor_list_filtered(
        "organization_fields", "organization_fields", "organization fields"
    ),
    "organization_memberships": lists.cursor_list_filtered("organization_memberships", "organization_memberships"),
    "organization_subscriptions": lists.cursor_list_filtered(
        "organization_subscriptions", "organization_subscriptions", "organization subscriptions", "created_at"
    ),
    "organizations": exports.time_export("/api/v2/incremental/organizations", "organizations", fixed="per_page=1000&"),
    "recipient_addresses": lists.cursor_list_filtered(
        "recipient_addresses", "recipient_addresses", "support addresses"
    ),
    "satisfaction_ratings": lists.cursor_list_since("satisfaction_ratings", "satisfaction_ratings", RATINGS),
    "satisfaction_reasons": lists.single_page_filtered("satisfaction_reasons", "reasons", RATINGS),
    "schedule_holidays": children.schedule_holidays(),
    "schedules": lists.single_page_filtered("business_hours/schedules", "schedules", SCHEDULES),
    "side_conversation_events": children.side_conversation_events(),
    "side_conversations": children.side_conversations(),
    "sla_policies": lists.offset_list_filtered("slas/policies", "sla_policies", LEVELS, size=""),
    "suspended_tickets": lists.cursor_list_filtered(
        "suspended_tickets", "suspended_tickets", "the right to manage suspended tickets"
    ),
    "tags": lists.cursor_list("tags", "tags", key="name", ids=("red", "green", "blue", "7")),
    "ticket_activities": lists.cursor_list_filtered("activities", "activities", "activities"),
    "ticket_attachments": exports.ticket_events("created_at", "attachments"),
    "ticket_audits": lists.newest_first(
        "ticket_audits", "audits", "ticket audits (an administrator, and a token with the scope read)"
    ),
    "ticket_comments": exports.ticket_events("created_at", "comments"),
    "ticket_events": exports.ticket_events("timestamp"),
    "ticket_fields": lists.single_page_filtered("ticket_fields", "ticket_fields"),
    "ticket_forms": lists.single_page_filtered(
        "ticket_forms", "ticket_forms", "ticket forms (Suite Growth or Support Enterprise)"
    ),
    "ticket_metric_events": exports.full_page_export(
        "/api/v2/incremental/ticket_metric_events",
        "ticket_metric_events",
        cursor="time",
        fixed="per_page=1000&",
        again_from=1717371000,  # half an hour earlier
    ),
    "ticket_metrics": exports.tickets("_ab_updated_at", "include=metric_sets&"),
    "ticket_skips": lists.cursor_list_filtered("skips", "skips", "ticket skips (a role that may see reports)"),
    "tickets": exports.tickets("generated_timestamp"),
    "trigger_categories": lists.cursor_list_filtered(
        "trigger_categories", "trigger_categories", "the right to see triggers", ids=TEXT
    ),
    "triggers": lists.cursor_list_filtered("triggers", "triggers", "triggers"),
    "user_fields": lists.cursor_list_filtered("user_fields", "user_fields", "user fields"),
    "user_identities": exports.users("include=identities&"),
    "users": exports.users(),
    "views": lists.cursor_list_filtered("views", "views", "views"),
    # Guide
    "article_attachments": children.per_parent(ARTICLES, "attachments", "article_attachments", "Guide"),
    "article_comment_votes": children.per_parent(ARTICLES, "votes", "votes", "Guide", "comments"),
    "article_comments": children.per_parent(ARTICLES, "comments", "comments", "Guide"),
    "article_votes": children.per_parent(ARTICLES, "votes", "votes", "Guide"),
    "articles": exports.time_export(
        "/api/v2/help_center/incremental/articles.json", "articles", "Guide", "next_page", "per_page=1000&"
    ),
    "categories": lists.cursor_list_filtered("help_center/categories.json", "categories", "Guide"),
    "post_comment_votes": children.per_parent(POSTS, "votes", "votes", GATHER, "comments"),
    "post_comments": children.per_parent(POSTS, "comments", "comments", GATHER),
    "post_votes": children.per_parent(POSTS, "votes", "votes", GATHER),
    "posts": lists.cursor_list_filtered("community/posts.json", "posts", GATHER),
    "sections": lists.cursor_list_filtered("help_center/sections.json", "sections", "Guide"),
    "topics": lists.cursor_list_filtered("community/topics.json", "topics", GATHER),
    # Talk
    "talk_call_legs": exports.full_page_export(LEGS, "legs", "Talk"),
    "talk_calls": exports.full_page_export(CALLS, "calls", "Talk"),
    "talk_phone_numbers": lists.offset_list("channels/voice/phone_numbers", "phone_numbers", "Talk"),
    # Chat
    "chat_account": chat.one("account", "account_key"),
    "chat_agents": chat.id_list("agents"),
    "chat_banned_ips": chat.bans("ip_address", "visitor"),
    "chat_banned_visitors": chat.bans("visitor", "ip_address"),
    "chat_departments": chat.array("departments"),
    "chat_shortcuts": chat.array("shortcuts", "name"),
    "chat_triggers": chat.array("triggers"),
    "chats": exports.full_page_export(
        "/api/v2/chat/incremental/chats",
        "chats",
        chat.WORDS,
        "update_timestamp",
        fixed="fields=chats(*)&limit=1000&",
        keys="c",
    ),
}
