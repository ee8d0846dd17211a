"""Cases of lists: the stream's constants, and every request, answer and STATE of its family in full."""

from typing import Any

from integration_tests.simulated_account.declared_streams import DeclaredStream
from unit_tests.cases.case import BEFORE, JUNE_1, JUNE_3, MAY, NO_CURSOR, NOW, RecordId, ScriptedCall, StreamCase


def four_ids(stream: DeclaredStream) -> tuple[RecordId, ...]:
    """Keys of the type that the stream's have; text that looks like a number stays text in rows, not in STATE."""
    return ("a10", "a11", "a12", "21") if stream.has_text_key else (10, 11, 12, 21)


def single_page(stream: DeclaredStream) -> StreamCase:
    url = f"/api/v2/{stream.wire_path}"
    return StreamCase(
        calls=(ScriptedCall(url, {stream.records: {"id": 1}}),),
        ids=(1,),
        states=(NO_CURSOR,),
        empty={stream.records: []},
        empty_state=NO_CURSOR,
        full=lambda row: (ScriptedCall(url, {stream.records: row}),),
        requires=stream.requires,
    )


def single_page_filtered(stream: DeclaredStream) -> StreamCase:
    url, (old, late, early, _) = f"/api/v2/{stream.wire_path}", four_ids(stream)
    cursor = stream.cursor_field
    times = ((old, BEFORE), (late, JUNE_1), (early, MAY))
    calls = (ScriptedCall(url, {stream.records: [{stream.key: key, cursor: time} for key, time in times]}),)
    return StreamCase(
        calls=calls,
        ids=(late, early),
        states=({cursor: "2024-06-01T00:00:00Z", "ids": [late], "v": 1},),
        empty={stream.records: []},
        empty_state={cursor: "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, {stream.records: [row]}),),
        requires=stream.requires,
        key=stream.key,
        again=calls,
    )


def cursor_list(stream: DeclaredStream, size: int = 100) -> StreamCase:
    url, (a, b, c, d), key = f"/api/v2/{stream.wire_path}", four_ids(stream), stream.key
    return StreamCase(
        calls=(
            ScriptedCall(f"{url}?page[size]={size}", _page(stream.records, [{key: a}, {key: b}, {key: c}], "p2")),
            ScriptedCall(f"{url}?page[after]=p2&page[size]={size}", _page(stream.records, [{key: d}])),
        ),
        ids=(a, b, c, d),
        states=(NO_CURSOR,),
        empty=_page(stream.records, []),
        empty_state=NO_CURSOR,
        full=lambda row: (ScriptedCall(url, _page(stream.records, [row])),),
        requires=stream.requires,
        key=key,
    )


def cursor_list_filtered(stream: DeclaredStream, fixed: tuple[str, str] = ("", ""), size: int = 100) -> StreamCase:
    """`fixed` are parameters that are always sent, those before and those behind `page` in the alphabet."""
    url, (old, late, early, last), (before, behind) = f"/api/v2/{stream.wire_path}", four_ids(stream), fixed
    cursor = stream.cursor_field
    times = ((old, BEFORE), (late, JUNE_1), (early, MAY))
    first = ScriptedCall(
        f"{url}?{before}page[size]={size}{behind}",
        _page(stream.records, [{"id": key, cursor: time} for key, time in times], "p2"),
    )
    second = ScriptedCall(
        f"{url}?{before}page[after]=p2&page[size]={size}{behind}", _page(stream.records, [{"id": last, cursor: JUNE_3}])
    )
    under_way = {"next": "p2", "high": 1717200000, "asked": NOW, "high_ids": [late], "v": 1}
    return StreamCase(
        calls=(first, second),
        ids=(late, early, last),
        states=(
            {cursor: "2024-01-01T00:00:00Z", **under_way},
            {cursor: "2024-06-03T00:00:00Z", "ids": [21], "v": 1},
        ),
        empty=_page(stream.records, []),
        empty_state={cursor: "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, _page(stream.records, [row])),),
        requires=stream.requires,
        resumed=(second,),
        later=(last,),
        again=(first, second),
    )


def cursor_list_since(stream: DeclaredStream) -> StreamCase:
    url = f"/api/v2/{stream.wire_path}"
    late = {"id": 21, "updated_at": JUNE_3}
    second = ScriptedCall(f"{url}?page[after]=p2&page[size]=100&start_time=1704067200", _page(stream.records, [late]))
    under_way = {"next": "p2", "high": 1717200000, "asked": NOW, "high_ids": [11], "v": 1}
    return StreamCase(
        calls=(
            ScriptedCall(
                f"{url}?page[size]=100&start_time=1704067200",
                _page(stream.records, [{"id": 11, "updated_at": JUNE_1}, {"id": 12, "updated_at": MAY}], "p2"),
            ),
            second,
        ),
        ids=(11, 12, 21),
        states=({"updated_at": "1704067200", **under_way}, {"updated_at": "1717372800", "ids": [21], "v": 1}),
        empty=_page(stream.records, []),
        empty_state={"updated_at": "1704067200", "v": 1},
        full=lambda row: (ScriptedCall(url, _page(stream.records, [row])),),
        requires=stream.requires,
        resumed=(second,),
        later=(21,),
        again=(ScriptedCall(f"{url}?page[size]=100&start_time=1717372800", _page(stream.records, [late])),),
    )


def range_list(stream: DeclaredStream) -> StreamCase:
    url, until = f"/api/v2/{stream.wire_path}", "filter[created_at][]=2024-06-10T13:00:00Z&page"
    since = "filter[created_at][]=2024-01-01T00:00:00Z&"
    late = {"id": 21, "created_at": JUNE_3}
    rows = [{"id": 12, "created_at": MAY}, {"id": 11, "created_at": JUNE_1}]
    second = ScriptedCall(
        f"{url}?{since}{until}[after]=p2&page[size]=100&sort=created_at", _page(stream.records, [late])
    )
    under_way = {"next": "p2", "high": 1717200000, "asked": NOW, "high_ids": [11], "v": 1}
    again = f"{url}?filter[created_at][]=2024-06-03T00:00:00Z&{until}[size]=100&sort=created_at"
    return StreamCase(
        calls=(
            ScriptedCall(f"{url}?{since}{until}[size]=100&sort=created_at", _page(stream.records, rows, "p2")),
            second,
        ),
        ids=(12, 11, 21),
        states=(
            {"created_at": "2024-01-01T00:00:00Z", **under_way},
            {"created_at": "2024-06-03T00:00:00Z", "ids": [21], "v": 1},
        ),
        empty=_page(stream.records, []),
        empty_state={"created_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, _page(stream.records, [row])),),
        requires=stream.requires,
        resumed=(second,),
        later=(21,),
        again=(ScriptedCall(again, _page(stream.records, [late])),),
    )


def newest_first(stream: DeclaredStream) -> StreamCase:
    url = "/api/v2/ticket_audits"
    rows = [{"id": 21, "created_at": JUNE_3}, {"id": 11, "created_at": JUNE_1}]
    older = [{"id": 12, "created_at": MAY}, {"id": 10, "created_at": BEFORE}]
    first = ScriptedCall(f"{url}?limit=1000", {"audits": rows, "before_cursor": "b1"})
    second = ScriptedCall(f"{url}?cursor=b1&limit=1000", {"audits": older, "before_cursor": "b2"})
    oldest = [{"id": 9, "created_at": BEFORE}]
    third = ScriptedCall(f"{url}?cursor=b2&limit=1000", {"audits": oldest, "before_cursor": "b3"})
    under_way = {"high": 1717372800, "asked": NOW, "high_ids": [21], "v": 1}
    return StreamCase(
        calls=(first, second, third),
        ids=(21, 11, 12),
        states=(
            {"created_at": "2024-01-01T00:00:00Z", "next": "b1", **under_way},
            {"created_at": "2024-01-01T00:00:00Z", "next": "b2", **under_way},
            {"created_at": "2024-06-03T00:00:00Z", "ids": [21], "v": 1},
        ),
        empty={"audits": [], "before_cursor": None},
        empty_state={"created_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, {"audits": [row], "before_cursor": None}),),
        requires=stream.requires,
        resumed=(second, third),
        later=(12,),
        again=(first,),
    )


def offset_list(stream: DeclaredStream) -> StreamCase:
    url = f"/api/v2/{stream.wire_path}"
    link = "https://elsewhere.example/api/v2/anything.json?page=2&per_page=100"
    return StreamCase(
        calls=(
            ScriptedCall(f"{url}?per_page=100", {stream.records: [{"id": 11}, {"id": 12}], "next_page": link}),
            ScriptedCall(f"{url}?page=2&per_page=100", {stream.records: [{"id": 21}], "next_page": None}),
        ),
        ids=(11, 12, 21),
        states=(NO_CURSOR,),
        empty={stream.records: [], "next_page": None},
        empty_state=NO_CURSOR,
        full=lambda row: (ScriptedCall(url, {stream.records: [row], "next_page": None}),),
        requires=stream.requires,
    )


def offset_list_filtered(stream: DeclaredStream) -> StreamCase:
    """Pages have numbers, so a pass that was broken off starts again."""
    url, (old, late, early, last) = f"/api/v2/{stream.wire_path}", four_ids(stream)
    size = "per_page=100" if stream.sends_page_size else ""
    rows = [{"id": old, "updated_at": BEFORE}, {"id": late, "updated_at": JUNE_1}, {"id": early, "updated_at": MAY}]
    link = "https://elsewhere.example/a.json?page=2"
    first = ScriptedCall(f"{url}?{size}".rstrip("?"), {stream.records: rows, "next_page": link})
    last_page = {stream.records: [{"id": last, "updated_at": JUNE_3}], "next_page": None}
    second = ScriptedCall(f"{url}?page=2&{size}".rstrip("&"), last_page)
    under_way = {"next": "2", "high": 1717200000, "asked": NOW, "high_ids": [late], "v": 1}
    return StreamCase(
        calls=(first, second),
        ids=(late, early, last),
        states=(
            {"updated_at": "2024-01-01T00:00:00Z", **under_way},
            {"updated_at": "2024-06-03T00:00:00Z", "ids": [21], "v": 1},
        ),
        empty={stream.records: [], "next_page": None},
        empty_state={"updated_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, {stream.records: [row], "next_page": None}),),
        requires=stream.requires,
        resumed=(first, second),
        later=(late, early, last),
        again=(first, second),
    )


def conditions(stream: DeclaredStream) -> StreamCase:
    """Two lists in one object."""
    url = f"/api/v2/{stream.wire_path}"
    body = {"definitions": {"conditions_all": [{"subject": "brand"}], "conditions_any": [{"subject": "form"}]}}
    return StreamCase(
        calls=(ScriptedCall(url, body),),
        ids=("brand", "form"),
        states=(NO_CURSOR,),
        empty={"definitions": {"conditions_all": [], "conditions_any": []}},
        empty_state=NO_CURSOR,
        full=lambda row: (ScriptedCall(url, _definitions(row)),),
        requires=stream.requires,
        key="subject",
    )


def _definitions(row: dict[str, Any]) -> Any:
    bare = {name: value for name, value in row.items() if name != "condition"}
    lists = {"conditions_all": [], "conditions_any": [], f"conditions_{row['condition']}": [bare]}
    return {"definitions": lists}


def _page(records: str, rows: list[dict[str, Any]], after: str | None = None) -> Any:
    return {records: rows, "meta": {"has_more": after is not None, "after_cursor": after}}
