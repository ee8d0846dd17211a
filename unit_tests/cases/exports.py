"""Cases of exports: the stream's constants, and every request, answer and STATE of its family in full."""

from typing import Any

from integration_tests.simulated_account.declared_streams import DeclaredStream
from unit_tests.cases.case import BEFORE, JUNE_1, JUNE_3, MAY, NOW, Row, ScriptedCall, StreamCase, load_wire

TICKETS = "/api/v2/incremental/tickets/cursor"
EVENTS = "/api/v2/incremental/ticket_events"
SINCE = "start_time=1704067200"


def tickets(state_key: str, include: str = "") -> StreamCase:
    """Ticket pages, from which tickets and their metrics are read; both have the ids 11, 12 and 21 here."""

    def page(cursor: str, rows: list[Row], *, end: bool) -> Any:
        return {"tickets": rows, "after_cursor": cursor, "end_of_stream": end}

    def row(key: int, moment: int) -> Row:
        return {"id": key, "generated_timestamp": moment, **({"metric_set": {"id": key}} if include else {})}

    rest = "per_page=1000&support_type_scope=all"
    second = ScriptedCall(f"{TICKETS}?cursor=c1&{include}{rest}", page("c2", [row(21, 1717372800)], end=True))
    first = f"{TICKETS}?{include}per_page=1000&{SINCE}&support_type_scope=all"
    return StreamCase(
        calls=(ScriptedCall(first, page("c1", [row(11, 1714521600), row(12, 1717200000)], end=False)), second),
        ids=(11, 12, 21),
        states=({state_key: "1717200000", "cursor": "c1", "v": 1}, {state_key: "1717372800", "cursor": "c2", "v": 1}),
        empty=page("c0", [], end=True),
        empty_state={state_key: "1704067200", "cursor": "c0", "v": 1},
        full=lambda _row: (ScriptedCall(TICKETS, page("c1", [load_wire("tickets")], end=True)),),
        resumed=(second,),
        later=(21,),
        again=(ScriptedCall(f"{TICKETS}?cursor=c2&{include}{rest}", page("c2", [], end=True)),),
    )


def users(include: str = "") -> StreamCase:
    """User pages, from which users and their identities are read; both have the ids 11, 12 and 21 here."""
    url = "/api/v2/incremental/users/cursor"

    def page(cursor: str, rows: dict[int, str], *, end: bool) -> Any:
        people = [{"id": key, "updated_at": time} for key, time in rows.items()]
        beside = {"identities": [{"id": key, "user_id": key} for key in rows]} if include else {}
        return {"users": people, **beside, "after_cursor": cursor, "end_of_stream": end}

    def full(row: Row) -> tuple[ScriptedCall, ...]:
        whole = {"users": [row], "after_cursor": "c1", "end_of_stream": True}
        if include:
            whole |= {"users": [{"id": row["user_id"], "updated_at": MAY}], "identities": [row]}
        return (ScriptedCall(url, whole),)

    second = ScriptedCall(f"{url}?cursor=c1&{include}per_page=1000", page("c2", {21: JUNE_3}, end=True))
    return StreamCase(
        calls=(
            ScriptedCall(f"{url}?{include}per_page=1000&{SINCE}", page("c1", {11: MAY, 12: JUNE_1}, end=False)),
            second,
        ),
        ids=(11, 12, 21),
        states=(
            {"updated_at": "1717200000", "cursor": "c1", "v": 1},
            {"updated_at": "1717372800", "cursor": "c2", "v": 1},
        ),
        empty=page("c0", {}, end=True),
        empty_state={"updated_at": "1704067200", "cursor": "c0", "v": 1},
        full=full,
        resumed=(second,),
        later=(21,),
        again=(ScriptedCall(f"{url}?cursor=c2&{include}per_page=1000", page("c2", {}, end=True)),),
    )


