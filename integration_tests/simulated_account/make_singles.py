"""Answers of a form that no other endpoint has, made of the example rows."""

from collections.abc import Mapping

from .account_data import AccountData
from .example_rows import example_record
from .record_kinds import row_of
from .tables import TableRow
from .timestamps import DAY

_BANS = 13


def make_account(account: AccountData) -> Mapping[str, list[TableRow]]:
    """The one object of Chat's account."""
    return {"chat_account": [row_of(account.kind("chat_account"), account.streams["chat_account"].example)]}


def make_bans(account: AccountData) -> Mapping[str, list[TableRow]]:
    """Banned addresses and visitors, whose ids take turns."""
    return {
        name: [_ban(account, name, 2 * n + side) for n in range(_BANS - side)]
        for side, name in enumerate(("chat_banned_ips", "chat_banned_visitors"))
    }


def _ban(account: AccountData, name: str, n: int) -> TableRow:
    return row_of(
        account.kind(name), example_record(account, account.streams[name], n, account.made_at - (100 - n) * DAY)
    )


def make_definitions(account: AccountData) -> Mapping[str, list[TableRow]]:
    """The conditions on which routing attributes can be given: one object with two lists."""
    example = {
        name: value for name, value in account.streams["attribute_definitions"].example.items() if name != "condition"
    }
    other = example | {"title": "Subject", "subject": "subject", "values": []}
    lists = {"conditions_all": [example, other], "conditions_any": [other | {"metadata": None}]}
    return {"attribute_definitions": [row_of(account.kind("attribute_definitions"), lists)]}
