"""What every change has in common: the times that move, and how a changed record is put back."""

from .account_data import AccountData
from .record_kinds import row_of
from .tables import LIVE, Record, RowTable, TableRow
from .timestamps import iso, iso_millis

_MILLIS = ("side_conversations", "side_conversation_events")


def newest_row(table: RowTable) -> TableRow:
    """The live row with the highest key; KeyError if there is none."""
    for row in reversed(table.by_key()):
        if row.state == LIVE:
            return row
    raise KeyError(table.name)


def present_time(account: AccountData, kind: str) -> str:
    """The account's time as records of this kind write it."""
    now = account.clock.now()
    return iso_millis(now) if kind in _MILLIS else iso(int(now))


def changed_times(account: AccountData, kind: str, record: Record) -> Record:
    """The fields that move with every change."""
    times: Record = {"updated_at": present_time(account, kind)} if "updated_at" in record else {}
    cursor = account.kind(kind).cursor
    if cursor == "generated_timestamp":
        times[cursor] = int(account.clock.now())
    elif cursor in ("update_timestamp", "timestamp"):
        times[cursor] = present_time(account, kind)
    return times


def replace_row(account: AccountData, kind: str, row: TableRow, record: Record) -> TableRow:
    """Writes the record in the place of its row, keeping what the record does not tell."""
    fresh = row_of(account.kind(kind), record, row.state, row.scope)
    fresh.parent = fresh.parent if fresh.parent is not None else row.parent
    if kind == "tickets":
        fresh.scope = record["support_type"]
    account.table(kind).put(fresh)
    return fresh
