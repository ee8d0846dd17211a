"""What an answer means that is no page: the manifest's error handlers decide, and this says it with our own errors."""

from __future__ import annotations

import requests
from airbyte_cdk.models import FailureType
from airbyte_cdk.sources.streams.http.error_handlers import ResponseAction

from source_zendesk_support.components.wire.ask import Ask
from source_zendesk_support.components.wire.backoff import retry_after
from source_zendesk_support.components.wire.packed import Packed
from source_zendesk_support.components.wire.refusals import is_html, text_of
from source_zendesk_support.components.wire.templates import TEMPLATES
from source_zendesk_support.errors import (
    BadRequest,
    Refused,
    SignedOut,
    Transient,
    happened,
    system_error,
    wrong_credentials,
)

REDIRECTION = 3


def judge(ask: Ask, response: requests.Response, body: Packed, *, renewable: bool) -> None:
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
    if response.status_code == requests.codes.ok:
        if ask.proves and is_html(response, body.unpacked()):
            raise Refused(response.status_code, "a web page", html=True)
        return
    text = text_of(response)
    if response.status_code == requests.codes.bad_request:
        raise BadRequest(text)
    if response.status_code // 100 == REDIRECTION:
        raise Refused(response.status_code, "redirect", html=True)
    raise _declared(ask, response, text, renewable=renewable)


def authorization(response: requests.Response) -> str:
    """The header with which an answer was asked for; never shown."""
    return response.request.headers.get("Authorization", "")


def _declared(ask: Ask, response: requests.Response, text: str, *, renewable: bool) -> Exception:
    """What the manifest's error handler says about a status."""
    with TEMPLATES:
        verdict = ask.handler.interpret_response(response)
    action = verdict.response_action
    answer = happened(response.status_code, text)
    if action in (ResponseAction.RATE_LIMITED, ResponseAction.RETRY, ResponseAction.REDUCE_PAGE_SIZE):
        wait = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
        limited, shrink = action == ResponseAction.RATE_LIMITED, action == ResponseAction.REDUCE_PAGE_SIZE
        return Transient(answer, wait=wait, limited=limited, shrink=shrink)
    if action == ResponseAction.IGNORE:
        return Refused(response.status_code, text, html=is_html(response))
    if verdict.failure_type == FailureType.config_error:
        if renewable and "invalid_token" in text:
            return SignedOut(authorization(response))
        return wrong_credentials(f"Stream {ask.stream}: {verdict.error_message} ({answer})", stream=ask.stream)
    return system_error(
        f"Stream {ask.stream}: {ask.where} was answered with {answer}, which is not expected there. Please report it.",
        stream=ask.stream,
    )
