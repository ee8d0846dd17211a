"""Cases of lists: the stream's constants, and every request, answer and STATE of its family in full."""

from collections.abc import Sequence
from typing import Any

from integration_tests.simulated_account.declared_streams import DeclaredStream
from unit_tests.account import cursor_page
from unit_tests.cases.case import (
    BEFORE,
    EPOCH_BOOKMARKS,
    ISO_BOOKMARKS,
    JUNE_1,
    JUNE_3,
    MAY,
    NOW,
    RecordId,
    Row,
    ScriptedCall,
    StreamCase,
    two_pages,
    without_cursor,
)


def four_ids(stream: DeclaredStream) -> tuple[RecordId, ...]:
    """Keys of the type that the stream's have; text that looks like a number stays text in rows, not in STATE."""
    return ("a10", "a11", "a12", "21") if stream.has_text_key else (10, 11, 12, 21)


def single_page(stream: DeclaredStream) -> StreamCase:
    url, key = f"/api/v2/{stream.wire_path}", stream.key or "id"
    one: RecordId = "a1" if stream.has_text_key else 1
    return without_cursor(
        stream,
        ScriptedCall(url, {stream.records: {key: one}}),
        ids=(one,),
        empty={stream.records: []},
        full=lambda row: (ScriptedCall(url, {stream.records: row}),),
        key=key,
    )


