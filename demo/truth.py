"""The expected result of a sync, from the simulated account."""

import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
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

    def after(self, earlier: "Truth", unread: Collection[str] = ()) -> "Truth":
        """The expected database after merging these rows into the earlier ones; unread tables stay as they were.

        A merge by primary key keeps deleted rows, with or without a mark.
        """
        merged = {name: earlier.tables[name] | rows for name, rows in self.tables.items()}
        fresh = {name: {} if name in unread else rows for name, rows in self.fresh.items()}
        return Truth(merged | {name: earlier.tables[name] for name in unread}, fresh)

    def rows(self, stream: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        return [json.loads(text) for text in self.tables[stream].values()]

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

    def messages(self, ticket: int) -> list[str]:
        """The texts of a ticket's conversation that are not comments."""
        log = [row for row in self.rows("ticket_conversation_log") if row["ticket_id"] == ticket]
        contents = [row["content"] or {} for row in log if not str(row["reference"]).startswith("zen:ticket_event:")]
        texts = (content.get("text") or content.get("body") for content in contents)
        return [text for text in texts if text]

    def mileages(self, key: str) -> list[list[Any]]:
        """Id and mileage of each living record of a custom object."""
        records = [row for row in self.rows("custom_object_records") if row["custom_object_key"] == key]
        living = sorted((row for row in records if not row["_deleted"]), key=lambda row: str(row["id"]))
        values = [(row["id"], row["custom_object_fields"]["mileage"]) for row in living]
        return [[record, None if value is None else int(value)] for record, value in values]

    def moved_since(self, earlier: "Truth", stream: str) -> int:
        """How many of the stream's fresh rows are new or different."""
        before = earlier.tables[stream]
        return sum(before.get(key) != text for key, text in self.fresh[stream].items())


def _key(stream: Mapping[str, Any]) -> list[str]:
    return [path[0] for path in stream.get("source_defined_primary_key") or []]


def _by_key(records: Iterable[Mapping[str, Any]], key: list[str]) -> Rows:
    texts = ((record, json.dumps(record, sort_keys=True)) for record in records)
    return {json.dumps([record[name] for name in key]) if key else text: text for record, text in texts}
