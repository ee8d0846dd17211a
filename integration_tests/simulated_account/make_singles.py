"""Answers of a form that no other endpoint has, made of the example rows."""

from collections.abc import Mapping

from .account import Account
from .example_rows import example_record
from .kinds import row_of
from .rows import Row
from .stamps import DAY

_BANS = 13


def make_account(account: Account) -> Mapping[str, list[Row]]:
    """The one object of Chat's account."""
    return {"chat_account": [row_of(account.kind("chat_account"), account.streams["chat_account"].example)]}


def make_bans(account: Account) -> Mapping[str, list[Row]]:
    """Banned addresses and visitors, whose ids take turns."""
    return {
        name: [_ban(account, name, 2 * n + side) for n in range(_BANS - side)]
        for side, name in enumerate(("chat_banned_ips", "chat_banned_visitors"))
    }


def _ban(account: Account, name: str, n: int) -> Row:
    return row_of(
        account.kind(name), example_record(account, account.streams[name], n, account.made_at - (100 - n) * DAY)
    )


def make_definitions(account: Account) -> Mapping[str, list[Row]]:
    """The conditions on which routing attributes can be given: one object with two lists."""
    example = {
        name: value for name, value in account.streams["attribute_definitions"].example.items() if name != "condition"
    }
    other = example | {"title": "Subject", "subject": "subject", "values": []}
    lists = {"conditions_all": [example, other], "conditions_any": [other | {"metadata": None}]}
    return {"attribute_definitions": [row_of(account.kind("attribute_definitions"), lists)]}
