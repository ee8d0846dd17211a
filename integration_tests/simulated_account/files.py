"""Files of attachments, at the addresses that their records name; their bytes follow from the record.

They are served outside of the API: to callers with credentials, or at another host, to which the first one redirects,
and which refuses credentials.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

from .access import ANONYMOUS, COULD_NOT, api_caller_of
from .account_data import AccountData
from .api_call import IncomingRequest
from .attachment_files import RENEWED, attachments_with
from .response_damage import damage_response, error, replaces_response
from .responses import HTML, ApiError, ApiResponse, not_found
from .server_state import ServerState
from .tables import DELETED, Record

FAULT_PATH = "attachments/token"
"""Under which the faults of files are set."""
ELSEWHERE = "/elsewhere"
"""Paths at the other host, which is the same server under its other name."""
_FILE = re.compile(r"/(?:attachments/token/(?P<token>[0-9a-f]+)/?|hc/article_attachments/(?P<id>\d+))")


@cache
def file_bytes(key: int, size: int) -> bytes:
    """The file of an attachment."""
    seed = sha256(str(key).encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]


def file_response(server: ServerState, requested: IncomingRequest) -> ApiResponse | None:
    """The answer to a request for a file; None if it is for something else."""
    path = requested.path.removeprefix(ELSEWHERE)
    found = _FILE.fullmatch(path)
    if not found:
        return None
    if path != requested.path:
        return _elsewhere(server, requested, found)
    fault = server.faults.next(FAULT_PATH, requested.query)
    if fault and replaces_response(fault):
        return error(fault, server.account.clock)
    if api_caller_of(server.credentials, server.account.clock, requested.authorization).role == ANONYMOUS:
        raise ApiError(401, COULD_NOT)
    if server.behavior.file_urls_expire and RENEWED not in requested.query:
        raise not_found()
    response = _redirect(requested) if server.behavior.files_elsewhere else _file(server.account, found)
    return damage_response(fault, response, None, requested.query) if fault else response


def _redirect(requested: IncomingRequest) -> ApiResponse:
    site = requested.site.replace("127.0.0.1", "localhost")
    return ApiResponse(302, raw=b"", headers={"Location": f"{site}{ELSEWHERE}{requested.path}?signature=x"})


def _elsewhere(server: ServerState, requested: IncomingRequest, found: re.Match[str]) -> ApiResponse:
    """The other host takes a signature, and no credentials beside it."""
    if requested.authorization or "signature" not in requested.query or "localhost" not in requested.site:
        raise ApiError(400, {"error": "InvalidArgument", "description": "Only one way to authenticate is allowed"})
    return _file(server.account, found)


def _file(account: AccountData, found: re.Match[str]) -> ApiResponse:
    if found["id"]:
        row = account.table("article_attachments").get(int(found["id"]))
        records: Iterator[Record] = iter([row.record()] if row and row.state != DELETED else [])
    else:
        records = (
            record for record in attachments_with(account, found["token"]) if found["token"] in record["content_url"]
        )
    record = next(records, None)
    if record is None or record.get("deleted"):
        return ApiResponse(404, raw=b"<html>The page you were looking for doesn't exist</html>", content_type=HTML)
    kind = record["content_type"] or "application/octet-stream"
    return ApiResponse(raw=file_bytes(record["id"], record["size"] or 0), content_type=kind)
