"""Calls that return no records: does the account exist, who is signed in, and may a stream be read?"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_export import CursorExportRetriever
from source_zendesk_support.config.model import Config
from source_zendesk_support.errors import BadRequest, EndpointUnavailable
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.export_access import AUTO, NEVER, closing_refusal
from source_zendesk_support.walk.gate import chat_token_refused
from source_zendesk_support.walk.signed_in_user import SignedInUser

PROBE_STREAM = "account_settings"
"""The stream whose endpoint every account shows to every agent."""
MAX_CHECK_CALLS = 15
"""Maximum number of calls of a check, including those for tokens."""
MAX_CHECK_RESPONSE_BYTES = 8 << 20
"""Limit for a response of a check. Up to fourteen may arrive at once, and each contains one row."""
RENEWAL_GRACE_SECONDS = 8.0
"""Time for a token renewal in progress at the end; together with the check, less than a minute."""


class AccountProbe:
    """The account behind the credentials.

    Args:
        config: the user's config.
        stanzas: the manifest.
        zendesk: makes the calls.

    Attributes:
        has_scopes: the credentials are a token, which may have limited scopes.
        chat_only: the credentials cover only Chat.
        own_chat_token: Chat has its own credentials.
        exports_are_tried: exports are used if they are open.
        exports_may_close: lists are read if they are not.
    """

    def __init__(self, config: Config, stanzas: StreamDefinitions, zendesk: ZendeskClient) -> None:
        self.has_scopes = config.credentials.credentials != "api_token"
        self.chat_only = config.chat_only
        self.exports_are_tried = config.exports != NEVER
        self.exports_may_close = config.exports == AUTO
        self.own_chat_token = config.chat_credentials.access_token is not None
        self._stanzas = stanzas
        self._pages: dict[str, PagedRetriever] = {}
        self._lock = threading.Lock()
        self._zendesk = zendesk

    def probe_account(self, attempts: int | None = None) -> None:
        """One call that shows whether the account exists and accepts the credentials.

        Args:
            attempts: maximum number of attempts; None: as for any page.

        Raises:
            EndpointUnavailable, BadRequest, AirbyteTracedException: the error of the call.
        """
        self._zendesk.page(
            replace(
                self._proof(),
                is_account_probe=True,
                attempts=attempts,
                max_calls=MAX_CHECK_CALLS,
                max_bytes=MAX_CHECK_RESPONSE_BYTES,
            )
        ).release()

    def fetch_value(self, path: str, key: str, attempts: int) -> Any:
        """The value under ``key`` of an endpoint that is not a stream; arguments and errors as ``probe_account``."""
        proof = self._proof()
        url = proof.url.replace(proof.path, f"/api/v2/{path}")
        named = replace(proof, stream=path, url=url, records="", check=lambda _envelope, _request: None)
        response = self._zendesk.page(
            replace(named, attempts=attempts, max_calls=MAX_CHECK_CALLS, max_bytes=MAX_CHECK_RESPONSE_BYTES)
        )
        response.release()
        return response.envelope.get(key) if isinstance(response.envelope, dict) else None

    def signed_in_user(self) -> SignedInUser:
        """Who is signed in, if one call each can determine it; for a message about another error."""
        user = self._found("users/me", "user")
        token = self._found("oauth/tokens/current", "token") if self.has_scopes else {}
        scopes = token.get("scopes")
        joined = " ".join(map(str, scopes)) if isinstance(scopes, list) else ""
        return SignedInUser(str(user.get("role") or ""), joined, str(user.get("custom_role_id") or ""))

    def _found(self, path: str, key: str) -> Mapping[str, Any]:
        try:
            found = self.fetch_value(path, key, attempts=1)
        except (EndpointUnavailable, BadRequest, AirbyteTracedException):
            return {}
        return found if isinstance(found, dict) else {}

    def probe(self, name: str, attempts: int = 1) -> None:
        """One call that shows whether a stream may be read; arguments and errors as ``probe_account``."""
        request = self._pages_of(name).probe(self._zendesk.clock.now())
        self._zendesk.page(
            replace(request, attempts=attempts, max_calls=MAX_CHECK_CALLS, max_bytes=MAX_CHECK_RESPONSE_BYTES)
        ).release()

    def probe_export(self, name: str, attempts: int) -> Exception | None:
        """One call that shows whether an export may be read, and one more if it may be closed.

        Returns:
            What the export answered, if a list of the same rows answers instead; None if the export is open.

        Raises:
            Refused, BadRequest, AirbyteTracedException: neither answers, or only exports may be used.
        """
        if not self.exports_are_tried:
            self._probe_list(name, attempts)
            return None
        try:
            self.probe(name, attempts)
        except (EndpointUnavailable, AirbyteTracedException) as error:
            if not self.exports_may_close or not closing_refusal(error):
                raise
            try:
                self._probe_list(name, attempts)
            except (EndpointUnavailable, BadRequest, AirbyteTracedException):
                raise error from None
            return error
        return None

    def _probe_list(self, name: str, attempts: int) -> None:
        pages = self._pages_of(name)
        lazy = pages.list_form if isinstance(pages, CursorExportRetriever) else None
        changes = lazy.form.changes if lazy else None
        if changes is None:
            raise TypeError(f"{name} cannot be read by lists")
        request = changes.probe(self._zendesk.clock.now())
        self._zendesk.page(
            replace(request, attempts=attempts, max_calls=MAX_CHECK_CALLS, max_bytes=MAX_CHECK_RESPONSE_BYTES)
        ).release()

    def prepare(self, names: Iterable[str]) -> None:
        """Build the retrievers of these streams in advance."""
        for name in names:
            self._pages_of(name)

    def _pages_of(self, name: str) -> PagedRetriever:
        with self._lock:
            if name not in self._pages:
                self._pages[name] = self._stanzas.pages(name)
            return self._pages[name]

    def _proof(self) -> PageRequest:
        return self._pages_of(PROBE_STREAM).page_request(Position(0), self._zendesk.clock.now())

    def raise_for_chat(self, name: str, refused: EndpointUnavailable) -> None:
        """Raise a configuration error if Chat rejected its own credentials."""
        if self.own_chat_token and refused.status == requests.codes.unauthorized:
            raise chat_token_refused(name, refused)

    def requirement(self, name: str) -> str:
        """The product, plan or add-on that a stream requires."""
        return self._stanzas.requires(name)

    def streams_requiring_same(self, name: str) -> list[str]:
        """All streams with the same requirement."""
        return [other for other in self._stanzas.names if self.requirement(other) == self.requirement(name)]

    @property
    def may_renew(self) -> bool:
        """Whether the first call may need a new access token: any token may be revoked before it expires."""
        return self._zendesk.sign_in.can_renew

    @property
    def granted_scopes(self) -> str:
        """The scopes of a fetched access token; empty if none was fetched."""
        return self._zendesk.sign_in.scope

    def close(self) -> None:
        """Make no further calls."""
        self._zendesk.close(RENEWAL_GRACE_SECONDS)

    @property
    def calls(self) -> int:
        """Calls made so far, including those for tokens."""
        return self._zendesk.calls

    @property
    def limit(self) -> int | None:
        """Calls per minute that the account allows; None until a response has announced it."""
        return self._zendesk.budget.announced_limit("account")
