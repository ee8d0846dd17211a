"""A token endpoint's response, parsed as leniently as possible.

The old refresh token is invalid by now. However odd the rest of the response is, the new token must be found and
stored. An odd lifetime or an unusable access token costs one more request, a lost refresh token the connection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from source_zendesk_support.config.credentials import TOKEN_PATTERN

MAX_LIFETIME_SECONDS = 10 * 366 * 86_400
"""No token lasts longer; a larger number is not a lifetime."""
_REFRESH_TOKEN = re.compile(rb'"refresh_token"\s*:\s*"([^"\\]+)"')


@dataclass(frozen=True)
class TokenGrant:
    """The useful parts of a response.

    Attributes:
        access_token: empty if it is missing or cannot be sent in a header.
        refresh_token: empty if it is missing.
        lifetime: seconds that the access token lasts; None if missing or implausible.
        scope: scopes of the access token; empty if missing.
    """

    access_token: str = ""
    refresh_token: str = ""
    lifetime: float | None = None
    scope: str = ""

    @classmethod
    def of(cls, body: bytes) -> TokenGrant:
        """Parse a body, complete or truncated."""
        found = _object(body)
        if found is None:
            cut = _REFRESH_TOKEN.search(body)
            return cls(refresh_token=cut[1].decode("utf-8", "replace") if cut else "")
        access = _word(found.get("access_token"))
        usable = access if TOKEN_PATTERN.fullmatch(access) else ""
        return cls(usable, _word(found.get("refresh_token")), _lifetime(found), _word(found.get("scope")))

    def __repr__(self) -> str:
        """Without the tokens, for stack traces and failing tests."""
        return f"{type(self).__name__}(life={self.lifetime})"


def _object(body: bytes) -> Mapping[str, Any] | None:
    """A JSON object in any Unicode encoding; numbers stay text, so that none is too large."""
    try:
        found = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _word(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _lifetime(found: Mapping[str, Any]) -> float | None:
    """Seconds, from a number or its text."""
    try:
        seconds = float(_word(found.get("expires_in")))
    except ValueError:
        return None
    return seconds if 0 < seconds <= MAX_LIFETIME_SECONDS else None
