"""Situations that other tools' users have met, end to end: the simulated account plays each, a real sync reads it.

One file a section of "What other tools' users have met" in docs/reliability.md. The account's responses are literal,
so that ids, times and messages can be.
"""

from typing import Any

from integration_tests.command_output import CommandOutput, Json

MAY, JUNE = "2024-05-01T00:00:00Z", "2024-06-01T00:00:00Z"
JUNE_1 = 1717200000
"""``JUNE`` in Unix seconds."""


def line(path: str, *responses: Any, repeats: bool = True, **match: str) -> Json:
    """A script's line: these responses (JSON, or the fields of a ``ScriptedResponse``), the last for ever.

    `match` are query parameters; two underscores stand for brackets (``page__size`` is ``page[size]``).
    """
    query = {name.replace("__", "[") + "]" if "__" in name else name: value for name, value in match.items()}
    found = [each.fields if isinstance(each, Response) else {"body": each} for each in responses]
    return {"path": path, "responses": found, "match": query, "repeats": repeats}


class Response:
    """The fields of a ``ScriptedResponse``; none means the account's own response."""

    def __init__(self, status: int = 0, **fields: Any) -> None:
        self.fields: Json = {**({"status": status} if status else {}), **fields}


def listed(records: str, *rows: Json, **beside: Any) -> Json:
    """A list's only page."""
    return {records: list(rows), "meta": {"has_more": False}, **beside}


def exported(records: str, *rows: Json, **beside: Any) -> Json:
    """An export's only page, by cursor and by time."""
    ends = {"after_cursor": "c1", "end_time": JUNE_1, "end_of_stream": True}
    return {records: list(rows), **ends, **beside}


def ids(output: CommandOutput, stream: str) -> list[Any]:
    """The ids of a stream's records, in order."""
    return [row["id"] for row in output.rows(stream)]


def assert_complete(output: CommandOutput, *streams: str) -> None:
    """No failure, no warning."""
    assert (output.exit_code, output.errors) == (0, []), output.errors
    assert output.warnings == [], output.warnings
    assert {stream: output.statuses[stream][-1] for stream in streams} == dict.fromkeys(streams, "COMPLETE")
