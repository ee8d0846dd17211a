"""Chat: its own token, bare arrays, and an export by time and id (docs/zendesk-api.md#chat)."""

from collections.abc import Callable
from itertools import islice

import orjson

from integration_tests.simulated_account.answers import Answer, Refusal, not_found
from integration_tests.simulated_account.calls import Call
from integration_tests.simulated_account.exports import LARGEST, start_of
from integration_tests.simulated_account.rows import LIVE, Record, Row
from integration_tests.simulated_account.stamps import MINUTE

from .table import ADMINS, AGENTS, Endpoint

_YOUNGEST = 5 * MINUTE
_PAGE = 40
_LARGEST_ID_PAGE, _REFUSED_LIMIT = 100, 500


def _endpoint(path: str, answer: Callable[[Call], Answer], allowed: frozenset[str] = AGENTS) -> Endpoint:
    return Endpoint(f"chat/{path}", answer, allowed, ("chat",), gate="chat")


def _bare(kind: str) -> Callable[[Call], Answer]:
    return lambda call: Answer(rows=[row.body for row in call.account.table(kind).by_key()])


def _id_list(call: Call, rows: list[Row]) -> list[Row]:
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


def _agents(call: Call) -> Answer:
    return Answer(rows=[row.body for row in _id_list(call, list(call.account.table("chat_agents")))])


def _bans(call: Call) -> Answer:
    tables = {"ip_address": "chat_banned_ips", "visitor": "chat_banned_visitors"}
    chosen = _id_list(call, [row for table in tables.values() for row in call.account.table(table)])
    found = {
        name: [orjson.Fragment(row.body) for row in chosen if row.key in call.account.table(table)]
        for name, table in tables.items()
    }
    return Answer(rest=found)


def _account(call: Call) -> Answer:
    return Answer(raw=call.account.table("chat_account").by_key()[0].body)


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


def _chats(call: Call) -> Answer:
    table = call.account.table("chats")
    if call.has("ids"):
        docs = {key: orjson.Fragment(table[key].body) for key in call.words("ids") if key in table}
        return Answer(rest={"docs": docs, "count": len(docs)})
    rows = [row for row in reversed(table.by_time()) if row.state == LIVE]
    first = call.number("cursor")
    more = call.link(cursor=first + _PAGE) if first + _PAGE < len(rows) else None
    back = call.link(cursor=max(0, first - _PAGE)) if first else None
    page = [row.body for row in rows[first : first + _PAGE]]
    return Answer(key="chats", rows=page, rest={"count": len(rows), "next_url": more, "prev_url": back})


def _chat(call: Call) -> Answer:
    row = call.account.table("chats").get(call.ids["id"])
    if row is None:
        raise not_found()
    return Answer(raw=row.body)


def _nothing(call: Call) -> Answer:
    raise Refusal(404)


CHAT = (
    _endpoint("account", _account),
    _endpoint("agents", _agents, ADMINS),
    _endpoint("bans", _bans, ADMINS),
    _endpoint("departments", _bare("chat_departments")),
    _endpoint("shortcuts", _bare("chat_shortcuts")),
    _endpoint("triggers", _bare("chat_triggers")),
    _endpoint("incremental/chats", _incremental),
    _endpoint("incremental/agent_timeline", _nothing),
    _endpoint("chats", _chats),
    _endpoint("chats/{id}", _chat),
)
