"""Cases of streams whose rows are embedded in those of another one, on the same pages."""

from typing import Any

from integration_tests.simulated_account.declared_streams import CURSOR, OFFSET, DeclaredStream
from unit_tests.account import cursor_page
from unit_tests.cases.case import BEFORE, JUNE_1, JUNE_3, MAY, Row, ScriptedCall, StreamCase, two_pages, without_cursor

SIZES = {CURSOR: "?page[size]=100", OFFSET: "?per_page=100"}


def embedded(stream: DeclaredStream) -> StreamCase:
    """Two rows inside one of the other stream; all of them come every time."""
    if stream.cursor_field:
        return embedded_filtered(stream)
    url, size = f"/api/v2/{stream.wire_path}", SIZES.get(stream.paging, "")
    return without_cursor(
        stream,
        ScriptedCall(f"{url}{size}", _page(stream, _holding(stream, [5, 7], [{"id": 11}, {"id": 12}]))),
        ids=(11, 12),
        empty=_page(stream),
        full=lambda row: (ScriptedCall(url, _page(stream, _full(stream, row))),),
    )


def embedded_filtered(stream: DeclaredStream) -> StreamCase:
    """Rows are judged by their own times, whatever those of the rows that they are in."""
    url, cursor = f"/api/v2/{stream.wire_path}", stream.cursor_field
    times = ((10, BEFORE), (11, JUNE_1), (12, MAY))
    old = {**_holding(stream, [5], [{"id": key, cursor: time} for key, time in times]), cursor: BEFORE}
    new = {**_holding(stream, [6], [{"id": 21, cursor: JUNE_3}]), cursor: BEFORE}
    return two_pages(
        stream,
        [ScriptedCall(f"{url}?page[size]=100", _page(stream, old, after="p2"))],
        [ScriptedCall(f"{url}?page[after]=p2&page[size]=100", _page(stream, new))],
        empty=_page(stream),
        full=lambda row: (ScriptedCall(url, _page(stream, _full(stream, row))),),
    )


def _full(stream: DeclaredStream, row: Row) -> Row:
    holders = [column for _, column in stream.embedded]
    bare = {name: value for name, value in row.items() if name not in holders}
    return _holding(stream, [row[column] for column in holders], [bare])


def _holding(stream: DeclaredStream, ids: list[Any], rows: list[Row]) -> Row:
    """The row with that id, or the list of rows inside each other, that holds these rows."""
    holder: Row = {}
    for (name, _), key in zip(reversed(stream.embedded), reversed(ids[: len(stream.embedded)]), strict=True):
        holder, rows = {"id": key, name: rows}, [{"id": key, name: rows}]
    return holder


def _page(stream: DeclaredStream, *rows: Row, after: str | None = None) -> Any:
    if stream.paging == CURSOR:
        return cursor_page(stream.records, rows, after)
    return {stream.records: list(rows), "next_page": None}
