"""What a walk over an export by time remembers: the rows that the next page may repeat, and the sizes of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from source_zendesk_support.state.packed_ids import Id
from source_zendesk_support.state.position import Position

TimedKey = tuple[Id, int | None]
"""A row's key and its time in epoch seconds."""


@dataclass(frozen=True)
class ExportMemory:
    """What a walk knows besides its position.

    Attributes:
        emitted: rows that the next page may repeat, with their times (epoch seconds).
        tie: value of the tie-breaker for the next page; None to request it by time alone.
        raised_at: the second for which the largest page was requested again; 0 if there was none.
        longest: the most rows that a page has had.
        earlier: the same, without the last page.
        last_page: the second of the last page that was requested, and its rows.
        unseen: rows of STATE that a pass which looks back has not met.
    """

    emitted: Mapping[Id, int] = field(default_factory=dict)
    tie: str | None = None
    raised_at: int = 0
    longest: int = 0
    earlier: int = 0
    last_page: tuple[int, frozenset[Id]] = (-1, frozenset())
    unseen: frozenset[Id] = frozenset()

    @classmethod
    def at(cls, position: Position, *, looks_back: bool) -> ExportMemory:
        """What STATE says of it."""
        emitted = dict.fromkeys(position.ids, position.bookmark)
        return cls(emitted=emitted, unseen=position.ids if looks_back else frozenset())

    @classmethod
    def of(cls, position: Position) -> ExportMemory:
        """That of a walk that has come to a position."""
        memory = position.memory
        return memory if isinstance(memory, cls) else cls()

    def with_page(self, keys: Sequence[Id]) -> ExportMemory:
        """With the size of one more page, and its rows met."""
        longest = max(self.longest, len(keys))
        return replace(self, longest=longest, earlier=self.longest, unseen=self.unseen.difference(keys))

    def at_end(self) -> ExportMemory:
        """Without the rows of STATE that did not come again: they are older than all that the next sync looks back for.

        STATE has no times, so nothing else shows it. A pass without any rows shows nothing: the export may have closed.
        """
        gone = self.unseen if self.longest else frozenset()
        return replace(self, emitted={key: time for key, time in self.emitted.items() if key not in gone})

    def with_repeat(self, second: int, keys: Iterable[Id]) -> tuple[bool, ExportMemory]:
        """Whether a page has the same rows as the last one of its second; and with this page as the last one."""
        page = second, frozenset(keys)
        return page == self.last_page, replace(self, last_page=page)

    def with_rows(self, rows: Iterable[TimedKey], since: int, until: int | None) -> ExportMemory:
        """With those rows of one more page that the next page may repeat.

        Args:
            rows: those that have been emitted.
            since: the second from which on rows come again.
            until: the last second whose rows are remembered; None for all.
        """
        kept = {key: time for key, time in self.emitted.items() if time >= since}
        more = {
            key: time for key, time in rows if time is not None and since <= time and (until is None or time <= until)
        }
        return replace(self, emitted=kept | more)

    def has_row_from(self, second: int) -> bool:
        """Whether a row has been emitted that is not older than a second."""
        return any(time >= second for time in self.emitted.values())

    def has_emitted(self, row: TimedKey, *, is_immutable: bool) -> bool:
        """Whether a row has been emitted as it is."""
        key, time = row
        known = self.emitted.get(key)
        return known is not None and (is_immutable or time is None or time <= known)
