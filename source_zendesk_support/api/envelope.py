"""Checks that a decoded body is a page and not an error with status 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from source_zendesk_support.api.error_text import error_text
from source_zendesk_support.errors import MalformedResponse

_ERROR_KEYS = ("error", "errors")
_EXPLANATION_KEYS = frozenset({"message", "description", "detail", "details", "title", "code", "status", "success"})
"""An object with only these keys is not a row."""


def check_envelope(envelope: Any, records: str) -> None:
    """Check that a body is a complete page.

    Args:
        envelope: the decoded body.
        records: key of the list that it must contain; empty if the body itself is the list or row.

    Raises:
        MalformedResponse: it reports an error, or has no list of records.
    """
    if isinstance(envelope, dict) and _reports_error(envelope, records):
        raise MalformedResponse(f"the response reports an error with status 200 {error_text(envelope)}".strip())
    if not records:
        if not isinstance(envelope, list | dict):
            raise MalformedResponse("the response is neither an object nor a list")
        return
    if not isinstance(envelope, dict) or not isinstance(envelope.get(records), list | dict):
        raise MalformedResponse(f"the response has no {records}")


def _reports_error(envelope: Mapping[str, Any], records: str) -> bool:
    """An error may accompany an empty list. A message next to rows, or as a field of the only row, is not an error."""
    if any(envelope.get(key) for key in _ERROR_KEYS if key != records):
        return True
    if not envelope.get("message") or records == "message":
        return False
    return not envelope.get(records) if records else envelope.keys() <= _EXPLANATION_KEYS
