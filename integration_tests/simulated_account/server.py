"""The HTTP server of the account's API: one process, one thread, aiohttp."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qs

from aiohttp import web

from .access import grant
from .api_call import IncomingRequest, QueryParameters
from .faults import TRANSPORT
from .odd_responses import Dateless
from .response_damage import error, replaces_response
from .responses import ApiError, ApiResponse
from .scripted_responses import WIRE
from .server_state import ServerState
from .service import response

_SMALL = 1024
RequestHandler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def query_of(text: str) -> QueryParameters:
    """The query string's parameters, decoded, each with all its values."""
    return {name: tuple(values) for name, values in parse_qs(text, keep_blank_values=True).items()}


class ApiServer:
    """Answers the requests to one account."""

    def __init__(self, server: ServerState) -> None:
        self._state = server

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        query = query_of(request.rel_url.raw_query_string)  # query_string is decoded once already
        note = self._state.journal.begin(request.method, request.path, query)
        site = f"{request.scheme}://{request.host}"
        odd = self._state.odd
        incoming = IncomingRequest(
            request.path, odd.understood(query), site, request.headers.get("Authorization"), note
        )
        found = await self._found(request, incoming)
        odd.change(found)
        self._state.journal.end(note, found)
        return await self._written(request, found)

    async def _found(self, request: web.BaseRequest, incoming: IncomingRequest) -> ApiResponse:
        scripted = self._state.script.next(incoming.path, incoming.query)
        if scripted and scripted.is_literal:
            return scripted.literal()
        found = await self._own(request, incoming)
        return scripted.changed(found) if scripted else found

    async def _own(self, request: web.BaseRequest, incoming: IncomingRequest) -> ApiResponse:
        if request.path == "/oauth/tokens" and request.method == "POST":
            return await self._granted(request)
        return response(self._state, incoming) if request.method in ("GET", "HEAD") else ApiResponse(405, raw=b"")

    async def _granted(self, request: web.BaseRequest) -> ApiResponse:
        fault = self._state.faults.next("oauth/tokens", {})
        if fault and replaces_response(fault):
            return error(fault, self._state.account.clock)
        form = request.content_type == "application/x-www-form-urlencoded"
        try:
            incoming = dict(await request.post()) if form else await request.json()
            granted = grant(self._state.credentials, self._state.account.clock, incoming)
        except ApiError as refusal:
            return refusal.response
        except ValueError:
            return ApiError(400, {"error": "invalid_request", "error_description": "The body is not JSON"}).response
        broken = fault and fault.name in TRANSPORT  # the old token is used up all the same
        return replace(granted, manner=fault.name, seconds=fault.seconds) if fault and broken else granted

    async def _written(self, request: web.BaseRequest, found: ApiResponse) -> web.StreamResponse:
        body, headers = found.body(), {"Content-Type": found.content_type, **found.headers}
        headers["Date"] = self._state.account.clock.date_header()
        body, headers = self._state.odd.written(body, headers)
        packable = not self._state.odd.body and len(body) > _SMALL
        wanted = packable and "gzip" in request.headers.get("Accept-Encoding", "")
        if wanted or found.manner == "gzip_cut":
            body = await asyncio.to_thread(gzip.compress, body, 1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        if found.before and request.transport:
            request.transport.write(found.before)
        if found.manner:
            body = await _broken(request, found, body, headers)
        response = web.Response if headers["Date"] else Dateless
        return response(status=found.status, body=body, headers=headers)


async def _broken(request: web.BaseRequest, found: ApiResponse, body: bytes, headers: dict[str, str]) -> bytes:
    """Does to the connection what a transport fault asks for; gives the body that is still to be sent."""
    if found.manner == "stall":
        await asyncio.sleep(found.seconds)
    if found.manner == "reset_body":
        response = web.StreamResponse(status=found.status, headers=headers | {"Content-Length": str(len(body))})
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
    if found.manner == WIRE and request.transport:
        request.transport.write(found.body())
        request.transport.close()
    if found.manner.startswith("reset") and request.transport:
        request.transport.abort()
    return body[: len(body) * 2 // 3] if found.manner == "gzip_cut" else body


async def serve(handler: RequestHandler) -> int:
    """Starts serving on loopback until the process ends; gives the port, which the system chooses."""
    runner = web.ServerRunner(web.Server(handler))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return int(runner.addresses[0][1])
