"""Zendesk's error bodies, in all their shapes, as one short text.

``{"error": "RecordNotFound", "description": "Not found"}``, ``{"error": {"title": …, "message": …}}``,
``{"errors": [{"code": …, "title": …}]}``, ``{"errors": {field: [text]}}``, a web page, or nothing at all.
"""

from __future__ import annotations

from typing import Any

import orjson
import requests

from source_zendesk_support.foreign_text import shown


def text_of(response: requests.Response) -> str:
    """What the body says, as it may be shown; empty for web pages and empty bodies."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return ""
    return shown(" ".join(_words(body))) if isinstance(body, dict) else ""


def is_html(response: requests.Response, body: bytes | None = None) -> bool:
    """Whether the body is a web page, as it is for an unknown subdomain; ``body`` where it was read past requests."""
    text = response.content if body is None else body
    return "html" in response.headers.get("Content-Type", "") or text.lstrip()[:1] == b"<"


def _words(body: dict[str, Any]) -> list[str]:
    error, errors = body.get("error"), body.get("errors")
    if isinstance(errors, dict):
        errors = [{"code": key, "title": value} for key, value in errors.items()]
    parts = [error] if isinstance(error, dict) else [{"code": error}]
    parts += [part for part in errors if isinstance(part, dict)] if isinstance(errors, list) else []
    names = ("code", "title", "message", "description", "detail", "error_description")
    found = [part.get(name) for part in (*parts, body) for name in names]
    return list(dict.fromkeys(str(word) for word in found if isinstance(word, str | list) and word))
