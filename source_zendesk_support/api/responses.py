"""Decides what a response means: a page, a retry, a refusal or an error."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import orjson
import requests
from airbyte_cdk.models import FailureType
from airbyte_cdk.sources.streams.http.error_handlers import ErrorResolution, ResponseAction

from source_zendesk_support.api.body import CompressedBody
from source_zendesk_support.api.error_text import is_html, response_text, safe_line
from source_zendesk_support.api.exact_json import JSON_ERRORS, loads_any_encoding
from source_zendesk_support.api.refusal_origin import RefusalOrigin, origin_of
from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.errors import (
    BadRequest,
    EndpointUnavailable,
    TokenExpired,
    TransientFailure,
    config_error,
    status_text,
    system_error,
    wrong_credentials,
)
from source_zendesk_support.rate_limits.header_numbers import header_number
from source_zendesk_support.times import http_date


def retry_after(value: str | None, date: str | None = None) -> float | None:
    """Seconds of a Retry-After header; a date counts from the response's own Date header."""
    seconds = header_number(value, max, below_zero=0.0)
    if seconds is not None or not value:
        return seconds
    try:
        until = http_date(value)
    except ValueError:
        return None
    return float(max(0, until - _now(date)))


def _now(date: str | None) -> int:
    """The server's time, or this machine's if the Date header is missing."""
    try:
        return http_date(date or "")
    except ValueError:
        return int(time.time())


REDIRECTION = 3
BAD_REQUEST_STATUSES = frozenset({400, 413, 414, 431})
"""The request is invalid, or too long because of its cursor."""
CLOSED_STATUSES = frozenset({requests.codes.gone, requests.codes.unavailable_for_legal_reasons})
"""With which an endpoint may say that it has been taken away."""
FOREIGN_RESPONSE = "from a proxy, firewall or web server, not from Zendesk's API"


def classify(request: PageRequest, response: requests.Response, body: CompressedBody, *, renewable: bool) -> None:
    """Return if the response should contain a page.

    Args:
        request: the request.
        response: the response.
        body: its body; compressed if the response was successful.
        renewable: a rejected access token can be replaced.

    Raises:
        EndpointUnavailable, BadRequest: for the walk to handle.
        TokenExpired: the access token must be renewed.
        TransientFailure: the same request may succeed later.
        AirbyteTracedException: configuration error, or a status unknown to the manifest.
    """
    status = response.status_code
    if status == requests.codes.ok:
        if request.is_account_probe and is_html(response, body.decompress(request.max_bytes)):
            raise EndpointUnavailable(status, "a web page", html=True)
        return
    if status // 100 == REDIRECTION:
        raise _redirect_error(request, response)
    if status < requests.codes.bad_request:
        raise TransientFailure(f"{status_text(status, '')}, which contains no page")
    text = response_text(response)
    if status in BAD_REQUEST_STATUSES or (status == requests.codes.unprocessable and _names_place(text)):
        raise _bad_request_error(response, text)
    raise _declared_error(request, response, text, renewable=renewable)


def authorization(response: requests.Response) -> str:
    """The Authorization header of the request; never shown."""
    return response.request.headers.get("Authorization", "")


def _redirect_error(request: PageRequest, response: requests.Response) -> Exception:
    """Zendesk's API never redirects; an unknown subdomain redirects to a page that says so."""
    if request.is_account_probe:
        return EndpointUnavailable(response.status_code, "redirect", html=True)
    status = status_text(response.status_code, f"redirect to {_host(response.headers.get('Location', ''))}")
    return TransientFailure(f"{status}, which is not followed", foreign=True)


def _host(location: str) -> str:
    """The host of a Location header, without parts that may be secret."""
    try:
        return safe_line(urlsplit(location).hostname or "the same host")
    except ValueError:
        return "an address that cannot be read"


def _names_place(text: str) -> bool:
    """Whether a refusal is about the cursor or the start time: of custom objects, its status is not documented."""
    return any(code in text for code in ("InvalidCursor", "StartTimeTooRecent"))


def _bad_request_error(response: requests.Response, text: str) -> Exception:
    """A walk may drop a parameter because of it, so it must come from Zendesk; its JSON has many shapes."""
    try:
        loads_any_encoding(response.content)
    except JSON_ERRORS:
        return TransientFailure(f"{status_text(response.status_code, text)}, {FOREIGN_RESPONSE}", foreign=True)
    return BadRequest(text, response.status_code)


def _declared_error(request: PageRequest, response: requests.Response, text: str, *, renewable: bool) -> Exception:
    """The error for a status, by the manifest's error handler."""
    verdict = _resolution(request, response, text)
    action = verdict.response_action
    status = status_text(response.status_code, text)
    if action in (ResponseAction.RATE_LIMITED, ResponseAction.RETRY, ResponseAction.REDUCE_PAGE_SIZE):
        wait = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
        limited, shrink = action == ResponseAction.RATE_LIMITED, action == ResponseAction.REDUCE_PAGE_SIZE
        return TransientFailure(status, wait=wait, limited=limited, shrink=shrink)
    if action == ResponseAction.IGNORE:
        return _refusal_error(request, response, text)
    message = f"Stream {request.stream}: {verdict.error_message} ({status})"
    if response.status_code in CLOSED_STATUSES:
        return _closed(request, response.status_code, message, text)
    if verdict.failure_type != FailureType.config_error:
        return system_error(message, stream=request.stream)
    if response.status_code != requests.codes.unauthorized:
        return config_error(message, stream=request.stream)
    return (
        TokenExpired(authorization(response), text) if renewable else wrong_credentials(message, stream=request.stream)
    )


def _closed(request: PageRequest, status: int, message: str, text: str) -> Exception:
    """An error whose cause tells a walk that the endpoint may have been closed."""
    make = config_error if status == requests.codes.unavailable_for_legal_reasons else system_error
    error = make(message, stream=request.stream)
    error.__cause__ = EndpointUnavailable(status, text)
    return error


def _resolution(request: PageRequest, response: requests.Response, text: str) -> ErrorResolution:
    """The handler's resolution. It gets only the body's text, so odd values cannot reach its templates."""
    seen = requests.Response()
    seen.status_code = response.status_code
    seen.encoding = "utf-8"
    seen._content = orjson.dumps(text)  # noqa: SLF001  requests has no public way
    return request.handler.interpret_response(seen)


def _refusal_error(request: PageRequest, response: requests.Response, text: str) -> Exception:
    """A refusal makes a stream empty, or skips a parent, only if it is Zendesk's own; others are transient."""
    origin = origin_of(request.path, response)
    page = is_html(response)
    believed = origin is RefusalOrigin.API or (origin is RefusalOrigin.WEB_SERVER and request.gates)
    if believed or request.is_account_probe:
        return EndpointUnavailable(response.status_code, text, html=page, bare=origin is not RefusalOrigin.API)
    return TransientFailure(f"{status_text(response.status_code, text)}, {FOREIGN_RESPONSE}", foreign=True)
