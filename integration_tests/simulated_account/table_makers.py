"""Which function makes which of the tables that are made by hand."""

from collections.abc import Mapping
from types import MappingProxyType

from . import (
    make_audits,
    make_conversation_log,
    make_custom_object_records,
    make_deleted,
    make_fields,
    make_metrics,
    make_organizations,
    make_side_conversations,
    make_singles,
    make_tickets,
    make_users,
)
from .account_data import TableMaker

_TABLES: Mapping[TableMaker, tuple[str, ...]] = {
    make_audits.make_audits: ("ticket_audits", "ticket_events", "ticket_comments"),
    make_custom_object_records.make_custom_object_fields: ("custom_object_fields",),
    make_conversation_log.make_conversation_log: ("ticket_conversation_log",),
    make_custom_object_records.make_custom_object_records: ("custom_object_records",),
    make_deleted.make_deleted: ("deleted_tickets", "deleted_users"),
    make_fields.make_fields: ("ticket_fields", "user_fields", "organization_fields"),
    make_metrics.make_metrics: ("ticket_metrics",),
    make_metrics.make_metric_events: ("ticket_metric_events",),
    make_organizations.make_organizations: ("organizations",),
    make_side_conversations.make_side_conversations: ("side_conversations", "side_conversation_events"),
    make_singles.make_account: ("chat_account",),
    make_singles.make_bans: ("chat_banned_ips", "chat_banned_visitors"),
    make_singles.make_definitions: ("attribute_definitions",),
    make_tickets.make_tickets: ("tickets",),
    make_users.make_users: ("users", "user_identities"),
}

MAKERS: Mapping[str, TableMaker] = MappingProxyType(
    {table: maker for maker, tables in _TABLES.items() for table in tables}
)
