"""How a fault changes an answer."""

from collections.abc import Callable, Mapping
from email.utils import formatdate
from random import Random
from typing import Any

import orjson

from .account_clock import AccountClock
from .api_call import QueryParameters
from .faults import BODY, STATUS, TRANSPORT, ApiFault
from .responses import HTML, ApiResponse
from .tables import Record

_PAGE = b"<!DOCTYPE html><html><head><title>Zendesk</title></head><body>Something went wrong</body></html>"
_CURSORS = ("updated_at", "generated_timestamp", "created_at", "timestamp", "time", "update_timestamp")
_TEXTS = ("subject", "body", "title", "description")
_LINKS = ("after_url", "next_page", "links", "next_url")
_ODD: tuple[Any, ...] = (None, "odd", 5, [])
_ANYTHING: tuple[Any, ...] = (None, "odd", "", 5, -1, True, [], {}, [None], [1, "a", {}], {"id": None}, 1.5, "9" * 30)
_KEPT = frozenset({"id", "key", "name", "value", "time", "role", "item_type", "subdomain"})
"""Fields by which a row is known or found, beside its times and references."""
ODD_SHARE = 0.1
_FOREIGN = "https://elsewhere.example"
FULL = 1000
"""Rows of a page that is full."""
LARGE = 25_000_000
"""Bytes by which a page is made too large for comfort."""


def replaces_response(fault: ApiFault) -> bool:
    """Whether the fault takes the answer's place altogether."""
    return fault.name in STATUS


def error(fault: ApiFault, clock: AccountClock) -> ApiResponse:
    """The error of a status fault."""
    headers = {}
    if fault.retry_after:
        date = formatdate(clock.now() + 2, usegmt=True)
        headers["Retry-After"] = date if fault.retry_after == "date" else fault.retry_after
    status = int(fault.name)
    if status == 500:
        return ApiResponse(500, rest={"status": 500, "error": "Internal Server Error"}, headers=headers)
    return ApiResponse(status, raw=_PAGE if status > 500 else b"", headers=headers, content_type=HTML)


def damage_response(
    fault: ApiFault, answer: ApiResponse, before: ApiResponse | None, query: QueryParameters
) -> ApiResponse:
    """The answer to `query` with the fault in it; `before` is the path's last page."""
    if fault.name in TRANSPORT:
        answer.manner, answer.seconds = fault.name, fault.seconds
    elif fault.name in BODY:
        _spoil(fault.name, answer)
    elif fault.name == "repeat_page":
        answer.rows = [*((before.rows if before else None) or []), *(answer.rows or [])]
    elif fault.name == "stale_page":
        return before or answer
    elif fault.name == "empty_page":
        _empty(answer, query)
    else:
        _ON_PAGE[fault.name](answer)
    return answer


