"""List paging: cursor pages, offset pages, and everything in one answer.

Facts: docs/zendesk-api.md#cursor-paging, docs/zendesk-api.md#offset-paging, docs/zendesk-api.md#lists-in-one-answer.
"""

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from .answers import Answer, bad_page, too_deep
from .calls import Call
from .rows import Row

DEPTH = 10_000
Order = Callable[[Row], Any]


def _by_key(row: Row) -> Any:
    return row.key


@dataclass(frozen=True)
class Paging:
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
    orders: dict[str, Order] = field(default_factory=dict)

    def order(self, name: str) -> Order:
        """What rows are ordered by under that name."""
        known: dict[str, Order] = {
            "updated_at": lambda row: (row.updated or row.at, row.key),
            "deleted_at": lambda row: (row.at, row.key),
            "created_at": lambda row: (row.created, row.key),
        }
        return self.orders.get(name) or known.get(name, _by_key)


BOTH = Paging(frozenset({"cursor", "offset"}))
CURSOR = Paging(frozenset({"cursor"}))
OFFSET = Paging(frozenset({"offset"}))
ALL = Paging(frozenset({"all"}))
BOTH_OR_ALL = Paging(frozenset({"cursor", "offset", "all"}))
GUIDE = Paging(frozenset({"cursor", "offset"}), size=30, help_center=True)


def page_of(call: Call, paging: Paging, rows: list[Row], key: str) -> tuple[list[Row], Answer]:
    """The page of `rows` that the call asks for: its rows, and the answer without them."""
    if call.has("page[size]") or call.has("page[after]") or call.has("page[before]"):
        if "cursor" in paging.kinds:
            return _cursor_page(call, paging, rows, key)
        if paging.kinds == frozenset({"offset"}):
            raise bad_page("page[size] is not taken here")
    asked = call.has("page") or call.has("per_page")
    if "all" in paging.kinds and not (asked and "offset" in paging.kinds):
        if size := call.quirks.pages_of_one_answer:
            return _offset_page(call, replace(paging, size=size, biggest=size), rows, key)
        rows = _sorted(paging, rows, paging.usual)
        return rows, Answer(key=key, rest={"count": len(rows), "next_page": None, "previous_page": None})
    return _offset_page(call, paging, rows, key)


def _sorted(paging: Paging, rows: list[Row], name: str) -> list[Row]:
    order = paging.order(name.lstrip("-"))
    return sorted(rows, key=order, reverse=name.startswith("-"))


def _offset_page(call: Call, paging: Paging, rows: list[Row], key: str) -> tuple[list[Row], Answer]:
    size = min(max(1, call.number("per_page", paging.size)), paging.biggest)
    page = max(1, call.number("page", 1))
    if page * size > DEPTH and (page - 1) * size >= DEPTH:
        raise too_deep()
    name = call.text("sort_by", paging.usual)
    descending = call.text("sort_order") == "desc"
    ordered = _sorted(paging, rows, ("-" if descending else "") + name.lstrip("-") if call.has("sort_order") else name)
    found = ordered[(page - 1) * size : page * size]
    more = page * size < len(rows)
    rest: dict[str, Any] = {
        "count": len(rows),
        "next_page": call.link(page=page + 1, per_page=size) if more else None,
        "previous_page": call.link(page=page - 1, per_page=size) if page > 1 else None,
    }
    if paging.help_center:
        rest |= {"page": page, "per_page": size, "page_count": -(-len(rows) // size)}
        rest |= {"sort_by": name, "sort_order": "desc" if descending else "asc"}
    return found, Answer(key=key, rest=rest)


def _cursor_page(call: Call, paging: Paging, rows: list[Row], key: str) -> tuple[list[Row], Answer]:
    size = call.number("page[size]", paging.size)
    if not 1 <= size <= paging.biggest:
        raise bad_page(f"page[size] must be between 1 and {paging.biggest}")
    name = call.text("sort", paging.usual)
    if call.has("sort") and name.lstrip("-") not in paging.sorts:
        raise bad_page(f"sort {name} is not taken here")
    order, down = paging.order(name.lstrip("-")), name.startswith("-")
    rising = sorted(rows, key=order)
    first, last = _window(call, rising, order, size, down=down)
    found = (rising[::-1] if down else rising)[first:last]
    return found, _cursor_answer(call, key, found, order, (first > 0, last < len(rising)), guide=paging.help_center)


def _window(call: Call, rising: list[Row], order: Order, size: int, *, down: bool) -> tuple[int, int]:
    name = "page[after]" if call.has("page[after]") else "page[before]"
    if not call.has(name):
        return 0, min(size, len(rising))
    place = _value(call.text(name))
    try:
        left, right = (cut(rising, place, key=lambda row: _plain(order(row))) for cut in (bisect_left, bisect_right))
    except TypeError:
        raise bad_page(f"{name} is not a cursor of this list") from None
    before, after = (len(rising) - right, len(rising) - left) if down else (left, right)
    return (after, min(after + size, len(rising))) if name == "page[after]" else (max(0, before - size), before)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _token(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode()


def _value(token: str) -> Any:
    try:
        return orjson.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise bad_page("page[after] is not a cursor") from None


def _cursor_answer(
    call: Call, key: str, rows: list[Row], order: Order, beyond: tuple[bool, bool], *, guide: bool
) -> Answer:
    before, after = (_token(order(rows[0])), _token(order(rows[-1]))) if rows else (None, None)
    earlier, more = beyond
    if call.quirks.endless_cursors and not more:
        more, after = True, _token([call.text("page[after]"), "on and on"])
    following = call.link(page_after=after, page_before=None) if more else None
    links: dict[str, Any] = {
        "next": following,
        "prev": call.link(page_before=before, page_after=None) if earlier else None,
    }
    answer = Answer(
        key=key, rest={"meta": {"has_more": more, "after_cursor": after, "before_cursor": before}, "links": links}
    )
    if guide:
        links |= {
            "first": call.link(page_after=None, page_before=None),
            "last": call.link(page_after=None, page_before=None),
        }
        if following:
            answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer
