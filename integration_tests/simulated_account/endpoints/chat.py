"""Chat: lists by id, and exports by time and id (docs/zendesk-api.md#chat)."""

from collections.abc import Callable, Iterable
from itertools import islice

import orjson

from integration_tests.simulated_account.api_call import ApiCall
from integration_tests.simulated_account.declared_streams import DeclaredStream
from integration_tests.simulated_account.exports import LARGEST, start_of
from integration_tests.simulated_account.responses import ApiError, ApiResponse
from integration_tests.simulated_account.tables import Record, TableRow
from integration_tests.simulated_account.timestamps import MINUTE

from .endpoint import ApiEndpoint, single

_YOUNGEST = 5 * MINUTE
_LARGEST_ID_PAGE, _REFUSED_LIMIT = 100, 500


def id_page(call: ApiCall, rows: Iterable[TableRow]) -> list[TableRow]:
    """The rows of an id list.

    Ids from `since_id` (itself included) to `max_id`, at most `limit` (10 if it is not given, never more than 100; more
    than 500 are refused, see docs/zendesk-api.md#page-sizes).
    """
    first, last = call.number("since_id"), call.number("max_id", 2**62)
    if call.number("limit", 10) >= _REFUSED_LIMIT:
        raise ApiError(400, {"error": "Bad Request", "message": "limit is too large"})
    limit = min(max(1, call.number("limit", 10)), _LARGEST_ID_PAGE)
    return [row for row in sorted(rows, key=_number) if first <= _number(row) <= last][:limit]


def _number(row: TableRow) -> int:
    return int(row.key)


def _bans(call: ApiCall) -> ApiResponse:
    tables = {"ip_address": "chat_banned_ips", "visitor": "chat_banned_visitors"}
    chosen = id_page(call, [row for table in tables.values() for row in call.account.table(table)])
    found = {
        name: [orjson.Fragment(row.body) for row in chosen if row.key in call.account.table(table)]
        for name, table in tables.items()
    }
    return ApiResponse(rest=found)


def export(stream: DeclaredStream) -> Callable[[ApiCall], ApiResponse]:
    """An export: rows of `start_time` and later by time and key; with `start_id` from that row of that second on."""
    fields, unit = _fields(stream), _unit(stream)

    def response(call: ApiCall) -> ApiResponse:
        start, limit = start_of(call, _YOUNGEST, unit), min(max(1, call.number("limit", LARGEST)), LARGEST)
        known, place = call.account.table(stream.name).since(start), call.text("start_id")
        if place:
            known = [row for row in known if (row.at, str(row.key)) >= (start, place)]
        page = list(islice(known, limit))
        full = fields in call.text("fields")
        rows = [row.body if full else orjson.dumps({stream.key: row.key}) for row in page]
        return ApiResponse(key=stream.records, rows=rows, rest=_following(call, page, unit))

    return response


def _fields(stream: DeclaredStream) -> str:
    """What `fields` must contain for full rows: the events of agents come whole."""
    return "" if stream.name == "chat_agent_events" else f"{stream.records}(*)"


def _unit(stream: DeclaredStream) -> int:
    """How many of its units of time are a second: one, but a million in the timeline."""
    return 1_000_000 if stream.name == "chat_agent_timeline" else 1


def _following(call: ApiCall, page: list[TableRow], unit: int) -> Record:
    end, last = (page[-1].at * unit, str(page[-1].key)) if page else (None, None)
    requested = call.number("start_time") if end is None else end
    following = call.link(start_time=requested, start_id=last or call.text("start_id") or None)
    return {"count": len(page), "end_time": end, "end_id": last, "next_page": following}


CHAT = (
    single("chat/account", "chat_account"),
    ApiEndpoint("chat/bans", _bans),
)
