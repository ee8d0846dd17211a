"""How the account is set up: forms, statuses, brands, roles, locales, schedules, addresses, dynamic content, tags.

RECORDS, tables of those names, and section 3 for schedules, holidays and routing attributes.
"""

from collections.abc import Mapping

from .account import Account
from .cast import BRANDS, FORMS, cast_of
from .kinds import KINDS, number_of, row_of
from .make_fields import custom_field_ids
from .pieces import HOME, attachment
from .rows import DELETED, LIVE, Record, Row
from .stamps import DAY, day, iso
from .text import TAG

_STATUSES = (
    ("New", "new"),
    ("Open", "open"),
    ("Pending", "pending"),
    ("On-hold", "hold"),
    ("Solved", "solved"),
    ("Wartet auf Lager", "hold"),
)
_LOCALES = (
    ("en-US", "English"),
    ("de", "Deutsch"),
    ("ja", "日本語"),
    ("pt-br", "Português (Brasil)"),
    ("ar", "العربية"),
)


def _dates(account: Account, n: int, age: int = 300) -> Record:
    return {"created_at": iso(account.made_at - age * DAY), "updated_at": iso(account.made_at - (age // 4 + n) * DAY)}


def _head(account: Account, kind: str, n: int) -> Record:
    number = number_of(kind, n)
    return {"url": f"{account.home}/{kind}/{number}.json", "id": number} | _dates(account, n)


def make_forms(account: Account) -> Mapping[str, list[Row]]:
    """Ticket forms; the last one is deleted and still listed with `deleted_at`."""
    return {"ticket_forms": [_form(account, n, name) for n, name in enumerate(FORMS)]}


def _form(account: Account, n: int, name: str) -> Row:
    fields = [number for number, _ in custom_field_ids()]
    condition: Record = {"parent_field_id": fields[6], "parent_field_type": "checkbox", "value": True}
    child: Record = {
        "id": fields[0],
        "is_required": True,
        "required_on_statuses": {"type": "SOME_STATUSES", "statuses": ["solved"]},
    }
    brand = account.keep("cast", cast_of).brand(0)
    gone = n == len(FORMS) - 1
    record = _head(account, "ticket_forms", n) | {
        "name": name,
        "raw_name": name,
        "display_name": name,
        "raw_display_name": name,
        "position": n,
        "active": not gone,
        "default": n == 0,
        "end_user_visible": n < 2,
        "in_all_brands": n != 2,
        "restricted_brand_ids": [brand] if n == 2 else [],
        "ticket_field_ids": fields[: 4 + n],
        "agent_conditions": [condition | {"child_fields": [child]}] if n else [],
        "end_user_conditions": [condition | {"child_fields": [{"id": fields[1], "is_required": False}]}] if n else [],
        "deleted_at": iso(account.made_at - 60 * DAY) if gone else None,
    }
    return row_of(KINDS["ticket_forms"], record)


def make_statuses(account: Account) -> Mapping[str, list[Row]]:
    """Custom ticket statuses."""
    return {"custom_statuses": [_status(account, n, label, category) for n, (label, category) in enumerate(_STATUSES)]}


def _status(account: Account, n: int, label: str, category: str) -> Row:
    record = {"id": number_of("custom_statuses", n)} | _dates(account, n) | {
        "status_category": category,
        "agent_label": label,
        "raw_agent_label": label,
        "end_user_label": label,
        "raw_end_user_label": label,
        "description": f"The ticket is {label}",
        "raw_description": f"The ticket is {label}",
        "end_user_description": f"We see it as {label}",
        "raw_end_user_description": f"We see it as {label}",
        "active": True,
        "default": n < 5,
    }  # fmt: skip
    return row_of(KINDS["custom_statuses"], record)


def make_brands(account: Account) -> Mapping[str, list[Row]]:
    """Brands; the last one is deleted and listed only with `include_deleted`."""
    return {"brands": [_brand(account, n, name) for n, name in enumerate(BRANDS)]}


def _brand(account: Account, n: int, name: str) -> Row:
    gone, subdomain = n == len(BRANDS) - 1, name.lower().replace(" ", "")
    record = _head(account, "brands", n) | {
        "name": name,
        "brand_url": f"https://{subdomain}.zendesk.com",
        "subdomain": subdomain,
        "host_mapping": "support.acme.example" if n == 0 else None,
        "has_help_center": n == 0,
        "help_center_state": "enabled" if n == 0 else "disabled",
        "active": not gone,
        "default": n == 0,
        "is_deleted": gone,
        "logo": attachment(account.random("logo"), number_of("brands", 900), file=1) if n == 0 else None,
        "ticket_form_ids": [account.keep("cast", cast_of).form(0)],
        "signature_template": "{{agent.signature}}",
        "user_separation": "account",
    }
    return row_of(KINDS["brands"], record, DELETED if gone else LIVE)


def make_roles(account: Account) -> Mapping[str, list[Row]]:
    """Custom roles."""
    names = ("Staff", "Team lead", "Light agent")
    return {"custom_roles": [_role(account, n, name) for n, name in enumerate(names)]}


_WORDS = {
    "actions_access": "full", "capacity_rules_access": "none", "end_user_list_access": "full", "end_user_profile_access": "readonly",
    "explore_access": "edit", "forum_access": "readonly", "macro_access": "manage-personal", "report_access": "readonly",
    "ticket_access": "all", "ticket_comment_access": "public", "user_view_access": "manage-personal", "view_access": "readonly",
}  # fmt: skip
_SWITCHES = (
    "assign_tickets_to_any_group", "chat_access", "execute_it_asset_management_actions", "export_views",
    "forum_access_restricted_content", "group_access", "light_agent", "manage_api_credentials", "manage_business_rules",
    "manage_contextual_workspaces", "manage_dynamic_content", "manage_extensions_and_channels", "manage_facebook",
    "manage_organization_fields", "manage_ticket_fields", "manage_ticket_forms", "manage_ticket_settings", "manage_user_fields",
    "manage_user_own_contacts", "manage_user_own_forwarding_numbers", "manage_user_own_photo", "moderate_forums",
    "modify_closed_tickets", "organization_editing", "organization_notes_editing", "side_conversation_create",
    "ticket_deletion", "ticket_editing", "ticket_merge", "ticket_tag_editing", "twitter_search_access", "update_api_settings",
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
    return row_of(KINDS["custom_roles"], record | _dates(account, n))


def make_locales(account: Account) -> Mapping[str, list[Row]]:
    """The locales of the account, and its dynamic content in two of them."""
    return {
        "locales": [_locale(account, n, locale, name) for n, (locale, name) in enumerate(_LOCALES)],
        "dynamic_content_items": [_content(account, n) for n in range(account.size("dynamic_content_items", 8))],
    }


def _locale(account: Account, n: int, locale: str, name: str) -> Row:
    record = _head(account, "locales", n) | {"id": n + 1, "locale": locale, "name": name}
    return row_of(KINDS["locales"], record)


def _content(account: Account, n: int) -> Row:
    head = _head(account, "dynamic_content_items", n)
    variants = [
        {
            "url": f"{head['url'][:-5]}/variants/{head['id'] + place}.json",
            "id": head["id"] + place,
            "content": text,
            "locale_id": place,
        }
        | {"outdated": False, "active": True, "default": place == 1}
        | _dates(account, n)
        for place, text in ((1, f"Hello {n}"), (2, f"Grüß Gott {n}"))
    ]
    more: Record = {
        "name": f"greeting {n}",
        "placeholder": f"{{{{dc.greeting_{n}}}}}",
        "default_locale_id": 1,
        "outdated": n == 3,
    }
    return row_of(KINDS["dynamic_content_items"], head | more | {"variants": variants})


def make_schedules(account: Account) -> Mapping[str, list[Row]]:
    """Business hours and holidays."""
    schedules = [_schedule(account, n, zone) for n, zone in enumerate(("Berlin", "Tokyo"))]
    holidays = [_holiday(account, schedule, n) for schedule in schedules for n in range(2)]
    return {"schedules": schedules, "schedule_holidays": holidays}


def _schedule(account: Account, n: int, zone: str) -> Row:
    intervals = [{"start_time": 1440 * weekday + 480, "end_time": 1440 * weekday + 1020} for weekday in range(1, 6)]
    record: Record = {
        "id": number_of("schedules", n),
        "name": f"Office {zone}",
        "time_zone": zone,
        "intervals": intervals,
    }
    return row_of(KINDS["schedules"], record | _dates(account, n))


def _holiday(account: Account, schedule: Row, n: int) -> Row:
    start = account.made_at + (n * 40 - 20) * DAY
    number = number_of("schedule_holidays", int(schedule.key) % 1000 * 2 + n)
    row = row_of(
        KINDS["schedule_holidays"],
        {"id": number, "name": f"Holiday {n}", "start_date": day(start), "end_date": day(start + DAY)},
    )
    row.parent = schedule.key
    return row


def make_addresses(account: Account) -> Mapping[str, list[Row]]:
    """Support addresses."""
    return {"recipient_addresses": [_address(account, n) for n in range(3)]}


def _address(account: Account, n: int) -> Row:
    record = {"id": number_of("recipient_addresses", n)} | _dates(account, n) | {
        "name": f"Acme {n}",
        "email": f"support{n}@acme.zendesk.com",
        "default": n == 0,
        "brand_id": account.keep("cast", cast_of).brand(n % 2),
        "forwarding_status": ("verified", "waiting", "unknown")[n],
        "spf_status": "verified",
        "cname_status": "verified" if n else "failed",
        "dns_results": "verified",
        "domain_verification_status": "verified",
        "domain_verification_code": "a1b2c3" if n == 0 else None,
    }  # fmt: skip
    return row_of(KINDS["recipient_addresses"], record)


def make_tags(account: Account) -> Mapping[str, list[Row]]:
    """Tags with their counts: more than one page of them."""
    names = list(TAG) + [f"tag_{n:03d}" for n in range(account.size("tags", 130) - len(TAG))]
    rng = account.random("tags")
    return {"tags": [row_of(KINDS["tags"], {"name": name, "count": rng.randint(1, 400)}) for name in names]}


def make_attributes(account: Account) -> Mapping[str, list[Row]]:
    """Skills: the routing attributes."""
    return {
        "account_attributes": [_attribute(account, n, name) for n, name in enumerate(("Language", "Product", "Level"))]
    }


def _attribute(account: Account, n: int, name: str) -> Row:
    number = f"f11e9d06-0000-11ea-80a3-{number_of('account_attributes', n) % 10**12:012d}"
    record = {"url": f"{HOME}/api/v2/routing/attributes/{number}.json", "id": number, "name": name} | _dates(account, n)
    return row_of(KINDS["account_attributes"], record)
