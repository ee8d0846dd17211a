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

    def fingerprints(self, stream: str) -> list[str]:
        """The rows in the stream's table after this sync; none if there was no such stream yet."""
        rows: list[str] = self.outcome[stream]["rows"] if stream in self.outcome else []
        return rows

    def rows(self, stream: str) -> int:
        """The number of rows in the stream's table after this sync."""
        return len(self.fingerprints(stream))

    def seconds_of(self, stream: str) -> float:
        """From the stream's start to its end."""
        return float(self.outcome[stream]["seconds"]) if stream in self.outcome else 0.0


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
            seconds=(first.seconds_of(stream), second.seconds_of(stream)),
        )
        for stream in streams
    ]


def shortened(found: list[Line], longest: int) -> list[Line]:
    """The first lines, and one for all others."""
    rest = found[longest:]
    if not rest:
        return found
    calls = [line.calls for line in rest if line.calls]
    return [
        *found[:longest],
        Line(
            stream=f"{len(rest)} smaller streams",
            rows=(sum(line.rows[0] for line in rest), sum(line.rows[1] for line in rest)),
            changed=sum(line.changed for line in rest),
            calls=(sum(first for first, _ in calls), sum(second for _, second in calls)),
            seconds=(max(line.seconds[0] for line in rest), max(line.seconds[1] for line in rest)),
        ),
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
    before, after = (Counter(sync.fingerprints(stream)) for sync in (first, second))
    return (after - before).total()


def _calls(sync: Sync, endpoints: Iterable[str]) -> int:
    return sum(sync.calls.get(endpoint, 0) for endpoint in endpoints)
