"""Cases of Chat: bare objects and arrays."""

from typing import Any

from integration_tests.simulated_account.declared_streams import DeclaredStream
from unit_tests.cases.case import Row, ScriptedCall, StreamCase, without_cursor


def one(stream: DeclaredStream, key: str) -> StreamCase:
    """One bare object."""
    url = f"/api/v2/{stream.wire_path}"
    return without_cursor(
        stream,
        ScriptedCall(url, {key: "k1"}),
        ids=("k1",),
        empty=[],
        full=lambda row: (ScriptedCall(url, row),),
        key=key,
    )


def array(stream: DeclaredStream) -> StreamCase:
    """One bare array."""
    url, key = f"/api/v2/{stream.wire_path}", stream.key
    return without_cursor(
        stream,
        ScriptedCall(url, [{key: "k1"}, {key: "k2"}]),
        ids=("k1", "k2"),
        empty=[],
        full=lambda row: (ScriptedCall(url, [row]),),
        key=key,
    )


def id_list(stream: DeclaredStream) -> StreamCase:
    """Ids ascend. A page begins with the id that is requested; only an empty one is the last."""
    url = f"/api/v2/{stream.wire_path}"
    return without_cursor(
        stream,
        ScriptedCall(url, [{"id": number} for number in range(1, 101)]),
        ScriptedCall(f"{url}?since_id=100", [{"id": 100}, {"id": 2001}]),
        ScriptedCall(f"{url}?since_id=2002", []),
        ids=(*range(1, 101), 2001),
        empty=[],
        full=lambda row: (ScriptedCall(url, [row]), ScriptedCall(url, [])),
    )


def bans(stream: DeclaredStream, mine: str, other: str) -> StreamCase:
    """Two lists in one object: half of these bans are addresses, half are visitors."""
    url = "/api/v2/chat/bans"

    def body(own: list[Row], others: list[Row]) -> Any:
        return {mine: own, other: others}

    odd, even = ([{"id": number} for number in range(start, 101, 2)] for start in (1, 2))
    return without_cursor(
        stream,
        ScriptedCall(url, body(odd, even)),
        ScriptedCall(f"{url}?since_id=99", body([{"id": 99}, {"id": 2001}], [{"id": 100}, {"id": 2002}])),
        ScriptedCall(f"{url}?since_id=2002", body([], [{"id": 2002}])),
        ScriptedCall(f"{url}?since_id=2003", body([], [])),
        ids=(*range(1, 101, 2), 2001),
        empty=body([], []),
        full=lambda row: (ScriptedCall(url, body([row], [])), ScriptedCall(url, body([], []))),
    )
