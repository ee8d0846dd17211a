"""The tables that a destination keeps: rows are merged by key; a table that is read whole is replaced."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson

from integration_tests.command_output import CommandOutput, Json
from integration_tests.connector import discovered
from integration_tests.row_comparison import Key, row_differences, rows_by_key

REWRITTEN_IN_PLACE = frozenset({"ticket_audits", "ticket_events"})
"""Zendesk changes the words of a redacted comment in the audit that it came with, which it hands out again only where
its second is repeated: any version is right that was true once."""

Rows = dict[Key, Json]
Tables = Mapping[str, Rows]


class ExpectedTables:
    """What has arrived, and what must have."""

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {}
        self.states: dict[str, Json] = {}
        self.expected: dict[str, Rows] = {}
        self.truth: Tables = {}
        self.passing: dict[str, Rows] = {}
        self.versions: defaultdict[tuple[str, Key], list[Json]] = defaultdict(list)
        self.again = 0

    def take(self, output: CommandOutput) -> None:
        """One sync's rows and states, also of one that was broken off; rows that were there already are counted."""
        whole = {stream for stream, statuses in output.statuses.items() if "COMPLETE" in statuses}
        for stream in output.records.keys() | whole:
            rows = output.rows(stream)
            before = self.tables.get(stream, {})
            self.again += sum(
                before.get(key) == row for key, row in rows_by_key(stream, rows).items() if resumable(stream)
            )
            merged = before if resumable(stream) or stream not in whole else {}
            self.tables[stream] = {**merged, **rows_by_key(stream, rows)}
        self.states |= output.states

    def expect(self, truth: Tables) -> None:
        """What is true now; rows that vanish without a trace stay as they were."""
        self.truth = truth
        for stream, rows in truth.items():
            before = self.expected.get(stream, {}) if resumable(stream) else {}
            self.expected[stream] = {**before, **rows}
        self._note_versions(truth)

    def allow(self, truth: Tables) -> None:
        """What was true when a sync was broken off: it may have arrived, and may be gone by the next one."""
        for stream, rows in truth.items():
            self.passing[stream] = {**self.passing.get(stream, {}), **rows}
        self._note_versions(truth)

    def _note_versions(self, truth: Tables) -> None:
        for stream in REWRITTEN_IN_PLACE:
            for key, row in truth[stream].items():
                known = self.versions[stream, key]
                if row not in known:
                    known.append(row)

    def wrong(self) -> dict[str, dict[Key, str]]:
        """Rows that are missing, differ, or are not in the account, by stream; empty where every table is right."""
        found = {stream: self._differing(stream) for stream in self.expected}
        return {stream: rows for stream, rows in found.items() if rows}

    def _differing(self, stream: str) -> dict[Key, str]:
        table = self.tables.get(stream, {})
        wrong = row_differences(stream, table, self.expected[stream])
        return {key: how for key, how in wrong.items() if key not in table or not self._was_true(stream, key)}

    def _was_true(self, stream: str, key: Key) -> bool:
        """Whether the row in the table is a version that may have stayed there."""
        passing = self.passing.get(stream, {})
        gone = [passing[key]] if key in passing and key not in self.truth.get(stream, {}) else []
        row = self.tables[stream][key]
        versions = [*gone, *self.versions.get((stream, key), ())]
        return any(not row_differences(stream, {key: row}, {key: version}) for version in versions)

    def state_bytes(self) -> dict[str, int]:
        """Size of each stream's state as JSON, without ids of deleted rows that are still listed: at most 4,000."""
        return {stream: len(orjson.dumps(_without_deleted(state))) for stream, state in self.states.items()}


def _without_deleted(state: Any) -> Any:
    if not isinstance(state, dict):
        return state
    return {name: _without_deleted(part) for name, part in state.items() if name != "deleted"}


def resumable(stream: str) -> bool:
    """Whether only what has changed is sent."""
    return bool(discovered()[stream]["is_resumable"])
