"""The fields with which most records of the account's settings begin."""

from .account import Account
from .kinds import number_of
from .rows import Record
from .stamps import DAY, iso


def dates(account: Account, n: int, age: int = 300) -> Record:
    """When the n-th row of a kind was made, so many days ago, and changed."""
    return {"created_at": iso(account.made_at - age * DAY), "updated_at": iso(account.made_at - (age // 4 + n) * DAY)}


def head(account: Account, kind: str, n: int) -> Record:
    """The url, id and times of the n-th row of a kind."""
    number = number_of(kind, n)
    return {"url": f"{account.home}/{kind}/{number}.json", "id": number} | dates(account, n)
