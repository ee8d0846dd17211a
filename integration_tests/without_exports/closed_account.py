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
WAYS = ("403_object", "404_endpoint", "410_gone", "451_legal", "404_html", "200_html", "empty")
"""In which exports may be closed."""
DAY = 86_400


def changed(account: SimulatedAccount) -> None:
    """A day goes by in which each kind of row changes; a metric event comes with a change of its ticket."""
    account.change(share=0.1)
    live = [row["id"] for row in account.truth("tickets") if row["status"] in ("open", "pending", "hold")]
    account.update("tickets", live[0], subject="Changed")
    account.add(METRIC_EVENTS, ticket_id=live[0], deleted=False)
    account.delete("organizations", account.truth("organizations")[1]["id"])
    account.set_clock(skew=DAY)


def wrong_tables(
    account: SimulatedAccount, *outputs: CommandOutput, streams: Iterable[str] = LISTED
) -> dict[str, dict[Key, str]]:
    """By stream: the keys whose last rows differ, and how; empty if all tables are right.

    Of a deleted ticket only that it is deleted is compared.
    """
    gone = {row["id"] for row in account.truth("tickets") if row["status"] == "deleted"}
    found = {stream: _wrong(account, stream, gone, outputs) for stream in streams}
    return {stream: wrong for stream, wrong in found.items() if wrong}


def killed_after_states(output: CommandOutput, *streams: str) -> list[CommandOutput]:
    """What had arrived of a sync when it was killed, for each STATE of these streams."""
    ends = [
        number
        for number, message in enumerate(output.messages, 1)
        if message["type"] == "STATE" and message["state"]["stream"]["stream_descriptor"]["name"] in streams
    ]
    return [CommandOutput(-9, output.messages[:end]) for end in ends]


def rows_again(last: CommandOutput, *before: CommandOutput) -> dict[str, list[Json]]:
    """By stream: the rows of a sync that earlier ones have emitted exactly so."""
    found = {stream: _again(stream, last, before) for stream in LISTED}
    return {stream: rows for stream, rows in found.items() if rows}


def _again(stream: str, last: CommandOutput, before: Iterable[CommandOutput]) -> list[Json]:
    earlier = [row for output in before for row in output.rows(stream)]
    return [row for row in last.rows(stream) if row in earlier]


def _wrong(account: SimulatedAccount, stream: str, gone: set[int], outputs: Iterable[CommandOutput]) -> dict[Key, str]:
    rows = rows_by_key(stream, [row for output in outputs for row in output.rows(stream)]).values()
    found, right = (
        rows_by_key(stream, (_comparable(stream, row) for row in each if not _is_deleted(gone, row)))
        for each in (rows, account.truth(stream))
    )
    differences = row_differences(stream, found, right)
    if stream == "user_identities":  # those of deleted users vanish without a trace, also from the export
        return {key: how for key, how in differences.items() if how != "not in the account"}
    return differences


def _is_deleted(gone: set[int], row: Json) -> bool:
    """Whether it is a deleted ticket, belongs to one, or is a deleted organization, which may be unknown to lists."""
    return row.get("ticket_id") in gone or row.get("status") == "deleted" or bool(row.get("deleted_at"))


def _comparable(stream: str, row: Json) -> Json:
    hidden = UNLISTED_COLUMNS if stream in COMMENTS else ()
    return {name: value for name, value in row.items() if name not in hidden}
