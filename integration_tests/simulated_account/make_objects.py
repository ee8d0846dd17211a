"""The two answers that are one object without an id: the account's settings, and the definitions of routing attributes.

Facts: docs/zendesk-api.md#rules-and-settings (3, 4).
"""

from collections.abc import Mapping

import orjson

from .account import Account
from .cast import GROUPS, cast_of
from .rows import Record, Row


def make_settings(account: Account) -> Mapping[str, list[Row]]:
    """The settings of the account, under the key `settings`."""
    brand = account.keep("cast", cast_of).brand(0)
    return {"account_settings": [Row("settings", 0, orjson.dumps(_settings(brand)))]}


def _settings(brand: int) -> Record:
    return _people_settings(brand) | {
        "active_features": {
            "customer_satisfaction": True,
            "csat_reason_code": True,
            "ticket_forms": True,
            "voice": True,
            "chat": True,
        },
        "api": {"accepted_api_agreement": True, "api_password_access": "false", "api_token_access": "true"},
        "apps": {"use": True, "create_private": True, "create_public": False},
        "billing": {"backend": "internal"},
        "limits": {"attachment_size": 52_428_800},
        "metrics": {"account_size": "100-399"},
        "rule": {"macro_most_used": True, "macro_order": "position", "skip_empty_views": False, "using_skills": True},
        "side_conversations": {
            "email_channel": True,
            "slack_channel": False,
            "tickets_channel": True,
            "show_in_context_panel": True,
        },
        "statistics": {"forum": True, "rule_usage": True, "search": True},
        "ticket_form": {
            "ticket_forms_instructions": "Choose what it is about",
            "raw_ticket_forms_instructions": "Choose",
        },
        "ticket_sharing_partners": {"support_addresses": ["support@partner.example"]},
        "tickets": {
            "agent_collision": True,
            "comments_public_by_default": True,
            "list_newest_comments_first": False,
            "has_color_text": True,
        },
        "twitter": {"shorten_url": "optional"},
    }


def _people_settings(brand: int) -> Record:
    return {
        "agents": {"agent_workspace": True, "focus_mode": False, "aw_self_serve_migration_enabled": True},
        "branding": {
            "header_color": "78A300",
            "page_background_color": "333333",
            "tab_background_color": "7FA239",
            "favicon_url": None,
        },
        "brands": {"default_brand_id": brand, "require_brand_on_new_tickets": False},
        "cdn": {
            "cdn_provider": "default",
            "fallback_cdn_provider": "cloudfront",
            "hosts": [{"name": "default", "url": "//cdn.example"}],
        },
        "chat": {
            "enabled": True,
            "integrated": True,
            "maximum_request_count": 4,
            "welcome_message": "Hi there 👋",
            "available": True,
        },
        "email": {
            "accept_wildcard_emails": True,
            "html_email": True,
            "mail_delimiter": "## reply above ##",
            "rich_content_in_emails": True,
        },
        "groups": {"check_group_name_uniqueness": True},
        "knowledge": {"default_search_filters": {"locale": "en-us", "brand": "acme"}, "search_articles": True},
        "localization": {
            "locale_ids": [1, 2],
            "time_zone": "Berlin",
            "iana_time_zone": "Europe/Berlin",
            "uses_12_hour_clock": False,
        },
        "lotus": {"prefer_lotus": True, "reporting": True, "pod_id": 17},
        "onboarding": {"checklist_onboarding_version": 2, "onboarding_segments": None, "product_sign_up": None},
        "routing": {
            "enabled": True,
            "max_email_capacity": 5,
            "max_messaging_capacity": 3,
            "autorouting_tag": "auto",
            "reassignment_timeout": None,
        },
        "sla": {"metrics_ui_enabled": True},
        "user": {
            "agent_created_welcome_emails": True,
            "end_user_phone_number_validation": False,
            "multiple_organizations": True,
            "tagging": True,
        },
        "voice": {
            "enabled": True,
            "agent_wrap_up_after_calls": True,
            "maximum_queue_size": 5,
            "recordings_public": False,
            "uk_mobile": None,
        },
    }


def make_definitions(account: Account) -> Mapping[str, list[Row]]:
    """The conditions on which routing attributes can be given, under the key `definitions`."""
    return {"attribute_definitions": [Row("definitions", 0, orjson.dumps(_definitions(account)))]}


def _definitions(account: Account) -> Record:
    cast = account.keep("cast", cast_of)
    groups = [{"value": str(cast.group(n)), "title": name, "enabled": n < 7} for n, name in enumerate(GROUPS)]
    status = [{"value": value, "title": value.title(), "enabled": True} for value in ("new", "open", "pending")]
    return {
        "conditions_all": [_condition("Group", "group_id", groups), _condition("Status", "status", status)],
        "conditions_any": [_condition("Status", "status", status), _condition("Subject", "subject", [])],
    }


def _condition(title: str, subject: str, values: list[Record]) -> Record:
    operators = [
        {"value": "is", "title": "Is", "terminal": False},
        {"value": "present", "title": "Present", "terminal": True},
    ]
    return {
        "title": title,
        "subject": subject,
        "type": "list" if values else "text",
        "group": "ticket",
        "nullable": subject == "group_id",
        "repeatable": not values,
        "operators": operators,
        "values": values,
        "metadata": {"collapsed": False} if values else None,
    }
