"""The account: its options, its clock, and its tables, each made on first use and the same for the same options."""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import TypeVar

from .account_clock import AccountClock
from .account_options import AccountOptions
from .declared_streams import DeclaredStream
from .record_kinds import RecordKind, kind_of, number_of, row_of
from .shared_objects import HOME
from .tables import Record, RowKey, RowTable, TableRow

EMBEDDED = frozenset({"ticket_attachments", "ticket_chat_events", "ticket_chats"})
"""Rows that exist only inside comments or audits; they have no table."""
SharedValue = TypeVar("SharedValue")
TableMaker = Callable[["AccountData"], Mapping[str, Iterable[TableRow]]]
ExampleRowsMaker = Callable[["AccountData", DeclaredStream], Iterable[TableRow]]


class AccountData:
    """All data of one Zendesk account.

    Args:
        options: what the account is made from.
        streams: those of the manifest.
        makers: of the hand-made tables.
        by_example: makes the rows of all other streams.
        clock: the account's own.

    `made_at` (Unix seconds) is the moment to which the data reaches when it is made.
    """

    def __init__(
        self,
        options: AccountOptions,
        streams: Mapping[str, DeclaredStream],
        makers: Mapping[str, TableMaker],
        by_example: ExampleRowsMaker,
        clock: AccountClock | None = None,
    ) -> None:
        self.options = options
        self.streams = streams
        self.clock = clock or AccountClock(options.now, frozen=options.frozen)
        self.made_at = int(self.clock.now())
        self._makers = makers
        self._by_example = by_example
        self._kinds = {name: kind_of(stream) for name, stream in streams.items()}
        self._tables: dict[str, RowTable] = {}
        self._shared: dict[str, object] = {}
        self._added: dict[str, int] = {}
        self.touched: dict[RowKey, int] = {}
        """When comments were redacted or made private, in Unix seconds, by their ids."""

    @property
    def home(self) -> str:
        """The base address of the urls in records."""
        return f"{HOME}/api/v2"

    def random(self, name: str) -> Random:
        """A source of chance that gives the same numbers for the same seed and name."""
        return Random(f"{self.options.seed}:{name}")

    def size(self, kind: str, usual: int) -> int:
        """How many rows of that kind to make."""
        return self.options.sizes.get(kind, usual)

    def shared(self, name: str, make: Callable[["AccountData"], SharedValue]) -> SharedValue:
        """A value that is made once and used by several makers."""
        if name not in self._shared:
            self._shared[name] = make(self)
        return self._shared[name]  # type: ignore[return-value]

    def table(self, name: str) -> RowTable:
        """The table of that kind; KeyError if there is no such kind."""
        if name not in self._tables:
            by_hand = self._makers.get(name)
            made = by_hand(self) if by_hand else {name: self._by_example(self, self.streams[name])}
            self._tables |= {table: RowTable(table, rows) for table, rows in made.items()}
        return self._tables[name]

    def kinds(self) -> list[str]:
        """The names of all tables."""
        embedded = {name for name, stream in self.streams.items() if stream.embedded}
        return sorted({*self._makers, *self.streams} - EMBEDDED - embedded)

    def kind(self, name: str) -> RecordKind:
        """What is known of that kind; KeyError if there is no such kind."""
        return self._kinds[name]

    def new_id(self, kind: RecordKind) -> RowKey:
        """An id that no row of the kind has."""
        table = self.table(kind.name)
        while True:
            family = str(kind.number or kind.name)  # Kinds that share their numbers, as bans do, never share a number.
            self._added[family] = self._added.get(family, 1_000_000) + 1
            number = number_of(kind.name, len(table) if kind.name == "tickets" else self._added[family])
            key: RowKey = f"added_{number}" if kind.key == "name" else str(number) if kind.text_ids else number
            if key not in table:
                return key

    def new_event_id(self) -> int:
        """An id for a new event of an audit; comments are such events too."""
        self._added["events"] = self._added.get("events", 0) + 1
        return number_of("ticket_comments", 50_000_000 + self._added["events"])

    def put(self, kind: str, record: Record, state: str = "live", scope: str = "agent") -> TableRow:
        """Writes a record into its table and gives its row."""
        row = row_of(self.kind(kind), record, state, scope)
        self.table(kind).put(row)
        return row
