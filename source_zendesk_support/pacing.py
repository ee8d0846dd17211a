"""How long the connector waits: before a retry, for the server's next byte, and for the calls of a check.

Without it, hundreds of retries in this repository's integration tests would sleep for minutes, and the report of a
check would depend on the machine's speed. ``TEST_PACING`` is the only way for tests to change a wait. It is ignored
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
        wait_factor: factor for each wait before a retry; at most 1.
        read_timeout_seconds: longest time without data.
        deadline_factor: factor for the deadlines of a check; the check ends earlier if all calls have ended.
    """

    wait_factor: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    read_timeout_seconds: Annotated[float, msgspec.Meta(gt=0, le=60)] = 60.0
    deadline_factor: Annotated[float, msgspec.Meta(ge=1, le=100)] = 1.0

    def seconds(self, wait: float) -> float:
        """Seconds to wait if the server or the backoff requires ``wait`` seconds."""
        return wait * self.wait_factor


def pacing_for(base_url: str) -> Pacing:
    """The real pacing; that of ``TEST_PACING`` if it is set and ``base_url`` is plain HTTP to this machine."""
    given, url = os.environ.get(TEST_PACING), urlsplit(base_url)
    if not given or url.scheme != "http" or url.hostname not in LOOPBACK:
        return Pacing()
    try:
        return msgspec.json.decode(given, type=Pacing)
    except msgspec.DecodeError:  # an unreadable value changes nothing
        return Pacing()
