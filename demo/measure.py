"""The demo's results: two syncs, each with the account's expected data."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from demo.endpoints import carriers
from demo.table import Line
from demo.truth import Truth


@dataclass(frozen=True)
class Sync:
    """One sync.

    Attributes:
        outcome: the result of `demo.sync` by stream.
        seconds: its duration, including PyAirbyte's start and writing.
        calls: API calls by endpoint.
        truth: the expected content of the database after it.
    """

    outcome: Mapping[str, Any]
    seconds: float
    calls: Mapping[str, int]
    truth: Truth

    def rows(self, stream: str) -> int:
        """Rows in the stream's table after this sync."""
        return len(self.outcome[stream]["rows"])


def lines(first: Sync, second: Sync, stanzas: Iterable[Mapping[str, Any]]) -> list[Line]:
    """One line per stream, the largest first; `stanzas` are the manifest's streams, references resolved."""
    streams = sorted(second.outcome, key=second.rows, reverse=True)
    paid = carriers(stanzas, streams)
    return [
        Line(
            stream=stream,
            rows=(first.rows(stream), second.rows(stream)),
            changed=_changed(first, second, stream),
            calls=(_calls(first, paid[stream]), _calls(second, paid[stream])) if paid[stream] else None,
            seconds=(first.outcome[stream]["seconds"], second.outcome[stream]["seconds"]),
        )
        for stream in streams
    ]


def total(found: Iterable[Line], first: Sync, second: Sync) -> Line:
    """The sums; seconds are those of the complete syncs, because streams run in parallel."""
    every = list(found)
    return Line(
        stream="total, including PyAirbyte",
        rows=(sum(line.rows[0] for line in every), sum(line.rows[1] for line in every)),
        changed=sum(line.changed for line in every),
        calls=(sum(first.calls.values()), sum(second.calls.values())),
        seconds=(first.seconds, second.seconds),
    )


def differences(first: Sync, second: Sync) -> list[str]:
    """Differences between the database and the account; empty if there are none."""
    found = []
    for name, sync in {"sync 1": first, "sync 2": second}.items():
        for stream, rows in sync.truth.tables.items():
            if sync.rows(stream) != len(rows):
                found.append(f"{stream}: {sync.rows(stream):,} rows after {name}, expected {len(rows):,}")
    for stream in second.truth.tables:
        held, must = _changed(first, second, stream), second.truth.moved_since(first.truth, stream)
        if held < must:
            found.append(f"{stream}: {held:,} rows changed by sync 2, expected {must:,}")
    return found


def _changed(first: Sync, second: Sync, stream: str) -> int:
    before, after = (Counter(sync.outcome[stream]["rows"]) for sync in (first, second))
    return (after - before).total()


def _calls(sync: Sync, endpoints: Iterable[str]) -> int:
    return sum(sync.calls.get(endpoint, 0) for endpoint in endpoints)
