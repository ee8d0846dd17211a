"""How the account is set up: forms, statuses, brands, addresses, tags, skills."""

from collections.abc import Mapping

from .account import Account
from .cast import BRANDS, FORMS, cast_of
from .heads import dates, head
from .kinds import KINDS, number_of, row_of
from .make_fields import custom_field_ids
from .pieces import HOME, attachment
from .rows import DELETED, LIVE, Record, Row
from .stamps import DAY, iso
from .text import TAG

_STATUSES = (
    ("New", "new"),
    ("Open", "open"),
    ("Pending", "pending"),
    ("On-hold", "hold"),
    ("Solved", "solved"),
    ("Wartet auf Lager", "hold"),
)


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
    record = head(account, "ticket_forms", n) | {
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
    record = {"id": number_of("custom_statuses", n)} | dates(account, n) | {
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
    record = head(account, "brands", n) | {
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


def make_addresses(account: Account) -> Mapping[str, list[Row]]:
    """Support addresses."""
    return {"recipient_addresses": [_address(account, n) for n in range(3)]}


def _address(account: Account, n: int) -> Row:
    record = {"id": number_of("recipient_addresses", n)} | dates(account, n) | {
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
    record = {"url": f"{HOME}/api/v2/routing/attributes/{number}.json", "id": number, "name": name} | dates(account, n)
    return row_of(KINDS["account_attributes"], record)
