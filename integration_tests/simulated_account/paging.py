"""List paging: cursor pages, offset pages, and everything in one answer.

Facts: docs/zendesk-api.md#cursor-paging, docs/zendesk-api.md#offset-paging, docs/zendesk-api.md#lists-in-one-response.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from .api_call import ApiCall
from .responses import ApiError, ApiResponse, bad_page_parameter
from .tables import TableRow

DEPTH = 10_000
RowOrder = Callable[[TableRow], Any]


def _by_key(row: TableRow) -> Any:
    return row.key


@dataclass(frozen=True)
class ListPaging:
    """How a list is paged.

    `kinds` holds "cursor", "offset", "all"; the last is what a call without paging parameters gets.
    `sorts` names the orders that `sort=` takes; a list without `sort` comes in the order of `usual`.
    """

    kinds: frozenset[str]
    size: int = 100
    biggest: int = 100
    usual: str = "id"
    sorts: frozenset[str] = frozenset({"id", "created_at", "updated_at"})
    help_center: bool = False

    def order(self, name: str) -> RowOrder:
        """What rows are ordered by under that name."""
        known: dict[str, RowOrder] = {
            "updated_at": lambda row: [row.updated or row.at, row.key],
            "deleted_at": lambda row: [row.at, row.key],
            "created_at": lambda row: [row.created, row.key],
        }
        return known.get(name, _by_key)


BOTH = ListPaging(frozenset({"cursor", "offset"}))
CURSOR = ListPaging(frozenset({"cursor"}))
OFFSET = ListPaging(frozenset({"offset"}))
ALL = ListPaging(frozenset({"all"}))
BOTH_OR_ALL = ListPaging(frozenset({"cursor", "offset", "all"}))
GUIDE = ListPaging(frozenset({"cursor", "offset"}), size=30, help_center=True)


def page_of(call: ApiCall, paging: ListPaging, rows: list[TableRow], key: str) -> tuple[list[TableRow], ApiResponse]:
    """The page of `rows` that the call asks for: its rows, and the answer without them."""
    if call.has("page[size]") or call.has("page[after]"):
        if "cursor" in paging.kinds:
            return _cursor_page(call, paging, rows, key)
        if paging.kinds == frozenset({"offset"}):
            raise bad_page_parameter("page[size] is not taken here")
    requested = call.has("page") or call.has("per_page")
    if "all" in paging.kinds and not (requested and "offset" in paging.kinds):
        if size := call.behavior.pages_of_one_response:
            return _offset_page(call, replace(paging, size=size, biggest=size), rows, key)
        rows = _sorted(paging, rows, paging.usual)
        return rows, ApiResponse(key=key, rest={"count": len(rows), "next_page": None, "previous_page": None})
    return _offset_page(call, paging, rows, key)


def _sorted(paging: ListPaging, rows: list[TableRow], name: str) -> list[TableRow]:
    order = paging.order(name.lstrip("-"))
    return sorted(rows, key=order, reverse=name.startswith("-"))


def _offset_page(
    call: ApiCall, paging: ListPaging, rows: list[TableRow], key: str
) -> tuple[list[TableRow], ApiResponse]:
    size = min(max(1, call.number("per_page", paging.size)), paging.biggest)
    page = max(1, call.number("page", 1))
    if (page - 1) * size >= DEPTH:
        title = "Offset pages end at 10,000 records; use cursor pages"
        raise ApiError(400, {"errors": [{"code": "InvalidPaginationDepth", "title": title}]})
    found = _sorted(paging, rows, paging.usual)[(page - 1) * size : page * size]
    more = page * size < len(rows)
    rest: dict[str, Any] = {
        "count": len(rows),
        "next_page": call.link(page=page + 1, per_page=size) if more else None,
        "previous_page": call.link(page=page - 1, per_page=size) if page > 1 else None,
    }
    if paging.help_center:
        rest |= {"page": page, "per_page": size, "page_count": -(-len(rows) // size)}
    return found, ApiResponse(key=key, rest=rest)


def _cursor_page(
    call: ApiCall, paging: ListPaging, rows: list[TableRow], key: str
) -> tuple[list[TableRow], ApiResponse]:
    size = call.number("page[size]", paging.size)
    if not 1 <= size <= paging.biggest:
        raise bad_page_parameter(f"page[size] must be between 1 and {paging.biggest}")
    name = call.text("sort", paging.usual)
    if call.has("sort") and name.lstrip("-") not in paging.sorts:
        raise bad_page_parameter(f"sort {name} is not taken here")
    order, ordered = paging.order(name.lstrip("-")), _sorted(paging, rows, name)
    first = first_behind(call, "page[after]", ordered, order, down=name.startswith("-"))
    found, more = ordered[first : first + size], first + size < len(ordered)
    return found, _cursor_response(call, key, found, order, more=more, guide=paging.help_center)


def first_behind(call: ApiCall, cursor: str, rows: list[TableRow], order: RowOrder, *, down: bool) -> int:
    """The place of the first row behind the cursor, which is the parameter of that name."""
    if not call.has(cursor):
        return 0
    try:
        place = orjson.loads(base64.urlsafe_b64decode(call.text(cursor)))
        return sum(1 for row in rows if (order(row) >= place if down else order(row) <= place))
    except (TypeError, ValueError):
        raise bad_page_parameter(f"{cursor} is not a cursor of this list") from None


def token(value: Any) -> str:
    """A cursor that holds a row's place in its order."""
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode()


def _cursor_response(
    call: ApiCall, key: str, rows: list[TableRow], order: RowOrder, *, more: bool, guide: bool
) -> ApiResponse:
    before, after = (token(order(rows[0])), token(order(rows[-1]))) if rows else (None, None)
    if call.behavior.endless_cursors and not more:
        more, after = True, token([call.text("page[after]"), "on and on"])
    following, first = call.link(page_after=after) if more else None, call.link(page_after=None)
    links = {"next": following, "prev": None} | ({"first": first, "last": first} if guide else {})
    meta = {"has_more": more, "after_cursor": after, "before_cursor": before}
    response = ApiResponse(key=key, rest={"meta": meta, "links": links})
    if guide and following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response
