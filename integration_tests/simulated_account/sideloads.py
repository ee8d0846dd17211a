"""What `include=` adds (docs/zendesk-api.md#sideloads).

Metric sets stand inside the tickets of an export and beside those of a list, identities beside users; what else the
manifest declares is in a list inside its row, under the name by which it was requested.
"""

import orjson

from .api_call import ApiCall
from .declared_streams import parent_of
from .record_kinds import KINDS
from .responses import ApiResponse
from .tables import DELETED, LIVE, TableRow

EXPORT = "/incremental/"
"""In the path of an export."""


def add_sideloads(call: ApiCall, kind: str, rows: list[TableRow], response: ApiResponse) -> ApiResponse:
    """The answer with the page's records and everything that `include` asks for; unknown values are ignored."""
    wanted = {(kind, name) for name in call.words("include")}
    response.rows = [row.body for row in rows]
    if ("tickets", "metric_sets") in wanted and EXPORT in call.path:
        response.rows = [_with_metrics(call, row) for row in rows]
    elif ("tickets", "metric_sets") in wanted:
        response.rest["metric_sets"] = [orjson.Fragment(each.body) for row in rows for each in _metrics(call, row)]
    if ("users", "identities") in wanted:
        response.rest["identities"] = _identities(call, rows)
    for stream in call.account.streams.values():
        embedded = stream.sideload and stream.name not in KINDS
        if embedded and (parent_of(stream, call.account.streams).name, stream.sideload) in wanted:
            response.rows = [_with_list(call, row, stream.name, stream.sideload) for row in rows]
        elif stream.include and (parent_of(stream, call.account.streams).name, stream.include) in wanted:
            response.rows = [_with_list(call, row, stream.name, stream.include) for row in rows]
    return response


def _with_list(call: ApiCall, row: TableRow, kind: str, name: str) -> bytes:
    children = b",".join(child.body for child in call.account.table(kind).children(row.key))
    return row.body[:-1] + b',"' + name.encode() + b'":[' + children + b"]}"


def _with_metrics(call: ApiCall, row: TableRow) -> bytes:
    sets = _metrics(call, row)
    return row.body[:-1] + b',"metric_set":' + sets[0].body + b"}" if sets else row.body


def _metrics(call: ApiCall, row: TableRow) -> list[TableRow]:
    return call.account.table("ticket_metrics").children(row.key)[:1] if row.state != DELETED else []


def _identities(call: ApiCall, rows: list[TableRow]) -> list[orjson.Fragment]:
    table = call.account.table("user_identities")
    live = (row for row in rows if row.state == LIVE)
    return [orjson.Fragment(identity.body) for row in live for identity in table.children(row.key)]
