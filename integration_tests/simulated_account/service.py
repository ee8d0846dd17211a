"""From a request to an answer: find, limit, authenticate, admit, answer."""

from collections.abc import Mapping
from dataclasses import replace

from .access import ANONYMOUS, COULD_NOT, END_USER, ApiCaller, api_caller_of, chat_caller_of, roles_of
from .account_plan import refusal
from .api_call import ApiCall, IncomingRequest
from .declared_streams import GUIDE_PATHS
from .endpoint_routes import PREFIX, plain_path
from .endpoints import ApiEndpoint
from .faults import ApiFault
from .files import file_response
from .limits import buckets_of
from .response_damage import damage_response, error, replaces_response
from .responses import HTML, ApiError, ApiResponse
from .server_state import ServerState


def response(server: ServerState, request: IncomingRequest) -> ApiResponse:
    """The answer, errors included, with all headers but the transport's."""
    headers: dict[str, str] = {}
    try:
        found = _response(server, request, headers)
    except ApiError as refusal:
        found = refusal.response
    found.headers = headers | found.headers
    return found


def _response(server: ServerState, request: IncomingRequest, headers: dict[str, str]) -> ApiResponse:
    if server.behavior.unknown_subdomain:
        return _nobody_here(server.behavior.unknown_subdomain)
    if file := file_response(server, request):
        return file
    endpoint, ids = _find(server, request)
    buckets = buckets_of(endpoint.path)
    request.note.update(endpoint=PREFIX + endpoint.path, buckets=list(buckets))
    over, limit_headers = server.limits.draw(buckets)
    headers |= limit_headers
    if over:
        return server.limits.refused()
    fault = server.faults.next(endpoint.path, request.query)
    request.note["fault"] = fault.name if fault else None
    if fault and replaces_response(fault):
        return error(fault, server.account.clock)
    caller = _caller(server, request, endpoint)
    _admit(caller, endpoint)
    server.plan.check(endpoint.path, endpoint.parent, ids)
    if closed := _closed_export(server, endpoint):
        return closed
    call = ApiCall(server.account, request.path, request.query, ids, request.site, caller, server.behavior)
    return _faulty(server, request, fault, endpoint.response(call))


def _faulty(server: ServerState, request: IncomingRequest, fault: ApiFault | None, found: ApiResponse) -> ApiResponse:
    before = server.last_pages.get(request.path)
    server.last_pages[request.path] = replace(found, rows=list(found.rows or []), rest=dict(found.rest))
    return damage_response(fault, found, before, request.query) if fault else found


def _find(server: ServerState, request: IncomingRequest) -> tuple[ApiEndpoint, Mapping[str, str]]:
    plain = plain_path(request.path)
    found = server.routes.find(plain) if request.path.startswith(PREFIX) else None
    if found is None:
        raise refusal("404_endpoint")
    if plain.startswith(GUIDE_PATHS) and not request.path.endswith(".json"):
        raise ApiError(415)
    return found


def _caller(server: ServerState, request: IncomingRequest, endpoint: ApiEndpoint) -> ApiCaller:
    if endpoint.path.startswith("chat/"):
        return chat_caller_of(server.credentials, request.authorization)
    return api_caller_of(server.credentials, server.account.clock, request.authorization)


def _admit(caller: ApiCaller, endpoint: ApiEndpoint) -> None:
    allowed = roles_of(endpoint.path)
    if caller.role == ANONYMOUS and ANONYMOUS not in allowed:
        raise ApiError(401, COULD_NOT)
    if "read" not in caller.scope.split():
        raise ApiError(403, {"error": "Forbidden", "description": "Missing the following required scopes: read"})
    if caller.role in allowed:
        return
    if caller.role == END_USER:
        raise ApiError(403, {"error": "Forbidden", "description": "You are not allowed to do that"})
    raise refusal("403_object")


_ENDING = ("incremental/", "channels/voice/stats/incremental/")
"""The exports that end, by the announcement (docs/zendesk-api.md#exports (11))."""


def _closed_export(server: ServerState, endpoint: ApiEndpoint) -> ApiResponse | None:
    """The response of an export that has ended, in this account's way; None if it has not."""
    how = server.behavior.closed_exports
    if not how or not endpoint.path.startswith(_ENDING):
        return None
    server.export_calls[endpoint.path] += 1
    if server.export_calls[endpoint.path] <= server.behavior.exports_close_after:
        return None
    if how != "empty":
        raise refusal(how)
    key, now = _EXPORTED.get(endpoint.path, endpoint.path.rpartition("/")[2]), int(server.account.clock.now())
    rest = {"count": 0, "end_of_stream": True, "after_cursor": None, "end_time": now, "next_page": None}
    return ApiResponse(key=key, rows=[], rest=rest)


_EXPORTED = {"incremental/tickets/cursor": "tickets", "incremental/users/cursor": "users"}
"""Keys of the exports whose path does not end with theirs."""


def _nobody_here(how: str) -> ApiResponse:
    if how == "redirect":
        return ApiResponse(
            302, raw=b"", headers={"Location": "https://www.zendesk.com/account-not-found/"}, content_type=HTML
        )
    page = b"<!DOCTYPE html><html><head><title>Help Center Closed | Zendesk</title></head><body>Not here</body></html>"
    return ApiResponse(404 if how == "html404" else 200, raw=page, content_type=HTML)