def custom_object_records(stream: DeclaredStream) -> StreamCase:
    """Records of one custom object, from an export of its own; those of the first sync are r1, r2 and r3."""
    objects, url = "/api/v2/custom_objects", "/api/v2/incremental/custom_objects/car/cursor"
    car = ScriptedCall(objects, {"custom_objects": [{"key": "car"}]})

    def page(cursor: str | None, rows: list[Row], *, more: bool) -> Any:
        return {"custom_object_records": rows, "after_cursor": cursor, "meta": {"has_more": more}}

    def record(key: str, time: str) -> Row:
        return {"id": key, "name": "Estate", "updated_at": time}

    def state(bookmark: str, cursor: str) -> dict[str, Any]:
        place = {"updated_at": bookmark, "cursor": cursor, "v": 1}
        return {"updated_at": "1704067200", "objects": {"car": place}, "v": 1}

    def full(row: Row) -> tuple[ScriptedCall, ...]:
        own = {name: value for name, value in row.items() if name != "_deleted"}
        return car, ScriptedCall(url, page("c1", [own], more=False))

    second = ScriptedCall(f"{url}?cursor=c1&per_page=1000", page("c2", [record("r3", JUNE_3)], more=False))
    rows = [record("r1", MAY), record("r2", JUNE_1)]
    return StreamCase(
        calls=(car, ScriptedCall(f"{url}?per_page=1000&{SINCE}", page("c1", rows, more=True)), second),
        ids=("r1", "r2", "r3"),
        states=(state("1717200000", "c1"), state("1717372800", "c2")),
        empty={"custom_objects": []},
        empty_state={"updated_at": "1704067200", "v": 1},
        full=full,
        requires=stream.requires,
        resumed=(car, second),
        later=("r3",),
        again=(car, ScriptedCall(f"{url}?cursor=c2&per_page=1000", page(None, [], more=False))),
    )


def ticket_events(state_key: str, part: str = "") -> StreamCase:
    """Ticket event pages; each event here has one comment with one attachment, all of one id."""

    def row(key: int, moment: int, time: str) -> Row:
        child = {"id": key, "event_type": "Comment", "attachments": [{"id": key}]}
        return {"id": key, "timestamp": moment, "created_at": time, "child_events": [child] if part else []}

    may, june_1, june_3 = row(11, 1714521600, MAY), row(12, 1717200000, JUNE_1), row(21, 1717372800, JUNE_3)
    first, rest = f"{EVENTS}?include=comment_events&per_page=1000&", "&support_type_scope=all"
    return _by_time(
        state_key,
        first=ScriptedCall(
            f"{first}{SINCE}{rest}", _timed("ticket_events", [may, june_1], 1717200000, end_of_stream=False)
        ),
        second=ScriptedCall(
            f"{first}start_time=1717200000{rest}",
            _timed("ticket_events", [june_1, june_3], 1717372800, end_of_stream=True),
        ),
        again=ScriptedCall(
            f"{first}start_time=1717372800{rest}", _timed("ticket_events", [june_3], 1717372800, end_of_stream=True)
        ),
        empty=_timed("ticket_events", [], None, end_of_stream=True),
        full=lambda _row: (
            ScriptedCall(EVENTS, _timed("ticket_events", [load_wire("ticket_events")], 1717372800, end_of_stream=True)),
        ),
    )


def change_log(stream: DeclaredStream) -> StreamCase:
    """Logs from their beginning; the last page has no rows and names itself, and rows are in no order of time."""
    url = f"/api/v2/{stream.wire_path}"
    host = "https://acme.zendesk.com"

    def page(cursor: str, rows: dict[str, str]) -> Any:
        found = [{"id": key, "time": time, "type": "create"} for key, time in rows.items()]
        return {stream.records: found, "count": len(rows), "next_page": f"{host}{url}.json?cursor={cursor}"}

    second = ScriptedCall(f"{url}?cursor=c=1", page("c%3D2", {"d": JUNE_3}))
    end = ScriptedCall(f"{url}?cursor=c=2", page("c%3D2", {}))
    state = {"time": "1717200000", "cursor": "?cursor=c%3D1", "v": 1}
    ended = {"time": "1717372800", "cursor": "?cursor=c%3D2", "v": 1}
    return StreamCase(
        calls=(ScriptedCall(url, page("c%3D1", {"b": JUNE_1, "a": MAY, "old": BEFORE})), second, end),
        ids=("b", "a", "d"),
        states=(state, ended, ended),
        empty=page("c0", {}),
        empty_state={"time": "1704067200", "cursor": "?cursor=c0", "v": 1},
        full=lambda row: (ScriptedCall(url, {stream.records: [row], "count": 1, "next_page": None}),),
        requires=stream.requires,
        resumed=(second, end),
        later=("d",),
        again=(end,),
    )


def time_export(url: str, records: str, requires: str = "", stop: str = "end_of_stream") -> StreamCase:
    """Rows are handed out by the second in which they changed; `stop` is the envelope's word for the last page."""
    more, end = ({stop: False}, {stop: True}) if stop == "end_of_stream" else ({stop: "any link"}, {stop: None})
    late = {"id": 12, "updated_at": JUNE_1}
    last = {"id": 21, "updated_at": JUNE_3}
    rows = [{"id": 11, "updated_at": MAY}, late]
    return _by_time(
        "updated_at",
        first=ScriptedCall(f"{url}?per_page=1000&{SINCE}", _timed(records, rows, 1717200000, **more)),
        second=ScriptedCall(
            f"{url}?per_page=1000&start_time=1717200000", _timed(records, [late, last], 1717372800, **end)
        ),
        again=ScriptedCall(f"{url}?per_page=1000&start_time=1717372800", _timed(records, [last], 1717372800, **end)),
        empty=_timed(records, [], None, **end),
        full=lambda row: (ScriptedCall(url, _timed(records, [row], 1717372800, **end)),),
        requires=requires,
    )


