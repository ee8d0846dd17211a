"""How long the connector waits before it retries, and how long it waits for a server's next byte.

Both are as written here, except in this repository's own integration tests: with them, hundreds of retries would be
minutes of sleep. ``TEST_PACING`` is the tests' only way to shorten a wait, and it opens nowhere else: it is ignored
unless the account is served by this machine over plain HTTP, which Zendesk never is.
"""

from __future__ import annotations

import os
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from source_zendesk_support.config.subdomain import LOOPBACK

TEST_PACING = "SOURCE_ZENDESK_SUPPORT_TEST_PACING"
"""Environment variable; JSON such as ``{"wait_factor": 0, "read_timeout_seconds": 5}``."""


class Pacing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The waits of one command.

    Args:
        wait_factor: what each wait before a retry is multiplied with; never more than 1.
        read_timeout_seconds: how long a server may stay silent.
    """

    wait_factor: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    read_timeout_seconds: Annotated[float, msgspec.Meta(gt=0, le=60)] = 60.0

    def seconds(self, wait: float) -> float:
        """How long to wait where the server, or the backoff, says ``wait`` seconds."""
        return wait * self.wait_factor


def pacing_for(base_url: str) -> Pacing:
    """The real pacing; that of ``TEST_PACING`` if it is set and ``base_url`` is plain HTTP to this machine."""
    given, url = os.environ.get(TEST_PACING), urlsplit(base_url)
    if not given or url.scheme != "http" or url.hostname not in LOOPBACK:
        return Pacing()
    try:
        return msgspec.json.decode(given, type=Pacing)
    except msgspec.DecodeError:  # a text that is no pacing changes none
        return Pacing()
