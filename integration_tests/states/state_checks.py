"""States of all streams at once, handed to the command, and what came of them."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from integration_tests.command_output import CommandOutput, Json
from integration_tests.conftest import connector_of
from integration_tests.in_process import run
from integration_tests.row_comparison import Key, wrong_rows_since
from integration_tests.simulated_account import SimulatedAccount
from integration_tests.states.saved_states import SavedState

SIZES = {"articles": 4, "posts": 4}
FORGOTTEN = re.compile(r"Stream (\w+): Zendesk no longer accepts the saved cursor")


def read(account: SimulatedAccount, folder: Path, saved: Mapping[str, SavedState]) -> CommandOutput:
    """One sync of these streams from these states."""
    states = {stream: each.blob for stream, each in saved.items()}
    return connector_of(account, folder).read(*saved, state=states)


def gaps(
    account: SimulatedAccount, saved: Mapping[str, SavedState], output: CommandOutput
) -> dict[str, dict[Key, str]]:
    """Rows at or after the state's time that did not come, and rows that are not the account's."""
    return wrong_rows_since(account, output, {stream: each.since for stream, each in saved.items()})


def troubles(output: CommandOutput) -> list[str]:
    """Errors, stack traces, and warnings other than one for each forgotten cursor."""
    reported = Counter(match[1] for warning in output.warnings if (match := FORGOTTEN.match(warning)))
    twice = [f"{stream} told {count} times" for stream, count in reported.items() if count > 1]
    others = [warning for warning in output.warnings if not FORGOTTEN.match(warning)]
    return [*(str(error["message"]) for error in output.errors), *twice, *others]


def unexplained(account: SimulatedAccount, folder: Path, stream: str, blob: Any) -> list[str]:
    """What is wrong about how a state is refused that says something, but not when; empty if nothing is.

    It is refused before any request, in one configuration error that names stream and value, and nothing is traced.
    """
    account.forget_requests()
    output = run(*connector_of(account, folder).arguments([stream], {stream: blob}))
    wrong = [f"{len(output.errors)} errors"] if len(output.errors) != 1 else []
    for error in output.errors:
        wrong += _unexplained(error, stream, str(blob)[:200])
    if "Traceback" in output.log or output.exit_code != 1 or output.records or account.requests():
        wrong.append(f"exit code {output.exit_code}, {len(account.requests())} requests")
    return wrong


def not_named(output: CommandOutput, saved: Mapping[str, tuple[Any, int]]) -> dict[str, list[str]]:
    """Streams whose state lies in the future and was not refused in words; each is reported with that time."""
    found: dict[str, list[str]] = {}
    for stream, (blob, at) in saved.items():
        reported = datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        errors = output.errors_of(stream)
        wrong = [f"{len(errors)} errors"] if not errors else _unexplained(errors[0], stream, reported)
        if output.rows(stream) or output.statuses[stream] != ["STARTED", "INCOMPLETE"] or output.states[stream] != blob:
            wrong.append(f"{len(output.rows(stream))} rows, {output.statuses[stream]}, {output.states[stream]}")
        found |= {stream: wrong} if wrong else {}
    return found


def _unexplained(error: Json, stream: str, value: str) -> list[str]:
    """Streams of one walk fail together; the state of one of them is named for all."""
    message = str(error["message"])
    named = f"The saved state of stream {stream} " in message and value in message
    wrong = (
        []
        if named or message.startswith(f"Stream {stream} shares its pages with a stream that failed: The saved")
        else [message]
    )
    return wrong if error["failure_type"] == "config_error" else [*wrong, f"a {error['failure_type']}"]
