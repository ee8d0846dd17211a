"""The control port.

JSON over HTTP, one path a verb, for tests and the demo. The package's docstring lists the verbs.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from aiohttp import web

from . import changes, sweeps, truth
from .auth import Credentials, Token, Who
from .faults import faults_from
from .kinds import KINDS
from .limits import Limits
from .plans import FEATURES, SHAPES, Plan
from .quirks import Quirks
from .rows import Key
from .world import World

Given = dict[str, Any]


def _key(kind: str, value: Any) -> Key:
    """Keys travel as JSON: text stays text only where the kind has text for keys."""
    text = KINDS[kind].text_ids or KINDS[kind].key in ("name", "account_key") or not str(value).isdigit()
    return str(value) if text else int(value)


def _truth(world: World, given: Given) -> bytes:
    found = truth.records(world.account, given["stream"], given.get("since"))
    names = given.get("fields")
    if names:
        return orjson.dumps([{name: record.get(name) for name in names} for record in truth.decoded(found)])
    return b"[" + b",".join(found) + b"]"


def _truth_counts(world: World, given: Given) -> Any:
    return {name: len(truth.records(world.account, name, given.get("since"))) for name in truth.streams(world.account)}


def _change(world: World, given: Given) -> Any:
    return sweeps.change(world.account, float(given.get("share", 0.01)), int(given.get("seed", 1)))


def _update(world: World, given: Given) -> Any:
    kind = given["stream"]
    return changes.update(world.account, kind, _key(kind, given["id"]), given.get("fields", {}))


def _add(world: World, given: Given) -> Any:
    return changes.add(world.account, given["stream"], given.get("fields", {}))


def _delete(world: World, given: Given) -> Any:
    changes.delete(world.account, given["stream"], _key(given["stream"], given["id"]))
    return {}


def _archive(world: World, given: Given) -> Any:
    changes.archive(world.account, int(given["id"]))
    return {}


def _restore(world: World, given: Given) -> Any:
    return changes.restore(world.account, int(given["id"]))


def _burst(world: World, given: Given) -> Any:
    return sweeps.burst(world.account, given["stream"], int(given["rows"]), given.get("at"))


def _requests(world: World, given: Given) -> Any:
    return world.journal.calls()


def _counts(world: World, given: Given) -> Any:
    return world.journal.counts()


def _forget(world: World, given: Given) -> Any:
    world.journal.forget()
    return {}


def _clock(world: World, given: Given) -> Any:
    clock = world.account.clock
    if "frozen" in given:
        (clock.freeze if given["frozen"] else clock.run)()
    if "now" in given:
        clock.set(float(given["now"]))
    clock.shift(float(given.get("skew", 0)))
    return {"now": clock.now()}


def _limits(world: World, given: Given) -> Any:
    world.limits = replace(Limits(plan=world.options.plan), **given)
    return {}


def _faults(world: World, given: Given) -> Any:
    world.faults = faults_from(given)
    world.last_pages.clear()
    return {}


def _plan(world: World, given: Given) -> Any:
    world.plan = replace(Plan(world.options.plan), **given)
    return {"shapes": sorted(SHAPES), "features": sorted(FEATURES)}


def _quirks(world: World, given: Given) -> Any:
    world.quirks = replace(Quirks(), **given)
    world.export_calls.clear()
    return {}


def _credentials(world: World, given: Given) -> Any:
    fresh = Credentials()
    fresh.api_tokens = set(given.get("api_tokens", fresh.api_tokens))
    fresh.clients = given.get("clients", fresh.clients)
    fresh.refresh_tokens |= dict.fromkeys(given.get("refresh_tokens", ()), "")
    fresh.bearers |= {name: Token(**token) for name, token in given.get("bearers", {}).items()}
    fresh.emails |= {email: Who(role) for email, role in given.get("emails", {}).items()}
    fresh.chat_tokens = given.get("chat_tokens", fresh.chat_tokens)
    fresh.access_seconds = given.get("access_seconds", fresh.access_seconds)
    world.credentials = fresh
    return {}


VERBS: Mapping[str, Callable[[World, Given], Any]] = {
    "truth": _truth,
    "truth_counts": _truth_counts,
    "change": _change,
    "update": _update,
    "add": _add,
    "delete": _delete,
    "archive": _archive,
    "restore": _restore,
    "burst": _burst,
    "requests": _requests,
    "counts": _counts,
    "forget_requests": _forget,
    "set_clock": _clock,
    "set_limits": _limits,
    "set_faults": _faults,
    "set_plan": _plan,
    "set_quirks": _quirks,
    "set_credentials": _credentials,
}


class Control:
    """Answers `POST /<verb>` with a JSON object of arguments."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        verb = VERBS.get(request.path.strip("/"))
        if verb is None:
            return self._json(404, {"error": "no such verb", "verbs": sorted(VERBS)})
        try:
            return self._json(200, verb(self._world, await self._given(request)))
        except (KeyError, TypeError, ValueError) as problem:
            return self._json(400, {"error": f"{type(problem).__name__}: {problem}"})

    @staticmethod
    async def _given(request: web.BaseRequest) -> Given:
        body = await request.read()
        given: Given = orjson.loads(body) if body else {}
        return given

    @staticmethod
    def _json(status: int, value: Any) -> web.Response:
        body = value if isinstance(value, bytes) else orjson.dumps(value)
        return web.Response(status=status, body=body, content_type="application/json")
