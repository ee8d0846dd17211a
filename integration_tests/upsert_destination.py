"""A destination that upserts by primary key, and remembers what it was sent more than once."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from integration_tests.command_output import CommandOutput, Json
from integration_tests.connector import discovered
from integration_tests.row_comparison import Key, row_differences, rows_by_key


@dataclass
class UpsertDestination:
    """What has arrived so far, upserted by primary key.

    Attributes:
        rows: the last row of each key, by stream.
        open: the keys that no STATE covers yet, by stream.
        states: each stream's last STATE.
        needless: the stream of each row that came again although a STATE had covered it.
        again: how many rows came more than once.
        skipped: rows that were skipped according to the log, because they came without their key, by stream.
    """

    rows: dict[str, dict[Key, Json]] = field(default_factory=dict)
    open: dict[str, set[Key]] = field(default_factory=dict)
    states: dict[str, Json] = field(default_factory=dict)
    needless: list[str] = field(default_factory=list)
    again: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    _covered: dict[str, set[Key]] = field(default_factory=dict)

    def take(self, message: Json) -> None:
        """Note a message."""
        if message["type"] == "RECORD":
            self._record(message["record"]["stream"], message["record"]["data"])
        if message["type"] == "STATE":
            self._state(message["state"]["stream"]["stream_descriptor"]["name"], message["state"]["stream"])
        if message["type"] == "TRACE" and (reported := message["trace"].get("stream_status")):
            self._status(reported["stream_descriptor"]["name"], reported["status"])
        if message["type"] == "LOG" and (reported := _SKIPPED.match(message["log"]["message"])):
            self.skipped.update(dict.fromkeys(reported[1].split(", "), int(reported[2])))

    def take_all(self, output: CommandOutput) -> None:
        """Note all that a command wrote."""
        for message in output.messages:
            self.take(message)

    def _state(self, stream: str, state: Json) -> None:
        self._covered[stream] = self.open.pop(stream, set())
        self.open[stream] = set()
        self.states[stream] = state["stream_state"]

    def _status(self, stream: str, status: str) -> None:
        """A stream that failed within a page has said its STATE once more; that covers nothing of the page."""
        if status == "INCOMPLETE":
            self.open.setdefault(stream, set()).update(self._covered.pop(stream, set()))

    def _record(self, stream: str, row: Json) -> None:
        (key,) = rows_by_key(stream, [row])
        rows, uncovered = self.rows.setdefault(stream, {}), self.open.setdefault(stream, set())
        if key in rows and key not in uncovered and discovered()[stream]["is_resumable"]:
            self.needless.append(stream)
        self.again += key in rows
        rows[key] = row
        uncovered.add(key)

    def lacking(self, truth: Mapping[str, Mapping[Key, Json]]) -> dict[str, dict[Key, str]]:
        """What differs from the truth, by stream."""
        compared = {name: row_differences(name, self.rows.get(name, {}), rows) for name, rows in truth.items()}
        return {name: wrong for name, wrong in compared.items() if wrong}


_SKIPPED = re.compile(r"Stream ([\w, ]+): skipped (\d+) rows without their \w+; a retry returned the same\.")
