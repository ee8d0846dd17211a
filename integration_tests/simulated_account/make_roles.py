"""Custom roles."""

from collections.abc import Mapping

from .account import Account
from .heads import dates
from .kinds import KINDS, number_of, row_of
from .rows import Row


def make_roles(account: Account) -> Mapping[str, list[Row]]:
    """Custom roles."""
    names = ("Staff", "Team lead", "Light agent")
    return {"custom_roles": [_role(account, n, name) for n, name in enumerate(names)]}


_WORDS = {
    "actions_access": "full", "capacity_rules_access": "none", "end_user_list_access": "full",
    "end_user_profile_access": "readonly",
    "explore_access": "edit", "forum_access": "readonly", "macro_access": "manage-personal",
    "report_access": "readonly",
    "ticket_access": "all", "ticket_comment_access": "public", "user_view_access": "manage-personal",
    "view_access": "readonly",
}  # fmt: skip
_SWITCHES = (
    "assign_tickets_to_any_group", "chat_access", "execute_it_asset_management_actions", "export_views",
    "forum_access_restricted_content", "group_access", "light_agent", "manage_api_credentials", "manage_business_rules",
    "manage_contextual_workspaces", "manage_dynamic_content", "manage_extensions_and_channels", "manage_facebook",
    "manage_organization_fields", "manage_ticket_fields", "manage_ticket_forms", "manage_ticket_settings",
    "manage_user_fields",
    "manage_user_own_contacts", "manage_user_own_forwarding_numbers", "manage_user_own_photo", "moderate_forums",
    "modify_closed_tickets", "organization_editing", "organization_notes_editing", "side_conversation_create",
    "ticket_deletion", "ticket_editing", "ticket_merge", "ticket_tag_editing", "twitter_search_access",
    "update_api_settings",
    "update_user_own_alias", "update_user_own_name", "update_user_own_signature", "view_access_logs", "view_audit_logs",
    "view_deleted_tickets", "view_filter_tickets", "voice_access", "voice_dashboard_access",
)  # fmt: skip


def _role(account: Account, n: int, name: str) -> Row:
    record = {
        "id": number_of("custom_roles", n),
        "name": name,
        "description": f"May do what a {name.lower()} does",
        "role_type": n % 2,
        "team_member_count": 4 + n,
        "configuration": _WORDS | {switch: (place + n) % 3 > 0 for place, switch in enumerate(_SWITCHES)},
    }
    return row_of(KINDS["custom_roles"], record | dates(account, n))
