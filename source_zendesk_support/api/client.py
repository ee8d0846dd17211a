"""One page, whole or not at all: admit, send, judge, decode, and ask again where that may help.

The CDK's HttpRequester sends and sleeps on its own, with the worker in hand, for 600 seconds at most, so its
``send_request`` is not used; its url, parameters, authenticator and error handler are.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import requests

from source_zendesk_support.api.body import CompressedBody
from source_zendesk_support.api.clock import ServerClock
from source_zendesk_support.api.decode import decode
from source_zendesk_support.api.envelope import check_envelope
from source_zendesk_support.api.memory_limit import MemoryLimit
from source_zendesk_support.api.oauth import OAuthTokens, refused_at_once
from source_zendesk_support.api.page_cache import PageCache
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.api.responses import authorization, judge
from source_zendesk_support.api.templates import TEMPLATES
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

UNREACHED_ATTEMPTS = 3
"""Attempts until the host has answered for the first time; a wrong host should be told within a minute."""
LIMITED_FACTOR = 5
"""A 429 says nothing about the page, so it may be met this many times more often than other troubles."""
LONGEST_BACKOFF = 60.0
"""Seconds; a longer Retry-After is asked again after this."""
FOREIGN_ANSWERS = 2
"""Answers that are not Zendesk's, after which it is found out whether there is an account at all."""


