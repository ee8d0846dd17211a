"""HTTP to the account's host: one session for all threads, no redirects, no cookies, our User-Agent on every call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from source_zendesk_support.api.body import (
    ACCEPT_ENCODING,
    CHUNK_BYTES,
    MAX_BODY_BYTES,
    CompressedBody,
    SizeLimitedBody,
    limit_body_size,
)
from source_zendesk_support.api.network_faults import (
    NETWORK_ERRORS,
    check_proxy,
    network_fault,
    passwords_in,
)
from source_zendesk_support.api.strict_http import StrictHttpAdapter
from source_zendesk_support.config.subdomain import LOOPBACK
from source_zendesk_support.errors import TransientFailure
from source_zendesk_support.masking import add_secrets
from source_zendesk_support.pacing import Pacing

CONNECT_TIMEOUT_SECONDS = 10.0
MAX_CONNECTIONS = 64
CONNECTOR = "source-zendesk-support"
_ENDED = "the command has ended"
DISTRIBUTION = "zendesk-support-source"
"""The name under which the connector is installed: on the package index, its own name is somebody else's."""


class _Session(requests.Session):
    """Treats redirects as responses. requests would still parse their target and fail if it is invalid."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None."""


class HttpTransport:
    """Sends all calls. Redirects are treated as responses, so credentials never go to another host.

    Args:
        headers: additional headers, such as Zendesk's marketplace headers.
        pacing: how long a server may stay silent.

    Attributes:
        answered: whether the host has responded at all.
        closed: no further calls are made.
    """

    def __init__(self, headers: Mapping[str, str] | None = None, pacing: Pacing = Pacing()) -> None:  # noqa: B008  it cannot change
        self._timeout = (CONNECT_TIMEOUT_SECONDS, pacing.read_timeout_seconds)
        self.answered = self.closed = False
        self._settings: dict[tuple[str, ...], Mapping[str, Any]] = {}
        self._session = _Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update(
            {
                "Accept": "application/json",
                "Accept-Encoding": ACCEPT_ENCODING,
                "User-Agent": user_agent(),
                **(headers or {}),
            }
        )
        self._session.hooks["response"].append(limit_body_size)
        for scheme in ("https://", "http://"):
            adapter = StrictHttpAdapter(pool_maxsize=MAX_CONNECTIONS, pool_connections=MAX_CONNECTIONS)
            self._session.mount(scheme, adapter)

    def get(
        self, url: str, params: Mapping[str, Any], auth: AuthBase, max_bytes: int = MAX_BODY_BYTES
    ) -> tuple[requests.Response, CompressedBody]:
        """The response and its complete body of at most ``max_bytes``.

        Raises:
            TransientFailure: no complete response, or one that is too large.
            AirbyteTracedException: configuration error, such as an untrusted certificate.
        """
        response = self._send("GET", url, stream=True, params=params, auth=auth)
        cast("SizeLimitedBody", response.raw).limit(max_bytes)
        try:
            return response, CompressedBody.of(response)
        except NETWORK_ERRORS as error:
            raise self._fault(error, url) from error

    def post(self, url: str, body: Mapping[str, Any]) -> requests.Response:
        """The response to a JSON body, sent without an Authorization header; raises as ``get``."""
        return self._send("POST", url, json=body, auth=_no_credentials)

    def opened(self, url: str, auth: AuthBase | None) -> requests.Response:
        """The response with a file; ``chunks`` reads its body, which may be of any size. Raises as ``get``.

        Args:
            url: of the file.
            auth: the account's credentials; None for any other host, which gets nothing that names the account.
        """
        headers: dict[str, str | None] = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if auth is None:
            headers |= dict.fromkeys(filter(_names_account, self._session.headers))
        return self._send("GET", url, stream=True, auth=auth or _no_credentials, headers=headers)

    def chunks(self, response: requests.Response) -> Iterator[bytes]:
        """The body as it arrives, at most 1 MiB at a time; the response is closed at the end.

        Raises:
            TransientFailure: it is incomplete, or the command has ended.
        """
        try:
            while chunk := response.raw.read1(CHUNK_BYTES, decode_content=False):
                if self.closed:
                    raise TransientFailure(_ENDED)
                yield chunk
        except NETWORK_ERRORS as error:
            raise self._fault(error, response.url) from error
        finally:
            response.close()

    def _send(self, method: str, url: str, *, stream: bool = False, **options: Any) -> requests.Response:
        if self.closed:
            raise TransientFailure(_ENDED)
        try:
            request = self._session.prepare_request(requests.Request(method, url, **options))
            settings = self._environment(str(request.url))
            response = self._session.send(
                request, timeout=self._timeout, allow_redirects=False, stream=stream, **settings
            )
        except NETWORK_ERRORS as error:
            raise self._fault(error, url) from error
        response.encoding = "utf-8"  # JSON's; the header may name an encoding unknown to Python
        self.answered = True
        return response

    def _fault(self, error: Exception, url: str) -> Exception:
        return network_fault(error, url, self._settings.get(urlsplit(url)[:2], {}))

    def _environment(self, url: str) -> Mapping[str, Any]:
        """Proxies and certificates from the environment, determined once per host because it costs much CPU."""
        host = urlsplit(url)[:2]
        if host not in self._settings:
            found = self._session.merge_environment_settings(url, {}, None, None, None)
            settings = {name: value for name, value in found.items() if name != "stream"}
            self._settings[host] = {**settings, "proxies": {}} if _stays_here(url) else settings
            add_secrets(passwords_in(found))
            check_proxy(url, self._settings[host])
        return self._settings[host]


def user_agent() -> str:
    """Name and version, as Zendesk's API policy requires."""
    try:
        return f"{CONNECTOR}/{version(DISTRIBUTION)}"
    except PackageNotFoundError:  # run from a checkout without installation
        return f"{CONNECTOR}/unknown"


def _stays_here(url: str) -> bool:
    """Whether a call must not use a proxy: without TLS, a proxy would see the credentials."""
    parts = urlsplit(url)
    return parts.scheme == "http" or parts.hostname in LOOPBACK


def _names_account(header: str) -> bool:
    """Whether a header says on whose behalf a call is made; a host that is not Zendesk's need not know."""
    return header.lower().startswith("x-zendesk-")


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from looking up this host in the user's .netrc."""
    return request
