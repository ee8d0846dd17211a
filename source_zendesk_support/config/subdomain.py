"""Parses the subdomain and base_url, and rejects values that would lead to another host."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from source_zendesk_support.masking import safe_text

SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
DOMAIN = ".zendesk.com"
HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})*\.?")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_SHOWN_CHARACTERS = 80
"""Limit for quoted input; an account name has at most 63 characters."""
_EXAMPLE = "for https://acme.zendesk.com it is acme"
_INVALID_MARKS = {
    "://": f"give an https:// address or only the account's name; {_EXAMPLE}",
    "@": f"it contains a user part (@); {_EXAMPLE}",
    "#": f"it contains a #; {_EXAMPLE}",
    "?": f"it contains a query (?); {_EXAMPLE}",
    "/": f"it contains a path (/); {_EXAMPLE}",
    "\\": f"it contains a path (\\); {_EXAMPLE}",
    ":": f"it contains a port (:); {_EXAMPLE}",
}
"""Marks that no account name contains, and the message for each."""


def parse_subdomain(value: str) -> str:
    """``acme`` from ``acme``, ``ACME``, ``acme.zendesk.com`` or ``https://acme.zendesk.com/agent``.

    Raises:
        ValueError: it is not a Zendesk account; the message gives the reason.
    """
    text = value.strip().lower()
    if not text.isprintable():
        raise ValueError("it contains invisible characters; type it again")
    pasted = text.startswith("https://")
    host = urlsplit(text).netloc if pasted else text
    reason = next((reason for mark, reason in _INVALID_MARKS.items() if mark in host), None)
    if reason:
        raise ValueError(reason)
    if (pasted or "." in host) and not host.endswith(DOMAIN):
        raise ValueError(
            f"{safe_text(host, MAX_SHOWN_CHARACTERS)!r} is not a Zendesk host; give the part before .zendesk.com, "
            f"{_EXAMPLE}"
        )
    bare = host.removesuffix(DOMAIN)
    if not SUBDOMAIN.fullmatch(bare):
        raise ValueError(f"{safe_text(value, MAX_SHOWN_CHARACTERS)!r} is not an account name; {_EXAMPLE}")
    return bare


def parse_base_url(value: str) -> str:
    """Another base URL, with the path that a proxy may need; empty if none is given.

    Raises:
        ValueError: not a URL, or one that would send credentials in clear text.
    """
    text = value.strip()
    parts = urlsplit(text)
    if text and not (parts.scheme in ("https", "http") and _is_host(parts)):
        raise ValueError("not a URL")
    if "@" in parts.netloc:
        raise ValueError("it contains a user part (@); give only scheme and host")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("http would send the credentials in clear text; use https")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/api/v2')}" if text else ""


def _is_host(parts: SplitResult) -> bool:
    """Whether host name and port are valid."""
    host = parts.hostname or ""
    try:
        return parts.port != 0 and bool(HOST.fullmatch(host) or (":" in host and ip_address(host)))
    except ValueError:
        return False
