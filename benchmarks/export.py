"""A ticket export of any length, made of one account's pages: compressed in advance, so serving costs nothing.

Run as ``python -m benchmarks.export BASE_URL TICKETS [ROWS_A_PAGE]``; prints its own base URL when it is ready.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
from itertools import cycle, islice
from typing import Any

import orjson
import requests
from aiohttp import web

from integration_tests.simulated_account.server import serve

AUTH = ("admin@acme.example/token", "simulated-token")
PATH = "/api/v2/incremental/tickets/cursor"
HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Encoding": "gzip",
    "zendesk-ratelimit-incremental-exports": "total=1000000; remaining=999999; resets=60",
    "ratelimit-limit": "1000000",
    "ratelimit-remaining": "999999",
    "ratelimit-reset": "60",
}


def rows_of(base_url: str) -> list[Any]:
    """All tickets of an account."""
    found: list[Any] = []
    params = {"start_time": "1577836800", "per_page": "1000", "support_type_scope": "all"}
    while True:
        page = requests.get(base_url + PATH, params=params, auth=AUTH, timeout=60).json()
        found += page["tickets"]
        if page["end_of_stream"]:
            return found
        params = {"cursor": page["after_cursor"], "per_page": "1000", "support_type_scope": "all"}


def pages_of(rows: list[Any], count: int, size: int) -> list[bytes]:
    """This many rows in compressed pages of that size; the n-th page has the cursor n."""
    source, total = cycle(rows), -(-count // size)
    packed = []
    for number in range(1, total + 1):
        taken = list(islice(source, min(size, count - (number - 1) * size)))
        page = {"tickets": taken, "after_cursor": str(number), "end_of_stream": number == total}
        packed.append(gzip.compress(orjson.dumps(page), 1))
    return packed


async def _run(pages: list[bytes]) -> None:
    async def response(request: web.BaseRequest) -> web.StreamResponse:
        if request.path != PATH:
            return web.json_response({"settings": {}})
        return web.Response(body=pages[int(request.query.get("cursor", 0))], headers=HEADERS)

    port = await serve(response)
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    base_url, tickets, *size = sys.argv[1:]
    asyncio.run(_run(pages_of(rows_of(base_url), int(tickets), int(size[0]) if size else 1000)))
