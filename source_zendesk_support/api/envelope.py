"""What a decoded body must be before anything is made of it: a page, and no error that came with status 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from source_zendesk_support.api.error_text import error_text
from source_zendesk_support.errors import MalformedResponse

_ERROR_KEYS = ("error", "errors")
_EXPLANATION_KEYS = frozenset({"message", "description", "detail", "details", "title", "code", "status", "success"})
"""An object that holds nothing else is no row."""


def check_envelope(envelope: Any, records: str) -> None:
    """Make sure that a body is a complete page.

    Args:
        envelope: the decoded body.
        records: key of the list that it must hold; empty where the body itself is the list or row.

    Raises:
        Malformed: it reports an error, or the list of records is not there.
    """
    if isinstance(envelope, dict) and _reports_error(envelope, records):
        raise MalformedResponse(f"the answer reports an error with status 200 {error_text(envelope)}".strip())
    if not records:
        if not isinstance(envelope, list | dict):
            raise MalformedResponse("the answer holds neither an object nor a list")
        return
    if not isinstance(envelope, dict) or not isinstance(envelope.get(records), list | dict):
        raise MalformedResponse(f"the answer holds no {records}")


def _reports_error(envelope: Mapping[str, Any], records: str) -> bool:
    """An error may stand beside an empty list; a message beside rows, or as a field of the one row, is none."""
    if any(envelope.get(key) for key in _ERROR_KEYS if key != records):
        return True
    if not envelope.get("message") or records == "message":
        return False
    return not envelope.get(records) if records else envelope.keys() <= _EXPLANATION_KEYS
