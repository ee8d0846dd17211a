"""One request for one page, and its response."""

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
"""Request parameter for a page's number. Pages are counted from 1, in the size of the request."""


@dataclass
class PageRequest:
    """One request for one page.

    Args:
        stream: the stream's name, for messages and counts.
        url: absolute, on the configured host.
        params: the query, without credentials.
        auth: the manifest's authenticator.
        handler: the manifest's error handler: actions, number of retries and backoff.
        records: key of the list that the envelope must contain; empty if the body itself is the list or row.
        row_fields: fields of a row that are decoded at once, the others on demand; empty: all at once.
        position_text: the position in words, for messages.
        transform: changes a page's rows before anything else sees them.
        check: takes a page's envelope and the request and returns the next page; raises MalformedResponse if the page
            must be retried.
        cached: share the page with other streams of this sync through the page cache.
        is_account_probe: shows whether the account exists: a web page with status 200 then means that it does not.
        gates: a refusal empties streams: it may be a web page or have no body, and must be repeated to count.
        range_end: end of the range of times that was requested, in ISO; empty if there is none.
        attempts: maximum number of attempts; None: as many as the error handler allows.
        max_bytes: maximum size of the decompressed response.
        max_calls: calls of the command after which nothing is retried; None: no limit.
        smaller: returns the same request for half the rows, or None at the minimum.
    """

    stream: str
    url: str
    params: Mapping[str, Any]
    auth: ZendeskAuthenticator
    handler: DefaultErrorHandler
    records: str = ""
    row_fields: tuple[str, ...] = ()
    position_text: str = "the first page"
    transform: Callable[[Any], Any] = field(default=lambda envelope: envelope)
    check: Callable[[Any, PageRequest], Any] = field(default=lambda _envelope, _request: None)
    smaller: Callable[[], PageRequest | None] = field(default=lambda: None)
    cached: bool = False
    is_account_probe: bool = False
    gates: bool = True
    range_end: str = ""
    attempts: int | None = None
    max_bytes: int = MAX_BODY_BYTES
    max_calls: int | None = None

    @property
    def path(self) -> str:
        """Path of the url, by which rate limits are selected; without a prefix that a proxy may need."""
        path = urlsplit(self.url).path
        return path[max(0, path.find(API_PREFIX)) :]


@dataclass
class PageResponse:
    """A complete page.

    Attributes:
        envelope: the decoded body.
        requested_at: server time of the request in epoch seconds; if in doubt, the earlier one.
        request: the final request, after all reductions of the page size.
        next_page: the result of the request's check; None if it was not checked.
        body: the page as it was received.
        latest_requested_at: latest possible server time of the request; 0 if it equals ``requested_at``.
    """

    envelope: Any
    requested_at: int
    request: PageRequest
    _slot: Callable[[], None] | None = None
    next_page: Any = None
    body: CompressedBody = field(default=CompressedBody(b""))
    latest_requested_at: int = 0

    def release(self) -> None:
        """Release the slot that holds the page; repeated calls have no effect."""
        slot, self._slot = self._slot, None
        if slot:
            slot()


def halve_page_size(request: PageRequest, name: str, floor: int) -> PageRequest | None:
    """The same request for half the rows, or None if that is less than ``floor``.

    A page number is converted to the smaller page size; the new page starts at the same row or earlier.
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
    """A numeric request parameter; parameters taken from a link are text."""
    return int(value) if isinstance(value, int) or str(value).isdecimal() else otherwise
