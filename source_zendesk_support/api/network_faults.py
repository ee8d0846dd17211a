"""Explains why no complete response arrived: names, proxies, certificates, limits of this machine."""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from requests.utils import select_proxy
from urllib3.util import parse_url

from source_zendesk_support.errors import TransientFailure, config_error
from source_zendesk_support.masking import safe_text
from source_zendesk_support.unexpected_errors import OUT_OF_FILES_TEXT, exception_chain, is_out_of_files

NETWORK_ERRORS: tuple[type[Exception], ...] = (
    OSError,  # its own exceptions are OSErrors
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    zlib.error,
    EOFError,
    ValueError,  # invalid lengths, chunks, characters and addresses
    LookupError,
    ArithmeticError,
    AttributeError,  # urllib3 has no reader any more if a response ends inside a chunk
)
"""Exceptions that ``requests`` and its dependencies may raise because of outside data."""
_MALFORMED = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, urllib3.exceptions.LocationValueError)
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_ENVIRONMENT = "Correct HTTPS_PROXY (http://host:port), or add Zendesk's host to NO_PROXY."


def network_fault(error: Exception, url: str, environment: Mapping[str, Any]) -> Exception:
    """The error to raise instead.

    Args:
        error: the exception raised while sending the request or reading its response.
        url: of the request.
        environment: proxies and certificates, as found by requests.
    """
    host, proxy = urlsplit(url).netloc, select_proxy(url, dict(environment.get("proxies") or {}))
    links = list(exception_chain(error))
    unusable = _bundle_fault(environment.get("verify"))
    if unusable:
        return unusable
    if _is_untrusted(links):
        return _untrusted(host, links)
    if proxy:
        return _behind_a_proxy(error, links, _bare(proxy))
    if any(isinstance(link, _MALFORMED) for link in links):
        return config_error(f"{host} is not a valid host name. Check the subdomain or base_url.")
    return _no_response(error, _reason(error, links))


def check_proxy(url: str, environment: Mapping[str, Any]) -> None:
    """Check the proxy's address: without a host, requests raises an error that does not name it.

    Raises:
        AirbyteTracedException: configuration error.
    """
    proxy = select_proxy(url, dict(environment.get("proxies") or {}))
    try:
        known = not proxy or parse_url(proxy if "://" in proxy else f"http://{proxy}").host
    except urllib3.exceptions.LocationParseError:
        known = None
    if not known:
        raise _malformed_proxy()


def _malformed_proxy() -> Exception:
    return config_error(f"The proxy address in the environment is malformed. {_ENVIRONMENT}")


def passwords_in(environment: Mapping[str, Any]) -> Iterator[str]:
    """The passwords of proxies, as they are written and as they are sent."""
    for proxy in (environment.get("proxies") or {}).values():
        user, _, password = proxy.rpartition("@")[0].rpartition("//")[2].partition(":")
        if password:
            pair = f"{unquote(user)}:{unquote(password)}"
            yield from (password, unquote(password), b64encode(pair.encode("utf-8", "replace")).decode())


def _bundle_fault(verify: object) -> Exception | None:
    """The error of an unusable CA bundle in the environment, or None."""
    if not isinstance(verify, str):
        return None
    bundle = Path(verify)
    try:
        trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if bundle.is_dir():
            trusted.load_verify_locations(capath=bundle)
        else:
            trusted.load_verify_locations(cafile=bundle)
    except OSError as error:
        if is_out_of_files(error):
            return None
        why = "it contains no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        return config_error(
            f"The CA bundle {bundle} (REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE) cannot be used: {why}. Set it to a PEM "
            "file of certificates, or unset the variable."
        )
    return None


def _is_untrusted(links: list[BaseException]) -> bool:
    """Whether a certificate was rejected; other TLS errors have their own names."""
    faults = [link for link in links if isinstance(link, ssl.SSLError)]
    refused = any(isinstance(fault, ssl.SSLCertVerificationError) for fault in faults)
    return refused or (not faults and any(isinstance(link, requests.exceptions.SSLError) for link in links))


def _untrusted(host: str, links: list[BaseException]) -> Exception:
    said = (getattr(link, "verify_message", "") for link in links)
    why = safe_text(next(filter(None, said), "no reason given")).rstrip(".")
    return config_error(
        f"The TLS certificate of {host} could not be verified ({why}). Check the subdomain, any proxy between here and "
        f"Zendesk, and this machine's clock."
    )


def _behind_a_proxy(error: Exception, links: list[BaseException], proxy: str) -> Exception:
    refused = next((found[1] for link in links for found in [_TUNNEL.search(str(link))] if found), "")
    if refused == str(requests.codes.proxy_authentication_required):
        return config_error(
            f"The proxy {proxy} requires credentials (HTTP 407). Set them in HTTPS_PROXY, for example "
            "http://user:password@host:port."
        )
    if any("SOCKS" in str(link) for link in links if isinstance(link, requests.exceptions.InvalidSchema)):
        return config_error(
            f"The proxy {proxy} is a SOCKS proxy, which this connector does not support. {_ENVIRONMENT}"
        )
    if any(isinstance(link, _MALFORMED) for link in links):
        return _malformed_proxy()
    if refused:
        return TransientFailure(f"the proxy {proxy} refused the connection (HTTP {refused})")
    if any(isinstance(link, requests.exceptions.ProxyError) for link in links):
        return _no_response(error, f"the proxy {proxy} cannot be used: {_reason(error, links)}")
    return _no_response(error, _reason(error, links))


def _no_response(error: Exception, reason: str) -> TransientFailure:
    """The failure of a call without a complete response. A smaller page may help after a time-out."""
    timed_out = isinstance(error, requests.exceptions.ReadTimeout) or "timed out" in str(error).lower()
    return TransientFailure(reason, timed_out=timed_out)


def _reason(error: Exception, links: list[BaseException]) -> str:
    if is_out_of_files(error):
        return OUT_OF_FILES_TEXT
    if any(isinstance(link, TimeoutError | requests.exceptions.Timeout) or _late(link) for link in links):
        return "the request timed out"
    if any(isinstance(link, socket.gaierror) for link in links):
        return "the host name could not be resolved"
    tls = next((link for link in links if isinstance(link, ssl.SSLError)), None)
    if tls:
        return f"the TLS connection failed ({tls.reason or type(tls).__name__})"
    if any(getattr(link, "errno", None) == errno.ECONNREFUSED for link in links):
        return "the connection was refused"
    return f"the connection was lost ({type(error).__name__})"


def _late(error: BaseException) -> bool:
    return "timed out" in str(error).lower()


def _bare(proxy: str) -> str:
    """Host and port of a proxy's address, however odd the address is."""
    return safe_text(proxy.rpartition("@")[2].rpartition("://")[2].split("/")[0], 80)
