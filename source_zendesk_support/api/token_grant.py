"""What a token endpoint has granted, read as leniently as can be: the refresh token in it is good for one use.

The old refresh token is dead by now. Whatever is odd about the rest of the answer, the new one must be found and
stored; an odd lifetime or an unusable access token costs one more request, a lost refresh token costs the connection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from source_zendesk_support.config.credentials import TOKEN_PATTERN

MAX_LIFETIME_SECONDS = 10 * 366 * 86_400
"""No token is promised for longer; a larger number is no lifetime."""
_REFRESH_TOKEN = re.compile(rb'"refresh_token"\s*:\s*"([^"\\]+)"')


@dataclass(frozen=True)
class TokenGrant:
    """The useful parts of an answer.

    Attributes:
        access_token: empty if there is none that a header can carry.
        refresh_token: empty if there is none.
        life: seconds that the access token lasts; None if the answer does not say so in earnest.
        scope: what the access token may do; empty if the answer does not say.
    """

    access_token: str = ""
    refresh_token: str = ""
    lifetime: float | None = None
    scope: str = ""

    @classmethod
    def of(cls, body: bytes) -> TokenGrant:
        """Whatever can be read from a body, whole or cut off."""
        found = _object(body)
        if found is None:
            cut = _REFRESH_TOKEN.search(body)
            return cls(refresh_token=cut[1].decode("utf-8", "replace") if cut else "")
        access = _word(found.get("access_token"))
        usable = access if TOKEN_PATTERN.fullmatch(access) else ""
        return cls(usable, _word(found.get("refresh_token")), _lifetime(found), _word(found.get("scope")))

    def __repr__(self) -> str:
        """Without the tokens, for stack traces and tests that fail."""
        return f"{type(self).__name__}(life={self.lifetime})"


def _object(body: bytes) -> Mapping[str, Any] | None:
    """A JSON object in any Unicode; numbers stay text, so that none is too large, and none of them is no number."""
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
