"""Access tokens that end: fetched, kept fresh and saved, once for all threads.

The manifest's bearer authenticators read ``config['credentials']['access_token']`` for every request, and this puts the
token there. The CDK's OAuthAuthenticator with its refresh_token_updater does not do: it writes back the config as the
templates see it instead of the user's, refreshes at once where the expiry is unknown (which costs a single-use token),
cannot refresh in the middle of a run when Zendesk has withdrawn a token, and follows redirects with the secrets.
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
"""Seconds: the longest that Zendesk grants. Unless asked, some tokens never end and others live half an hour."""
TOKEN_REFRESH_MARGIN_SECONDS = 300
"""Seconds before its end at which a token is replaced; half its life if that is shorter."""
TRANSIENT_STATUSES = frozenset({408, 409, 429})
CHAT_PATH = "/api/v2/chat/"
NOT_FOUND, SUCCESS, REDIRECTION = 404, 2, 3

SaveTokens = Callable[[dict[str, str]], None]


class OAuthTokens:
    """The main credentials of a command; thread-safe. Those that never end (API and access tokens) pass untouched.

    Args:
        credentials: ``config['credentials']`` as the manifest's templates see it; its access_token is replaced here.
        url: the account's token endpoint.
        connection: sends the request.
        save: takes the new tokens before anything else is done with them, because the old ones are dead by then.
        chat_apart: Chat has credentials of its own.
        lazy: a token is used until Zendesk refuses it, even if it is about to end, because another costs a refresh
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
        self._ends_at = self._stored_end()
        self._renew_at = float("inf") if lazy else self._ends_at - TOKEN_REFRESH_MARGIN_SECONDS
        self.scope = ""
        self.calls = 0
        self._accepted = True
        self._in_doubt = False
        self._failure: AirbyteTracedException | None = None
        self._lock = threading.Lock()

    def ensure_valid(self, path: str) -> None:
        """Make sure that there is a token, and that it does not end at once.

        Args:
            path: of the call that is about to be made; Chat may have a sign-in of its own.

        Raises:
            Transient: the token endpoint cannot answer now.
            AirbyteTracedException: configuration error; Zendesk refuses to issue a token.
        """
        if not self.can_renew or (self._chat_apart and path.startswith(CHAT_PATH)):
            return
        with self._lock:
            if not self._credentials["access_token"] or time.time() >= self._renew_at:
                self._renew()

    @property
    def expects_renewal(self) -> bool:
        """Whether the next call may find that there is no token, or that it has ended."""
        if not self.can_renew:
            return False
        return not self._credentials["access_token"] or not time.time() < self._ends_at < float("inf")

    def wait_for_renewal(self, seconds: float) -> None:
        """Wait, so many seconds at most, for a renewal that is under way: its refresh token must be saved."""
        if self._lock.acquire(timeout=seconds):
            self._lock.release()

    def accepted(self, header: str) -> None:
        """Zendesk has taken the token of this Authorization, so that a later refusal is worth another one."""
        if not self._accepted and header == self._header:
            self._accepted = True

    def replace_rejected(self, header: str) -> None:
        """Replace the token that Zendesk has called invalid, unless another thread has done so.

        Args:
            header: the refused request's Authorization.

        Raises:
            As ``ready``; also a configuration error if the refused token had only just been issued.
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
        """What the token endpoint grants.

        Raises:
            Transient: no answer came, or none that grants or refuses.
            AirbyteTracedException: configuration error; it refuses.
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
        """Store the tokens, first of all, and then use them.

        Raises:
            Transient: there is no access token among them.
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
        logger.info("Signed in anew; the access token ends at %s.", fresh["token_expiry_date"] or "an unknown time")

    @property
    def _rotates(self) -> bool:
        """Whether each renewal uses up a token and brings the next one."""
        return bool(self._credentials["credentials"] == REFRESH)

    def _stored_end(self) -> float:
        """When the token of the config ends; a time that is not known is found out by using the token."""
        try:
            return epoch(self._credentials.get("token_expiry_date"))
        except ValueError:
            return float("inf")


def new_token_rejected(text: str = "") -> AirbyteTracedException:
    """Zendesk rejects a token it has just issued; requesting another would not help. ``text``: its error message."""
    return wrong_credentials(
        f"Zendesk refuses the access token that it has only just issued ({status_text(401, text)}). Check that the "
        f"OAuth client and the user who authorised it are active, then authenticate again."
    )


def _grant_error(response: requests.Response, *, in_doubt: bool) -> Exception:
    """What an answer without tokens means."""
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


_DOUBT = (
    "An answer to an earlier request for a token did not arrive whole, so the refresh token was probably used up then. "
)
_REMEDIES = {
    "invalid_grant": (
        "The refresh token is expired, revoked or already used; each is good for one use. Authenticate again, and see "
        "that no other connection or copy of this configuration uses the same one."
    ),
    "invalid_client": "Check the client ID and the client secret, and that the OAuth client still exists.",
    "invalid_scope": "The OAuth client must be allowed the scope read.",
    "": "Check the OAuth client: its ID, its secret, its kind (confidential) and its scopes; then authenticate again.",
}
