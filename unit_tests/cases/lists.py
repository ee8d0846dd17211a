"""Cases of lists: the stream's constants, and every request, answer and STATE of its family in full."""

from collections.abc import Callable
from typing import Any

from integration_tests.simulated_account.declared_streams import DeclaredStream
from unit_tests.cases.case import BEFORE, JUNE_1, JUNE_3, MAY, NO_CURSOR, NOW, RecordId, ScriptedCall, StreamCase


def four_ids(stream: DeclaredStream) -> tuple[RecordId, ...]:
    """Keys of the type that the stream's have; text that looks like a number stays text in rows, not in STATE."""
    return ("a10", "a11", "a12", "21") if stream.has_text_key else (10, 11, 12, 21)


def single_page(stream: DeclaredStream) -> StreamCase:
    url, key = f"/api/v2/{stream.wire_path}", stream.key or "id"
    one: RecordId = "a1" if stream.has_text_key else 1
    return StreamCase(
        calls=(ScriptedCall(url, {stream.records: {key: one}}),),
        ids=(one,),
        states=(NO_CURSOR,),
        empty={stream.records: []},
        empty_state=NO_CURSOR,
        full=lambda row: (ScriptedCall(url, {stream.records: row}),),
        requires=stream.requires,
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


def _bare_or_named(stream: DeclaredStream, rows: list[dict[str, Any]]) -> Any:
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
    ids = tuple(range(1001, 1101))
    start = {"updated_at": "2024-01-01T00:00:00Z", **under_way, "high_ids": [1001, *[1] * 99]}
    return StreamCase(
        calls=(first, second),
        ids=(*ids, 11),
        states=(start, {"updated_at": "2024-06-01T00:00:00Z", "ids": [11], "v": 1}),
        empty={"links": []},
        empty_state={"updated_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (ScriptedCall(url, {"links": [row]}),),
        requires=stream.requires,
        resumed=(second,),
        later=(11,),
        again=(first, second),
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


def cursor_list_from(stream: DeclaredStream, size: str, first: str, again: str) -> StreamCase:
    """A list that Zendesk filters: the parameters of the page size, of a first sync, and of one from June 3 on."""
    url, (_, late, early, last), cursor = f"/api/v2/{stream.wire_path}", four_ids(stream), stream.cursor_field
    rows = [{"id": late, cursor: JUNE_1}, {"id": early, cursor: MAY}]
    newest = _page(stream.records, [{"id": last, cursor: JUNE_3}])

    def address(filtered: str, after: str = "") -> str:
        return f"{url}?{'&'.join(sorted(filter(None, (size, filtered, after))))}"

    second = ScriptedCall(address(first, "page[after]=p2"), newest)
    under_way = {"next": "p2", "high": 1717200000, "asked": NOW, "high_ids": [late], "v": 1}
    return StreamCase(
        calls=(ScriptedCall(address(first), _page(stream.records, rows, "p2")), second),
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
        again=(ScriptedCall(address(again), newest),),
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


def agent_statuses(stream: DeclaredStream) -> StreamCase:
    """Two lists, and the columns in an object of their own."""
    url = f"/api/v2/{stream.wire_path}"

    def full(row: dict[str, Any]) -> tuple[ScriptedCall, ...]:
        plain = {name: row[name] for name in ("id", "type")}
        attributes = {name: value for name, value in row.items() if name not in ("id", "type", "default")}
        return (ScriptedCall(url, {"default": [{**plain, "attributes": attributes}], "custom": []}),)

    return StreamCase(
        calls=(
            ScriptedCall(url, {"default": [{"id": 2}, {"id": 3}], "custom": [{"id": 101}], "links": {"next": None}}),
        ),
        ids=(2, 3, 101),
        states=(NO_CURSOR,),
        empty={"default": [], "custom": []},
        empty_state=NO_CURSOR,
        full=full,
        requires=stream.requires,
    )


def with_chat(audit: dict[str, Any]) -> dict[str, Any]:
    """An audit with one chat that has just started."""
    return _holding_chat(audit, {"chat_id": "c1", "history": []})


def with_chat_entry(audit: dict[str, Any]) -> dict[str, Any]:
    """An audit with one chat of one entry."""
    return _holding_chat(audit, {"chat_id": "c1", "history": [{"type": "ChatMessage"}]})


def _holding_chat(audit: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """The audit with some other event, and one that starts a chat."""
    events = [{"id": 1, "type": "Comment", "value": None}, {"id": 2, "type": "ChatStartedEvent", "value": value}]
    return {**audit, "ticket_id": 7, "events": events}


def _audit_of(row: dict[str, Any]) -> dict[str, Any]:
    """The audit that a row of a chat, or of a chat's history, is in."""
    known = {"audit_id", "event_id", "ticket_id", "created_at", "position"}
    value = {name: part for name, part in row.items() if name not in known}
    if "position" in row:
        value = {"chat_id": value.pop("chat_id"), "history": [value]}
    kind = value.pop("type", "ChatStartedEvent")
    event = {"id": row["event_id"], "type": kind, "value": value}
    return {"id": row["audit_id"], "ticket_id": row["ticket_id"], "created_at": row["created_at"], "events": [event]}


def newest_first(
    stream: DeclaredStream, holding: Callable[[dict[str, Any]], dict[str, Any]] = lambda audit: audit
) -> StreamCase:
    """Audits, or what is in them, as `holding` makes it."""
    is_audit = stream.name == "ticket_audits"
    url = "/api/v2/ticket_audits"
    rows = [{"id": 21, "created_at": JUNE_3}, {"id": 11, "created_at": JUNE_1}]
    older = [{"id": 12, "created_at": MAY}, {"id": 10, "created_at": BEFORE}]
    first = ScriptedCall(f"{url}?limit=1000", {"audits": [holding(row) for row in rows], "before_cursor": "b1"})
    second = ScriptedCall(
        f"{url}?cursor=b1&limit=1000", {"audits": [holding(row) for row in older], "before_cursor": "b2"}
    )
    oldest = [{"id": 9, "created_at": BEFORE}]
    third = ScriptedCall(
        f"{url}?cursor=b2&limit=1000", {"audits": [holding(row) for row in oldest], "before_cursor": "b3"}
    )
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
        full=lambda row: (ScriptedCall(url, {"audits": [row if is_audit else _audit_of(row)], "before_cursor": None}),),
        requires=stream.requires,
        key="id" if is_audit else "audit_id",
        resumed=(second, third),
        later=(12,),
        again=(first,),
    )


def offset_list(stream: DeclaredStream) -> StreamCase:
    url, (_, a, b, c) = f"/api/v2/{stream.wire_path}", four_ids(stream)
    link = "https://elsewhere.example/api/v2/anything.json?page=2&per_page=100"
    return StreamCase(
        calls=(
            ScriptedCall(f"{url}?per_page=100", {stream.records: [{"id": a}, {"id": b}], "next_page": link}),
            ScriptedCall(f"{url}?page=2&per_page=100", {stream.records: [{"id": c}], "next_page": None}),
        ),
        ids=(a, b, c),
        states=(NO_CURSOR,),
        empty={stream.records: [], "next_page": None},
        empty_state=NO_CURSOR,
        full=lambda row: (ScriptedCall(url, {stream.records: [row], "next_page": None}),),
        requires=stream.requires,
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
