"""How long a server that says Retry-After wants us to wait."""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests
from airbyte_cdk.sources.declarative.requesters.error_handlers.backoff_strategy import BackoffStrategy

from source_zendesk_support.rate_limits.header_numbers import header_number
from source_zendesk_support.times import http_date


@dataclass
class RetryAfterBackoffStrategy(BackoffStrategy):
    """Seconds (whole or not) or an HTTP date, as RFC 9110 allows.

    Not the stock WaitTimeFromHeader: that reads numbers only, and a date would be answered by an immediate retry.
    """

    def backoff_time(
        self,
        response_or_exception: requests.Response | requests.RequestException | None,
        attempt_count: int,
    ) -> float | None:
        """Seconds to wait, or None where the answer does not say."""
        if not isinstance(response_or_exception, requests.Response):
            return None
        return retry_after(response_or_exception.headers.get("Retry-After"), response_or_exception.headers.get("Date"))


def retry_after(value: str | None, date: str | None = None) -> float | None:
    """Seconds that a Retry-After header asks for; a date counts from the answer's own Date header."""
    seconds = header_number(value, max, below_zero=0.0)
    if seconds is not None or not value:
        return seconds
    try:
        until = http_date(value)
    except ValueError:
        return None
    return float(max(0, until - _now(date)))


def _now(date: str | None) -> int:
    """The server's time, or this machine's if the server does not tell it."""
    try:
        return http_date(date or "")
    except ValueError:
        return int(time.time())
