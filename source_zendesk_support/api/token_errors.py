"""The errors for responses of a token endpoint that grant nothing."""

from __future__ import annotations

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.error_text import is_html, response_text
from source_zendesk_support.api.responses import retry_after
from source_zendesk_support.errors import TransientFailure, no_account, status_text, wrong_credentials

TRANSIENT_STATUSES = frozenset({408, 409, 429})
NOT_FOUND, SUCCESS, REDIRECTION = 404, 2, 3


def new_token_rejected(text: str = "") -> AirbyteTracedException:
    """Zendesk has refused a token that it had just issued; another would fare no better. ``text`` are its words."""
    return wrong_credentials(
        f"Zendesk rejects the access token it has just issued ({status_text(401, text)}). Check that the OAuth client "
        "and the user who authorized it are active, then authenticate again."
    )


def grant_error(response: requests.Response, *, in_doubt: bool) -> Exception:
    """The error for a response without tokens."""
    status = response.status_code
    if status in TRANSIENT_STATUSES or status >= requests.codes.server_error:
        wait = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
        return TransientFailure(f"the token endpoint answered HTTP {status}", wait=wait)
    if status // 100 == REDIRECTION or is_html(response) or status == NOT_FOUND:
        return no_account()
    if status // 100 == SUCCESS:
        return TransientFailure("the token endpoint sent no access token")
    return _rejection(status, response_text(response), in_doubt=in_doubt)


def _rejection(status: int, text: str, *, in_doubt: bool) -> AirbyteTracedException:
    remedy = next((remedy for word, remedy in _REMEDIES.items() if word in text), _REMEDIES[""])
    doubt = _DOUBT if in_doubt else ""
    return wrong_credentials(f"Zendesk issued no access token ({status_text(status, text)}). {doubt}{remedy}")


_DOUBT = "The response to an earlier token request was incomplete, so the refresh token was probably used then. "
_REMEDIES = {
    "invalid_grant": (
        "The refresh token is expired, revoked or already used; it can be used only once. Authenticate again, and "
        "make sure that no other connection or copy of this configuration uses the same token."
    ),
    "invalid_client": "Check the client ID and the client secret, and that the OAuth client still exists.",
    "invalid_scope": "The OAuth client needs the scope read.",
    "": "Check the OAuth client's ID, secret, kind (confidential) and scopes; then authenticate again.",
}
