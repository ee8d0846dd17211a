"""Incremental exports: by cursor and by time, with their envelopes and stop rules.

Facts: docs/zendesk-api.md#cursor-exports, docs/zendesk-api.md#time-based-exports,
docs/zendesk-api.md#exports-without-an-end-mark.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from .answers import Answer, Refusal, bad_page, missing
from .calls import Call
from .rows import Key, Row, Table
from .stamps import MINUTE

LARGEST = 1000
Keep = Callable[[Row], bool]


@dataclass(frozen=True)
class TimeRules:
    """How a time export ends and what it holds back.

    `ends` is "flag" (it has `end_of_stream`), "null" (`next_page` becomes null) or "never" (always a next page).
    `withheld` is the age in seconds below which rows are not given, `youngest` that below which `start_time` is
    refused, `usual` the page size where the call names none.
    """

    ends: str = "flag"
    withheld: int = 0
    youngest: int = MINUTE
    usual: int = LARGEST


def every(_row: Row) -> bool:
    """Keeps all rows."""
    return True


def ready(rows: list[Row], call: Call, withheld: int) -> list[Row]:
    """The rows (by time) without those that are too young to be given."""
    limit = call.account.clock.now() - withheld
    last = len(rows)
    while last and rows[last - 1].at > limit:
        last -= 1
    return rows[:last]


def start_of(call: Call, youngest: int) -> int:
    """The call's `start_time` in Unix seconds; 400 if it is missing or too young."""
    if not call.has("start_time"):
        raise missing("start_time")
    start = call.number("start_time")
    if start > call.account.clock.now() - youngest:
        text = f"Too recent start_time. Use a start_time older than {youngest // MINUTE} minute(s)"
        raise Refusal(400, {"error": "StartTimeTooRecent", "description": text})
    return start


def page_size(call: Call, usual: int = LARGEST) -> int:
    """The call's `per_page`, at most 1,000."""
    return min(max(1, call.number("per_page", usual)), LARGEST)


def time_page(call: Call, table: Table, rules: TimeRules, key: str, keep: Keep) -> tuple[list[Row], Answer]:
    """One page of a time export: rows of `start_time` and later, the boundary second again."""
    known = ready(table.since(start_of(call, rules.youngest)), call, rules.withheld)
    size = min(page_size(call, rules.usual), call.quirks.rows_at_once or LARGEST)
    page, more = _cut(filter(keep, known), size, whole_seconds=call.quirks.whole_seconds)
    end = page[-1].at if page else None
    following = call.link(start_time=call.number("start_time") if end is None else end)
    rest: dict[str, object] = {"count": len(page), "end_time": end, "next_page": following}
    if rules.ends == "flag":
        rest |= {"end_of_stream": not more, "next_page": following if page else None}
    if rules.ends == "null" and not more:
        rest["next_page"] = None
    return page, Answer(key=key, rest=rest)


def _cut(rows: Iterator[Row], size: int, *, whole_seconds: bool) -> tuple[list[Row], bool]:
    page = list(islice(rows, size))
    following = next(rows, None)
    while whole_seconds and following and following.at == page[-1].at:
        page.append(following)
        following = next(rows, None)
    return page, following is not None


def cursor_page(call: Call, table: Table, withheld: int, key: str, keep: Keep) -> tuple[list[Row], Answer]:
    """One page of a cursor export: first `start_time`, from then on `cursor`."""
    at, last = _place(call) if call.has("cursor") else (start_of(call, MINUTE), None)
    known = ready(table.since(at) if last is None else table.after(at, last), call, withheld)
    page, more = _cut(filter(keep, known), page_size(call), whole_seconds=False)
    after = _token(call, page[-1].at, page[-1].key) if page else call.text("cursor") or _token(call, at, "")
    before = _token(call, page[0].at, page[0].key) if page and call.has("cursor") else None
    return page, Answer(
        key=key,
        rest={
            "after_url": call.link(cursor=after, start_time=None),
            "before_url": call.link(cursor=before, start_time=None) if before else None,
            "after_cursor": after,
            "before_cursor": before,
            "end_of_stream": not more,
        },
    )


def _token(call: Call, at: int, key: Key) -> str:
    return base64.urlsafe_b64encode(f"{at}.0||{key}|{call.quirks.cursor_generation}".encode()).decode()


def _place(call: Call) -> tuple[int, Key | None]:
    try:
        text = base64.urlsafe_b64decode(call.text("cursor")).decode()
        at, _, key, generation = text.split("|")
        seconds = int(float(at))
    except ValueError:
        raise bad_page("cursor is not a cursor of this export") from None
    if int(generation) != call.quirks.cursor_generation:
        raise bad_page("cursor has expired")
    return seconds, int(key) if key.isdigit() else key or None
