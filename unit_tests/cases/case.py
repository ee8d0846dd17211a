"""What a case of the table holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from integration_tests.simulated_account.declared_streams import EXAMPLES, DeclaredStream, load_example

NOW = 1718020800
"""2024-06-10T12:00:00Z, the server's time in all cases; start_date is 2024-01-01T00:00:00Z, 1704067200."""
MAY = "2024-05-01T00:00:00Z"
JUNE_1 = "2024-06-01T00:00:00Z"
JUNE_3 = "2024-06-03T00:00:00Z"
BEFORE = "2023-12-31T00:00:00Z"
"""Before start_date."""
NO_CURSOR = {"__ab_no_cursor_state_message": True}
ISO_BOOKMARKS = ("2024-01-01T00:00:00Z", "2024-06-03T00:00:00Z")
"""The first and the last bookmark of a stream: start_date and June 3."""
EPOCH_BOOKMARKS = ("1704067200", "1717372800")
"""The same of a stream whose STATE holds seconds."""

Row = dict[str, Any]
State = dict[str, Any]
RecordId = int | str


@dataclass(frozen=True)
class ScriptedCall:
    """A request, parameters sorted and decoded, and the body that answers it."""

    url: str
    body: Any

    @property
    def path(self) -> str:
        return self.url.partition("?")[0]


@dataclass(frozen=True)
class StreamCase:
    """One stream.

    A first sync asks `calls` in this order and sends `ids`; after each page of the walk comes the next of `states`.
    With `resumed` of the calls left, a sync that brings the first of several states sends `later`. A second sync asks
    `again` and sends nothing. `empty` answers the first call for an account without rows, and leads to `empty_state`.
    `fallback` is what is requested if the first call is refused, and is refused, too. `requires` is what the gate's
    WARN names; without it the stream belongs to the base product. `full` makes the answers, by path, that hold one row
    as it is on the wire.
    """

    calls: tuple[ScriptedCall, ...]
    ids: tuple[RecordId, ...]
    states: tuple[State, ...]
    empty: Any
    empty_state: State
    full: Callable[[Row], tuple[ScriptedCall, ...]]
    requires: str = ""
    fallback: str = ""
    key: str = "id"
    resumed: tuple[ScriptedCall, ...] = ()
    later: tuple[RecordId, ...] = ()
    again: tuple[ScriptedCall, ...] = ()


def load(stream: str) -> Row:
    """The stream's example row, as it must leave the connector."""
    return load_example(stream)


def load_wire(stream: str) -> Row:
    """A full row of the endpoint as it comes, where the connector makes another one of it."""
    return load_example(stream, EXAMPLES / "wire")


def without_cursor(stream: DeclaredStream, *calls: ScriptedCall, key: str = "id", **case: Any) -> StreamCase:
    """A stream without a cursor field: its STATE says only that it is complete."""
    return StreamCase(
        calls=calls, states=(NO_CURSOR,), empty_state=NO_CURSOR, requires=stream.requires, key=key, **case
    )


def two_pages(
    stream: DeclaredStream,
    first: Sequence[ScriptedCall],
    second: Sequence[ScriptedCall],
    *,
    ids: tuple[RecordId, ...] = (11, 12, 21),
    newest: RecordId = 11,
    last: RecordId = 21,
    bookmarks: tuple[str, str] = ISO_BOOKMARKS,
    token: Row | None = None,
    again: Sequence[ScriptedCall] = (),
    **case: Any,
) -> StreamCase:
    """A list of which the first page holds rows of May and June 1, `newest`, and the second one of June 3, `last`.

    `token` is what STATE says of the second page. A second sync reads the same list again, unless `again` says more.
    """
    under_way = {**(token or {"next": "p2"}), "high": 1717200000, "asked": NOW, "high_ids": [newest], "v": 1}
    start, end, cursor = *bookmarks, stream.cursor_field
    return StreamCase(
        calls=(*first, *second),
        ids=ids,
        states=({cursor: start, **under_way}, {cursor: end, "ids": [last], "v": 1}),
        empty_state={cursor: start, "v": 1},
        requires=stream.requires,
        again=tuple(again) or (*first, *second),
        **{"resumed": tuple(second), "later": ids[-1:], **case},
    )
