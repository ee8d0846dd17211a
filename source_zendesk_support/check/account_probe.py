"""Questions to the account that bring no records: is it there, who are we, and may a stream be read?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import requests
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.request import PageRequest
from source_zendesk_support.api.templates import TEMPLATES
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.config.model import Config
from source_zendesk_support.errors import BadRequest, EndpointUnavailable
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.base_refusal import SignedInUser
from source_zendesk_support.walk.gate import chat_token_refused

PROBE_STREAM = "account_settings"
"""The stanza whose endpoint every account answers to every agent."""
MAX_CHECK_CALLS = 15
"""Of a check, those for tokens included."""
MAX_CHECK_RESPONSE_BYTES = 8 << 20
"""That an answer to a check may hold. Fourteen of them may come at once, and each is asked for one row."""
RENEWAL_GRACE_SECONDS = 8.0
"""For a token that is being renewed while the account is closed; with the time of a check, less than a minute."""


class AccountProbe:
    """The account behind the credentials.

    Args:
        config: the user's config.
        stanzas: the manifest.
        zendesk: asks.

    Attributes:
        has_scopes: the credentials are a token, which may be limited to some scopes.
        chat_only: the credentials are of Chat alone.
        own_chat_token: Chat has credentials of its own.
    """

    def __init__(self, config: Config, stanzas: StreamDefinitions, zendesk: ZendeskClient) -> None:
        self.has_scopes = config.credentials.credentials != "api_token"
        self.chat_only = config.chat_only
        self.own_chat_token = config.chat_credentials.access_token is not None
        self._stanzas = stanzas
        self._pages: dict[str, PagedRetriever] = {}
        self._zendesk = zendesk

    def probe_account(self, attempts: int | None = None) -> None:
        """One call that shows whether this is an account, and the credentials its own.

        Args:
            attempts: how often to ask at most; None: as often as for any page.

        Raises:
            Refused, BadRequest, AirbyteTracedException: what the call met.
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
        """What an endpoint holds under ``key`` that is no stream; arguments and errors as ``prove``."""
        proof = self._proof()
        url = proof.url.replace(proof.path, f"/api/v2/{path}")
        named = replace(proof, stream=path, url=url, records="", check=lambda _envelope, _ask: None)
        answer = self._zendesk.page(
            replace(named, attempts=attempts, max_calls=MAX_CHECK_CALLS, max_bytes=MAX_CHECK_RESPONSE_BYTES)
        )
        answer.release()
        return answer.envelope.get(key) if isinstance(answer.envelope, dict) else None

    def signed_in_user(self) -> SignedInUser:
        """Who is signed in, as far as it can be found out in one call each; for a message about something else."""
        user = self._found("users/me", "user")
        token = self._found("oauth/tokens/current", "token") if self.has_scopes else {}
        scopes = token.get("scopes")
        return SignedInUser(str(user.get("role") or ""), " ".join(map(str, scopes)) if isinstance(scopes, list) else "")

    def _found(self, path: str, key: str) -> Mapping[str, Any]:
        try:
            found = self.fetch_value(path, key, attempts=1)
        except (EndpointUnavailable, BadRequest, AirbyteTracedException):
            return {}
        return found if isinstance(found, dict) else {}

    def probe(self, name: str, attempts: int = 1) -> None:
        """One call that shows whether a stream may be read; arguments and errors as ``prove``."""
        with TEMPLATES:
            ask = self._pages_of(name).probe(self._zendesk.clock.now())
        self._zendesk.page(
            replace(ask, attempts=attempts, max_calls=MAX_CHECK_CALLS, max_bytes=MAX_CHECK_RESPONSE_BYTES)
        ).release()

    def prepare(self, names: Iterable[str]) -> None:
        """Build what probes of these streams need, so that it takes no time later."""
        for name in names:
            self._pages_of(name)

    def _pages_of(self, name: str) -> PagedRetriever:
        with TEMPLATES:
            if name not in self._pages:
                self._pages[name] = self._stanzas.pages(name)
            return self._pages[name]

    def _proof(self) -> PageRequest:
        with TEMPLATES:
            return self._pages_of(PROBE_STREAM).ask(Position(0), self._zendesk.clock.now())

    def raise_for_chat(self, name: str, refused: EndpointUnavailable) -> None:
        """Raise a configuration error where Chat has refused credentials that are meant for it."""
        if self.own_chat_token and refused.status == requests.codes.unauthorized:
            raise chat_token_refused(name, refused)

    def requirement(self, name: str) -> str:
        """The product, plan or add-on that a stream needs."""
        return self._stanzas.requires(name)

    def streams_requiring_same(self, name: str) -> list[str]:
        """All streams that need what this one needs."""
        return [other for other in self._stanzas.names if self.requirement(other) == self.requirement(name)]

    @property
    def may_renew(self) -> bool:
        """Whether the first call may find that a new access token is needed."""
        return self._zendesk.sign_in.expects_renewal

    @property
    def granted_scopes(self) -> str:
        """The scopes that came with an access token; empty if none was fetched."""
        return self._zendesk.sign_in.scope

    def close(self) -> None:
        """Make no other call."""
        self._zendesk.close(RENEWAL_GRACE_SECONDS)

    @property
    def calls(self) -> int:
        """Calls made so far, those for tokens included."""
        return self._zendesk.calls

    @property
    def limit(self) -> int | None:
        """Calls a minute that the account allows; None as long as no answer has told."""
        return self._zendesk.budget.announced_limit("account")
