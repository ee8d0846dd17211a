"""OAuth access tokens: fetched, renewed and saved, once for all threads.

The manifest's bearer authenticators read ``config['credentials']['access_token']`` for every request, and this class
puts the token there. The CDK's OAuthAuthenticator with its refresh_token_updater is not suitable: it writes back the
config as the templates see it instead of the user's, refreshes at once if the expiry is unknown (which costs a
single-use token), cannot refresh in the middle of a run after Zendesk has revoked a token, and follows redirects with
the secrets.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.error_text import is_html, response_text
from source_zendesk_support.api.responses import retry_after
from source_zendesk_support.api.token_grant import TokenGrant
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import TransientFailure, no_account, status_text, wrong_credentials
from source_zendesk_support.exit_guard import delay_exit
from source_zendesk_support.masking import add_secrets
from source_zendesk_support.times import epoch, iso

logger = logging.getLogger("airbyte")

REFRESH, CLIENT = "oauth2_refresh", "oauth2_client_credentials"
REQUESTED_LIFETIME_SECONDS = 172_800
"""The longest lifetime that Zendesk grants. By default, some tokens never expire and others last half an hour."""
TOKEN_REFRESH_MARGIN_SECONDS = 300
"""A token is renewed this long before it expires, or after half its lifetime if that is later."""
TRANSIENT_STATUSES = frozenset({408, 409, 429})
CHAT_PATH = "/api/v2/chat/"
NOT_FOUND, SUCCESS, REDIRECTION = 404, 2, 3

SaveTokens = Callable[[dict[str, str]], None]


class OAuthTokens:
    """The main credentials of a command; thread-safe. Credentials without expiry (API and access tokens) are unchanged.

    Args:
        credentials: ``config['credentials']`` as the manifest's templates see it; its access_token is replaced here.
        url: the account's token endpoint.
        connection: sends the request.
        save: stores the new tokens before they are used, because the old ones are invalid by then.
        chat_apart: Chat has its own credentials.
        lazy: use a token until Zendesk rejects it, even if it is about to expire, because a new one costs a refresh
            token.
    """

    def __init__(
        self,
        credentials: MutableMapping[str, Any],
        url: str,
        connection: HttpTransport,
        save: SaveTokens,
        *,
        chat_apart: bool = False,
        lazy: bool = False,
    ) -> None:
        self._credentials = credentials
        self._url = url
        self._connection = connection
        self._save = save
        self._chat_apart = chat_apart
        self.can_renew = credentials["credentials"] in (REFRESH, CLIENT)
        self._renew_at = float("inf") if lazy else self._stored_end() - TOKEN_REFRESH_MARGIN_SECONDS
        self.scope = ""
        self.calls = 0
        self._accepted = True
        self._in_doubt = False
        self._failure: AirbyteTracedException | None = None
        self._lock = threading.Lock()

    def ensure_valid(self, path: str) -> None:
        """Make sure that there is a token that does not expire soon.

        Args:
            path: of the next call; Chat may have its own credentials.

        Raises:
            TransientFailure: the token endpoint is not available.
            AirbyteTracedException: configuration error; Zendesk issues no token.
        """
        if not self.can_renew or (self._chat_apart and path.startswith(CHAT_PATH)):
            return
        with self._lock:
            if not self._credentials["access_token"] or time.time() >= self._renew_at:
                self._renew()

    def wait_for_renewal(self, seconds: float) -> None:
        """Wait at most this long for a renewal in progress: its refresh token must be saved."""
        if self._lock.acquire(timeout=seconds):
            self._lock.release()

    def accepted(self, header: str) -> None:
        """Zendesk accepted this Authorization, so a later rejection justifies another token."""
        if not self._accepted and header == self._header:
            self._accepted = True

    def replace_rejected(self, header: str) -> None:
        """Replace a token that Zendesk rejected, unless another thread has already done so.

        Args:
            header: the rejected request's Authorization.

        Raises:
            As ``ensure_valid``; also a configuration error if the rejected token was new.
        """
        with self._lock:
            if header != self._header:
                return
            if not self._accepted:
                raise new_token_rejected()
            self._renew()

    @property
    def _header(self) -> str:
        return f"Bearer {self._credentials['access_token']}"

    def _renew(self) -> None:
        if self._failure:
            raise self._failure
        with delay_exit():
            try:
                self._store(self._fetch_grant())
            except AirbyteTracedException as error:
                self._failure = error
                raise

    def _fetch_grant(self) -> TokenGrant:
        """Request tokens from the token endpoint.

        Raises:
            TransientFailure: no response, or one that neither grants nor rejects.
            AirbyteTracedException: configuration error; the request was rejected.
        """
        try:
            response = self._request_grant()
        except TransientFailure:
            self._in_doubt = self._rotates
            raise
        succeeded = response.status_code // 100 == SUCCESS
        grant = TokenGrant.of(response.content)
        if succeeded and (grant.refresh_token or grant.access_token):
            return grant
        self._in_doubt = self._in_doubt or (self._rotates and succeeded)
        raise _grant_error(response, in_doubt=self._in_doubt)

    def _request_grant(self) -> requests.Response:
        kind = "refresh_token" if self._rotates else "client_credentials"
        names = ["client_id", "client_secret", *(["refresh_token"] if kind == "refresh_token" else [])]
        body: dict[str, Any] = {"grant_type": kind, "expires_in": REQUESTED_LIFETIME_SECONDS}
        body |= {name: self._credentials[name] for name in names}
        if kind == "client_credentials":
            body["scope"] = "read"
        self.calls += 1
        return self._connection.post(self._url, body)

    def _store(self, grant: TokenGrant) -> None:
        """Store the tokens first, then use them.

        Raises:
            TransientFailure: the grant has no access token.
        """
        add_secrets(filter(None, (grant.access_token, grant.refresh_token)))
        now, lifetime = time.time(), grant.lifetime
        fresh = {
            "access_token": grant.access_token,
            "token_expiry_date": iso(int(now + lifetime)) if grant.access_token and lifetime else "",
        }
        if self._rotates:
            fresh["refresh_token"] = grant.refresh_token or self._credentials["refresh_token"]
        try:
            if self._rotates:
                self._save(fresh)
        finally:
            self._credentials.update(fresh)
            self.scope = grant.scope
            self._in_doubt = self._accepted = False
            self._renew_at = (
                now + max(lifetime - TOKEN_REFRESH_MARGIN_SECONDS, lifetime / 2) if lifetime else float("inf")
            )
        if not grant.access_token:
            raise TransientFailure("the token endpoint sent no access token")
        logger.info("Access token renewed; it expires at %s.", fresh["token_expiry_date"] or "an unknown time")

    @property
    def _rotates(self) -> bool:
        """Whether each renewal uses up a refresh token and returns the next one."""
        return bool(self._credentials["credentials"] == REFRESH)

    def _stored_end(self) -> float:
        """Expiry of the config's token; if it is unknown, the token is used until it is rejected."""
        try:
            return epoch(self._credentials.get("token_expiry_date"))
        except ValueError:
            return float("inf")


def new_token_rejected(text: str = "") -> AirbyteTracedException:
    """Zendesk has refused a token that it had just issued; another would fare no better. ``text`` are its words."""
    return wrong_credentials(
        f"Zendesk rejects the access token it has just issued ({status_text(401, text)}). Check that the OAuth client "
        "and the user who authorized it are active, then authenticate again."
    )


def _grant_error(response: requests.Response, *, in_doubt: bool) -> Exception:
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
