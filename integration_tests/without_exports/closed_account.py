"""Tables that syncs have made without exports, compared with the account, less what the documentation says."""

from collections.abc import Iterable

from integration_tests.command_output import CommandOutput, Json
from integration_tests.row_comparison import Key, row_differences, rows_by_key
from integration_tests.simulated_account import SimulatedAccount

TICKETS = ("tickets", "ticket_metrics")
COMMENTS = ("ticket_comments", "ticket_attachments")
PEOPLE = ("users", "user_identities", "organizations")
METRIC_EVENTS = "ticket_metric_events"
LISTED = (*TICKETS, "ticket_conversation_log", *COMMENTS, *PEOPLE, METRIC_EVENTS)
"""Streams that are read by lists."""
LOST = ("ticket_events", "talk_calls", "talk_call_legs")
"""Streams that nothing replaces."""
UNLISTED_COLUMNS = {"via_reference_id", "event_type"}
"""Of a comment, that only the export has."""


def wrong_tables(account: SimulatedAccount, *outputs: CommandOutput) -> dict[str, dict[Key, str]]:
    """By stream: the keys whose last rows differ, and how; empty if all tables are right."""
    gone = {row["id"] for row in account.truth("tickets") if row["status"] == "deleted"}
    found = {stream: _wrong(account, stream, gone, outputs) for stream in LISTED}
    return {stream: wrong for stream, wrong in found.items() if wrong}


def rows_again(last: CommandOutput, *before: CommandOutput) -> dict[str, list[Json]]:
    """By stream: the rows of a sync that earlier ones have emitted exactly so."""
    found = {stream: _again(stream, last, before) for stream in LISTED}
    return {stream: rows for stream, rows in found.items() if rows}


def _again(stream: str, last: CommandOutput, before: Iterable[CommandOutput]) -> list[Json]:
    earlier = [row for output in before for row in output.rows(stream)]
    return [row for row in last.rows(stream) if row in earlier]


def _wrong(account: SimulatedAccount, stream: str, gone: set[int], outputs: Iterable[CommandOutput]) -> dict[Key, str]:
    rows = [row for output in outputs for row in output.rows(stream)]
    truth = account.truth(stream)
    if stream == "organizations":  # of one that was deleted before the first sync nothing is known
        truth = [row for row in truth if not row.get("deleted_at")]
        rows = [row for row in rows_by_key(stream, rows).values() if not row.get("deleted_at")]
    found, right = (
        rows_by_key(stream, (_comparable(stream, row) for row in each if not _is_of(gone, stream, row)))
        for each in (rows, truth)
    )
    differences = row_differences(stream, found, right)
    if stream == "user_identities":  # those of deleted users vanish without a trace, also from the export
        return {key: how for key, how in differences.items() if how != "not in the account"}
    return differences


def _is_of(gone: set[int], stream: str, row: Json) -> bool:
    return row.get("ticket_id", row["id"] if stream == "tickets" else None) in gone


def _comparable(stream: str, row: Json) -> Json:
    hidden = UNLISTED_COLUMNS if stream in COMMENTS else ()
    return {name: value for name, value in row.items() if name not in hidden}
