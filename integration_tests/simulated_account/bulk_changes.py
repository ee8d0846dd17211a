"""Many changes at once: a share of everything, and bursts in one second."""

from collections.abc import Mapping
from random import Random

from .account_data import AccountData
from .make_conversation_log import REDACTED
from .record_kinds import row_of
from .row_changes import add, delete, update
from .row_updates import newest_row
from .tables import LIVE, RowKey
from .timestamps import MINUTE, iso

_FIXED = frozenset(
    {
        "account_settings", "attribute_definitions", "chat_account", "deleted_tickets", "deleted_users",
        "dynamic_content_items", "help_center_locales",
        "side_conversation_events", "ticket_audits", "ticket_comments", "ticket_events", "ticket_metric_events",
        "ticket_metrics", "user_identities",
    }
)  # fmt: skip
"""Kinds that are not changed on their own: they never change, or change along with another."""

_KEPT = ("custom_objects", "side_conversations", "ticket_conversation_log")
"""Kinds of which no row is deleted: Zendesk deletes neither side conversations nor messages, and an object's records go
with it."""
_MOVING = ("", "generated_timestamp", "update_timestamp", "updated_at")
"""Cursors that move when a row changes; rows of kinds that have another one are only added and deleted."""

PASSES = 20 * MINUTE
"""How far the clock goes on when a share of everything is changed, in seconds."""


def change(account: AccountData, share: float, seed: int) -> Mapping[str, list[RowKey]]:
    """Lets `PASSES` seconds go by, in whose first half that share of every kind that can change is changed.

    At least one row of each kind is. Also adds a row to most kinds, deletes one of those that have enough, comments on
    a ticket, redacts a comment and hides another. Gives the touched ids by stream.
    """
    touched = dict[str, list[RowKey]]()
    start = account.clock.now()
    kinds = [kind for kind in account.kinds() if kind not in _FIXED and account.kind(kind).key]
    for kind in kinds:
        account.clock.shift(PASSES / 2 / len(kinds))
        touched[kind] = _change_kind(account, kind, share, Random(f"{seed}:{kind}"))
    touched["ticket_comments"] = _comments(account, Random(f"{seed}:ticket_comments"))
    account.clock.shift(start + PASSES - account.clock.now())
    return touched


def _change_kind(account: AccountData, kind: str, share: float, rng: Random) -> list[RowKey]:
    keys = [row.key for row in account.table(kind).by_key() if row.state == LIVE]
    known = account.kind(kind)
    chosen = rng.sample(keys, min(len(keys), max(1, round(share * len(keys))))) if known.cursor in _MOVING else []
    for key in chosen:
        update(account, kind, key, _edit(account, kind, key))
    if keys:
        chosen.append(add(account, kind, {})[known.key])
    if len(keys) > 5 and kind not in _KEPT:
        chosen.append(_delete_one(account, kind, [key for key in keys if key not in chosen]))
    return chosen


def _delete_one(account: AccountData, kind: str, keys: list[RowKey]) -> RowKey:
    """Deletes the last of these rows; of tickets the last without side conversations, which would be refused then."""
    talked_about = account.table("side_conversations").children if kind == "tickets" else lambda _key: []
    key = next(key for key in reversed(keys) if not talked_about(key))
    delete(account, kind, key)
    return key


def _edit(account: AccountData, kind: str, key: RowKey) -> dict[str, object]:
    record = account.table(kind)[key].record()
    for name in ("title", "subject", "description", "details", "notes", "comment", "reason"):
        if isinstance(record.get(name), str):
            return {name: f"{record[name]} (changed)"}
    if kind == "ticket_conversation_log":
        return {"content": REDACTED, "attachments": []}
    return {"position": 99} if "position" in record else {}


def _comments(account: AccountData, rng: Random) -> list[RowKey]:
    live = [row for row in account.table("ticket_comments").by_key() if row.state == LIVE]
    redacted, hidden = rng.sample(live, 2)
    update(account, "ticket_comments", redacted.key, {"body": "▇▇▇ redacted"})
    update(account, "ticket_comments", hidden.key, {"public": False})
    new = add(account, "ticket_comments", {"ticket_id": redacted.parent, "body": "One more thing"})
    return [redacted.key, hidden.key, new["id"]]


def burst(account: AccountData, kind: str, rows: int, at: int | None = None) -> list[RowKey]:
    """Adds so many rows whose cursor is one and the same second (`at`, Unix seconds; by default ten minutes ago)."""
    second = int(account.clock.now()) - 10 * MINUTE if at is None else at
    known, table = account.kind(kind), account.table(kind)
    moment = second if known.cursor in ("generated_timestamp", "timestamp") else iso(second)
    model = newest_row(table)
    record, keys = model.record(), list[RowKey]()
    for _ in range(rows):
        key = account.new_id(known)
        keys.append(key)
        row = row_of(known, record | {known.key: key, known.cursor: moment})
        row.parent = model.parent
        table.put(row)
    return keys
