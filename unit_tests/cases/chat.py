"""Cases of Chat: bare objects and arrays."""

from typing import Any

from integration_tests.simulated_account.declared_streams import DeclaredStream
from unit_tests.cases.case import NO_CURSOR, Call, Case, Row


def one(stream: DeclaredStream, key: str) -> Case:
    """One bare object."""
    url = f"/api/v2/{stream.wire_path}"
    return Case(
        calls=(Call(url, {key: "k1"}),),
        ids=("k1",),
        states=(NO_CURSOR,),
        empty=[],
        empty_state=NO_CURSOR,
        full=lambda row: (Call(url, row),),
        requires=stream.requires,
        key=key,
    )


def array(stream: DeclaredStream) -> Case:
    """One bare array."""
    url, key = f"/api/v2/{stream.wire_path}", stream.key
    return Case(
        calls=(Call(url, [{key: "k1"}, {key: "k2"}]),),
        ids=("k1", "k2"),
        states=(NO_CURSOR,),
        empty=[],
        empty_state=NO_CURSOR,
        full=lambda row: (Call(url, [row]),),
        requires=stream.requires,
        key=key,
    )


def id_list(stream: DeclaredStream) -> Case:
    """Ids ascend. A page begins with the id that is requested; only an empty one is the last."""
    url = f"/api/v2/{stream.wire_path}"
    return Case(
        calls=(
            Call(url, [{"id": number} for number in range(1, 101)]),
            Call(f"{url}?since_id=100", [{"id": 100}, {"id": 2001}]),
            Call(f"{url}?since_id=2002", []),
        ),
        ids=(*range(1, 101), 2001),
        states=(NO_CURSOR,),
        empty=[],
        empty_state=NO_CURSOR,
        full=lambda row: (Call(url, [row]), Call(url, [])),
        requires=stream.requires,
    )


def bans(stream: DeclaredStream, mine: str, other: str) -> Case:
    """Two lists in one object: half of these bans are addresses, half are visitors."""
    url = "/api/v2/chat/bans"

    def body(own: list[Row], others: list[Row]) -> Any:
        return {mine: own, other: others}

    odd, even = ([{"id": number} for number in range(start, 101, 2)] for start in (1, 2))
    return Case(
        calls=(
            Call(url, body(odd, even)),
            Call(f"{url}?since_id=99", body([{"id": 99}, {"id": 2001}], [{"id": 100}, {"id": 2002}])),
            Call(f"{url}?since_id=2002", body([], [{"id": 2002}])),
            Call(f"{url}?since_id=2003", body([], [])),
        ),
        ids=(*range(1, 101, 2), 2001),
        states=(NO_CURSOR,),
        empty=body([], []),
        empty_state=NO_CURSOR,
        full=lambda row: (Call(url, body([row], [])), Call(url, body([], []))),
        requires=stream.requires,
    )
