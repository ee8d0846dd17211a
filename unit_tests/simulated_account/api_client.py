"""Calls an account without a network, and reads its lists and exports page by page, as the documents say."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from integration_tests.simulated_account.account_options import AccountOptions
from integration_tests.simulated_account.api_call import IncomingRequest
from integration_tests.simulated_account.journal import RequestLog
from integration_tests.simulated_account.server_state import ServerState, new_server_state
from integration_tests.simulated_account.service import response
from integration_tests.simulated_account.timestamps import epoch

Record = dict[str, Any]
NOW = epoch("2026-11-01T12:00:00Z")
SITE = "http://account"
BASIC = "Basic " + base64.b64encode(b"admin@acme.example/token:simulated-token").decode()
CHAT = "Bearer simulated-chat-token"


def small_account(tickets: int = 80, **options: Any) -> ServerState:
    """A new account whose clock stands still, and which makes only the tables that a test uses."""
    return new_server_state(AccountOptions(tickets=tickets, now=NOW, frozen=True, **options), warm=False)


class ApiReply:
    """An answer: status, headers, and the body as bytes and as JSON."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class ApiClient:
    """The API of one account, called by an administrator unless another authorization is given."""

    def __init__(self, server: ServerState, authorization: str | None = BASIC) -> None:
        self.server, self.authorization = server, authorization

    def get(self, path: str, authorization: str | None = "", **query: Any) -> ApiReply:
        """One call; parameters with brackets come as part of the path, after a question mark."""
        split = urlsplit(path)
        pairs = parse_qsl(split.query, keep_blank_values=True) + [(name, str(value)) for name, value in query.items()]
        values = {name: tuple(text for other, text in pairs if other == name) for name, _ in pairs}
        whole = split.path if split.path.startswith("/") else f"/api/v2/{split.path}"
        sent = self._authorization(whole) if authorization == "" else authorization
        note = self.server.journal.begin("GET", whole, values)
        found = response(self.server, IncomingRequest(whole, values, SITE, sent, note))
        RequestLog.end(note, found)
        return ApiReply(found.status, found.headers, found.body())

    def _authorization(self, path: str) -> str | None:
        return CHAT if "/chat/" in path and self.authorization == BASIC else self.authorization

    def follow(self, path: str, key: str, link: Callable[[Any], str | None]) -> list[list[Record]]:
        """The pages from `path` on, as long as `link` finds another one in the last answer."""
        pages, following = [], path
        while True:
            reply = self.get(following)
            assert reply.status == 200, reply.body
            pages.append(reply.json[key])
            found = link(reply.json)
            if not found:
                return pages
            following = found

    def by_cursor(self, path: str, key: str) -> list[list[Record]]:
        """The pages of a cursor list."""
        return self.follow(path, key, lambda page: page["links"]["next"] if page["meta"]["has_more"] else None)

    def by_offset(self, path: str, key: str) -> list[list[Record]]:
        """The pages of an offset list."""
        return self.follow(path, key, lambda page: page["next_page"])

    def by_export(self, path: str, key: str) -> list[list[Record]]:
        """The pages of an export that tells its end with a flag."""
        return self.follow(
            path, key, lambda page: None if page["end_of_stream"] else page.get("after_url") or page["next_page"]
        )

    def by_count(self, path: str, key: str, size: int) -> list[list[Record]]:
        """The pages of an export that ends with a page that is not full."""
        return self.follow(path, key, lambda page: page["next_page"] if page["count"] >= size else None)


def flat(pages: list[list[Record]]) -> list[Record]:
    """All records of the pages."""
    return [record for page in pages for record in page]


def unique(records: list[Record], key: str = "id") -> list[Record]:
    """The records without repetitions, by key."""
    return list({record[key]: record for record in records}.values())
