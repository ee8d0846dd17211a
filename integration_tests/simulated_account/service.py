"""From a request to an answer: find, limit, authenticate, admit, answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .answers import HTML, Answer, Refusal, no_endpoint
from .auth import ANONYMOUS, COULD_NOT, END_USER, Who, who_calls, who_chats
from .calls import Call, Query
from .damage import damaged, error, stands_before
from .endpoints import ENDPOINTS, Endpoint
from .faults import Fault
from .plans import refusal
from .routes import PREFIX, Routes, plain_path
from .world import World

_GUIDE = ("help_center/", "community/")
_NO_ACCESS = "You do not have access to this page. Please contact the account owner of this help desk for further help."
_ROUTES = Routes(ENDPOINTS)


@dataclass(frozen=True)
class Asked:
    """A request: `site` is scheme and host as the caller sees them, `note` its entry in the log."""

    path: str
    query: Query
    site: str
    authorization: str | None
    note: dict[str, Any]


def answer(world: World, asked: Asked) -> Answer:
    """The answer, errors included, with all headers but the transport's."""
    headers: dict[str, str] = {}
    try:
        found = _answer(world, asked, headers)
    except Refusal as refusal:
        found = refusal.answer
    found.headers = headers | found.headers
    return found


def _answer(world: World, asked: Asked, headers: dict[str, str]) -> Answer:
    if world.quirks.unknown_subdomain:
        return _nobody_here(world.quirks.unknown_subdomain)
    endpoint, ids = _find(world, asked)
    asked.note.update(endpoint=PREFIX + endpoint.path, buckets=list(endpoint.buckets), bucket=endpoint.buckets[-1])
    over, limit_headers = world.limits.draw(endpoint.buckets)
    headers |= limit_headers
    if over:
        return world.limits.refused()
    fault = world.faults.next(endpoint.path, asked.query)
    asked.note["fault"] = fault.name if fault else None
    if fault and stands_before(fault):
        return error(fault, world.account.clock)
    who = _who(world, asked, endpoint)
    _admit(who, endpoint)
    world.plan.check(endpoint.path, endpoint.gate, endpoint.parent, ids)
    if closed := _closed_export(world, endpoint):
        return closed
    call = Call(world.account, asked.path, asked.query, ids, asked.site, who, world.quirks)
    return _faulty(world, asked, fault, endpoint.answer(call))


def _faulty(world: World, asked: Asked, fault: Fault | None, found: Answer) -> Answer:
    before = world.last_pages.get(asked.path)
    world.last_pages[asked.path] = replace(found, rows=list(found.rows or []), rest=dict(found.rest))
    return damaged(fault, found, before, asked.query) if fault else found


def _find(world: World, asked: Asked) -> tuple[Endpoint, Mapping[str, str]]:
    plain = plain_path(asked.path)
    if not asked.path.startswith(PREFIX):
        raise no_endpoint()
    found = _ROUTES.find(plain)
    if found is None:
        raise no_endpoint()
    if plain.startswith(_GUIDE) and not asked.path.endswith(".json") and not world.quirks.no_json_suffix_needed:
        raise Refusal(415)
    return found


def _who(world: World, asked: Asked, endpoint: Endpoint) -> Who:
    if endpoint.path.startswith("chat/"):
        if world.quirks.main_token_on_chat:
            try:
                return who_calls(world.credentials, world.account.clock, asked.authorization)
            except Refusal:
                pass
        return who_chats(world.credentials, asked.authorization)
    return who_calls(world.credentials, world.account.clock, asked.authorization)


def _admit(who: Who, endpoint: Endpoint) -> None:
    if who.role == ANONYMOUS and ANONYMOUS not in endpoint.allowed:
        raise Refusal(401, COULD_NOT)
    if "read" not in who.scope.split():
        raise Refusal(403, {"error": "Forbidden", "description": "Missing the following required scopes: read"})
    if who.role in endpoint.allowed:
        return
    if who.role == END_USER:
        raise Refusal(403, {"error": "Forbidden", "description": "You are not allowed to do that"})
    raise Refusal(403, {"error": {"title": "Forbidden", "message": _NO_ACCESS}})


_ENDING = ("incremental/", "channels/voice/stats/incremental/")
"""The exports that end, as far as is announced (docs/zendesk-api.md#exports (11))."""


def _closed_export(world: World, endpoint: Endpoint) -> Answer | None:
    """The answer of an export that has ended, in this account's way; None where it has not."""
    how = world.quirks.closed_exports
    if not how or not endpoint.path.startswith(_ENDING):
        return None
    world.export_calls[endpoint.path] += 1
    if world.export_calls[endpoint.path] <= world.quirks.exports_close_after:
        return None
    if how != "empty":
        raise refusal(how)
    key, now = _EXPORTED.get(endpoint.path, endpoint.path.rpartition("/")[2]), int(world.account.clock.now())
    rest = {"count": 0, "end_of_stream": True, "after_cursor": None, "end_time": now, "next_page": None}
    return Answer(key=key, rows=[], rest=rest)


_EXPORTED = {"incremental/tickets/cursor": "tickets", "incremental/users/cursor": "users"}
"""Keys of the exports whose path does not end with theirs."""


def _nobody_here(how: str) -> Answer:
    if how == "redirect":
        return Answer(
            302, raw=b"", headers={"Location": "https://www.zendesk.com/account-not-found/"}, content_type=HTML
        )
    page = b"<!DOCTYPE html><html><head><title>Help Center Closed | Zendesk</title></head><body>Not here</body></html>"
    return Answer(404 if how == "html404" else 200, raw=page, content_type=HTML)
