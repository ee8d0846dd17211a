"""The one host that is talked to: what a user may type or paste, and what would lead elsewhere."""

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
"""Characters of what was typed; a name of an account has 63 at most."""
_EXAMPLE = "for https://acme.zendesk.com it is acme"
_INVALID_MARKS = {
    "://": f"give an https:// address or only the account's name; {_EXAMPLE}",
    "@": f"it holds a user part (@); {_EXAMPLE}",
    "#": f"it holds a #; {_EXAMPLE}",
    "?": f"it holds a query (?); {_EXAMPLE}",
    "/": f"it holds a path (/); {_EXAMPLE}",
    "\\": f"it holds a path (\\); {_EXAMPLE}",
    ":": f"it holds a port (:); {_EXAMPLE}",
}
"""What no name of an account holds, and the reason that is given."""


def parse_subdomain(value: str) -> str:
    """``acme`` of what was typed or pasted: ``acme``, ``ACME``, ``acme.zendesk.com``, ``https://acme.zendesk.com/agent``.

    Raises:
        ValueError: it names no account at Zendesk; the reason is the message.
    """
    text = value.strip().lower()
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be seen; type it again")
    pasted = text.startswith("https://")
    host = urlsplit(text).netloc if pasted else text
    reason = next((reason for mark, reason in _INVALID_MARKS.items() if mark in host), None)
    if reason:
        raise ValueError(reason)
    if (pasted or "." in host) and not host.endswith(DOMAIN):
        raise ValueError(
            f"{safe_text(host, MAX_SHOWN_CHARACTERS)!r} is not a host of Zendesk's; give the part before .zendesk.com, "
            f"{_EXAMPLE}"
        )
    bare = host.removesuffix(DOMAIN)
    if not SUBDOMAIN.fullmatch(bare):
        raise ValueError(f"{safe_text(value, MAX_SHOWN_CHARACTERS)!r} names no account; {_EXAMPLE}")
    return bare


def parse_base_url(value: str) -> str:
    """Another address to talk to, with the path that a proxy may need; empty where none is given.

    Raises:
        ValueError: not a URL, or one that would send credentials in clear text.
    """
    text = value.strip()
    parts = urlsplit(text)
    if text and not (parts.scheme in ("https", "http") and _is_host(parts)):
        raise ValueError("not a URL")
    if "@" in parts.netloc:
        raise ValueError("it holds a user part (@); give only scheme and host")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("http would send the credentials in clear text; use https")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/api/v2')}" if text else ""


def _is_host(parts: SplitResult) -> bool:
    """Whether name and port are such as can be connected to."""
    host = parts.hostname or ""
    try:
        return parts.port != 0 and bool(HOST.fullmatch(host) or (":" in host and ip_address(host)))
    except ValueError:
        return False
