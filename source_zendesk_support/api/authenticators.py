"""Authenticators that send credentials byte for byte.

The stock authenticators render their values as templates, and the CDK reads every rendered text as a Python literal:
the token ``1e5`` would be sent as ``100000.0``, and ``'quoted'`` without its quotes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from airbyte_cdk.sources.declarative.auth.declarative_authenticator import DeclarativeAuthenticator


class ZendeskAuthenticator(DeclarativeAuthenticator):
    """Credentials, and the events that the client reports. These never expire; ``OAuthAuthenticator`` renews its token.

    Attributes:
        can_renew: a token that Zendesk rejects can be replaced.
        calls: requests made to the token endpoint.
        scope: granted with the last token; empty if none was fetched.
    """

    can_renew = False
    calls = 0
    scope = ""

    @property
    def auth_header(self) -> str:
        """The header's name."""
        return "Authorization"

    def ensure_valid(self) -> None:
        """Called before each request."""

    def accepted(self, header: str) -> None:
        """Called after any response but a 401, with the request's Authorization."""

    def replace_rejected(self, header: str) -> None:
        """Called after a 401, with the request's Authorization."""

    def wait_for_renewal(self, seconds: float) -> None:
        """Called at the end: wait at most this long for a renewal in progress."""


@dataclass(repr=False)
class ConfigBearerAuthenticator(ZendeskAuthenticator):
    """A token in the config that does not expire.

    Not ``BearerAuthenticator``: it renders the token as a template (see above).

        type: CustomAuthenticator
        class_name: source_zendesk_support.api.authenticators.ConfigBearerAuthenticator
        token_path: [credentials, access_token]

    Args:
        config: the connector's config.
        token_path: path of the token in the config.
    """

    config: Mapping[str, Any]
    token_path: list[str]

    @property
    def token(self) -> str:
        """The header's value."""
        return f"Bearer {_at(self.config, self.token_path)}"


@dataclass(repr=False)
class ConfigBasicAuthenticator(ZendeskAuthenticator):
    """A user's e-mail address and API token.

    Not ``BasicHttpAuthenticator``: it renders both as templates (see above).

        type: CustomAuthenticator
        class_name: source_zendesk_support.api.authenticators.ConfigBasicAuthenticator
        email_path: [credentials, email]
        token_path: [credentials, api_token]

    Args:
        config: the connector's config.
        email_path: path of the email in the config.
        token_path: path of the token in the config.
    """

    config: Mapping[str, Any]
    email_path: list[str]
    token_path: list[str]

    @property
    def token(self) -> str:
        """The header's value, in UTF-8; ``/token`` tells Zendesk that an API token follows, not a password."""
        pair = f"{_at(self.config, self.email_path)}/token:{_at(self.config, self.token_path)}"
        return f"Basic {b64encode(pair.encode()).decode()}"


def _at(config: Mapping[str, Any], path: Sequence[str]) -> str:
    return str(reduce(lambda found, name: found[name], path, config))
