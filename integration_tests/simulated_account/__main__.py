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


def _arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulated_account", description="A simulated Zendesk account on loopback.")
    parser.add_argument("--port", type=int, default=0, help="port of the API; 0: any free one")
    parser.add_argument("--control-port", type=int, default=0, help="port of the control verbs; 0: any free one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tickets", type=int, default=500)
    parser.add_argument("--now", help="the account's time at the start, ISO 8601; default: now")
    parser.add_argument("--frozen", action="store_true", help="the clock stands still until it is moved")
    parser.add_argument(
        "--plan", default="enterprise", choices=("team", "growth", "professional", "enterprise", "enterprise_plus")
    )
    parser.add_argument("--limits", action="store_true", help="enforce Zendesk's rate limits")
    parser.add_argument("--speed", type=float, default=1.0, help="divides the length of every rate-limit window")
    parser.add_argument("--no-gzip", action="store_true", help="never compress answers")
    parser.add_argument("--sizes", type=json.loads, default={}, help='rows of some kinds, as JSON: {"macros": 300}')
    parser.add_argument(
        "--bursts", type=json.loads, default={}, help='rows added in one second, as JSON: {"organizations": 5000}'
    )
    return parser.parse_args(given)


def server_state_from(arguments: argparse.Namespace) -> ServerState:
    """The state of the server that the command line asks for."""
    options = AccountOptions(
        seed=arguments.seed,
        tickets=arguments.tickets,
        now=epoch(arguments.now) if arguments.now else None,
        frozen=arguments.frozen,
        plan=arguments.plan,
        gzip=not arguments.no_gzip,
        sizes=arguments.sizes,
        bursts=arguments.bursts,
    )
    server = new_server_state(options)
    server.limits.enabled, server.limits.speed = arguments.limits, arguments.speed
    return server


async def _run(arguments: argparse.Namespace) -> None:
    gc.set_threshold(
        100_000, 50, 100
    )  # The tables are never garbage: walking them again and again is most of the start.
    server, stopped = server_state_from(arguments), asyncio.Event()
    gc.freeze()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    ports = await serve(ApiServer(server), arguments.port), await serve(ControlServer(server), arguments.control_port)
    urls = {name: f"http://127.0.0.1:{port}" for name, port in zip(("base_url", "control_url"), ports, strict=True)}
    sys.stdout.write(json.dumps(urls) + "\n")
    sys.stdout.flush()
    await stopped.wait()


if __name__ == "__main__":
    asyncio.run(_run(_arguments(sys.argv[1:])))