def single_page_filtered(stream: DeclaredStream) -> StreamCase:
    url, cursor, (old, late, early, _) = f"/api/v2/{stream.wire_path}", stream.cursor_field, four_ids(stream)
    times = ((old, BEFORE), (late, JUNE_1), (early, MAY))
    calls = (ScriptedCall(url, _bare_or_named(stream, [{stream.key: key, cursor: time} for key, time in times])),)
    return StreamCase(
        calls=calls,
        ids=(late, early),
        states=({cursor: "2024-06-01T00:00:00Z", "ids": [late], "v": 1},),
        empty=_bare_or_named(stream, []),
        empty_state={cursor: "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, _bare_or_named(stream, [row])),),
        requires=stream.requires,
        key=stream.key,
        again=calls,
    )


def _bare_or_named(stream: DeclaredStream, rows: list[Row]) -> Any:
    """The list, under its name if it has one."""
    return {stream.records: rows} if stream.records else rows


def jira_links(stream: DeclaredStream) -> StreamCase:
    """The answers name no next page: a full one is followed by the page behind its last id."""
    url, size = f"/api/v2/{stream.wire_path}", "page[size]=100"
    one = {"issue_id": "1", "ticket_id": "2"}
    rows = [{"id": 10, "updated_at": BEFORE, **one}, {"id": 11, "updated_at": JUNE_1, **one}]
    full = [{"id": number, "updated_at": MAY, **one} for number in range(1001, 1101)]
    first = ScriptedCall(f"{url}?{size}", {"links": full})
    second = ScriptedCall(f"{url}?page[after]=1100&{size}", {"links": rows})
    under_way = {"next": "1100", "high": 1714521600, "asked": NOW, "v": 1}
    start = {"updated_at": "2024-01-01T00:00:00Z", **under_way, "high_ids": [1001, *[1] * 99]}
    return StreamCase(
        calls=(first, second),
        ids=(*range(1001, 1101), 11),
        states=(start, {"updated_at": "2024-06-01T00:00:00Z", "ids": [11], "v": 1}),
        empty={"links": []},
        empty_state={"updated_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, {"links": [row]}),),
        requires=stream.requires,
        resumed=(second,),
        later=(11,),
        again=(first, second),
    )


def cursor_list(stream: DeclaredStream) -> StreamCase:
    url, (a, b, c, d), key = f"/api/v2/{stream.wire_path}", four_ids(stream), stream.key
    return without_cursor(
        stream,
        ScriptedCall(f"{url}?page[size]=100", cursor_page(stream.records, [{key: a}, {key: b}, {key: c}], "p2")),
        ScriptedCall(f"{url}?page[after]=p2&page[size]=100", cursor_page(stream.records, [{key: d}])),
        ids=(a, b, c, d),
        empty=cursor_page(stream.records, []),
        full=lambda row: (ScriptedCall(url, cursor_page(stream.records, [row])),),
        key=key,
    )


def _in_two_pages(
    stream: DeclaredStream,
    first: str,
    second: str,
    again: str = "",
    rows: Sequence[int] = (0, 1, 2),
    bookmarks: tuple[str, str] = ISO_BOOKMARKS,
) -> StreamCase:
    """A list by the queries of its pages; `again` is that of a second sync, if Zendesk filters the list.

    `rows` are those of the first page: 0 is of before start_date and not emitted, 1 is of June 1, 2 of May.
    """
    url, cursor, keys = f"/api/v2/{stream.wire_path}", stream.cursor_field, four_ids(stream)
    newest = cursor_page(stream.records, [{"id": keys[3], cursor: JUNE_3}])
    found = [{"id": keys[row], cursor: (BEFORE, JUNE_1, MAY)[row]} for row in rows]
    return two_pages(
        stream,
        [ScriptedCall(f"{url}?{first}", cursor_page(stream.records, found, "p2"))],
        [ScriptedCall(f"{url}?{second}", newest)],
        ids=(*(keys[row] for row in rows if row), keys[3]),
        newest=keys[1],
        bookmarks=bookmarks,
        empty=cursor_page(stream.records, []),
        full=lambda row: (ScriptedCall(url, cursor_page(stream.records, [row])),),
        again=(ScriptedCall(f"{url}?{again}", newest),) if again else (),
    )


def cursor_list_filtered(stream: DeclaredStream, fixed: tuple[str, str] = ("", ""), size: int = 100) -> StreamCase:
    """`fixed` are parameters that are always sent, those before and those behind `page` in the alphabet."""
    before, behind = fixed
    return _in_two_pages(
        stream, f"{before}page[size]={size}{behind}", f"{before}page[after]=p2&page[size]={size}{behind}"
    )


def cursor_list_since(stream: DeclaredStream) -> StreamCase:
    return _in_two_pages(
        stream,
        "page[size]=100&start_time=1704067200",
        "page[after]=p2&page[size]=100&start_time=1704067200",
        again="page[size]=100&start_time=1717372800",
        rows=(1, 2),
        bookmarks=EPOCH_BOOKMARKS,
    )


def survey_responses(stream: DeclaredStream) -> StreamCase:
    """A second sync reads from 90 days before June 3."""
    return _in_two_pages(
        stream,
        "filter[created_at_start]=1704067200000&page[size]=50",
        "filter[created_at_start]=1704067200000&page[after]=p2&page[size]=50",
        again="filter[created_at_start]=1709596800000&page[size]=50",
        rows=(1, 2),
    )


def ticket_activities(stream: DeclaredStream) -> StreamCase:
    """A second sync reads from a day before June 3."""
    return _in_two_pages(
        stream,
        "page[size]=100&since=2024-01-01T00:00:00Z",
        "page[after]=p2&page[size]=100&since=2024-01-01T00:00:00Z",
        again="page[size]=100&since=2024-06-02T00:00:00Z",
        rows=(1, 2),
    )


def audit_logs(stream: DeclaredStream) -> StreamCase:
    since, until = "filter[created_at][]=2024-01-01T00:00:00Z&", "filter[created_at][]=2024-06-10T13:00:00Z&"
    return _in_two_pages(
        stream,
        f"{since}{until}page[size]=100&sort=created_at",
        f"{since}{until}page[after]=p2&page[size]=100&sort=created_at",
        again=f"filter[created_at][]=2024-06-03T00:00:00Z&{until}page[size]=100&sort=created_at",
        rows=(2, 1),
    )


def agent_statuses(stream: DeclaredStream) -> StreamCase:
    """Two lists, and the columns in an object of their own."""
    url = f"/api/v2/{stream.wire_path}"

    def full(row: Row) -> tuple[ScriptedCall, ...]:
        plain = {name: row[name] for name in ("id", "type")}
        attributes = {name: value for name, value in row.items() if name not in ("id", "type", "default")}
        return (ScriptedCall(url, {"default": [{**plain, "attributes": attributes}], "custom": []}),)

    body = {"default": [{"id": 2}, {"id": 3}], "custom": [{"id": 101}], "links": {"next": None}}
    empty: Any = {"default": [], "custom": []}
    return without_cursor(stream, ScriptedCall(url, body), ids=(2, 3, 101), empty=empty, full=full)


def offset_list(stream: DeclaredStream) -> StreamCase:
    url, (_, a, b, c) = f"/api/v2/{stream.wire_path}", four_ids(stream)
    link = "https://elsewhere.example/api/v2/anything.json?page=2&per_page=100"
    return without_cursor(
        stream,
        ScriptedCall(f"{url}?per_page=100", {stream.records: [{"id": a}, {"id": b}], "next_page": link}),
        ScriptedCall(f"{url}?page=2&per_page=100", {stream.records: [{"id": c}], "next_page": None}),
        ids=(a, b, c),
        empty={stream.records: [], "next_page": None},
        full=lambda row: (ScriptedCall(url, {stream.records: [row], "next_page": None}),),
    )


def offset_list_filtered(stream: DeclaredStream, fixed: str = "") -> StreamCase:
    """Pages have numbers, so a pass that was broken off starts again."""
    url, (old, late, early, last) = f"/api/v2/{stream.wire_path}", four_ids(stream)
    size = f"{fixed}per_page=100" if stream.sends_page_size else ""
    rows = [{"id": old, "updated_at": BEFORE}, {"id": late, "updated_at": JUNE_1}, {"id": early, "updated_at": MAY}]
    link = "https://elsewhere.example/a.json?page=2"
    first = ScriptedCall(f"{url}?{size}".rstrip("?"), {stream.records: rows, "next_page": link})
    last_page = {stream.records: [{"id": last, "updated_at": JUNE_3}], "next_page": None}
    second = ScriptedCall(f"{url}?{fixed}page=2&{size.removeprefix(fixed)}".rstrip("&"), last_page)
    return two_pages(
        stream,
        [first],
        [second],
        ids=(late, early, last),
        newest=late,
        token={"next": "2"},
        empty={stream.records: [], "next_page": None},
        full=lambda row: (ScriptedCall(url, {stream.records: [row], "next_page": None}),),
        resumed=(first, second),
        later=(late, early, last),
    )


def conditions(stream: DeclaredStream) -> StreamCase:
    """Two lists in one object."""
    url = f"/api/v2/{stream.wire_path}"

    def body(all_of: list[Row], any_of: list[Row]) -> Any:
        return {"definitions": {"conditions_all": all_of, "conditions_any": any_of}}

    def full(row: Row) -> tuple[ScriptedCall, ...]:
        bare = [{name: value for name, value in row.items() if name != "condition"}]
        return (ScriptedCall(url, body(bare, []) if row["condition"] == "all" else body([], bare)),)

    call = ScriptedCall(url, body([{"subject": "brand"}], [{"subject": "form"}]))
    return without_cursor(stream, call, ids=("brand", "form"), empty=body([], []), full=full, key="subject")
