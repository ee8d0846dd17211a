"""Cases of streams that are requested once a parent."""

from typing import Any

from integration_tests.simulated_account.declared_streams import DeclaredStream, parents_path
from unit_tests.account import cursor_page
from unit_tests.cases.case import (
    BEFORE,
    EPOCH_BOOKMARKS,
    JUNE_1,
    JUNE_3,
    MAY,
    NO_CURSOR,
    NOW,
    Row,
    ScriptedCall,
    StreamCase,
    two_pages,
    without_cursor,
)

SIDE = "/api/v2/tickets/side_conversations/events"
SIZE = "page[size]=100"


def per_parent(stream: DeclaredStream) -> StreamCase:
    """Children of parents 100 and 200; if these are children themselves, of the only one (1) of each of them.

    Children that are requested with their parents (`include`) are inside the second parent, not inside the first.
    """
    parents, _, own = stream.wire_path.partition(f"/{{{stream.parents[0]}}}/")
    listed, kind, below = f"/api/v2/{parents}.json", parents.rpartition("/")[2], own.rpartition("/")[2]
    through = own.partition("/{")[0] if len(stream.parents) > 1 else ""
    include = f"include={stream.include}&" if stream.include else ""

    def requested(parent: int, *rows: Row, query: str = f"?{SIZE}") -> tuple[ScriptedCall, ...]:
        base = f"/api/v2/{parents}/{parent}"
        if not through:
            return (ScriptedCall(f"{base}/{below}{query}", cursor_page(stream.records, rows)),)
        return (
            ScriptedCall(f"{base}/{through}.json{query}", cursor_page(through, [{"id": 1, "updated_at": MAY}])),
            ScriptedCall(f"{base}/{through}/1/{below}{query}", cursor_page(stream.records, rows)),
        )

    child = {"id": 21, "updated_at": JUNE_3}
    last: Row = {"id": 200, "updated_at": MAY} | ({stream.include: [child]} if include else {})
    first = ScriptedCall(f"{listed}?{include}{SIZE}", cursor_page(kind, [{"id": 100, "updated_at": MAY}], "p2"))
    second = ScriptedCall(f"{listed}?{include}page[after]=p2&{SIZE}", cursor_page(kind, [last]))
    times = ((10, BEFORE), (11, JUNE_1), (12, MAY))
    of_first = requested(100, *({"id": key, "updated_at": time} for key, time in times))
    of_second = () if include else requested(200, child)
    return two_pages(
        stream,
        [first, *of_first],
        [second, *of_second],
        bookmarks=EPOCH_BOOKMARKS,
        empty=cursor_page(kind, []),
        full=lambda row: (ScriptedCall(listed, cursor_page(kind, [{"id": 100}])), *requested(100, row, query="")),
    )


def votes(stream: DeclaredStream, kind: str) -> StreamCase:
    """Votes of one kind in the list of all votes; `test_votes.py` has the requests for each parent."""
    url, other = "/api/v2/help_center/votes.json", {"Comment": "PostComment", "Post": "Article"}.get(kind, "Post")

    def vote(key: int, time: str, of: str = kind) -> Row:
        return {"id": key, "item_type": of, "updated_at": time}

    first = ScriptedCall(
        f"{url}?{SIZE}",
        cursor_page("votes", [vote(10, BEFORE), vote(11, JUNE_1), vote(12, MAY), vote(13, MAY, other)], "p2"),
    )
    second = ScriptedCall(f"{url}?page[after]=p2&{SIZE}", cursor_page("votes", [vote(21, JUNE_3)]))
    return two_pages(
        stream,
        [first],
        [second],
        bookmarks=EPOCH_BOOKMARKS,
        token={"next_votes": "p2"},
        empty=cursor_page("votes", []),
        full=lambda row: (ScriptedCall(url, cursor_page("votes", [row, vote(99, MAY, other)])),),
        fallback=f"/api/v2/{parents_path(stream).partition('/{')[0]}.json?{SIZE}",
        resumed=(first, second),
    )