class ZendeskClient:
    """The account, as one session that all threads share.

    Args:
        budget: paces every call.
        clock: learns from every answer.
        progress: counts every call.
        connection: sends them.
        sign_in: keeps the main credentials fresh.
        pacing: how long to wait before a retry.

    Attributes:
        on_foreign: called with the stream if answers are not Zendesk's; raises if there is no such account.
    """

    def __init__(
        self,
        budget: Budget,
        clock: ServerClock,
        progress: SyncProgress,
        connection: HttpTransport,
        sign_in: OAuthTokens,
        pacing: Pacing = Pacing(),  # noqa: B008  it cannot change
    ) -> None:
        self.budget = budget
        self.clock = clock
        self.progress = progress
        self._kept = PageCache(self._decoded)
        self._broken_texts: set[str] = set()
        self._room = MemoryLimit()
        self._connection = connection
        self._sign_in = sign_in
        self._pacing = pacing
        self.on_foreign: Callable[[str], None] = lambda _stream: None

    @property
    def calls(self) -> int:
        """Calls made so far, those for tokens included."""
        return self.progress.calls + self._sign_in.calls

    @property
    def sign_in(self) -> OAuthTokens:
        """The main credentials."""
        return self._sign_in

    def close(self, seconds: float) -> None:
        """Make no other call. A renewal of the token that is under way is waited for, so many seconds at most."""
        self._connection.closed = True
        self._sign_in.finish(seconds)

    def page(self, ask: PageRequest) -> PageResponse:
        """The page that is asked for; the caller releases it.

        Raises:
            Refused, BadRequest: the server's verdict, for the walk to judge.
            AirbyteTracedException: configuration, or a transient trouble that outlasted all retries.
        """
        if ask.cached:
            return self._kept.page(ask, self._fetch_with_retries)
        return self._fetch_with_retries(ask)

    def _fetch_with_retries(self, ask: PageRequest) -> PageResponse:
        troubles = limited = timeouts = foreign = 0
        refused: TokenExpired | None = None
        doubted: EndpointUnavailable | None = None
        while True:
            try:
                if refused:
                    self._sign_in.withdrawn(refused.header)
                return self._attempt(ask)
            except TokenExpired as again:
                if refused:
                    raise refused_at_once(again.text) from again
                refused = again
            except EndpointUnavailable as refusal:
                if not ask.gates or ask.attempts or (doubted and doubted.status == refusal.status):
                    raise
                doubted, troubles = refusal, troubles + 1
                self._retry(ask, TransientFailure(str(refusal)), troubles, limited)
            except TransientFailure as trouble:
                limited, troubles = limited + trouble.limited, troubles + (not trouble.limited)
                foreign += trouble.foreign
                if foreign == FOREIGN_ANSWERS and trouble.foreign and not ask.attempts:
                    self.on_foreign(ask.stream)
                timeouts += trouble.timed_out
                shrink = trouble.shrink or (trouble.timed_out and timeouts > 1)
                self._retry(ask, trouble, troubles, limited)
                ask = (shrink and ask.smaller()) or ask

    def _retry(self, ask: PageRequest, trouble: TransientFailure, troubles: int, limited: int) -> None:
        self._raise_if_exhausted(ask, trouble, troubles, limited)
        self._wait(ask, trouble, max(1, troubles + limited))

    def _attempt(self, ask: PageRequest) -> PageResponse:
        buckets = self.budget.buckets_of(ask.path)
        tally = self.progress.of(ask.stream)
        began = time.monotonic()
        self.budget.acquire(buckets)
        tally.waited += time.monotonic() - began
        tally.calls += 1
        with ExitStack() as held:
            held.callback(self.budget.release)
            self._sign_in.ready(ask.path)
            sent = time.time()
            response, body, asked = self._send(ask, buckets, sent)
            if response.status_code != requests.codes.unauthorized:
                self._sign_in.accepted(authorization(response))
            self._judge(ask, response, body, buckets)
            self._room.take(body.size)
            held.callback(self._room.give_back, body.size)
            envelope = self._decoded(body, ask)
            check_envelope(envelope, ask.records)
            found = ask.check(envelope, ask)
            return PageResponse(envelope, asked, ask, held.pop_all().close, found, body, self.clock.latest_at(sent))

    def _decoded(self, body: CompressedBody, ask: PageRequest) -> Any:
        return decode(body.unpacked(ask.most_bytes), ask.stream, self._broken_texts, ask.records, ask.heads)

    def _send(self, ask: PageRequest, buckets: list[str], sent: float) -> tuple[requests.Response, CompressedBody, int]:
        """The answer, its whole body, and server time of sending."""
        headers: Mapping[str, str] = {}
        went_out = time.monotonic()
        try:
            response, body = self._connection.get(ask.url, ask.params, ask.auth, ask.most_bytes)
            headers = response.headers
        finally:
            self.budget.observe(buckets, headers, went_out)
        return response, body, self.clock.observe(headers, sent, time.time())

    def _judge(self, ask: PageRequest, response: requests.Response, body: CompressedBody, buckets: list[str]) -> None:
        try:
            judge(ask, response, body, renewable=self._sign_in.renews)
        except TransientFailure as trouble:
            if trouble.limited:
                wait = trouble.wait if trouble.wait is not None else 1.0
                self.budget.refuse(buckets, response.headers, self._pacing.seconds(wait))
            raise

    def _raise_if_exhausted(self, ask: PageRequest, trouble: TransientFailure, troubles: int, limited: int) -> None:
        hopeless = isinstance(trouble, ResponseTooLarge) and not ask.smaller()
        most = 1 if hopeless else ask.attempts or int(ask.handler.max_retries or 0) + 1
        if not self._connection.answered and troubles >= UNREACHED_ATTEMPTS:
            raise transient_error(
                f"{urlsplit(ask.url).netloc} does not answer ({trouble}). Check the subdomain, and that this machine "
                f"may reach it.",
                stream=ask.stream,
            ) from trouble
        spent = ask.most_calls is not None and self.calls >= ask.most_calls
        if ask.attempts and (spent or troubles + limited >= most):
            raise transient_error(
                f"Zendesk could not be asked for {ask.stream} ({trouble}), {troubles + limited} attempts. Try again in "
                f"some minutes.",
                stream=ask.stream,
            ) from trouble
        if troubles >= most or limited >= most * LIMITED_FACTOR:
            raise transient_error(
                f"Stream {ask.stream}: {ask.where} could not be read after {troubles + limited} attempts: {trouble}. "
                f"All pages before it are saved; the next sync goes on from there.",
                stream=ask.stream,
            ) from trouble

    def _wait(self, ask: PageRequest, trouble: TransientFailure, attempt: int) -> None:
        """Sleep without a slot. A 429 with its time is waited for in the buckets, where other calls wait too."""
        tally = self.progress.of(ask.stream)
        tally.retries += 1
        if trouble.limited and trouble.wait:
            return
        with TEMPLATES:
            declared = ask.handler.backoff_time(None, attempt) or 1.0
        backoff = trouble.wait or declared * random.uniform(0.5, 1.0)  # noqa: S311  jitter, not a secret
        tally.waited += backoff
        time.sleep(self._pacing.seconds(min(backoff, LONGEST_BACKOFF)))
