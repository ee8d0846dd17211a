"""Cases of lists: the stream's constants, and every request, answer and STATE of its family in full."""

from typing import Any

from unit_tests.cases.case import BEFORE, JUNE_1, JUNE_3, MAY, NO_CURSOR, NOW, Call, Case, Id

FOUR: tuple[Id, ...] = (10, 11, 12, 21)


def single_page(path: str, records: str, requires: str) -> Case:
    url = f"/api/v2/{path}"
    return Case(
        calls=(Call(url, {records: {"id": 1}}),),
        ids=(1,),
        states=(NO_CURSOR,),
        empty={records: []},
        empty_state=NO_CURSOR,
        full=lambda row: (Call(url, {records: row}),),
        requires=requires,
    )


def single_page_filtered(path: str, records: str, requires: str = "", ids: tuple[Id, ...] = FOUR) -> Case:
    url, (old, late, early, _) = f"/api/v2/{path}", ids
    times = ((old, BEFORE), (late, JUNE_1), (early, MAY))
    calls = (Call(url, {records: [{"id": key, "updated_at": time} for key, time in times]}),)
    return Case(
        calls=calls,
        ids=(late, early),
        states=({"updated_at": "2024-06-01T00:00:00Z", "ids": [late], "v": 1},),
        empty={records: []},
        empty_state={"updated_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (Call(url, {records: [row]}),),
        requires=requires,
        again=calls,
    )


def cursor_list(
    path: str, records: str, requires: str = "", key: str = "id", ids: tuple[Id, ...] = FOUR, size: int = 100
) -> Case:
    url, (a, b, c, d) = f"/api/v2/{path}", ids
    return Case(
        calls=(
            Call(f"{url}?page[size]={size}", _page(records, [{key: a}, {key: b}, {key: c}], "p2")),
            Call(f"{url}?page[after]=p2&page[size]={size}", _page(records, [{key: d}])),
        ),
        ids=(a, b, c, d),
        states=(NO_CURSOR,),
        empty=_page(records, []),
        empty_state=NO_CURSOR,
        full=lambda row: (Call(url, _page(records, [row])),),
        requires=requires,
        key=key,
    )


def cursor_list_filtered(
    path: str,
    records: str,
    requires: str = "",
    cursor: str = "updated_at",
    ids: tuple[Id, ...] = FOUR,
    fixed: tuple[str, str] = ("", ""),
) -> Case:
    """`fixed` are parameters that are always sent, those before and those behind `page` in the alphabet."""
    url, (old, late, early, last), (before, behind) = f"/api/v2/{path}", ids, fixed
    times = ((old, BEFORE), (late, JUNE_1), (early, MAY))
    first = Call(
        f"{url}?{before}page[size]=100{behind}",
        _page(records, [{"id": key, cursor: time} for key, time in times], "p2"),
    )
    second = Call(
        f"{url}?{before}page[after]=p2&page[size]=100{behind}", _page(records, [{"id": last, cursor: JUNE_3}])
    )
    under_way = {"next": "p2", "high": 1717200000, "asked": NOW, "high_ids": [late], "v": 1}
    return Case(
        calls=(first, second),
        ids=(late, early, last),
        states=(
            {cursor: "2024-01-01T00:00:00Z", **under_way},
            {cursor: "2024-06-03T00:00:00Z", "ids": [last], "v": 1},
        ),
        empty=_page(records, []),
        empty_state={cursor: "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (Call(url, _page(records, [row])),),
        requires=requires,
        resumed=(second,),
        later=(last,),
        again=(first, second),
    )


def cursor_list_since(path: str, records: str, requires: str) -> Case:
    url = f"/api/v2/{path}"
    late = {"id": 21, "updated_at": JUNE_3}
    second = Call(f"{url}?page[after]=p2&page[size]=100&start_time=1704067200", _page(records, [late]))
    under_way = {"next": "p2", "high": 1717200000, "asked": NOW, "high_ids": [11], "v": 1}
    return Case(
        calls=(
            Call(
                f"{url}?page[size]=100&start_time=1704067200",
                _page(records, [{"id": 11, "updated_at": JUNE_1}, {"id": 12, "updated_at": MAY}], "p2"),
            ),
            second,
        ),
        ids=(11, 12, 21),
        states=({"updated_at": "1704067200", **under_way}, {"updated_at": "1717372800", "ids": [21], "v": 1}),
        empty=_page(records, []),
        empty_state={"updated_at": "1704067200", "v": 1},
        full=lambda row: (Call(url, _page(records, [row])),),
        requires=requires,
        resumed=(second,),
        later=(21,),
        again=(Call(f"{url}?page[size]=100&start_time=1717372800", _page(records, [late])),),
    )


def range_list(path: str, records: str, requires: str) -> Case:
    url, until = f"/api/v2/{path}", "filter[created_at][]=2024-06-10T13:00:00Z&page"
    since = "filter[created_at][]=2024-01-01T00:00:00Z&"
    late = {"id": 21, "created_at": JUNE_3}
    rows = [{"id": 12, "created_at": MAY}, {"id": 11, "created_at": JUNE_1}]
    second = Call(f"{url}?{since}{until}[after]=p2&page[size]=100&sort=created_at", _page(records, [late]))
    under_way = {"next": "p2", "high": 1717200000, "asked": NOW, "high_ids": [11], "v": 1}
    again = f"{url}?filter[created_at][]=2024-06-03T00:00:00Z&{until}[size]=100&sort=created_at"
    return Case(
        calls=(Call(f"{url}?{since}{until}[size]=100&sort=created_at", _page(records, rows, "p2")), second),
        ids=(12, 11, 21),
        states=(
            {"created_at": "2024-01-01T00:00:00Z", **under_way},
            {"created_at": "2024-06-03T00:00:00Z", "ids": [21], "v": 1},
        ),
        empty=_page(records, []),
        empty_state={"created_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (Call(url, _page(records, [row])),),
        requires=requires,
        resumed=(second,),
        later=(21,),
        again=(Call(again, _page(records, [late])),),
    )


def newest_first(path: str, records: str, requires: str) -> Case:
    url = f"/api/v2/{path}"
    rows = [{"id": 21, "created_at": JUNE_3}, {"id": 11, "created_at": JUNE_1}]
    older = [{"id": 12, "created_at": MAY}, {"id": 10, "created_at": BEFORE}]
    first = Call(f"{url}?limit=1000", {records: rows, "before_cursor": "b1"})
    second = Call(f"{url}?cursor=b1&limit=1000", {records: older, "before_cursor": "b2"})
    oldest = [{"id": 9, "created_at": BEFORE}]
    third = Call(f"{url}?cursor=b2&limit=1000", {records: oldest, "before_cursor": "b3"})
    under_way = {"high": 1717372800, "asked": NOW, "high_ids": [21], "v": 1}
    return Case(
        calls=(first, second, third),
        ids=(21, 11, 12),
        states=(
            {"created_at": "2024-01-01T00:00:00Z", "next": "b1", **under_way},
            {"created_at": "2024-01-01T00:00:00Z", "next": "b2", **under_way},
            {"created_at": "2024-06-03T00:00:00Z", "ids": [21], "v": 1},
        ),
        empty={records: [], "before_cursor": None},
        empty_state={"created_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (Call(url, {records: [row], "before_cursor": None}),),
        requires=requires,
        resumed=(second, third),
        later=(12,),
        again=(first,),
    )


def offset_list(path: str, records: str, requires: str) -> Case:
    url = f"/api/v2/{path}"
    link = "https://elsewhere.example/api/v2/anything.json?page=2&per_page=100"
    return Case(
        calls=(
            Call(f"{url}?per_page=100", {records: [{"id": 11}, {"id": 12}], "next_page": link}),
            Call(f"{url}?page=2&per_page=100", {records: [{"id": 21}], "next_page": None}),
        ),
        ids=(11, 12, 21),
        states=(NO_CURSOR,),
        empty={records: [], "next_page": None},
        empty_state=NO_CURSOR,
        full=lambda row: (Call(url, {records: [row], "next_page": None}),),
        requires=requires,
    )


def offset_list_filtered(
    path: str, records: str, requires: str, ids: tuple[Id, ...] = FOUR, size: str = "per_page=100"
) -> Case:
    """Pages have numbers, so a pass that was broken off starts again."""
    url, (old, late, early, last) = f"/api/v2/{path}", ids
    rows = [{"id": old, "updated_at": BEFORE}, {"id": late, "updated_at": JUNE_1}, {"id": early, "updated_at": MAY}]
    link = "https://elsewhere.example/a.json?page=2"
    first = Call(f"{url}?{size}".rstrip("?"), {records: rows, "next_page": link})
    last_page = {records: [{"id": last, "updated_at": JUNE_3}], "next_page": None}
    second = Call(f"{url}?page=2&{size}".rstrip("&"), last_page)
    under_way = {"next": "2", "high": 1717200000, "asked": NOW, "high_ids": [late], "v": 1}
    return Case(
        calls=(first, second),
        ids=(late, early, last),
        states=(
            {"updated_at": "2024-01-01T00:00:00Z", **under_way},
            {"updated_at": "2024-06-03T00:00:00Z", "ids": [last], "v": 1},
        ),
        empty={records: [], "next_page": None},
        empty_state={"updated_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (Call(url, {records: [row], "next_page": None}),),
        requires=requires,
        resumed=(first, second),
        later=(late, early, last),
        again=(first, second),
    )


def conditions(path: str, requires: str) -> Case:
    """Two lists in one object."""
    url = f"/api/v2/{path}"
    body = {"definitions": {"conditions_all": [{"subject": "brand"}], "conditions_any": [{"subject": "form"}]}}
    return Case(
        calls=(Call(url, body),),
        ids=("brand", "form"),
        states=(NO_CURSOR,),
        empty={"definitions": {"conditions_all": [], "conditions_any": []}},
        empty_state=NO_CURSOR,
        full=lambda row: (Call(url, _definitions(row)),),
        requires=requires,
        key="subject",
    )


def _definitions(row: dict[str, Any]) -> Any:
    bare = {name: value for name, value in row.items() if name != "condition"}
    lists = {"conditions_all": [], "conditions_any": [], f"conditions_{row['condition']}": [bare]}
    return {"definitions": lists}


def _page(records: str, rows: list[dict[str, Any]], after: str | None = None) -> Any:
    return {records: rows, "meta": {"has_more": after is not None, "after_cursor": after}}
