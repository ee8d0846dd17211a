"""Serves a simulated account until it is killed: `python -m integration_tests.simulated_account --tickets 500`.

Prints one line of JSON when it is ready: `{"base_url": ..., "control_url": ...}`.
"""

import argparse
import asyncio
import gc
import json
import signal
import sys

from .account_options import AccountOptions
from .control import ControlServer
from .server import ApiServer, serve
from .server_state import new_server_state
from .timestamps import epoch


def _options() -> AccountOptions:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="simulated_account", description="A simulated Zendesk account on loopback.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tickets", type=int, default=500)
    parser.add_argument("--now", type=epoch, help="the account's time at the start, ISO 8601; default: now")
    parser.add_argument("--frozen", action="store_true", help="the clock stands still until it is moved")
    parser.add_argument("--sizes", type=json.loads, default={}, help='rows of some kinds, as JSON: {"macros": 300}')
    return AccountOptions(**vars(parser.parse_args()))


async def _run(options: AccountOptions) -> None:
    gc.set_threshold(
        100_000, 50, 100
    )  # The tables are never garbage: walking them again and again is most of the start.
    server, stopped = new_server_state(options), asyncio.Event()
    gc.freeze()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    ports = await serve(ApiServer(server)), await serve(ControlServer(server))
    urls = {name: f"http://127.0.0.1:{port}" for name, port in zip(("base_url", "control_url"), ports, strict=True)}
    sys.stdout.write(json.dumps(urls) + "\n")
    sys.stdout.flush()
    await stopped.wait()


if __name__ == "__main__":
    asyncio.run(_run(_options()))
