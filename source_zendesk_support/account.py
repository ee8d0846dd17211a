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
from source_zendesk_support.components.cursor_export import CursorExportRetriever
from source_zendesk_support.config.model import Config
from source_zendesk_support.errors import BadRequest, EndpointUnavailable
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.export_access import AUTO, NEVER, closed_answer
from source_zendesk_support.walk.gate import SignedInUser, chat_token_refused

PROOF = "account_settings"
"""The stanza whose endpoint every account answers to every agent."""
MOST_CALLS = 15
"""Of a check, those for tokens included."""
ANSWER_BYTES = 8 << 20
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
        self._zendesk = zendesk

    def prove(self, attempts: int | None = None) -> None:
        """One call that shows whether this is an account, and the credentials its own.

        Args:
            attempts: how often to ask at most; None: as often as for any page.

        Raises:
            Refused, BadRequest, AirbyteTracedException: what the call met.
        """
        self._zendesk.page(
            replace(
                self._proof(), is_account_probe=True, attempts=attempts, most_calls=MOST_CALLS, most_bytes=ANSWER_BYTES
            )
        ).release()

    def look(self, path: str, key: str, attempts: int) -> Any:
        """What an endpoint holds under ``key`` that is no stream; arguments and errors as ``prove``."""
        proof = self._proof()
        url = proof.url.replace(proof.path, f"/api/v2/{path}")
        named = replace(proof, stream=path, url=url, records="", check=lambda _envelope, _ask: None)
        answer = self._zendesk.page(replace(named, attempts=attempts, most_calls=MOST_CALLS, most_bytes=ANSWER_BYTES))
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
            found = self.look(path, key, attempts=1)
        except (EndpointUnavailable, BadRequest, AirbyteTracedException):
            return {}
        return found if isinstance(found, dict) else {}

    def probe(self, name: str, attempts: int = 1) -> None:
        """One call that shows whether a stream may be read; arguments and errors as ``prove``."""
        with TEMPLATES:
            ask = self._pages_of(name).probe(self._zendesk.clock.now())
        self._zendesk.page(replace(ask, attempts=attempts, most_calls=MOST_CALLS, most_bytes=ANSWER_BYTES)).release()

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
            if not self.exports_may_close or not closed_answer(error):
                raise
            try:
                self._probe_list(name, attempts)
            except (EndpointUnavailable, BadRequest, AirbyteTracedException):
                raise error from None
            return error
        return None

    def _probe_list(self, name: str, attempts: int) -> None:
        pages = self._pages_of(name)
        form = pages.list_form if isinstance(pages, CursorExportRetriever) else None
        if form is None or form.changes is None:
            raise TypeError(f"{name} cannot be read by lists")
        with TEMPLATES:
            ask = form.changes.probe(self._zendesk.clock.now())
        self._zendesk.page(replace(ask, attempts=attempts, most_calls=MOST_CALLS, most_bytes=ANSWER_BYTES)).release()

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
            return self._pages_of(PROOF).ask(Position(0), self._zendesk.clock.now())

    def judge_chat(self, name: str, refused: EndpointUnavailable) -> None:
        """Raise a configuration error where Chat has refused credentials that are meant for it."""
        if self.own_chat_token and refused.status == requests.codes.unauthorized:
            raise chat_token_refused(name, refused)

    def needs(self, name: str) -> str:
        """The product, plan or add-on that a stream needs."""
        return self._stanzas.requires(name)

    def gated_with(self, name: str) -> list[str]:
        """All streams that need what this one needs."""
        return [other for other in self._stanzas.names if self.needs(other) == self.needs(name)]

    @property
    def may_renew(self) -> bool:
        """Whether the first call may find that a new access token is needed."""
        return self._zendesk.sign_in.expects_renewal

    @property
    def granted(self) -> str:
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
        return self._zendesk.budget.told("account")
