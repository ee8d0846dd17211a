"""Whether what was read equals what the account says a right sync delivers."""

from collections.abc import Iterable, Mapping
from typing import Any

from integration_tests.command_output import CommandOutput, Json
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.simulated_account.declared_streams import declared_streams

KEYS = {name: stream.primary_key for name, stream in declared_streams().items()}
"""What tells rows apart."""

EMBEDDED = {
    "ticket_attachments": {"timestamp", "ticket_id", "comment_id", "created_at"},
    "ticket_comments": {"audit_id", "timestamp", "metadata", "created_at", "event_type", "via_reference_id"},
}
"""Fields that a stream takes from what its rows are embedded in."""

Key = tuple[Any, ...]


def rows_by_key(stream: str, rows: Iterable[Json]) -> dict[Key, Json]:
    """The last row of each key."""
    names = KEYS.get(stream, ("id",))
    return {tuple(row[name] for name in names): row for row in rows}


def account_rows(account: SimulatedAccount) -> dict[str, dict[Key, Json]]:
    """The truth of every stream."""
    return {name: rows_by_key(name, account.truth(name)) for name in account.truth_counts()}


def row_differences(stream: str, found: Mapping[Key, Json], truth: Mapping[Key, Json]) -> dict[Key, str]:
    """The keys whose rows differ, and how; empty where all are equal."""
    wrong = dict.fromkeys(truth.keys() - found.keys(), "missing")
    wrong |= dict.fromkeys(found.keys() - truth.keys(), "not in the account")
    for key in truth.keys() & found.keys():
        fields = _fields(stream, found[key], truth[key])
        if fields:
            wrong[key] = ", ".join(sorted(fields))
    return wrong


def _fields(stream: str, row: Json, truth: Json) -> set[str]:
    changed = {name for name, value in truth.items() if name not in row or row[name] != value}
    return changed | (row.keys() - truth.keys() - EMBEDDED.get(stream, set()))


def wrong_rows(account: SimulatedAccount, output: CommandOutput, *streams: str) -> dict[str, dict[Key, str]]:
    """How what a complete sync has brought differs from the account, by stream; empty if it is equal."""
    return wrong_rows_since(account, output, dict.fromkeys(streams))


def wrong_rows_since(
    account: SimulatedAccount, output: CommandOutput, since: Mapping[str, int | None]
) -> dict[str, dict[Key, str]]:
    """The same of a sync that resumed at these times, by stream; rows from before may come or not."""
    found = {stream: _wrong_rows(account, output, stream, start) for stream, start in since.items()}
    return {stream: wrong for stream, wrong in found.items() if wrong}


def _wrong_rows(account: SimulatedAccount, output: CommandOutput, stream: str, since: int | None) -> dict[Key, str]:
    truth, rows = rows_by_key(stream, account.truth(stream)), rows_by_key(stream, output.rows(stream))
    due = truth.keys() if since is None else rows_by_key(stream, account.truth(stream, since=since)).keys()
    return row_differences(stream, rows, {key: row for key, row in truth.items() if key in due or key in rows})
