"""Opens the file behind a URL: from the account's host with credentials, from any other host without."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from source_zendesk_support.api.authenticators import ZendeskAuthenticator
from source_zendesk_support.api.responses import REDIRECTION, authorization, retry_after
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.config.subdomain import DOMAIN
from source_zendesk_support.errors import FileRefused, TransientFailure, status_text
from source_zendesk_support.pacing import Pacing
from source_zendesk_support.progress import SyncProgress
from source_zendesk_support.rate_limits.budget import Budget

MAX_REDIRECTS = 5
RETRIED_STATUSES = frozenset({408, 409, 421, 423, 425, 429})
"""Besides 5xx: the same URL may have the file later."""


class OpenFile(NamedTuple):
    """A file that is about to be read.

    Attributes:
        chunks: its bytes as they arrive.
        content_type: the response's media type, without parameters; empty if it has none.
        close: ends the response, read or not.
        length: its bytes as the response announces them; None if it does not.
    """

    chunks: Iterator[bytes]
    content_type: str
    close: Callable[[], None]
    length: int | None = None


class FileTransfer:
    """Files of one account; all threads share it.

    A redirect is followed here, not by requests, so that each hop is judged: only the account's own host gets
    credentials, and no host is reached without TLS unless the account itself is.

    Args:
        budget: delays requests to the account's host; a file's transfer holds no slot.
        progress: counts every request.
        connection: sends every request.
        sign_in: the main credentials.
        base_url: of the account, or of the proxy that replaces it.
        subdomain: of the account; its own URLs are requested from ``base_url``.
        pacing: shortens the wait after a 429, in tests only.
    """

    def __init__(
        self,
        budget: Budget,
        progress: SyncProgress,
        connection: HttpTransport,
        sign_in: ZendeskAuthenticator,
        base_url: str,
        subdomain: str,
        pacing: Pacing = Pacing(),  # noqa: B008  it cannot change
    ) -> None:
        self._budget = budget
        self._progress = progress
        self._connection = connection
        self._sign_in = sign_in
        self._base_url = base_url.rstrip("/")
        self._own_host = f"{subdomain}{DOMAIN}"
        self._pacing = pacing

    def open(self, url: str, stream: str) -> OpenFile:
        """The file at a URL.

        Raises:
            FileRefused: 4xx; the URL has expired, or the credentials do not reach the file.
            TransientFailure: the same URL may work later.
            AirbyteTracedException: configuration error, such as an untrusted certificate.
        """
        renewed = False
        for _ in range(MAX_REDIRECTS + 1):
            response = self._request(self._reachable(url), stream)
            status = response.status_code
            if status == requests.codes.ok:
                return self._opened(response)
            response.close()
            if status // 100 == REDIRECTION:
                url = _target(response)
            elif status == requests.codes.unauthorized and authorization(response) and not renewed:
                self._renew(response)
                renewed = True
            else:
                raise _error(response)
        raise TransientFailure(f"more than {MAX_REDIRECTS} redirects")

    def _opened(self, response: requests.Response) -> OpenFile:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        length = response.headers.get("Content-Length", "")
        chunks = self._connection.chunks(response)
        return OpenFile(chunks, kind, response.close, int(length) if length.isdecimal() else None)

    def _request(self, url: str, stream: str) -> requests.Response:
        if not self._is_own(url):
            self._progress.of(stream).calls += 1
            return self._connection.opened(url, None)
        buckets = self._budget.buckets_of(_parts(url).path.removeprefix(_parts(self._base_url).path))
        self._budget.acquire(buckets)
        self._progress.of(stream).calls += 1
        headers: Mapping[str, str] = {}
        sent = time.monotonic()
        try:
            self._sign_in.ensure_valid()
            response = self._connection.opened(url, self._sign_in)
            headers = response.headers
        finally:
            self._budget.update(buckets, headers, sent)
            self._budget.release()
        if response.status_code == requests.codes.too_many_requests:
            wait = retry_after(headers.get("Retry-After"), headers.get("Date"))
            self._budget.on_rate_limited(buckets, headers, self._pacing.seconds(1.0 if wait is None else wait))
        return response

    def _renew(self, response: requests.Response) -> None:
        """Replace a rejected token.

        Raises:
            FileRefused: it cannot be replaced.
        """
        if not self._sign_in.can_renew:
            raise FileRefused(response.status_code)
        self._sign_in.replace_rejected(authorization(response))

    def _reachable(self, url: str) -> str:
        """The URL, at the host that replaces the account's.

        Raises:
            TransientFailure: it is no URL, or one without TLS.
        """
        parts = _parts(url)
        if parts.scheme == "https" and parts.netloc.lower() == self._own_host:
            return self._base_url + parts._replace(scheme="", netloc="", fragment="").geturl()
        plain = parts.scheme == "http" and urlsplit(self._base_url).scheme == "http"
        if not parts.hostname or not (parts.scheme == "https" or plain):
            raise TransientFailure("its URL is not an https address")
        return url

    def _is_own(self, url: str) -> bool:
        """Whether a URL is the account's: the same scheme, host and port, and no user in it."""
        return _origin(url) == _origin(self._base_url)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises for an impossible one
    except ValueError as error:
        raise TransientFailure("its URL cannot be read") from error
    return parts


def _origin(url: str) -> tuple[str, str]:
    parts = _parts(url)
    return parts.scheme, parts.netloc.lower()


def _target(response: requests.Response) -> str:
    """The URL to which a response redirects; it may hold a secret, so it is never shown."""
    location = response.headers.get("Location", "")
    if not location:
        raise TransientFailure(f"{status_text(response.status_code, '')} without a Location")
    try:
        return urljoin(response.url, location)
    except ValueError as error:
        raise TransientFailure("a redirect to an address that cannot be read") from error


def _error(response: requests.Response) -> Exception:
    status = response.status_code
    if requests.codes.bad_request <= status < requests.codes.server_error and status not in RETRIED_STATUSES:
        return FileRefused(status)
    wait = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
    return TransientFailure(status_text(status, ""), wait=wait, limited=status == requests.codes.too_many_requests)
