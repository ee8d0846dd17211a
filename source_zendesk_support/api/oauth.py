"""OAuth access tokens: fetched, renewed and saved, once for all threads."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import requests
from airbyte_cdk.sources.declarative.interpolation import InterpolatedString
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.authenticators import ZendeskAuthenticator
from source_zendesk_support.api.token_errors import SUCCESS, grant_error, new_token_rejected
from source_zendesk_support.api.token_grant import TokenGrant
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.errors import TransientFailure
from source_zendesk_support.exit_guard import delay_exit
from source_zendesk_support.masking import add_secrets
from source_zendesk_support.times import epoch, iso

logger = logging.getLogger("airbyte")

REQUESTED_LIFETIME_SECONDS = 172_800
"""The longest lifetime that Zendesk grants. By default, some tokens never expire and others last half an hour."""
TOKEN_REFRESH_MARGIN_SECONDS = 300
"""A token is renewed this long before it expires, or after half its lifetime if that is later."""

SaveTokens = Callable[[dict[str, str]], None]


class TokenRenewal(NamedTuple):
    """What a renewal needs that the manifest cannot say.

    Attributes:
        connection: sends the request.
        save: stores the new tokens before they are used, because the old ones are invalid by then.
        lazy: use a token until Zendesk rejects it, even if it is about to expire, because a new one costs a refresh
            token.
    """

    connection: HttpTransport
    save: SaveTokens
    lazy: bool = False


@dataclass(repr=False)
class OAuthAuthenticator(ZendeskAuthenticator):
    """An access token that is fetched and renewed when needed; thread-safe.

        type: CustomAuthenticator
        class_name: source_zendesk_support.api.oauth.OAuthAuthenticator
        grant_type: refresh_token
        token_refresh_endpoint: "{{ config['base_url'] }}/oauth/tokens"

    Not ``OAuthAuthenticator`` of the CDK with its ``refresh_token_updater``: it writes back the config as the templates
    see it instead of the user's, refreshes at once if the expiry is unknown (which costs a single-use token), cannot
    refresh in the middle of a run after Zendesk has revoked a token, and follows redirects with the secrets.

    Args:
        config: the connector's config; ``credentials`` holds the client, the refresh token and the last access token.
        grant_type: ``refresh_token`` or ``client_credentials``.
        token_refresh_endpoint: the account's token endpoint.
        renewal: how tokens are renewed. None, as when the stock CDK builds this: the stored access token is sent
            unchanged, because a refresh token can be used only once and nothing would save the next one.
    """

    config: Mapping[str, Any]
    grant_type: str
    token_refresh_endpoint: str
    renewal: TokenRenewal | None = None

    def __post_init__(self) -> None:
        """Start with the stored tokens."""
        self._url = str(InterpolatedString.create(self.token_refresh_endpoint, parameters={}).eval(self.config))
        self._credentials: Mapping[str, Any] = self.config["credentials"]
        self.access_token = str(self._credentials.get("access_token") or "")
        self._refresh_token = self._credentials.get("refresh_token")
        self.can_renew = self.renewal is not None
        lazy = self.renewal is not None and self.renewal.lazy
        self._renew_at = float("inf") if lazy else self._stored_expiry() - TOKEN_REFRESH_MARGIN_SECONDS
        self._accepted = True
        self._in_doubt = False
        self._failure: AirbyteTracedException | None = None
        self._lock = threading.Lock()

    @property
    def token(self) -> str:
        """The header's value, as of now: the token may have been renewed since the last request."""
        return f"Bearer {self.access_token}"

    def ensure_valid(self) -> None:
        """Make sure that there is a token that does not expire soon.

        Raises:
            TransientFailure: the token endpoint is not available.
            AirbyteTracedException: configuration error; Zendesk issues no token.
        """
        if not self.renewal:
            return
        with self._lock:
            if not self.access_token or time.time() >= self._renew_at:
                self._renew(self.renewal)

    def wait_for_renewal(self, seconds: float) -> None:
        """Wait at most this long for a renewal in progress: its refresh token must be saved."""
        if self._lock.acquire(timeout=seconds):
            self._lock.release()

    def accepted(self, header: str) -> None:
        """Zendesk accepted this Authorization, so a later rejection justifies another token."""
        if not self._accepted and header == self.token:
            self._accepted = True

    def replace_rejected(self, header: str) -> None:
        """Replace a token that Zendesk rejected, unless another thread has already done so.

        Args:
            header: the rejected request's Authorization.

        Raises:
            As ``ensure_valid``; also a configuration error if the rejected token was new.
        """
        with self._lock:
            if header != self.token or not self.renewal:
                return
            if not self._accepted:
                raise new_token_rejected()
            self._renew(self.renewal)

    def _renew(self, renewal: TokenRenewal) -> None:
        if self._failure:
            raise self._failure
        with delay_exit():
            try:
                self._store(self._fetch_grant(renewal), renewal.save)
            except AirbyteTracedException as error:
                self._failure = error
                raise

    def _fetch_grant(self, renewal: TokenRenewal) -> TokenGrant:
        """Request tokens from the token endpoint.

        Raises:
            TransientFailure: no response, or one that neither grants nor rejects.
            AirbyteTracedException: configuration error; the request was rejected.
        """
        try:
            response = self._response(renewal.connection)
        except TransientFailure:
            self._in_doubt = self._rotates
            raise
        succeeded = response.status_code // 100 == SUCCESS
        grant = TokenGrant.of(response.content)
        if succeeded and (grant.refresh_token or grant.access_token):
            return grant
        self._in_doubt = self._in_doubt or (self._rotates and succeeded)
        raise grant_error(response, in_doubt=self._in_doubt)

    def _response(self, connection: HttpTransport) -> requests.Response:
        body: dict[str, Any] = {"grant_type": self.grant_type, "expires_in": REQUESTED_LIFETIME_SECONDS}
        body |= {name: self._credentials[name] for name in ("client_id", "client_secret")}
        body |= {"refresh_token": self._refresh_token} if self._rotates else {"scope": "read"}
        self.calls += 1
        return connection.post(self._url, body)

    def _store(self, grant: TokenGrant, save: SaveTokens) -> None:
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
            fresh["refresh_token"] = grant.refresh_token or str(self._refresh_token)
        try:
            if self._rotates:
                save(fresh)
        finally:
            self.access_token = grant.access_token
            self._refresh_token = fresh.get("refresh_token")
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
        return self.grant_type == "refresh_token"

    def _stored_expiry(self) -> float:
        """Expiry of the config's token; if it is unknown, the token is used until it is rejected."""
        try:
            return epoch(self._credentials.get("token_expiry_date"))
        except ValueError:
            return float("inf")
