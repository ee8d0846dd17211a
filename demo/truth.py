"""The expected result of a sync, from the simulated account."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from integration_tests.simulated_account import SimulatedAccount

Streams = Mapping[str, Mapping[str, Any]]
Rows = dict[str, str]


@dataclass(frozen=True)
class Truth:
    """Every stream's rows by primary key, as JSON text. Without a primary key a row is its own key.

    Attributes:
        tables: all rows.
        fresh: rows whose cursor value is recent.
    """

    tables: Mapping[str, Rows]
    fresh: Mapping[str, Rows]

    @classmethod
    def of(cls, account: SimulatedAccount, streams: Streams, since: float | None = None) -> "Truth":
        """The account's current rows of these streams of the catalog; rows are fresh from `since` on."""
        tables = {name: _by_key(account.truth(name), _key(stream)) for name, stream in streams.items()}
        moment = None if since is None else int(since)
        fresh = {name: _by_key(account.truth(name, moment), _key(stream)) for name, stream in streams.items()}
        return cls(tables, fresh)

    def after(self, earlier: "Truth", streams: Streams) -> "Truth":
        """The expected database after merging these rows into the earlier ones.

        A merge by primary key keeps rows that were deleted without a mark; a table without a key is replaced.
        """
        kept = {name: rows if _key(streams[name]) else {} for name, rows in earlier.tables.items()}
        return Truth({name: kept[name] | rows for name, rows in self.tables.items()}, self.fresh)

    def amounts(self) -> list[list[Any]]:
        """Label, tickets and sum of the amounts of each product, those without a product last."""
        fields = {field["title"]: field for field in map(json.loads, self.tables["ticket_fields"].values())}
        labels = {option["value"]: option["name"] for option in fields["Product"]["custom_field_options"]}
        found: defaultdict[str | None, list[float]] = defaultdict(list)
        for ticket in map(json.loads, self.tables["tickets"].values()):
            values = {each["id"]: each["value"] for each in ticket["custom_fields"]}
            amount, product = values[fields["Amount"]["id"]], values[fields["Product"]["id"]]
            if amount is not None:
                found[labels.get(product)].append(amount)
        ordered = sorted(found.items(), key=lambda item: (item[0] is None, item[0] or ""))
        return [[label, len(sums), round(math.fsum(sums), 2)] for label, sums in ordered]

    def moved_since(self, earlier: "Truth", stream: str) -> int:
        """How many of the stream's fresh rows are new or different."""
        before = earlier.tables[stream]
        return sum(before.get(key) != text for key, text in self.fresh[stream].items())


def _key(stream: Mapping[str, Any]) -> list[str]:
    return [path[0] for path in stream.get("source_defined_primary_key") or []]


def _by_key(records: Iterable[Mapping[str, Any]], key: list[str]) -> Rows:
    texts = ((record, json.dumps(record, sort_keys=True)) for record in records)
    return {json.dumps([record[name] for name in key]) if key else text: text for record, text in texts}
