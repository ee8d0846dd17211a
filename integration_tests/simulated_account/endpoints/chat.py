"""Chat: lists by id, and an export by time and id (docs/zendesk-api.md#chat)."""

from collections.abc import Iterable
from itertools import islice

import orjson

from integration_tests.simulated_account.answers import Answer, Refusal
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.exports import LARGEST, start_of
from integration_tests.simulated_account.rows import Record, Row
from integration_tests.simulated_account.stamps import MINUTE

from .table import Endpoint, single

_YOUNGEST = 5 * MINUTE
_LARGEST_ID_PAGE, _REFUSED_LIMIT = 100, 500


def id_page(call: Call, rows: Iterable[Row]) -> list[Row]:
    """The rows of an id list.

    Ids from `since_id` (itself included) to `max_id`, at most `limit` (10 if it is not given, never more than 100; more
    than 500 are refused, see docs/zendesk-api.md#page-sizes).
    """
    first, last = call.number("since_id"), call.number("max_id", 2**62)
    if call.number("limit", 10) >= _REFUSED_LIMIT:
        raise Refusal(400, {"error": "Bad Request", "message": "limit is too large"})
    limit = min(max(1, call.number("limit", 10)), _LARGEST_ID_PAGE)
    return [row for row in sorted(rows, key=_number) if first <= _number(row) <= last][:limit]


def _number(row: Row) -> int:
    return int(row.key)


def _bans(call: Call) -> Answer:
    tables = {"ip_address": "chat_banned_ips", "visitor": "chat_banned_visitors"}
    chosen = id_page(call, [row for table in tables.values() for row in call.account.table(table)])
    found = {
        name: [orjson.Fragment(row.body) for row in chosen if row.key in call.account.table(table)]
        for name, table in tables.items()
    }
    return Answer(rest=found)


def _incremental(call: Call) -> Answer:
    """The export: chats of `start_time` and later by time and id; with `start_id` from that chat of that second on."""
    start, limit = start_of(call, _YOUNGEST), min(max(1, call.number("limit", LARGEST)), LARGEST)
    known, place = call.account.table("chats").since(start), call.text("start_id")
    if place and not call.quirks.chat_without_start_id:
        known = [row for row in known if (row.at, str(row.key)) >= (start, place)]
    page = list(islice(known, limit))
    full = "chats(*)" in call.text("fields")
    rows = [row.body if full else orjson.dumps({"id": row.key}) for row in page]
    return Answer(key="chats", rows=rows, rest=_following(call, page))


def _following(call: Call, page: list[Row]) -> Record:
    end, last = (page[-1].at, str(page[-1].key)) if page else (None, None)
    asked = call.number("start_time") if end is None else end
    if call.quirks.chat_without_start_id:
        return {"count": len(page), "end_time": end, "next_page": call.link(start_time=asked)}
    following = call.link(start_time=asked, start_id=last or call.text("start_id") or None)
    return {"count": len(page), "end_time": end, "end_id": last, "next_page": following}


CHAT = (
    single("chat/account", "chat_account"),
    Endpoint("chat/bans", _bans),
    Endpoint("chat/incremental/chats", _incremental),
)
