"""Where a refusal comes from: Zendesk's API, Zendesk's web server, or an intermediary.

A refusal makes a stream empty or skips a parent, so only Zendesk's own counts. Proxies, firewalls and content networks
also answer 403 and 404, with their own pages and JSON.
"""

from __future__ import annotations

import re
from enum import Enum

import requests

from source_zendesk_support.api.error_text import is_html
from source_zendesk_support.api.exact_json import JSON_ERRORS, dumps, loads_any_encoding


class RefusalOrigin(Enum):
    """Where a refusal comes from."""

    API = "the JSON of Zendesk's API"
    WEB_SERVER = "a page or an empty body, as Zendesk's web server sends it for products that are switched off"
    FOREIGN = "anything else"


_TEXT_KEYS = frozenset({"title", "message", "description", "code", "detail", "error_description", "id"})
_ENVELOPE_KEYS = frozenset({"error", "errors", "status", "details", *_TEXT_KEYS})
_ERROR_KEYS = frozenset({"status", "details", "source", "links", "meta", *_TEXT_KEYS})
_BARE_PATHS = re.compile(r"^/api/v2/(?:help_center|community|guide|chat)/")
"""Products whose web server answers 404 without a body if they are switched off (observed)."""
_ADDRESS = re.compile(r"(?:https?://)?[\w.-]*\.zendesk\.com\S*", re.IGNORECASE)
_INVISIBLE = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.DOTALL | re.IGNORECASE)
_ASSETS = re.compile(r"""(?:src|href)\s*=\s*["'](?:https:)?//[\w.-]*\.zdassets\.com/""", re.IGNORECASE)
_INTERMEDIARIES = (
    r"firewall|prox(?:y|ies)|blocked by|request blocked|web filter|web application|captcha|cloudflare|squid|zscaler"
    r"|forti(?:net|gate|guard)|netskope|imperva|incapsula|akamai|sophos|barracuda|forcepoint|websense|mcafee|palo alto"
    r"|sonicwall|umbrella|awselb|nginx|apache|varnish|haproxy|envoy|iis"
)
_IN_JSON = re.compile(rf"\b(?:{_INTERMEDIARIES})\b", re.IGNORECASE)
_IN_PAGE = re.compile(rf"\b(?:{_INTERMEDIARIES}|access denied|blocked|policy|administrator)\b", re.IGNORECASE)
_SCANNED_BYTES = 1 << 18


def origin_of(path: str, response: requests.Response) -> RefusalOrigin:
    """Where a refusal comes from.

    Args:
        path: of the request, ``/api/v2/…``.
        response: with its body.
    """
    body = response.content[:_SCANNED_BYTES]
    if not body.strip():
        known = response.status_code == requests.codes.not_found and _BARE_PATHS.search(path)
        return RefusalOrigin.WEB_SERVER if known else RefusalOrigin.FOREIGN
    try:
        decoded = loads_any_encoding(response.content)
    except JSON_ERRORS:
        page = is_html(response) and _is_zendesk_page(body.decode("utf-8", "replace"))
        return RefusalOrigin.WEB_SERVER if page else RefusalOrigin.FOREIGN
    return RefusalOrigin.API if is_api_error(decoded) else RefusalOrigin.FOREIGN


def is_api_error(body: object) -> bool:
    """Whether a decoded body has one of the shapes in which Zendesk's API reports an error.

    ``error`` is a code or an object with a title; ``errors`` is a list of objects with a code or a title, or lists of
    texts by field. Other keys contain only explanatory texts.
    """
    if not isinstance(body, dict) or not body.keys() <= _ENVELOPE_KEYS:
        return False
    texts = (body[key] for key in body.keys() & _TEXT_KEYS)
    named = [name for name in ("error", "errors") if body.get(name)]
    if not named or not all(text is None or isinstance(text, str) for text in texts):
        return False
    if _IN_JSON.search(dumps(body).decode()):
        return False
    return all(_is_error(body[name]) if name == "error" else _are_errors(body[name]) for name in named)


def _is_error(error: object) -> bool:
    return isinstance(error, str) or (isinstance(error, dict) and _is_titled(error, ("title",)))


def _are_errors(errors: object) -> bool:
    if isinstance(errors, dict):
        return all(isinstance(texts, list | str) for texts in errors.values())
    return isinstance(errors, list) and all(_is_titled(error, ("code", "title")) for error in errors)


def _is_titled(error: object, names: tuple[str, ...]) -> bool:
    if not isinstance(error, dict) or not error.keys() <= _ERROR_KEYS:
        return False
    return any(isinstance(error.get(name), str) for name in names)


def _is_zendesk_page(page: str) -> bool:
    """Whether a page names Zendesk in its title or loads its assets, and names no intermediary in its visible text.

    The requested address does not count, because a blocking page quotes it.
    """
    title = _ADDRESS.sub("", "".join(_TITLE.findall(page)))
    shown = _ADDRESS.sub("", _INVISIBLE.sub(" ", page))
    own = "zendesk" in title.lower() or _ASSETS.search(page)
    return bool(own) and not _IN_PAGE.search(f"{title} {shown}")
