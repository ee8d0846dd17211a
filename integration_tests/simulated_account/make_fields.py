"""Definitions of ticket, user and organization fields, and values of every custom type.

Facts: docs/zendesk-api.md#custom-fields.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from .account_data import AccountData
from .odd_fields import CUSTOM_OBJECT, more_fields
from .record_kinds import KINDS, number_of, row_of
from .tables import Record, TableRow
from .timestamps import DAY, day, iso

_SYSTEM = (
    ("subject", "Subject"),
    ("description", "Description"),
    ("status", "Status"),
    ("tickettype", "Type"),
    ("priority", "Priority"),
    ("group", "Group"),
    ("assignee", "Assignee"),
    ("custom_status", "Ticket status"),
)
_CUSTOM = (
    ("text", "Order number"),
    ("textarea", "Steps to reproduce"),
    ("regexp", "Serial number"),
    ("partialcreditcard", "Card"),
    ("integer", "Quantity"),
    ("decimal", "Amount"),
    ("checkbox", "Escalated"),
    ("date", "Purchase date"),
    ("tagger", "Product"),
    ("multiselect", "Affected parts"),
    ("lookup", "Account manager"),
    ("text", "Région 🌍"),
)
_OPTIONS = ("phone", "laptop", "watch", "headset", "écran", "kabel")
_PRIORITIES = (("Low", "low"), ("Normal", "normal"), ("High", "high"), ("Urgent", "urgent"))


def make_fields(account: AccountData) -> Mapping[str, list[TableRow]]:
    """All field definitions."""
    made = {kind: _keyed_fields(account, kind) for kind in ("user_fields", "organization_fields")}
    made["ticket_fields"] = _ticket_fields(account)
    return {kind: [row_of(KINDS[kind], field) for field in fields] for kind, fields in made.items()}


def custom_field_ids() -> list[tuple[int, str]]:
    """Id and type of each custom ticket field that every account has."""
    return [(number_of("ticket_fields", len(_SYSTEM) + n), kind) for n, (kind, _) in enumerate(_CUSTOM)]


def custom_values(account: AccountData, rng: Random, at: int) -> list[Record]:
    """A ticket's `custom_fields`: every field is named, and of hundreds most are null. `at` is Unix seconds."""
    usual = [{"id": number, "value": value_of(rng, kind, at)} for number, kind in custom_field_ids()]
    first = len(_SYSTEM) + len(_CUSTOM)
    more = [
        {"id": number_of("ticket_fields", first + n), "value": value_of(rng, kind, at) if rng.random() < 0.2 else None}
        for n, kind in enumerate("device" if title == "Device" else kind for kind, title in _more(account))
    ]
    return usual + more


def _more(account: AccountData) -> list[tuple[str, str]]:
    usual = len(_SYSTEM) + len(_CUSTOM)
    return more_fields(account.size("ticket_fields", usual) - usual)


def value_of(rng: Random, kind: str, at: int) -> Any:
    """A value of that custom type as tickets carry it; often null, as in life. `at` is Unix seconds."""
    if rng.random() < 0.35:
        return False if kind == "checkbox" else [] if kind == "multiselect" else None
    return _VALUES[kind](rng, at)


_VALUES: Mapping[str, Callable[[Random, int], Any]] = {
    "integer": lambda rng, _at: rng.randint(-3, 9_000_000_000),
    "decimal": lambda rng, _at: round(rng.uniform(0, 5000), 2),
    "checkbox": lambda rng, _at: rng.random() < 0.5,
    "date": lambda rng, at: day(at - rng.randrange(90) * DAY),
    "tagger": lambda rng, _at: f"product_{rng.choice(_OPTIONS)}",
    "dropdown": lambda rng, _at: f"product_{rng.choice(_OPTIONS)}",
    "multiselect": lambda rng, _at: [f"product_{option}" for option in rng.sample(_OPTIONS, rng.randint(1, 3))],
    "lookup": lambda rng, _at: str(number_of("users", rng.randrange(6))),
    "device": lambda rng, _at: f"01J{rng.getrandbits(48):012X}",
    "partialcreditcard": lambda rng, _at: f"XXXXXXXXXXXX{rng.randrange(10000):04d}",
    "regexp": lambda rng, _at: f"SN-{rng.getrandbits(24):06x}",
    "textarea": lambda rng, _at: f"1. Open the page\n2. Press “save”\n3. See error {rng.randrange(900)}",
    "text": lambda rng, _at: f"A-{rng.getrandbits(32)}",
    "hologram": lambda rng, _at: {"beams": rng.randrange(9)},
}


