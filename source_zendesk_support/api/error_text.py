"""Zendesk's error bodies, in all their shapes, as one short text.

``{"error": "RecordNotFound", "description": "Not found"}``, ``{"error": {"title": …, "message": …}}``,
``{"errors": [{"code": …, "title": …}]}``, ``{"errors": {field: [text]}}``, plain text, a web page, or nothing at all.
"""

from __future__ import annotations

from typing import Any

import requests

from source_zendesk_support.api.exact_json import JSON_ERRORS, loads_any_encoding
from source_zendesk_support.masking import safe_text

HTML_SCAN_BYTES = 1024
"""A web page is recognized within this many bytes."""
TEXT_SCAN_BYTES = 1 << 14
_OF_OTHER_ENCODINGS = b"\x00\xef\xbb\xbf\xfe\xff"
"""Zeros and byte order marks of UTF-16, UTF-32 and UTF-8 text."""


def response_text(response: requests.Response) -> str:
    """The body's error text, masked; empty for web pages and empty bodies."""
    try:
        body = loads_any_encoding(response.content)
    except JSON_ERRORS:
        return _plain_text(response)
    return error_text(body)


def error_text(body: object) -> str:
    """The text of a JSON error, masked; empty if the body is not an object."""
    return safe_line(" ".join(_error_texts(body))) if isinstance(body, dict) else ""


def _plain_text(response: requests.Response) -> str:
    """A plain-text reason, as Zendesk's web server and many proxies send it."""
    plain = "text/plain" in response.headers.get("Content-Type", "").lower() and not is_html(response)
    return safe_line(response.content[:TEXT_SCAN_BYTES].decode("utf-8", "replace")) if plain else ""


def safe_line(text: str) -> str:
    """A text from outside as one masked line."""
    return safe_text(" ".join("".join(character if character.isprintable() else " " for character in text).split()))


def is_html(response: requests.Response, body: bytes | None = None) -> bool:
    """Whether the body is a web page, as for an unknown subdomain. ``body``: if it was not read through requests."""
    text = response.content if body is None else body
    begin = text[:HTML_SCAN_BYTES].translate(None, delete=_OF_OTHER_ENCODINGS).lstrip()
    return "html" in response.headers.get("Content-Type", "") or begin[:1] == b"<"


def _error_texts(body: dict[str, Any]) -> list[str]:
    error, errors = body.get("error"), body.get("errors")
    if isinstance(errors, dict):
        errors = [{"code": key, "title": value} for key, value in errors.items()]
    parts = [error] if isinstance(error, dict) else [{"code": error}]
    parts += [part for part in errors if isinstance(part, dict)] if isinstance(errors, list) else []
    names = ("code", "title", "message", "description", "detail", "error_description")
    found = [part.get(name) for part in (*parts, body) for name in names]
    return list(dict.fromkeys(str(word) for word in found if isinstance(word, str | list) and word))
