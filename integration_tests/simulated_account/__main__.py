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
from .server_state import ServerState, new_server_state
from .timestamps import epoch


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulated_account", description="A simulated Zendesk account on loopback.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tickets", type=int, default=500)
    parser.add_argument("--now", help="the account's time at the start, ISO 8601; default: now")
    parser.add_argument("--frozen", action="store_true", help="the clock stands still until it is moved")
    parser.add_argument("--sizes", type=json.loads, default={}, help='rows of some kinds, as JSON: {"macros": 300}')
    return parser.parse_args()


def server_state_from(arguments: argparse.Namespace) -> ServerState:
    """The state of the server that the command line asks for."""
    options = AccountOptions(
        seed=arguments.seed,
        tickets=arguments.tickets,
        now=epoch(arguments.now) if arguments.now else None,
        frozen=arguments.frozen,
        sizes=arguments.sizes,
    )
    return new_server_state(options)


async def _run(arguments: argparse.Namespace) -> None:
    gc.set_threshold(
        100_000, 50, 100
    )  # The tables are never garbage: walking them again and again is most of the start.
    server, stopped = server_state_from(arguments), asyncio.Event()
    gc.freeze()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    ports = await serve(ApiServer(server)), await serve(ControlServer(server))
    urls = {name: f"http://127.0.0.1:{port}" for name, port in zip(("base_url", "control_url"), ports, strict=True)}
    sys.stdout.write(json.dumps(urls) + "\n")
    sys.stdout.flush()
    await stopped.wait()


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
