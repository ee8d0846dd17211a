"""Incremental exports: by cursor and by time, with their envelopes and stop rules.

Facts: docs/zendesk-api.md#cursor-exports, docs/zendesk-api.md#time-based-exports,
docs/zendesk-api.md#exports-without-an-end-mark.
"""

import base64
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from .api_call import ApiCall
from .responses import ApiError, ApiResponse, bad_page_parameter
from .tables import RowKey, RowTable, TableRow
from .timestamps import MINUTE

LARGEST = 1000
RowFilter = Callable[[TableRow], bool]


@dataclass(frozen=True)
class TimeExportRules:
    """How a time export ends and what it holds back.

    `ends` is "flag" (it has `end_of_stream`), "null" (`next_page` becomes null) or "never" (always a next page).
    `withheld` is the age in seconds below which rows are not given, `usual` the page size if the call names none.
    """

    ends: str = "flag"
    withheld: int = 0
    usual: int = LARGEST


def every(_row: TableRow) -> bool:
    """Keeps all rows."""
    return True


def old_enough(rows: list[TableRow], call: ApiCall, withheld: int) -> list[TableRow]:
    """The rows (by time) without those that are too young to be given."""
    return rows[: bisect_right(rows, call.account.clock.now() - withheld, key=lambda row: row.at)]


def start_of(call: ApiCall, youngest: int, unit: int = 1) -> int:
    """The call's `start_time` in Unix seconds, of which one is `unit`; 400 if it is missing or too young."""
    if not call.has("start_time"):
        raise ApiError(400, {"error": "ParameterMissing", "description": "Parameter start_time is required"})
    start = call.number("start_time") // unit
    if start > call.account.clock.now() - youngest:
        text = f"Too recent start_time. Use a start_time older than {youngest // MINUTE} minute(s)"
        raise ApiError(400, {"error": "StartTimeTooRecent", "description": text})
    return start


def _page_size(call: ApiCall, usual: int = LARGEST) -> int:
    """The call's `per_page`, at most 1,000."""
    return min(max(1, call.number("per_page", usual)), LARGEST)


def time_page(
    call: ApiCall, table: RowTable, rules: TimeExportRules, key: str, keep: RowFilter
) -> tuple[list[TableRow], ApiResponse]:
    """One page of a time export: rows of `start_time` and later, the boundary second again."""
    known = old_enough(table.since(start_of(call, MINUTE)), call, rules.withheld)
    size = min(_page_size(call, rules.usual), call.behavior.rows_at_once or LARGEST)
    page, more = _cut(filter(keep, known), size, whole_seconds=call.behavior.whole_seconds)
    end = page[-1].at if page else None
    following = call.link(start_time=call.number("start_time") if end is None else end)
    rest: dict[str, object] = {"count": len(page), "end_time": end, "next_page": following}
    if rules.ends == "flag":
        rest |= {"end_of_stream": not more, "next_page": following if page else None}
    if rules.ends == "null" and not more:
        rest["next_page"] = None
    return page, ApiResponse(key=key, rest=rest)


def _cut(rows: Iterator[TableRow], size: int, *, whole_seconds: bool) -> tuple[list[TableRow], bool]:
    page = list(islice(rows, size))
    following = next(rows, None)
    while whole_seconds and following and following.at == page[-1].at:
        page.append(following)
        following = next(rows, None)
    return page, following is not None


def cursor_page(
    call: ApiCall, table: RowTable, withheld: int, key: str, keep: RowFilter
) -> tuple[list[TableRow], ApiResponse]:
    """One page of a cursor export: first `start_time`, from then on `cursor`."""
    at, last = _place(call) if call.has("cursor") else (start_of(call, MINUTE), None)
    if last is not None and call.account.kind(table.name).text_ids:
        last = str(last)
    known = old_enough(table.since(at) if last is None else table.after(at, last), call, withheld)
    page, more = _cut(filter(keep, known), _page_size(call), whole_seconds=False)
    after = _token(call, page[-1].at, page[-1].key) if page else call.text("cursor") or _token(call, at, "")
    before = _token(call, page[0].at, page[0].key) if page and call.has("cursor") else None
    return page, ApiResponse(
        key=key,
        rest={
            "after_url": call.link(cursor=after, start_time=None),
            "before_url": call.link(cursor=before, start_time=None) if before else None,
            "after_cursor": after,
            "before_cursor": before,
            "end_of_stream": not more,
        },
    )


def change_log_page(call: ApiCall, table: RowTable, key: str) -> ApiResponse:
    """One page of a log: from its beginning, or from `cursor` on; the last has no rows and names itself.

    The ids are text. The rows of a page are in no order of time.
    """
    at, last = _place(call) if call.has("cursor") else (0, None)
    page = list(islice(table.since(at) if last is None else table.after(at, str(last)), LARGEST))
    after = _token(call, page[-1].at, page[-1].key) if page else call.text("cursor") or _token(call, 0, "")
    rest = {"count": len(page), "end_time": page[-1].at if page else None, "next_page": call.link(cursor=after)}
    return ApiResponse(key=key, rows=[row.body for row in reversed(page)], rest=rest)


def _token(call: ApiCall, at: int, key: RowKey) -> str:
    return base64.urlsafe_b64encode(f"{at}.0||{key}|{call.behavior.cursor_generation}".encode()).decode()


def _place(call: ApiCall) -> tuple[int, RowKey | None]:
    try:
        text = base64.urlsafe_b64decode(call.text("cursor")).decode()
        at, _, key, generation = text.split("|")
        seconds = int(float(at))
    except ValueError:
        raise bad_page_parameter("cursor is not a cursor of this export") from None
    if int(generation) != call.behavior.cursor_generation:
        raise bad_page_parameter("cursor has expired")
    return seconds, int(key) if key.isdigit() else key or None
