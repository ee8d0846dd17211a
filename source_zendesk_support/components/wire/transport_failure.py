"""What an attempt without a complete answer means. Whatever a server, a proxy or a network sends ends here in words."""

from __future__ import annotations

import zlib
from http.client import HTTPException

import requests
import urllib3

from source_zendesk_support.errors import Transient, config_error

TRANSPORT_ERRORS: tuple[type[Exception], ...] = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    zlib.error,
    OSError,
    EOFError,
    ValueError,  # lengths, chunks, characters and addresses that are none
    LookupError,
    ArithmeticError,
    AttributeError,  # urllib3 has no reader any more if an answer ends inside a chunk
)
"""What ``requests`` and all below it may raise because of what came from outside."""
_TLS = (
    "The TLS certificate of {host} could not be verified. Check the subdomain, and any proxy between here and Zendesk."
)
_PROXY = (
    "The proxy between here and {host} asks for a sign-in of its own (HTTP 407). Put its user and password into "
    "HTTPS_PROXY."
)
_BROKEN_TLS = ("EOF", "BAD_RECORD_MAC", "DECRYPTION_FAILED", "RECORD_LAYER", "BAD_LENGTH", "SHUTDOWN")
"""In the words of OpenSSL: the connection broke, and no certificate was at fault."""


def transport_failure(error: Exception, host: str) -> Exception:
    """The error to raise: transient, unless only the user can mend it. Time-outs may be cured by a smaller page."""
    text = str(error)
    if isinstance(error, requests.exceptions.ProxyError) and "407" in text:
        return config_error(_PROXY.format(host=host))
    if isinstance(error, requests.exceptions.SSLError) and not any(word in text.upper() for word in _BROKEN_TLS):
        return config_error(_TLS.format(host=host))
    timed_out = isinstance(error, requests.exceptions.ReadTimeout) or "timed out" in text.lower()
    words = "no answer in time" if timed_out else f"the connection broke ({type(error).__name__})"
    return Transient(words, timed_out=timed_out)
