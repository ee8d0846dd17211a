"""Fetches one complete page: wait for the limits, send, classify, decode, and retry if that may help.

The CDK's HttpRequester sends and sleeps while it holds a worker, for up to 600 seconds. So its ``send_request`` is not
used; its url, parameters, authenticator and error handler are.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import requests

from source_zendesk_support.api.authenticators import ZendeskAuthenticator
from source_zendesk_support.api.body import CompressedBody
from source_zendesk_support.api.clock import ServerClock
from source_zendesk_support.api.decode import decode
from source_zendesk_support.api.envelope import check_envelope
from source_zendesk_support.api.memory_limit import MemoryLimit
from source_zendesk_support.api.page_cache import PageCache
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.api.responses import authorization, classify
from source_zendesk_support.api.token_errors import new_token_rejected
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import (
    EndpointUnavailable,
    ResponseTooLarge,
    TokenExpired,
    TransientFailure,
    transient_error,
)
from source_zendesk_support.pacing import Pacing
from source_zendesk_support.progress import SyncProgress
from source_zendesk_support.rate_limits.budget import Budget

MAX_ATTEMPTS_BEFORE_FIRST_RESPONSE = 3
"""Attempts until the host has responded for the first time; a wrong host should be reported within a minute."""
RATE_LIMITED_ATTEMPTS_FACTOR = 5
"""A 429 says nothing about the page, so this many times more attempts are allowed than for other failures."""
MAX_BACKOFF_SECONDS = 60.0
"""After a longer Retry-After, the request is retried after this time."""
FOREIGN_RESPONSES_BEFORE_PROBE = 2
"""After this many responses that are not Zendesk's, the account is probed."""


