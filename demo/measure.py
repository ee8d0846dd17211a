"""What the demo measured: two syncs, and the account's truth beside each."""

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
        outcome: per stream what `demo.sync` tells of it.
        seconds: how long it took, PyAirbyte's start and its writing included.
        calls: API calls by endpoint.
        truth: what the database must hold after it.
    """

    outcome: Mapping[str, Any]
    seconds: float
    calls: Mapping[str, int]
    truth: Truth

    def rows(self, stream: str) -> int:
        """Rows in the stream's table after this sync."""
        return len(self.outcome[stream]["rows"])


def lines(first: Sync, second: Sync, stanzas: Iterable[Mapping[str, Any]]) -> list[Line]:
    """One line a stream, those with the most rows first; `stanzas` are the manifest's streams, references resolved."""
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
    """The sums; seconds are those of the whole syncs, because streams run side by side."""
    every = list(found)
    return Line(
        stream="all, with PyAirbyte's own work",
        rows=(sum(line.rows[0] for line in every), sum(line.rows[1] for line in every)),
        changed=sum(line.changed for line in every),
        calls=(sum(first.calls.values()), sum(second.calls.values())),
        seconds=(first.seconds, second.seconds),
    )


def differences(first: Sync, second: Sync) -> list[str]:
    """Where the database does not hold what the account says it must; empty if all is right."""
    found = []
    for name, sync in {"sync 1": first, "sync 2": second}.items():
        for stream, rows in sync.truth.tables.items():
            if sync.rows(stream) != len(rows):
                found.append(f"{stream}: {sync.rows(stream):,} rows after {name}, must be {len(rows):,}")
    for stream in second.truth.tables:
        held, must = _changed(first, second, stream), second.truth.moved_since(first.truth, stream)
        if held < must:
            found.append(f"{stream}: {held:,} rows changed by sync 2, must be {must:,}")
    return found


def _changed(first: Sync, second: Sync, stream: str) -> int:
    before, after = (Counter(sync.outcome[stream]["rows"]) for sync in (first, second))
    return (after - before).total()


def _calls(sync: Sync, endpoints: Iterable[str]) -> int:
    return sum(sync.calls.get(endpoint, 0) for endpoint in endpoints)
