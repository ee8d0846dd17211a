"""The control port.

JSON over HTTP, one path a verb, for tests and the demo. The package's docstring lists the verbs.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from . import bulk_changes, row_changes, truth
from .access import AccountCredentials, ApiCaller
from .account_behavior import AccountBehavior
from .account_plan import AccountPlan
from .faults import faults_from
from .files import FAULT_PATH
from .limits import RateLimits
from .odd_responses import OddResponses
from .scripted_responses import script_from
from .server_state import ServerState
from .tables import RowKey

Arguments = dict[str, Any]
ControlVerb = Callable[[ServerState, Arguments], Any]


def _key(server: ServerState, kind: str, value: Any) -> RowKey:
    """Keys travel as JSON: text stays text only where the kind has text for keys."""
    return str(value) if server.account.kind(kind).text_ids else int(value)


def _truth(server: ServerState, given: Arguments) -> bytes:
    found = truth.records(server.account, given["stream"], given.get("since"))
    names = given.get("fields")
    if names:
        return orjson.dumps([{name: record.get(name) for name in names} for record in truth.decoded(found)])
    return b"[" + b",".join(found) + b"]"


def _truth_counts(server: ServerState, given: Arguments) -> Any:
    return {
        name: len(truth.records(server.account, name, given.get("since"))) for name in truth.streams(server.account)
    }


def _change(server: ServerState, given: Arguments) -> Any:
    return bulk_changes.change(server.account, float(given.get("share", 0.01)), int(given.get("seed", 1)))


def _update(server: ServerState, given: Arguments) -> Any:
    kind = given["stream"]
    return row_changes.update(server.account, kind, _key(server, kind, given["id"]), given.get("fields", {}))


def _add(server: ServerState, given: Arguments) -> Any:
    return row_changes.add(server.account, given["stream"], given.get("fields", {}))


def _delete(server: ServerState, given: Arguments) -> None:
    row_changes.delete(server.account, given["stream"], _key(server, given["stream"], given["id"]))


def _burst(server: ServerState, given: Arguments) -> Any:
    return bulk_changes.burst(server.account, given["stream"], int(given["rows"]), given.get("at"))


def _clock(server: ServerState, given: Arguments) -> Any:
    server.account.clock.shift(float(given.get("skew", 0)))
    return {"now": server.account.clock.now()}


def _faults(server: ServerState, given: Arguments) -> None:
    server.faults = faults_from(given)
    for step in server.faults.script:
        if step.path not in ("", "oauth/tokens", FAULT_PATH) and not server.routes.has(step.path):
            raise ValueError(f"no endpoint has the path {step.path}")  # it would never be met, and nobody would know
    server.last_pages.clear()


def _behavior(server: ServerState, given: Arguments) -> None:
    server.behavior = AccountBehavior(**given)
    server.export_calls.clear()


def _credentials(server: ServerState, given: Arguments) -> None:
    fresh = AccountCredentials()
    fresh.api_tokens = set(given.get("api_tokens", fresh.api_tokens))
    fresh.clients = given.get("clients", fresh.clients)
    fresh.refresh_tokens |= dict.fromkeys(given.get("refresh_tokens", ()), "")
    fresh.bearers |= {name: ApiCaller(**token) for name, token in given.get("bearers", {}).items()}
    fresh.chat_tokens = given.get("chat_tokens", fresh.chat_tokens)
    server.credentials = fresh


def _setting(name: str, make: Callable[..., object]) -> ControlVerb:
    """Sets that field of the server's state to what is made of the arguments."""
    return lambda server, given: setattr(server, name, make(**given))


VERBS: Mapping[str, ControlVerb] = {
    "truth": _truth,
    "truth_counts": _truth_counts,
    "change": _change,
    "update": _update,
    "add": _add,
    "delete": _delete,
    "burst": _burst,
    "requests": lambda server, _given: server.journal.calls,
    "counts": lambda server, _given: server.journal.counts(),
    "forget_requests": lambda server, _given: server.journal.forget(),
    "set_clock": _clock,
    "set_limits": _setting("limits", RateLimits),
    "set_faults": _faults,
    "set_plan": _setting("plan", AccountPlan),
    "set_odd_responses": _setting("odd", OddResponses),
    "set_responses": _setting("script", script_from),
    "set_behavior": _behavior,
    "set_credentials": _credentials,
}


class ControlServer:
    """Answers `POST /<verb>` with a JSON object of arguments."""

    def __init__(self, server: ServerState) -> None:
        self._state = server

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        verb = VERBS.get(request.path.strip("/"))
        if verb is None:
            return self._json(404, {"error": "no such verb", "verbs": sorted(VERBS)})
        try:
            return self._json(200, verb(self._state, await self._given(request)))
        except (KeyError, TypeError, ValueError) as problem:
            return self._json(400, {"error": f"{type(problem).__name__}: {problem}"})

    @staticmethod
    async def _given(request: web.BaseRequest) -> Arguments:
        body = await request.read()
        given: Arguments = orjson.loads(body) if body else {}
        return given

    @staticmethod
    def _json(status: int, value: Any) -> web.Response:
        body = value if isinstance(value, bytes) else orjson.dumps(value)
        return web.Response(status=status, body=body, content_type="application/json")
