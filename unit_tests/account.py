"""A scripted account: every request is answered by the reply written down for exactly its path and query."""

import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import requests_mock
from requests_mock.request import _RequestObjectProxy
from requests_mock.response import _Context

NOW = 1718020800
"""The server's time: 2024-06-10T12:00:00Z, as its Date header says."""
DATE = "Mon, 10 Jun 2024 12:00:00 GMT"
HOST = "acme.zendesk.com"
PROOF = "/api/v2/account/settings"
NEWEST_TICKET = "/api/v2/tickets?page[size]=1&sort=-updated_at&support_type_scope=all"
NEWEST_AUDIT = "/api/v2/ticket_audits?limit=1"
NEWEST_USER = "/api/v2/users?page[size]=1&sort=-updated_at"
COMPARED_WITH = {
    "organizations": "/api/v2/organizations?page[size]=1&sort=-updated_at",
    "ticket_attachments": NEWEST_AUDIT,
    "ticket_comments": NEWEST_AUDIT,
    "ticket_conversation_log": NEWEST_TICKET,
    "ticket_events": NEWEST_AUDIT,
    "ticket_metric_events": NEWEST_TICKET,
    "ticket_metrics": NEWEST_TICKET,
    "tickets": NEWEST_TICKET,
    "user_identities": NEWEST_USER,
    "users": NEWEST_USER,
}
"""The request that an export without rows leads to, which may be closed."""


@dataclass(frozen=True)
class Reply:
    """One answer; a body that is no bytes is sent as JSON."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


FORBIDDEN = Reply({"error": "Forbidden"}, status=403)
NOT_FOUND = Reply({"error": "RecordNotFound"}, status=404)
SETTINGS = {"settings": {"a": 1}}
"""What proves the account."""
ADMIN = {"user": {"id": 1, "role": "admin"}}


def cursor_page(records: str, rows: Iterable[Any], after: str | None = None) -> dict[str, Any]:
    """A page of a list with cursor paging; without `after`, the last one."""
    return {records: list(rows), "meta": {"has_more": after is not None, "after_cursor": after}}


class Account:
    """What is requested is in `requested`: path and query in order, parameters sorted and decoded.

    `signed` holds host, path and Authorization of the same requests.
    """

    def __init__(self, mocker: requests_mock.Mocker) -> None:
        self.requested: list[str] = []
        self.hosts: set[str] = set()
        self.authorization: set[str] = set()
        self.signed: list[tuple[str, str, str]] = []
        self._script: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self._lock = threading.Lock()
        mocker.register_uri(requests_mock.ANY, requests_mock.ANY, content=self._response)

    def on(self, url: str, *replies: Any) -> None:
        """Answer this path and query with these, one after the other; what is no Reply is the body of one.

        A path alone matches all its queries that have no line of their own.
        """
        self._script[url].extend(reply if isinstance(reply, Reply) else Reply(reply) for reply in replies)

    def refuse_list_of_votes(self) -> None:
        """Refuse the list of all votes, for one stream, so that it makes a request for each parent."""
        self.on("/api/v2/help_center/votes.json", FORBIDDEN, FORBIDDEN)

    def _response(self, request: _RequestObjectProxy, context: _Context) -> bytes:
        parts = urlsplit(str(request.url))
        query = "&".join(f"{name}={value}" for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True)))
        url = f"{parts.path}?{query}" if query else parts.path
        with self._lock:
            self.requested.append(url)
            self.hosts.add(parts.netloc)
            signature = request.headers.get("Authorization", "")
            self.authorization.add(signature)
            self.signed.append((parts.netloc, parts.path, signature))
            replies = self._script[url] or self._script[parts.path]
            reply = replies.popleft() if replies else Reply({"error": "Unscripted", "description": url}, status=418)
        context.status_code = reply.status
        context.headers.update({"Date": DATE, "Content-Type": "application/json", **reply.headers})
        return reply.body if isinstance(reply.body, bytes) else orjson.dumps(reply.body)
