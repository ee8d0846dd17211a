"""What every change has in common: the times that move, and how a changed record is put back."""

from .account import Account
from .kinds import row_of
from .rows import LIVE, Record, Row, Table
from .stamps import iso, iso_millis

_MILLIS = ("side_conversations", "side_conversation_events")


def newest(table: Table) -> Row:
    """The live row with the highest key; KeyError if there is none."""
    for row in reversed(table.by_key()):
        if row.state == LIVE:
            return row
    raise KeyError(table.name)


def present(account: Account, kind: str) -> str:
    """The account's time as records of this kind write it."""
    now = account.clock.now()
    return iso_millis(now) if kind in _MILLIS else iso(int(now))


def moved(account: Account, kind: str, record: Record) -> Record:
    """The fields that move with every change."""
    times: Record = {"updated_at": present(account, kind)} if "updated_at" in record else {}
    cursor = account.kind(kind).cursor
    if cursor == "generated_timestamp":
        times[cursor] = int(account.clock.now())
    elif cursor in ("update_timestamp", "timestamp"):
        times[cursor] = present(account, kind)
    return times


def keep(account: Account, kind: str, row: Row, record: Record) -> Row:
    """Writes the record in the place of its row, keeping what the record does not tell."""
    fresh = row_of(account.kind(kind), record, row.state, row.scope)
    fresh.parent = fresh.parent if fresh.parent is not None else row.parent
    if kind == "tickets":
        fresh.scope = record["support_type"]
    account.table(kind).put(fresh)
    return fresh
