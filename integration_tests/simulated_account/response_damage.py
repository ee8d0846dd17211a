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
    fault: ApiFault, response: ApiResponse, before: ApiResponse | None, query: QueryParameters
) -> ApiResponse:
    """The answer to `query` with the fault in it; `before` is the path's last page."""
    if fault.name in TRANSPORT:
        response.manner, response.seconds = fault.name, fault.seconds
    elif fault.name in BODY:
        _spoil(fault.name, response)
    elif fault.name == "repeat_page":
        response.rows = [*((before.rows if before else None) or []), *(response.rows or [])]
    elif fault.name == "stale_page":
        return before or response
    elif fault.name == "empty_page":
        _empty(response, query)
    elif fault.name in _ON_ROW:
        _edit(response, lambda record: orjson.dumps(_ON_ROW[fault.name](record)))
    else:
        _ON_PAGE[fault.name](response)
    return response


def _spoil(name: str, response: ApiResponse) -> None:
    body = response.body()
    if name == "wrong_type":
        response.raw, response.content_type = body, "text/plain"
    else:
        response.raw = _PAGE if name == "html" else body[: max(1, len(body) * 2 // 3)]
        response.content_type = HTML if name == "html" else response.content_type


def _no_key(response: ApiResponse) -> None:
    response.raw = orjson.dumps(response.rest)


def _reorder(response: ApiResponse) -> None:
    response.rows = (response.rows or [])[::-1]


def _empty_object(response: ApiResponse) -> None:
    rows = response.rows or []
    rows.insert(len(rows) // 2, b"{}")
    response.rows = rows


def _empty(response: ApiResponse, query: QueryParameters) -> None:
    """No rows, and no step on, where the answer says that there are more; elsewhere it would be the right last page."""
    rest, meta = response.rest, response.rest.get("meta")
    requested = {name: values[0] for name, values in query.items()}
    if isinstance(meta, dict) and meta.get("has_more"):
        changed: Record = {"meta": {**meta, "after_cursor": requested.get("page[after]")}}
    elif rest.get("end_of_stream") is False and "after_cursor" in rest:
        changed = {"after_cursor": requested.get("cursor")}
    elif "end_time" in rest and (rest.get("end_of_stream") is False or _says_more(rest)):
        changed = {"count": 0, "end_time": int(requested["start_time"])}
    elif "end_time" not in rest and rest.get("next_page"):
        changed = {"next_page": f"?page={requested.get('page', 1)}"}
    else:
        return
    response.rows, response.rest = [], rest | changed


def _says_more(rest: Record) -> bool:
    return "end_of_stream" not in rest and bool(rest.get("next_page")) and rest.get("count", 0) >= FULL


def _edit(response: ApiResponse, change: Callable[[Record], bytes]) -> None:
    """Changes the record in the middle of the page."""
    if response.rows:
        middle = len(response.rows) // 2
        response.rows[middle] = change(orjson.loads(response.rows[middle]))


def _no_id(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "id"}


def _null_cursor(record: Record) -> Record:
    return record | dict.fromkeys(name for name in _CURSORS if name in record)


def _no_cursor(response: ApiResponse) -> None:
    for place in (response.rest, response.rest.get("meta")):
        for name in ("after_cursor", "before_cursor", "end_time", "end_id"):
            if isinstance(place, dict):
                place.pop(name, None)
    _no_links(response)


def _unknown_field(record: Record) -> Record:
    return record | {"never_heard_of": {"x": 2**63 - 1, "y": "𝄞 👩‍👩‍👧", "z": [None, {"deep": -0.5}]}}


def _large_page(record: Record) -> Record:
    return record | {"never_heard_of": "x" * LARGE}


def _lone_surrogate(response: ApiResponse) -> None:
    def change(record: Record) -> bytes:
        name = next((name for name in _TEXTS if isinstance(record.get(name), str)), "note")
        return orjson.dumps(record | {name: "half of a pair: @lone@"}).replace(b"@lone@", b"\\ud83d")

    _edit(response, change)


def _odd_members(response: ApiResponse) -> None:
    """Null, a word, a number and a list among everything that is embedded in a record, or is beside the page."""
    _edit(response, lambda record: orjson.dumps(_with_odd_members(record)))
    for beside in response.rest.values():
        if isinstance(beside, list):
            beside.extend(_ODD)


def _with_odd_members(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_odd_members(inner) for name, inner in value.items()}
    if isinstance(value, list) and any(isinstance(member, dict) for member in value):
        return [*_ODD, *map(_with_odd_members, value), *_ODD]
    return value


def _odd_values(response: ApiResponse) -> None:
    """Every tenth value inside of each row is any JSON; keys and times of the row are as they should be."""
    response.rows = [orjson.dumps(_with_odd_values(orjson.loads(row), Random(row))) for row in response.rows or []]


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


def _no_links(response: ApiResponse) -> None:
    response.rest = {name: value for name, value in response.rest.items() if name not in _LINKS}


def _foreign_link(response: ApiResponse) -> None:
    for name in _LINKS:
        if name in response.rest:
            response.rest[name] = _moved(response.rest[name])


def _moved(value: object) -> object:
    if isinstance(value, dict):
        return {name: _moved(link) for name, link in value.items()}
    return _FOREIGN + value[value.index("/", 8) :] if isinstance(value, str) else value


_ON_ROW: Mapping[str, Callable[[Record], Record]] = {
    "no_id": _no_id,
    "null_cursor": _null_cursor,
    "unknown_field": _unknown_field,
    "large_page": _large_page,
}
_ON_PAGE: Mapping[str, Callable[[ApiResponse], None]] = {
    "no_key": _no_key,
    "reorder": _reorder,
    "empty_object": _empty_object,
    "lone_surrogate": _lone_surrogate,
    "no_links": _no_links,
    "no_cursor": _no_cursor,
    "odd_members": _odd_members,
    "odd_values": _odd_values,
    "foreign_link": _foreign_link,
}
