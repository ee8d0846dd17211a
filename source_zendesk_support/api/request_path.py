"""Row ids as segments of a request's path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from source_zendesk_support.errors import EndpointUnavailable

_DOTS = frozenset({"", ".", ".."})
"""Not valid segments: clients and servers resolve them."""


def path_segments(ids: Mapping[str, Any]) -> dict[str, str]:
    """The ids for a URL template, percent-encoded.

    Raises:
        EndpointUnavailable: an id cannot be part of a path, so its object cannot be read.
    """
    return {name: _segment(value) for name, value in ids.items()}


def _segment(value: object) -> str:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if text in _DOTS:
        raise EndpointUnavailable(404, "an id that cannot be part of a path")
    return quote(text.encode("utf-8", "replace"), safe="")