class ZendeskClient:
    """One account's API; all threads share it.

    Args:
        budget: delays every call until its rate limits allow it.
        clock: updated from every response.
        progress: counts every call.
        connection: sends every call.
        sign_in: the main credentials.
        pacing: shortens the waits before a retry, in tests only.

    Attributes:
        on_foreign_response: called with the stream if responses are not Zendesk's; raises if there is no such account.
    """

    def __init__(
        self,
        budget: Budget,
        clock: ServerClock,
        progress: SyncProgress,
        connection: HttpTransport,
        sign_in: ZendeskAuthenticator,
        pacing: Pacing = Pacing(),  # noqa: B008  it cannot change
    ) -> None:
        self.budget = budget
        self.clock = clock
        self.progress = progress
        self._page_cache = PageCache(self._checked)
        self._broken_texts: set[str] = set()
        self._memory = MemoryLimit()
        self._connection = connection
        self._sign_in = sign_in
        self._pacing = pacing
        self.on_foreign_response: Callable[[str], None] = lambda _stream: None

    @property
    def calls(self) -> int:
        """Calls made so far, those for tokens included."""
        return self.progress.calls + self._sign_in.calls

    @property
    def sign_in(self) -> ZendeskAuthenticator:
        """The main credentials."""
        return self._sign_in

    def close(self, seconds: float) -> None:
        """Make no further calls. Waits at most ``seconds`` for a token renewal in progress."""
        self._connection.closed = True
        self._sign_in.wait_for_renewal(seconds)

    def page(self, request: PageRequest) -> PageResponse:
        """The requested page; the caller must release it.

        Raises:
            EndpointUnavailable, BadRequest: the server's decision, for the walk to handle.
            AirbyteTracedException: a configuration error, or a transient failure after all retries.
        """
        if request.cached:
            return self._page_cache.page(request, self._fetch_with_retries)
        return self._fetch_with_retries(request)

    def _fetch_with_retries(self, request: PageRequest) -> PageResponse:
        failures = limited = timeouts = foreign = 0
        expired: TokenExpired | None = None
        previous_refusal: EndpointUnavailable | None = None
        while True:
            try:
                if expired:
                    self._sign_in.replace_rejected(expired.header)
                return self._attempt(request)
            except TokenExpired as again:
                if expired:
                    raise new_token_rejected(again.text) from again
                expired = again
            except EndpointUnavailable as refusal:
                if (
                    not request.gates
                    or request.attempts
                    or (previous_refusal and previous_refusal.status == refusal.status)
                ):
                    raise
                previous_refusal, failures = refusal, failures + 1
                self._retry(request, TransientFailure(str(refusal)), failures, limited)
            except TransientFailure as failure:
                limited, failures = limited + failure.limited, failures + (not failure.limited)
                foreign += failure.foreign
                if foreign == FOREIGN_RESPONSES_BEFORE_PROBE and failure.foreign and not request.attempts:
                    self.on_foreign_response(request.stream)
                timeouts += failure.timed_out
                shrink = failure.shrink or (failure.timed_out and timeouts > 1)
                self._retry(request, failure, failures, limited)
                request = (shrink and request.smaller()) or request

    def _retry(self, request: PageRequest, failure: TransientFailure, failures: int, limited: int) -> None:
        self._raise_if_exhausted(request, failure, failures, limited)
        self._wait(request, failure, max(1, failures + limited))

    def _attempt(self, request: PageRequest) -> PageResponse:
        buckets = self.budget.buckets_of(request.path)
        stats = self.progress.of(request.stream)
        began = time.monotonic()
        self.budget.acquire(buckets)
        stats.waited += time.monotonic() - began
        stats.calls += 1
        with ExitStack() as held:
            held.callback(self.budget.release)
            request.auth.ensure_valid()
            sent = time.time()
            response, body, requested_at = self._send(request, buckets, sent)
            if response.status_code != requests.codes.unauthorized:
                self._sign_in.accepted(authorization(response))
            self._classify(request, response, body, buckets)
            self._memory.acquire(body.size)
            held.callback(self._memory.release, body.size)
            envelope, next_page = self._checked(body, request)
            return PageResponse(
                envelope, requested_at, request, held.pop_all().close, next_page, body, self.clock.latest_at(sent)
            )

    def _checked(self, body: CompressedBody, request: PageRequest) -> tuple[Any, Any]:
        envelope = self._decoded(body, request)
        check_envelope(envelope, request.records)
        return envelope, request.check(envelope, request)

    def _decoded(self, body: CompressedBody, request: PageRequest) -> Any:
        text = body.decompress(request.max_bytes)
        return request.transform(decode(text, request.stream, self._broken_texts, request.records, request.row_fields))

    def _send(
        self, request: PageRequest, buckets: list[str], sent: float
    ) -> tuple[requests.Response, CompressedBody, int]:
        """The response, its complete body, and the server time of the request."""
        headers: Mapping[str, str] = {}
        went_out = time.monotonic()
        try:
            response, body = self._connection.get(request.url, request.params, request.auth, request.max_bytes)
            headers = response.headers
        finally:
            self.budget.update(buckets, headers, went_out)
        return response, body, self.clock.update(headers, sent, time.time())

    def _classify(
        self, request: PageRequest, response: requests.Response, body: CompressedBody, buckets: list[str]
    ) -> None:
        try:
            classify(request, response, body, renewable=self._sign_in.can_renew)
        except TransientFailure as failure:
            if failure.limited:
                wait = failure.wait if failure.wait is not None else 1.0
                self.budget.on_rate_limited(buckets, response.headers, self._pacing.seconds(wait))
            raise

    def _raise_if_exhausted(self, request: PageRequest, failure: TransientFailure, failures: int, limited: int) -> None:
        hopeless = isinstance(failure, ResponseTooLarge) and not request.smaller()
        most = 1 if hopeless else request.attempts or int(request.handler.max_retries or 0) + 1
        if not self._connection.answered and failures >= MAX_ATTEMPTS_BEFORE_FIRST_RESPONSE:
            raise transient_error(
                f"{urlsplit(request.url).netloc} does not answer ({failure}). Check the subdomain, and check that this "
                "machine can reach it.",
                stream=request.stream,
            ) from failure
        spent = request.max_calls is not None and self.calls >= request.max_calls
        if request.attempts and (spent or failures + limited >= most):
            raise transient_error(
                f"Zendesk did not return {request.stream} ({failure}), {failures + limited} attempts. Try again in a "
                "few minutes.",
                stream=request.stream,
            ) from failure
        if failures >= most or limited >= most * RATE_LIMITED_ATTEMPTS_FACTOR:
            raise transient_error(
                f"Stream {request.stream}: {request.position_text} could not be read after {failures + limited} "
                f"attempts: {failure}. All earlier pages are saved; the next sync resumes there.",
                stream=request.stream,
            ) from failure

    def _wait(self, request: PageRequest, failure: TransientFailure, attempt: int) -> None:
        """Sleep without holding a slot. After a 429 with Retry-After, the buckets delay this and all other calls."""
        stats = self.progress.of(request.stream)
        stats.retries += 1
        if failure.limited and failure.wait:
            return
        declared = request.handler.backoff_time(None, attempt) or 1.0
        backoff = failure.wait or declared * random.uniform(0.5, 1.0)  # noqa: S311  jitter, not a secret
        stats.waited += backoff
        time.sleep(self._pacing.seconds(min(backoff, MAX_BACKOFF_SECONDS)))
