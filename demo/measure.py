"""What the demo measured: two syncs, and the account's truth beside each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from demo.table import Line
from demo.truth import Streams, Truth
from source_zendesk_support.manifest import load_manifest


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


def lines(first: Sync, second: Sync) -> list[Line]:
    """One line a stream."""
    carriers = _carriers(second)
    return [
        Line(
            stream=stream,
            rows=(first.rows(stream), second.rows(stream)),
            changed=_changed(first, second, stream),
            calls=(first.calls.get(carriers[stream], 0), second.calls.get(carriers[stream], 0))
            if stream in carriers
            else None,
            seconds=(first.outcome[stream]["seconds"], second.outcome[stream]["seconds"]),
        )
        for stream in second.outcome
    ]


def total(found: Iterable[Line], first: Sync, second: Sync) -> Line:
    """The sums; seconds are those of the whole syncs, because streams run side by side."""
    every = list(found)
    return Line(
        stream="all, PyAirbyte's own time included",
        rows=(sum(line.rows[0] for line in every), sum(line.rows[1] for line in every)),
        changed=sum(line.changed for line in every),
        calls=(sum(first.calls.values()), sum(second.calls.values())),
        seconds=(first.seconds, second.seconds),
    )


def differences(first: Sync, second: Sync, streams: Streams) -> list[str]:
    """Where the database does not hold what the account says it must; empty if all is right."""
    found = []
    for stream in streams:
        facts = {
            "rows after sync 1": (first.rows(stream), len(first.truth.tables[stream])),
            "rows after sync 2": (second.rows(stream), len(second.truth.tables[stream])),
            "rows that sync 2 changed": (_changed(first, second, stream), second.truth.changed_since(first.truth, stream)),
        }
        found += [f"{stream}: {fact}: {held:,}, must be {must:,}" for fact, (held, must) in facts.items() if held != must]
    return found


def _changed(first: Sync, second: Sync, stream: str) -> int:
    before, after = (Counter(sync.outcome[stream]["rows"]) for sync in (first, second))
    return (after - before).total()


def _carriers(sync: Sync) -> dict[str, str]:
    """The endpoint of each stream that pays for its calls: of those that share a walk, the one with the most rows."""
    stanzas = load_manifest()["definitions"]["streams"]
    carriers: dict[str, str] = {}
    for stream in sorted(sync.outcome, key=sync.rows, reverse=True):
        endpoint = f"/api/v2/{stanzas[stream]['$parameters']['endpoint']}"
        if endpoint not in carriers.values():
            carriers[stream] = endpoint
    return carriers