def full_page_export_of(stream: DeclaredStream) -> StreamCase:
    """The same for a stream that sends no page size."""
    return full_page_export(f"/api/v2/{stream.wire_path}", stream.records, stream.requires)


def full_page_export(
    url: str,
    records: str,
    requires: str = "",
    cursor: str = "updated_at",
    fixed: str = "",
    keys: str = "",
    again_from: int = 1717372800,
) -> StreamCase:
    """Exports that do not name their end: a page of less than 1,000 rows is the last."""

    def key(number: int) -> int | str:
        return f"{keys}{number}" if keys else number

    thousand = [{"id": key(number), cursor: MAY} for number in range(1, 1000)] + [{"id": key(1000), cursor: JUNE_1}]
    last = {"id": key(2001), cursor: JUNE_3}
    again = ScriptedCall(f"{url}?{fixed}start_time={again_from}", _timed(records, [last], 1717372800))
    second = ScriptedCall(f"{url}?{fixed}start_time=1717200000", _timed(records, [thousand[-1], last], 1717372800))
    return StreamCase(
        calls=(ScriptedCall(f"{url}?{fixed}{SINCE}", _timed(records, thousand, 1717200000)), second),
        ids=(*(key(number) for number in range(1, 1001)), key(2001)),
        states=(
            {cursor: "1717200000", "ids": [key(1000)], "asked": NOW, "v": 1},
            {cursor: "1717372800", "ids": [key(2001)], "v": 1},
        ),
        empty=_timed(records, [], None),
        empty_state={cursor: "1704067200", "v": 1},
        full=lambda row: (ScriptedCall(url, _timed(records, [row], 1717372800)),),
        requires=requires,
        resumed=(second,),
        later=(key(2001),),
        again=(again,),
    )


def agent_timeline(stream: DeclaredStream) -> StreamCase:
    """Times of requests and STATE are microseconds. The last day is read again, for slices that have grown."""
    url, fixed = "/api/v2/chat/incremental/agent_timeline", "fields=agent_timeline(*)&limit=1000&start_time="

    def page(rows: list[Row], end_time: int | None) -> Any:
        return _timed("agent_timeline", rows, end_time)

    def part(agent: int, time: str) -> Row:
        return {"agent_id": agent, "start_time": time, "duration": 60}

    thousand = [part(agent, MAY) for agent in range(1, 1000)] + [part(1000, JUNE_1)]
    last = part(2001, JUNE_3)
    second = ScriptedCall(f"{url}?{fixed}1717200000000000", page([thousand[-1], last], 1717372800000000))
    return StreamCase(
        calls=(ScriptedCall(f"{url}?{fixed}1704067200000000", page(thousand, 1717200000000000)), second),
        ids=(*range(1, 1001), 2001),
        states=(
            {"start_time": "1717200000000000", "ids": ["2024-06-01T00:00:00Z/1000/60"], "asked": NOW, "v": 1},
            {"start_time": "1717372800000000", "ids": ["2024-06-03T00:00:00Z/2001/60"], "v": 1},
        ),
        empty=page([], None),
        empty_state={"start_time": "1704067200000000", "v": 1},
        full=lambda row: (ScriptedCall(url, page([row], 1717372800000000)),),
        requires=stream.requires,
        key="agent_id",
        resumed=(second,),
        later=(2001,),
        again=(ScriptedCall(f"{url}?{fixed}1717286400000000", page([last], 1717372800000000)),),
    )


def _by_time(
    state_key: str,
    first: ScriptedCall,
    second: ScriptedCall,
    again: ScriptedCall,
    empty: Any,
    full: Any,
    requires: str = "",
) -> StreamCase:
    return StreamCase(
        calls=(first, second),
        ids=(11, 12, 21),
        states=(
            {state_key: "1717200000", "ids": [12], "asked": NOW, "v": 1},
            {state_key: "1717372800", "ids": [21], "v": 1},
        ),
        empty=empty,
        empty_state={state_key: "1704067200", "v": 1},
        full=full,
        requires=requires,
        resumed=(second,),
        later=(21,),
        again=(again,),
    )


def _timed(records: str, rows: list[Row], end_time: int | None, **stop: Any) -> Any:
    return {records: rows, "count": len(rows), "end_time": end_time, **stop}