def of_custom_objects(stream: DeclaredStream) -> StreamCase:
    """Children of the custom object car, whose key the connector adds."""
    objects, cursor = "/api/v2/custom_objects", stream.cursor_field
    query = "?include_standard_fields=true" if stream.name == "custom_object_fields" else ""
    old, late, last = ("a10", "a11", "a21") if stream.has_text_key else (10, 11, 21)

    def below(key: str, *rows: Row, requested: str = query) -> ScriptedCall:
        return ScriptedCall(
            f"{objects}/{key}/{stream.path.rpartition('/')[2]}{requested}", {stream.records: list(rows)}
        )

    def dated(key: int | str, time: str) -> Row:
        return {"id": key, cursor: time} if cursor else {"id": key}

    def full(row: Row) -> tuple[ScriptedCall, ...]:
        bare = {name: value for name, value in row.items() if name != "custom_object_key"}
        return ScriptedCall(objects, {"custom_objects": [{"key": "car"}]}), below("car", bare, requested="")

    known = [f"car/{last}"] if len(stream.primary_key) > 1 else [last]
    calls = (
        ScriptedCall(objects, {"custom_objects": [{"key": "car"}]}),
        below("car", dated(old, BEFORE), dated(late, JUNE_1), dated(last, JUNE_3)),
    )
    return StreamCase(
        calls=calls,
        ids=(late, last) if cursor else (old, late, last),
        states=({cursor: "1717372800", "ids": known, "v": 1},) if cursor else (NO_CURSOR,),
        empty={"custom_objects": []},
        empty_state={cursor: "1704067200", "v": 1} if cursor else NO_CURSOR,
        full=full,
        requires=stream.requires,
        again=calls if cursor else (),
    )


def agent_skills(stream: DeclaredStream) -> StreamCase:
    """Skills of agents 100 and 101, and of agent 200 on the next page of users: a request for each page of users."""
    users, skills, roles = "/api/v2/users", "/api/v2/routing/agents/instance_values", "role[]=admin&role[]=agent"

    def requested(agents: str, *rows: Row) -> ScriptedCall:
        return ScriptedCall(f"{skills}?filter[agent_ids]={agents}&{SIZE}", cursor_page("instance_values", rows))

    agents = [{"id": 100, "updated_at": MAY}, {"id": 101, "updated_at": MAY}]
    first = ScriptedCall(f"{users}?{SIZE}&{roles}", cursor_page("users", agents, "p2"))
    second = ScriptedCall(
        f"{users}?page[after]=p2&{SIZE}&{roles}", cursor_page("users", [{"id": 200, "updated_at": MAY}])
    )
    times = (("a10", BEFORE), ("a11", JUNE_1), ("a12", MAY))
    of_first = requested("100,101", *({"id": key, "agent_id": 100, "updated_at": time} for key, time in times))
    of_second = requested("200", {"id": "a21", "agent_id": 200, "updated_at": JUNE_3})
    return two_pages(
        stream,
        [first, of_first],
        [second, of_second],
        ids=("a11", "a12", "a21"),
        newest="a11",
        last="a21",
        bookmarks=EPOCH_BOOKMARKS,
        empty=cursor_page("users", []),
        full=lambda row: (
            ScriptedCall(users, cursor_page("users", [{"id": 100}])),
            ScriptedCall(skills, cursor_page("instance_values", [row])),
        ),
    )


def side_conversation_events(stream: DeclaredStream) -> StreamCase:
    first, second, again = _event_calls()
    return StreamCase(
        calls=(first, second),
        ids=("e11", "e12", "e21"),
        states=(
            {"created_at": "1717200000", "ids": ["e12"], "asked": NOW, "v": 1},
            {"created_at": "1717372800", "ids": ["e21"], "v": 1},
        ),
        empty={"events": [], "end_time": None, "next_page": None},
        empty_state={"created_at": "1704067200", "v": 1},
        full=lambda row: (ScriptedCall(SIDE, {"events": [row], "end_time": 1717372800, "next_page": None}),),
        requires=stream.requires,
        resumed=(second,),
        later=("e21",),
        again=(again,),
    )


def side_conversations(stream: DeclaredStream) -> StreamCase:
    """Tickets 7 and 8 are named by events; each is visited once, and all its conversations are sent."""
    first, second, again = _event_calls()
    rows = [
        {"id": "s10", "ticket_id": 7, "updated_at": BEFORE},
        {"id": "s11", "ticket_id": 7, "updated_at": "2024-06-01T00:00:00.250Z"},
    ]
    of_7 = ScriptedCall("/api/v2/tickets/7/side_conversations?per_page=100", _offset(rows))
    row = {"id": "s21", "ticket_id": 8, "updated_at": JUNE_3}
    of_8 = ScriptedCall("/api/v2/tickets/8/side_conversations?per_page=100", _offset([row]))
    return StreamCase(
        calls=(first, of_7, second, of_8),
        ids=("s10", "s11", "s21"),
        states=(
            {"updated_at": "2024-06-01T00:00:00Z", "ids": ["e12"], "asked": NOW, "visited": [7], "v": 1},
            {"updated_at": "2024-06-03T00:00:00Z", "ids": ["e21"], "v": 1},
        ),
        empty={"events": [], "end_time": None, "next_page": None},
        empty_state={"updated_at": "2024-01-01T00:00:00Z", "v": 1},
        full=lambda row: (
            ScriptedCall(SIDE, {"events": [_event("e1", 7, MAY)], "end_time": 1717372800, "next_page": None}),
            ScriptedCall("/api/v2/tickets/7/side_conversations", _offset([row])),
        ),
        requires=stream.requires,
        resumed=(second, of_8),
        later=("s21",),
        again=(again,),
    )


