"""How long a server that says Retry-After wants us to wait."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
import requests
from airbyte_cdk.models import FailureType
from airbyte_cdk.sources.declarative.requesters.error_handlers.backoff_strategy import BackoffStrategy
from airbyte_cdk.sources.streams.http.error_handlers import ErrorResolution, ResponseAction

from source_zendesk_support.api.body import CompressedBody
from source_zendesk_support.api.decode import NOT_JSON, any_json
from source_zendesk_support.api.error_text import is_html, response_text, shown_line
from source_zendesk_support.api.refusal_origin import RefusalOrigin, origin_of
from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.api.templates import TEMPLATES
from source_zendesk_support.errors import (
    BadRequest,
    EndpointUnavailable,
    TokenExpired,
    TransientFailure,
    config_error,
    happened,
    system_error,
    wrong_credentials,
)
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


REDIRECTION = 3
BAD_REQUEST_STATUSES = frozenset({400, 413, 414, 431})
"""The request is wrong, or too long, which a cursor can make it."""
CLOSED_STATUSES = frozenset({requests.codes.gone, requests.codes.unavailable_for_legal_reasons})
"""An endpoint that has been taken away may say so."""
FOREIGN = "not an answer of Zendesk's API, but of a proxy, a firewall or a web server before it"


def judge(ask: PageRequest, response: requests.Response, body: CompressedBody, *, renewable: bool) -> None:
    """Return where the answer should hold a page.

    Args:
        ask: what was asked.
        response: the answer.
        body: its body; that of a good answer may be packed.
        renewable: an access token that is refused may be replaced by another.

    Raises:
        Refused, BadRequest: for the walk to judge.
        SignedOut: the access token must be renewed.
        Transient: the same request may succeed later.
        AirbyteTracedException: configuration error, or an answer that the manifest does not know.
    """
    status = response.status_code
    if status == requests.codes.ok:
        if ask.is_account_probe and is_html(response, body.unpacked(ask.most_bytes)):
            raise EndpointUnavailable(status, "a web page", html=True)
        return
    if status // 100 == REDIRECTION:
        raise _redirected(ask, response)
    if status < requests.codes.bad_request:
        raise TransientFailure(f"{happened(status, '')}, which brings no page")
    text = response_text(response)
    if status in BAD_REQUEST_STATUSES:
        raise _bad_request(response, text)
    raise _declared(ask, response, text, renewable=renewable)


def authorization(response: requests.Response) -> str:
    """The header with which an answer was asked for; never shown."""
    return response.request.headers.get("Authorization", "")


def _redirected(ask: PageRequest, response: requests.Response) -> Exception:
    """Zendesk's API redirects nobody; a name that no account has is redirected to a page that says so."""
    if ask.is_account_probe:
        return EndpointUnavailable(response.status_code, "redirect", html=True)
    answer = happened(response.status_code, f"redirect to {_host(response.headers.get('Location', ''))}")
    return TransientFailure(f"{answer}, which is not followed", foreign=True)


def _host(location: str) -> str:
    """The host that a Location names, without what may be secret behind it."""
    try:
        return shown_line(urlsplit(location).hostname or "the same host")
    except ValueError:
        return "an address that cannot be read"


def _bad_request(response: requests.Response, text: str) -> Exception:
    """A walk gives up a parameter because of it, so it must come from Zendesk; its JSON has many shapes here."""
    try:
        any_json(response.content)
    except NOT_JSON:
        return TransientFailure(f"{happened(response.status_code, text)}, {FOREIGN}", foreign=True)
    return BadRequest(text, response.status_code)


def _declared(ask: PageRequest, response: requests.Response, text: str, *, renewable: bool) -> Exception:
    """What the manifest's error handler says about a status."""
    verdict = _resolution(ask, response, text)
    action = verdict.response_action
    answer = happened(response.status_code, text)
    if action in (ResponseAction.RATE_LIMITED, ResponseAction.RETRY, ResponseAction.REDUCE_PAGE_SIZE):
        wait = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
        limited, shrink = action == ResponseAction.RATE_LIMITED, action == ResponseAction.REDUCE_PAGE_SIZE
        return TransientFailure(answer, wait=wait, limited=limited, shrink=shrink)
    if action == ResponseAction.IGNORE:
        return _refusal(ask, response, text)
    message = f"Stream {ask.stream}: {verdict.error_message} ({answer})"
    if response.status_code in CLOSED_STATUSES:
        return _closed(ask, response.status_code, message, text)
    if verdict.failure_type != FailureType.config_error:
        return system_error(message, stream=ask.stream)
    if response.status_code != requests.codes.unauthorized:
        return config_error(message, stream=ask.stream)
    return TokenExpired(authorization(response), text) if renewable else wrong_credentials(message, stream=ask.stream)


def _closed(ask: PageRequest, status: int, message: str, text: str) -> Exception:
    """An error whose cause tells a walk that the endpoint may have been closed."""
    make = config_error if status == requests.codes.unavailable_for_legal_reasons else system_error
    error = make(message, stream=ask.stream)
    error.__cause__ = EndpointUnavailable(status, text)
    return error


def _resolution(ask: PageRequest, response: requests.Response, text: str) -> ErrorResolution:
    """The handler's verdict; it sees the body's words only, so that nothing odd reaches its templates."""
    seen = requests.Response()
    seen.status_code = response.status_code
    seen.encoding = "utf-8"
    seen._content = orjson.dumps(text)  # noqa: SLF001  requests has no other door
    with TEMPLATES:
        return ask.handler.interpret_response(seen)


def _refusal(ask: PageRequest, response: requests.Response, text: str) -> Exception:
    """A refusal makes a stream empty, or skips a parent, only if it is Zendesk's own; anybody's may pass."""
    origin = origin_of(ask.path, response)
    page = is_html(response)
    believed = origin is RefusalOrigin.API or (origin is RefusalOrigin.WEB_SERVER and ask.gates)
    if believed or ask.is_account_probe:
        return EndpointUnavailable(response.status_code, text, html=page, bare=origin is not RefusalOrigin.API)
    return TransientFailure(f"{happened(response.status_code, text)}, {FOREIGN}", foreign=True)