def _spoil(name: str, answer: ApiResponse) -> None:
    body = answer.body()
    if name == "wrong_type":
        answer.raw, answer.content_type = body, "text/plain"
    else:
        answer.raw = _PAGE if name == "html" else body[: max(1, len(body) * 2 // 3)]
        answer.content_type = HTML if name == "html" else answer.content_type


def _no_key(answer: ApiResponse) -> None:
    answer.raw = orjson.dumps(answer.rest)


def _reorder(answer: ApiResponse) -> None:
    answer.rows = (answer.rows or [])[::-1]


def _empty_object(answer: ApiResponse) -> None:
    rows = answer.rows or []
    rows.insert(len(rows) // 2, b"{}")
    answer.rows = rows


def _empty(answer: ApiResponse, query: QueryParameters) -> None:
    """No rows, and no step on, where the answer says that there are more; elsewhere it would be the right last page."""
    rest, meta = answer.rest, answer.rest.get("meta")
    asked = {name: values[0] for name, values in query.items()}
    if isinstance(meta, dict) and meta.get("has_more"):
        changed: Record = {"meta": {**meta, "after_cursor": asked.get("page[after]")}}
    elif rest.get("end_of_stream") is False and "after_cursor" in rest:
        changed = {"after_cursor": asked.get("cursor")}
    elif "end_time" in rest and (rest.get("end_of_stream") is False or _says_more(rest)):
        changed = {"count": 0, "end_time": int(asked["start_time"])}
    elif "end_time" not in rest and rest.get("next_page"):
        changed = {"next_page": f"?page={asked.get('page', 1)}"}
    else:
        return
    answer.rows, answer.rest = [], rest | changed


def _says_more(rest: Record) -> bool:
    return "end_of_stream" not in rest and bool(rest.get("next_page")) and rest.get("count", 0) >= FULL


def _edit(answer: ApiResponse, change: Callable[[Record], bytes]) -> None:
    """Changes the record in the middle of the page."""
    if answer.rows:
        middle = len(answer.rows) // 2
        answer.rows[middle] = change(orjson.loads(answer.rows[middle]))


def _no_id(answer: ApiResponse) -> None:
    _edit(answer, lambda record: orjson.dumps({name: value for name, value in record.items() if name != "id"}))


def _null_cursor(answer: ApiResponse) -> None:
    _edit(
        answer, lambda record: orjson.dumps(record | dict.fromkeys((name for name in _CURSORS if name in record), None))
    )


def _no_cursor(answer: ApiResponse) -> None:
    for place in (answer.rest, answer.rest.get("meta")):
        for name in ("after_cursor", "before_cursor", "end_time", "end_id"):
            if isinstance(place, dict):
                place.pop(name, None)
    _no_links(answer)


def _unknown_field(answer: ApiResponse) -> None:
    odd = {"x": 2**63 - 1, "y": "𝄞 👩‍👩‍👧", "z": [None, {"deep": -0.5}]}
    _edit(answer, lambda record: orjson.dumps(record | {"never_heard_of": odd}))


def _large_page(answer: ApiResponse) -> None:
    _edit(answer, lambda record: orjson.dumps(record | {"never_heard_of": "x" * LARGE}))


def _lone_surrogate(answer: ApiResponse) -> None:
    def change(record: Record) -> bytes:
        name = next((name for name in _TEXTS if isinstance(record.get(name), str)), "note")
        return orjson.dumps(record | {name: "half of a pair: @lone@"}).replace(b"@lone@", b"\\ud83d")

    _edit(answer, change)


def _odd_members(answer: ApiResponse) -> None:
    """Null, a word, a number and a list among everything that is embedded in a record, or stands beside the page."""
    _edit(answer, lambda record: orjson.dumps(_with_odd_members(record)))
    for beside in answer.rest.values():
        if isinstance(beside, list):
            beside.extend(_ODD)


def _with_odd_members(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_odd_members(inner) for name, inner in value.items()}
    if isinstance(value, list) and any(isinstance(member, dict) for member in value):
        return [*_ODD, *map(_with_odd_members, value), *_ODD]
    return value


def _odd_values(answer: ApiResponse) -> None:
    """Every tenth value inside of each row is any JSON; keys and times of the row are as they should be."""
    answer.rows = [orjson.dumps(_with_odd_values(orjson.loads(row), Random(row))) for row in answer.rows or []]


def _with_odd_values(record: Any, chance: Random) -> Any:
    if not isinstance(record, dict):
        return record
    kept = [name for name in record if name in _KEPT or name.endswith(("_at", "_id", "_time", "timestamp"))]
    return {name: value if name in kept else _odd_value(value, chance) for name, value in record.items()}


def _odd_value(value: Any, chance: Random) -> Any:
    if chance.random() < ODD_SHARE:
        return chance.choice(_ANYTHING)
    if isinstance(value, dict):
        return {name: _odd_value(inner, chance) for name, inner in value.items()}
    return [_odd_value(inner, chance) for inner in value] if isinstance(value, list) else value


def _no_links(answer: ApiResponse) -> None:
    answer.rest = {name: value for name, value in answer.rest.items() if name not in _LINKS}


def _foreign_link(answer: ApiResponse) -> None:
    for name in _LINKS:
        if name in answer.rest:
            answer.rest[name] = _moved(answer.rest[name])


def _moved(value: object) -> object:
    if isinstance(value, dict):
        return {name: _moved(link) for name, link in value.items()}
    return _FOREIGN + value[value.index("/", 8) :] if isinstance(value, str) else value


_ON_PAGE: Mapping[str, Callable[[ApiResponse], None]] = {
    "no_key": _no_key,
    "reorder": _reorder,
    "empty_object": _empty_object,
    "no_id": _no_id,
    "null_cursor": _null_cursor,
    "lone_surrogate": _lone_surrogate,
    "no_links": _no_links,
    "no_cursor": _no_cursor,
    "unknown_field": _unknown_field,
    "large_page": _large_page,
    "odd_members": _odd_members,
    "odd_values": _odd_values,
    "foreign_link": _foreign_link,
}