def conversation_log(_: DeclaredStream) -> StreamCase:
    """Of the tickets 7 to 10, those of messaging that are not deleted are visited, as often as they come."""
    tickets, rest = "/api/v2/incremental/tickets/cursor", "per_page=1000&support_type_scope=all"

    def exported(cursor: str, *rows: Row, end: bool = True) -> Any:
        return {"tickets": list(rows), "after_cursor": cursor, "end_of_stream": end}

    def ticket(key: int, moment: int, **more: Any) -> Row:
        return {"id": key, "generated_timestamp": moment, "updated_at": "2024-05-01T00:00:01Z", **more}

    def log(key: int, query: str, *events: Row, after: str | None = None) -> ScriptedCall:
        url = f"/api/v2/tickets/{key}/conversation_log"
        return ScriptedCall(f"{url}?{query}{SIZE}&sort=created_at", cursor_page("events", events, after))

    def full(row: Row) -> tuple[ScriptedCall, ...]:
        bare = {name: value for name, value in row.items() if name not in ("ticket_id", "ticket_updated_at")}
        bare["created_at"] = "2023-05-22 16:47:59+00:00"
        parent = ticket(27, 1684774211, from_messaging_channel=True) | {"updated_at": "2023-05-22T16:50:11Z"}
        return (
            ScriptedCall(tickets, exported("c1", parent)),
            ScriptedCall("/api/v2/tickets/27/conversation_log", cursor_page("events", [bare])),
        )

    whatsapp = {"via": {"channel": "whatsapp"}}
    first = exported(
        "c1",
        ticket(7, 1714521600, from_messaging_channel=True),
        ticket(8, 1714521601, from_messaging_channel=False, **whatsapp),
        ticket(9, 1717200000, from_messaging_channel=True, status="deleted"),
        end=False,
    )
    second = (
        ScriptedCall(f"{tickets}?cursor=c1&{rest}", exported("c2", ticket(10, 1717372800, **whatsapp))),
        log(10, "", {"id": "M21"}),
    )
    return StreamCase(
        calls=(
            ScriptedCall(f"{tickets}?per_page=1000&start_time=1704067200&support_type_scope=all", first),
            log(7, "", {"id": "M11"}, {"id": "M12"}, after="l2"),
            log(7, "page[after]=l2&", {"id": "M13"}),
            *second,
        ),
        ids=("M11", "M12", "M13", "M21"),
        states=(
            {"ticket_updated_at": "1717200000", "cursor": "c1", "v": 1},
            {"ticket_updated_at": "1717372800", "cursor": "c2", "v": 1},
        ),
        empty=exported("c0"),
        empty_state={"ticket_updated_at": "1704067200", "cursor": "c0", "v": 1},
        full=full,
        resumed=second,
        later=("M21",),
        again=(ScriptedCall(f"{tickets}?cursor=c2&{rest}", exported("c2")),),
    )


def schedule_holidays(stream: DeclaredStream) -> StreamCase:
    """A holiday does not say whose it is; the connector adds it."""
    url = "/api/v2/business_hours/schedules"

    def full(row: Row) -> tuple[ScriptedCall, ...]:
        bare = {name: value for name, value in row.items() if name != "schedule_id"}
        key = row["schedule_id"]
        return (
            ScriptedCall(url, {"schedules": [{"id": key}]}),
            ScriptedCall(f"{url}/{key}/holidays", {"holidays": [bare]}),
        )

    return without_cursor(
        stream,
        ScriptedCall(url, {"schedules": [{"id": 100}]}),
        ScriptedCall(f"{url}/100/holidays", {"holidays": [{"id": 11}, {"id": 12}]}),
        ids=(11, 12),
        empty={"schedules": []},
        full=full,
    )


def _event_calls() -> tuple[ScriptedCall, ScriptedCall, ScriptedCall]:
    early, late = _event("e11", 7, MAY), _event("e12", 7, "2024-06-01T00:00:00.500Z")
    last = _event("e21", 8, "2024-06-03T00:00:00.100Z")
    one = {"events": [early, late], "end_time": 1717200000, "next_page": "any link"}
    two = {"events": [late, last], "end_time": 1717372800, "next_page": None}
    three = {"events": [last], "end_time": 1717372800, "next_page": None}
    return (
        ScriptedCall(f"{SIDE}?start_time=1704067200", one),
        ScriptedCall(f"{SIDE}?start_time=1717200000", two),
        ScriptedCall(f"{SIDE}?start_time=1717372800", three),
    )


def _event(key: str, ticket: int, time: str) -> Row:
    return {"id": key, "ticket_id": ticket, "created_at": time}


def _offset(rows: Any) -> Any:
    return {"side_conversations": rows, "next_page": None}
