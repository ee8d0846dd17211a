"""How Chat is set up: its account, agents, bans, departments, shortcuts, triggers (docs/zendesk-api.md#chat)."""

from collections.abc import Mapping

from .account import Account
from .cast import cast_of
from .kinds import KINDS, number_of, row_of
from .make_chat import DEPARTMENTS
from .rows import Record, Row
from .stamps import DAY, iso
from .text import FIRST, LAST


def make_chat_setup(account: Account) -> Mapping[str, list[Row]]:
    """Everything of Chat but the chats."""
    agents = min(account.keep("cast", cast_of).agents, 15)
    return {
        "chat_account": [row_of(KINDS["chat_account"], _account(account))],
        "chat_agents": [row_of(KINDS["chat_agents"], _agent(account, n)) for n in range(agents)],
        "chat_banned_ips": [row_of(KINDS["chat_banned_ips"], _ban(account, n * 2, "ip_address")) for n in range(13)],
        "chat_banned_visitors": [
            row_of(KINDS["chat_banned_visitors"], _ban(account, n * 2 + 1, "visitor")) for n in range(12)
        ],
        "chat_departments": [
            row_of(KINDS["chat_departments"], _department(n, name)) for n, name in enumerate(DEPARTMENTS)
        ],
        "chat_shortcuts": [row_of(KINDS["chat_shortcuts"], _shortcut(n)) for n in range(6)],
        "chat_triggers": [row_of(KINDS["chat_triggers"], _trigger(n)) for n in range(5)],
    }


_FEATURES = (
    "agent_leaderboard", "agent_reports", "chat_reports", "daily_reports", "email_reports", "file_upload", "high_load",
    "ip_restriction", "monitoring", "operating_hours", "rest_api", "sla", "unbranding", "widget_customization",
)  # fmt: skip


def _account(account: Account) -> Record:
    billing = {
        "company": "Acme", "first_name": "Ana", "last_name": "Sato", "email": "billing@acme.example",
        "address1": "Main street 1",
        "address2": "2nd floor", "city": "Porto", "state": "Porto", "postal_code": "4000-001", "country_code": "PT",
        "additional_info": "VAT 1", "phone": "+351220000000", "fax": None, "cycle": 12, "currency": "EUR",
        "created_at": iso(account.made_at - 400 * DAY),
    }  # fmt: skip
    plan: Record = {
        "name": "enterprise", "short_desc": "Enterprise", "long_desc": "All of Chat", "price": 79.0, "support": True,
        "integrations": True,
        "max_agents": 20, "max_departments": "unlimited", "max_concurrent_chats": "unlimited",
        "max_history_search_days": "unlimited",
        "max_basic_triggers": "unlimited", "max_advanced_triggers": "unlimited", "analytics": True, "goals": 5,
    }  # fmt: skip
    return {
        "account_key": "aBcDeF0123456789",
        "status": "active",
        "create_date": iso(account.made_at - 400 * DAY),
        "billing": billing,
        "plan": plan | dict.fromkeys(_FEATURES, 1),
    }


def _agent(account: Account, n: int) -> Record:
    first, last = FIRST[n % len(FIRST)], LAST[n % len(LAST)]
    return {
        "id": number_of("chat_agents", n),
        "email": f"agent{n}@acme.example",
        "first_name": first,
        "last_name": last,
        "display_name": f"{first} 💬",
        "enabled": n % 8 != 7,
        "create_date": iso(account.made_at - (390 - n) * DAY),
        "last_login": iso(account.made_at - (1 + n) * DAY),
        "login_count": 10 + n,
        "role_id": 1 + n % 3 if n % 5 else None,
        "roles": {"owner": n == 0, "administrator": n < 2},
        "departments": [number_of("chat_departments", n % 3)],
        "enabled_departments": [number_of("chat_departments", n % 3)],
        "skills": [1] if n % 4 == 0 else [],
        "scope": "all",
    }


def _ban(account: Account, n: int, kind: str) -> Record:
    visitor = kind == "visitor"
    return {
        "id": number_of("chat_banned_ips", n),
        "type": kind,
        "ip_address": f"192.0.2.{n % 256}",
        "visitor_id": f"3.{n:010x}" if visitor else None,
        "visitor_name": f"Visitor {n}" if visitor else None,
        "reason": "Rude words 🤬",
        "created_at": iso(account.made_at - (100 - n) * DAY),
    }


def _department(n: int, name: str) -> Record:
    return {
        "id": number_of("chat_departments", n),
        "name": name,
        "description": f"{name} department",
        "enabled": n != 2,
        "members": [number_of("chat_agents", member) for member in range(n, 6, 3)],
        "settings": {"chat_enabled": True, "support_group_id": number_of("groups", n)},
    }


def _shortcut(n: int) -> Record:
    return {
        "id": f"shortcut_{n}",
        "name": f"shortcut_{n}",
        "message": "Hello! How can I help? 😊",
        "options": "Yes/No" if n % 2 else "",
        "scope": "all",
        "tags": ["greeting"] if n % 2 else [],
        "agents": [],
        "departments": [number_of("chat_departments", 0)] if n == 3 else [],
    }


def _trigger(n: int) -> Record:
    condition = ["and", ["eq", "@visitor_page_url", "https://acme.example"], ["gt", "@visitor_time_on_page", 30 + n]]
    return {
        "id": number_of("chat_triggers", n),
        "name": f"Greeting {n % 2}",
        "description": "Greets visitors who wait",
        "enabled": n % 3 != 2,
        "run_once": n % 2 == 0,
        "definition": {
            "event": "chat_requested",
            "condition": condition,
            "actions": [["sendMessageToVisitor", "Agent", "Hello?"], ["wait", 10]],
            "version": 1,
            "editor": "advanced" if n % 2 else "basic",
        },
    }
