"""Simulated accounts in a thread of the tests' own process: most tests have one of their own, so it must start at once.

The account is the same as that of `SimulatedAccount.running`, a real HTTP server on loopback; only the start of a
Python process is spared.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from aiohttp import web

from integration_tests.simulated_account import SimulatedAccount
from integration_tests.simulated_account.account_options import AccountOptions
from integration_tests.simulated_account.control import ControlServer
from integration_tests.simulated_account.server import ApiServer, RequestHandler
from integration_tests.simulated_account.server_state import new_server_state
from integration_tests.simulated_account.timestamps import epoch

NOW = "2026-06-01T12:00:00Z"


@contextmanager
def running_account(
    tickets: int = 120, now: str | None = NOW, *, frozen: bool = True, **options: Any
) -> Iterator[SimulatedAccount]:
    """An account, by default a small one whose clock stands still at ``NOW``."""
    server = new_server_state(
        AccountOptions(tickets=tickets, now=epoch(now) if now else None, frozen=frozen, **options)
    )
    with _served(ApiServer(server)) as base_url, _served(ControlServer(server)) as control_url:
        yield SimulatedAccount(base_url, control_url)


def counted(account: SimulatedAccount) -> dict[str, int]:
    """Requests by path since the last count."""
    counts = {path.removeprefix("/api/v2/"): count for path, count in account.counts().items()}
    account.forget_requests()
    return counts


@contextmanager
def _served(handler: RequestHandler) -> Iterator[str]:
    """The address at which it answers."""
    loop = _event_loop()
    runner = asyncio.run_coroutine_threadsafe(_start(handler), loop).result()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()


async def _start(handler: RequestHandler) -> web.ServerRunner:
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.01)  # 0 would wait for stalled answers
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """The loop that all accounts of this process share; its thread ends with the process."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="simulated accounts", daemon=True).start()
    return loop