def keyed_values(rng: Random, at: int) -> Record:
    """The map of custom values as users and organizations carry it.

    Dates with a time, everything else as in tickets.
    """
    values = {_key(kind, n): value_of(rng, kind, at) for n, (kind, _) in enumerate(_KEYED)}
    if values["since_date"]:
        values["since_date"] += "T00:00:00+00:00"
    return values


_KEYED = (
    ("text", "Nickname"),
    ("textarea", "Remarks"),
    ("regexp", "Badge"),
    ("integer", "Seats"),
    ("decimal", "Discount"),
    ("checkbox", "Newsletter"),
    ("date", "Since"),
    ("dropdown", "Favourite product"),
    ("multiselect", "Products"),
    ("lookup", "Buddy"),
)


def _key(kind: str, n: int) -> str:
    return "since_date" if kind == "date" else f"{_KEYED[n][1].lower().replace(' ', '_')}"


def _common(account: AccountData, kind: str, n: int, type_: str, title: str) -> Record:
    number = number_of(kind, n)
    return {
        "url": f"{account.home}/{kind}/{number}.json",
        "id": number,
        "type": type_,
        "title": title,
        "raw_title": title,
        "description": f"About {title.lower()}",
        "raw_description": f"About {title.lower()}",
        "position": n,
        "active": not (kind == "ticket_fields" and n == len(_SYSTEM) + len(_CUSTOM) - 1),
        "regexp_for_validation": "\\ASN-[0-9a-f]{6}\\z" if type_ == "regexp" else None,
        "created_at": iso(account.made_at - 400 * DAY + n * 60),
        "updated_at": iso(account.made_at - max(1, 90 - 3 * n) * DAY),
    }


def _options(account: AccountData, kind: str, field: int, type_: str) -> Record:
    if type_ not in ("tagger", "multiselect", "dropdown"):
        return {}
    start = field % 1_000_000 * 100 + 30_000_000_000_000
    url = f"{account.home}/{kind}/{field}/options"
    options = [
        {
            "id": start + n,
            "name": option.title(),
            "raw_name": option.title(),
            "value": f"product_{option}",
            "default": n == 0,
            "position": n,
            "allow_solving": True,
            "url": f"{url}/{start + n}.json",
        }
        for n, option in enumerate(_OPTIONS)
    ]
    return {"custom_field_options": options}


def _lookup(type_: str, title: str) -> Record:
    if type_ != "lookup":
        return {}
    if title == "Device":
        return {"relationship_target_type": CUSTOM_OBJECT, "relationship_filter": {"all": [], "any": []}}
    rule = {"field": "role", "operator": "is", "value": "agent"}
    return {"relationship_target_type": "zen:user", "relationship_filter": {"all": [rule], "any": []}}


def _ticket_fields(account: AccountData) -> list[Record]:
    return [
        _ticket_field(account, n, kind, title) | _system_extras(account, kind)
        for n, (kind, title) in enumerate([*_SYSTEM, *_CUSTOM, *_more(account)])
    ]


def _ticket_field(account: AccountData, n: int, type_: str, title: str) -> Record:
    custom = n >= len(_SYSTEM)
    field = _common(account, "ticket_fields", n, type_, title)
    field |= {
        "collapsed_for_agents": False,
        "agent_description": "Ask the customer" if custom else None,
        "agent_can_edit": True,
        "title_in_portal": title,
        "raw_title_in_portal": title,
        "visible_in_portal": n % 2 == 0,
        "editable_in_portal": n % 4 == 0,
        "required_in_portal": n == 0,
        "required": n == 0,
        "tag": f"tag_{n}" if type_ == "checkbox" else None,
        "removable": custom,
        "creator_user_id": number_of("users", 0) if custom else -1,
        "creator_app_name": "Field Maker" if n == len(_SYSTEM) + 1 else None,
        "sub_type_id": 0 if type_ in ("priority", "status") else None,
    }
    return field | _options(account, "ticket_fields", field["id"], type_) | _lookup(type_, title)


def _system_extras(account: AccountData, type_: str) -> Record:
    if type_ == "priority":
        return {"system_field_options": [{"name": name, "value": value} for name, value in _PRIORITIES]}
    if type_ == "custom_status":
        return {"custom_statuses": [row.record() for row in account.table("custom_statuses")]}
    return {}


def _keyed_fields(account: AccountData, kind: str) -> list[Record]:
    fields = []
    for n, (type_, title) in enumerate(_KEYED):
        field = _common(account, kind, n, type_, title)
        field |= {"key": _key(type_, n), "system": False, "tag": "keyed" if type_ == "checkbox" else None}
        fields.append(field | _options(account, kind, field["id"], type_) | _lookup(type_, title))
    return fields
