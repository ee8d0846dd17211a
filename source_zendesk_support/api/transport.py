"""HTTP to the account's own host: one session for all threads, no redirects, no cookies, and our name on every call."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from source_zendesk_support.api.body import MOST, PACKING, CompressedBody, SizeLimitedBody, bounded
from source_zendesk_support.api.network_faults import (
    NETWORK_ERRORS,
    check_proxy,
    network_fault,
    passwords_in,
)
from source_zendesk_support.api.single_answer import SingleAnswerAdapter
from source_zendesk_support.api.templates import TEMPLATES
from source_zendesk_support.config.subdomain import LOOPBACK
from source_zendesk_support.errors import TransientFailure
from source_zendesk_support.foreign_text import hide
from source_zendesk_support.pacing import Pacing

CONNECT_TIMEOUT_SECONDS = 10.0
CONNECTIONS = 64
PACKAGE = "source-zendesk-support"


class _Session(requests.Session):
    """Redirects are answers. requests would look at where they lead even so, and fail if that is no address."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None."""


class HttpTransport:
    """What every call has in common. Redirects are answers, so credentials never follow one to another host.

    Args:
        headers: what else every call says, such as Zendesk's marketplace headers.
        pacing: how long a server may stay silent.

    Attributes:
        answered: whether the host has answered at all.
        closed: no call is made any more.
    """

    def __init__(self, headers: Mapping[str, str] | None = None, pacing: Pacing = Pacing()) -> None:  # noqa: B008  it cannot change
        self._timeout = (CONNECT_TIMEOUT_SECONDS, pacing.read_timeout_seconds)
        self.answered = self.closed = False
        self._settings: dict[tuple[str, ...], Mapping[str, Any]] = {}
        self._session = _Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update(
            {"Accept": "application/json", "Accept-Encoding": PACKING, "User-Agent": user_agent(), **(headers or {})}
        )
        self._session.hooks["response"].append(bounded)
        for scheme in ("https://", "http://"):
            adapter = SingleAnswerAdapter(pool_maxsize=CONNECTIONS, pool_connections=CONNECTIONS)
            self._session.mount(scheme, adapter)

    def get(
        self, url: str, params: Mapping[str, Any], auth: AuthBase, most: int = MOST
    ) -> tuple[requests.Response, CompressedBody]:
        """The answer and its whole body, of ``most`` bytes at most.

        Raises:
            Transient: no whole answer came, or one that is too large.
            AirbyteTracedException: configuration error; the host cannot prove who it is.
        """
        response = self._send("GET", url, stream=True, params=params, auth=auth)
        cast("SizeLimitedBody", response.raw).limit(most)
        try:
            return response, CompressedBody.of(response)
        except NETWORK_ERRORS as error:
            raise self._fault(error, url) from error

    def post(self, url: str, body: Mapping[str, Any]) -> requests.Response:
        """The answer to a JSON body that is sent without credentials in its head; raises as ``get``."""
        return self._send("POST", url, json=body, auth=_no_credentials)

    def _send(self, method: str, url: str, *, stream: bool = False, **options: Any) -> requests.Response:
        if self.closed:
            raise TransientFailure("the command has ended")
        try:
            with TEMPLATES:
                request = self._session.prepare_request(requests.Request(method, url, **options))
            settings = self._environment(str(request.url))
            response = self._session.send(
                request, timeout=self._timeout, allow_redirects=False, stream=stream, **settings
            )
        except NETWORK_ERRORS as error:
            raise self._fault(error, url) from error
        response.encoding = "utf-8"  # of JSON; the header may name what Python does not know
        self.answered = True
        return response

    def _fault(self, error: Exception, url: str) -> Exception:
        return network_fault(error, url, self._settings.get(urlsplit(url)[:2], {}))

    def _environment(self, url: str) -> Mapping[str, Any]:
        """What this machine's environment says about proxies and certificates, found once a host: it costs much CPU."""
        host = urlsplit(url)[:2]
        if host not in self._settings:
            found = self._session.merge_environment_settings(url, {}, None, None, None)
            settings = {name: value for name, value in found.items() if name != "stream"}
            self._settings[host] = {**settings, "proxies": {}} if _stays_here(url) else settings
            hide(passwords_in(found))
            check_proxy(url, self._settings[host])
        return self._settings[host]


def user_agent() -> str:
    """Name and version, as Zendesk's policy asks of whoever calls its API."""
    try:
        return f"{PACKAGE}/{version(PACKAGE)}"
    except PackageNotFoundError:  # run from a checkout that was never installed
        return f"{PACKAGE}/unknown"


def _stays_here(url: str) -> bool:
    """Whether a call must not leave this machine: without TLS, a proxy would read the credentials."""
    parts = urlsplit(url)
    return parts.scheme == "http" or parts.hostname in LOOPBACK


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without it, requests would look for a password of this host in the user's .netrc."""
    return request
