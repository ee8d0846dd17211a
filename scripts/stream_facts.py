"""What docs/streams.md says of streams that the manifest cannot say: how a removal shows, and why some are off."""

MARKS = {
    "brands": "`is_deleted`",
    "chats": "`deleted`",
    "custom_object_records": "`_deleted`",
    "deleted_tickets": "each row is one, for 30 days",
    "deleted_users": "each row is one",
    "groups": "`deleted`",
    "organizations": "`deleted_at`",
    "satisfaction_reasons": "`deleted_at`",
    "ticket_attachments": "`deleted`",
    "ticket_forms": "`deleted_at`",
    "ticket_metric_events": "`deleted`",
    "tickets": "`status` = `deleted`",
    "users": "`active` = false",
}
"""Streams whose rows say that they are gone."""
HISTORY = frozenset(
    {
        "audit_logs",
        "chat_agent_events",
        "chat_agent_timeline",
        "chat_conversions",
        "chat_department_events",
        "csat_survey_responses",
        "routing_attribute_events",
        "routing_attribute_value_events",
        "routing_instance_value_events",
        "side_conversation_events",
        "talk_call_legs",
        "talk_calls",
        "ticket_audits",
        "ticket_comments",
        "ticket_events",
    }
)
"""Streams of what has happened, which is not undone."""
SINGLE = frozenset(
    {
        "account_settings",
        "attribute_definitions",
        "chat_account",
        "chat_routing_settings",
        "help_center_locales",
        "talk_account_overview",
        "talk_agents_activity",
        "talk_agents_overview",
        "talk_current_queue_activity",
        "talk_settings",
    }
)
"""Streams of settings rather than of things that can be deleted."""

UNMARKED = {
    "articles": "an archived article is never listed; only changes are read",
    "satisfaction_ratings": "only changes are read",
    "side_conversations": "only changes are read",
    "ticket_activities": "rows leave the list after 30 days",
    "ticket_chat_events": "goes with its ticket, whose `status` is `deleted`",
    "ticket_chats": "goes with its ticket, whose `status` is `deleted`",
    "ticket_conversation_log": "goes with its ticket, whose `status` is `deleted`",
    "ticket_metrics": "goes with its ticket, whose `status` is `deleted`",
    "ticket_skips": "rows leave the list when their ticket is archived",
    "user_identities": "come with changes of their user only",
}
"""Incremental streams whose deleted rows are never marked, and why."""

IP_ADDRESSES = "sensitive: holds IP addresses"
OTHER_SYSTEMS = "sensitive: names other systems; their secrets never leave the connector"
LIVE = ("talk_account_overview", "talk_agents_activity", "talk_agents_overview", "talk_current_queue_activity")
OFF_UNLESS_SELECTED = {
    "app_installations": OTHER_SYSTEMS,
    "audit_logs": f"{IP_ADDRESSES} and what each agent did",
    "chat_agent_timeline": "sensitive: when each agent was at work",
    "chat_banned_ips": IP_ADDRESSES,
    "chat_banned_visitors": "sensitive: who was banned, and why",
    "chats": "sensitive: holds transcripts, and IP addresses of visitors",
    "deleted_users": "sensitive: persons who were deleted; Zendesk keeps them for some days",
    "requests": "of one user: the one whose credentials are used",
    "suspended_tickets": "sensitive: mail of unknown senders",
    **dict.fromkeys(LIVE, "figures of the present moment, of use only if each sync appends a row"),
    "targets": OTHER_SYSTEMS,
    "ticket_activities": "of one user: the one whose credentials are used",
    "webhooks": OTHER_SYSTEMS,
}
"""Streams that few users want, and why; those that are read parent by parent cost too many requests."""
