"""The HTTP server of the account's API: one process, one thread, aiohttp."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qs

from aiohttp import web

from .answers import Answer, Refusal
from .auth import grant
from .calls import Query
from .damage import error, stands_before
from .faults import TRANSPORT
from .odd_answers import Dateless
from .service import Asked, answer
from .world import World

_SMALL = 1024
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def query_of(text: str) -> Query:
    """The query string's parameters, decoded, each with all its values."""
    return {name: tuple(values) for name, values in parse_qs(text, keep_blank_values=True).items()}


class Server:
    """Answers the requests of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        query = query_of(request.rel_url.raw_query_string)  # query_string is decoded once already
        note = self._world.journal.begin(request.method, request.path, query)
        site = f"{request.scheme}://{request.host}"
        odd = self._world.odd
        asked = Asked(request.path, odd.understood(query), site, request.headers.get("Authorization"), note)
        found = await self._found(request, asked)
        odd.change(found)
        self._world.journal.end(note, found)
        return await self._written(request, found)

    async def _found(self, request: web.BaseRequest, asked: Asked) -> Answer:
        if request.path == "/oauth/tokens" and request.method == "POST":
            return await self._granted(request)
        return answer(self._world, asked) if request.method in ("GET", "HEAD") else Answer(405, raw=b"")

    async def _granted(self, request: web.BaseRequest) -> Answer:
        fault = self._world.faults.next("oauth/tokens", {})
        if fault and stands_before(fault):
            return error(fault, self._world.account.clock)
        form = request.content_type == "application/x-www-form-urlencoded"
        try:
            asked = dict(await request.post()) if form else await request.json()
            granted = grant(self._world.credentials, self._world.account.clock, asked)
        except Refusal as refusal:
            return refusal.answer
        except ValueError:
            return Refusal(400, {"error": "invalid_request", "error_description": "The body is not JSON"}).answer
        broken = fault and fault.name in TRANSPORT  # the old token is used up all the same
        return replace(granted, manner=fault.name, seconds=fault.seconds) if fault and broken else granted

    async def _written(self, request: web.BaseRequest, found: Answer) -> web.StreamResponse:
        body, headers = found.body(), {"Content-Type": found.content_type, **found.headers}
        headers["Date"] = self._world.account.clock.date_header()
        body, headers = self._world.odd.written(body, headers)
        wanted = (
            not self._world.odd.body and len(body) > _SMALL and "gzip" in request.headers.get("Accept-Encoding", "")
        )
        if (self._world.options.gzip and wanted) or found.manner == "gzip_cut":
            body = await asyncio.to_thread(_packed, body)
            headers["Content-Encoding"] = "gzip"
        if found.manner:
            body = await _broken(request, found, body, headers)
        response = web.Response if headers["Date"] else Dateless
        return response(status=found.status, body=body, headers=headers)


async def _broken(request: web.BaseRequest, found: Answer, body: bytes, headers: dict[str, str]) -> bytes:
    """Does to the connection what a transport fault asks for; gives the body that is still to be sent."""
    if found.manner == "stall":
        await asyncio.sleep(found.seconds)
    if found.manner == "reset_body":
        answer = web.StreamResponse(status=found.status, headers=headers | {"Content-Length": str(len(body))})
        await answer.prepare(request)
        await answer.write(body[: len(body) // 2])
    if found.manner.startswith("reset") and request.transport:
        request.transport.abort()
    return body[: len(body) * 2 // 3] if found.manner == "gzip_cut" else body


def _packed(body: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


async def serve(handler: Handler, port: int) -> int:
    """Starts serving on loopback until the process ends; gives the port (chosen by the system for 0)."""
    runner = web.ServerRunner(web.Server(handler))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return int(runner.addresses[0][1])
