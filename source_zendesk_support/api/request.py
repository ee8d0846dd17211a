"""One request for one page, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from airbyte_cdk.sources.declarative.requesters.error_handlers import DefaultErrorHandler

from source_zendesk_support.api.authenticators import ZendeskAuthenticator
from source_zendesk_support.api.body import MAX_BODY_BYTES, CompressedBody

API_PREFIX = "/api/v2/"
NUMBER_PARAM = "page"
"""Request parameter that takes a page's number, counted from 1 in pages of the size that the request names."""


@dataclass
class PageRequest:
    """One request for one page.

    Args:
        stream: on whose behalf, for messages and counts.
        url: absolute, on the configured host.
        params: the query, without credentials.
        auth: the manifest's authenticator.
        handler: the manifest's error handler: verdicts, number of retries and backoff.
        records: key of the list that the envelope must hold; empty where the body itself is the list or row.
        heads: fields of its rows that are decoded at once, the rest when it is wanted; empty: everything at once.
        where: position in words, for messages.
        check: takes a page's envelope and the request, and tells what it found out, for whoever takes the answer;
            raises Malformed where the page must be asked for again.
        cached: keep the page for other streams of this sync, or take it from there.
        proves: shows whether there is an account at all: a web page with status 200 is then an answer, not a trouble.
        gates: a refusal empties streams: it may come as a web page or without a body, and must come twice.
        attempts: how often to ask at most; None: as often as the error handler says.
        most_bytes: that the answer may hold.
        most_calls: calls of the whole command after which nothing is asked again; None: no limit.
        smaller: makes the same request for half the rows, or None at the floor.
    """

    stream: str
    url: str
    params: Mapping[str, Any]
    auth: ZendeskAuthenticator
    handler: DefaultErrorHandler
    records: str = ""
    row_fields: tuple[str, ...] = ()
    position_text: str = "the first page"
    check: Callable[[Any, PageRequest], Any] = field(default=lambda _envelope, _ask: None)
    smaller: Callable[[], PageRequest | None] = field(default=lambda: None)
    cached: bool = False
    is_account_probe: bool = False
    gates: bool = True
    attempts: int | None = None
    max_bytes: int = MAX_BODY_BYTES
    max_calls: int | None = None

    @property
    def path(self) -> str:
        """Path of the url, which decides on the limits; without what a proxy may have put before it."""
        path = urlsplit(self.url).path
        return path[max(0, path.find(API_PREFIX)) :]


@dataclass
class PageResponse:
    """A whole page.

    Attributes:
        envelope: the decoded body.
        asked: server time at which it was asked for, epoch seconds, never late.
        ask: what was asked, after all shrinking.
        found: what its check found out; None where it was not checked.
        body: the page as it came.
        latest: server time at which it was asked for, never early; 0 where that is ``asked``, too.
    """

    envelope: Any
    requested_at: int
    request: PageRequest
    _slot: Callable[[], None] | None = None
    next_page: Any = None
    body: CompressedBody = field(default=CompressedBody(b""))
    latest_requested_at: int = 0

    def release(self) -> None:
        """Give back the slot in which the page is held; more than once does no harm."""
        slot, self._slot = self._slot, None
        if slot:
            slot()


def halve_page_size(request: PageRequest, name: str, floor: int) -> PageRequest | None:
    """The same request for half the rows, or None if that were fewer than ``floor``.

    A page that has a number gets the number that it has among smaller ones, or an earlier one.
    """
    full = int_param(request.params.get(name))
    size = full // 2
    if size < floor:
        return None
    params = {**request.params, name: size}
    if number := int_param(request.params.get(NUMBER_PARAM)):
        params[NUMBER_PARAM] = (number - 1) * full // size + 1
    smaller = replace(request, params=params)
    return replace(smaller, smaller=lambda: halve_page_size(smaller, name, floor))


def int_param(value: Any, otherwise: int = 0) -> int:
    """A request parameter that is a number; parameters may come out of a link, where they are text."""
    return int(value) if isinstance(value, int) or str(value).isdecimal() else otherwise
