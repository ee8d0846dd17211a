"""The kinds of credentials, one model each. Secrets are never printed."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints, field_validator

TOKEN_PATTERN = re.compile("[!-~]+")
"""Characters of a token that a header can contain."""


def _strip_secret(value: object) -> object:
    """A secret without surrounding blanks and line ends."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text and not TOKEN_PATTERN.fullmatch(text):
        raise ValueError("it contains an invalid character; copy it again")
    return text


def _strip_optional_secret(value: object) -> object:
    """The same for an optional secret: empty or blank means None, but other falsy values do not."""
    text = _strip_secret(value)
    return None if text == "" else text


Secret = Annotated[SecretStr, BeforeValidator(_strip_secret), Field(min_length=1)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_strip_optional_secret)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class RefreshTokenCredentials(BaseModel):
    """OAuth with a refresh token that can be used once: Zendesk sends a new one with every access token."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["oauth2_refresh"]
    client_id: Text
    client_secret: Secret
    refresh_token: Secret
    access_token: OptionalSecret = None
    token_expiry_date: Any = None


class ClientCredentials(BaseModel):
    """A confidential OAuth client that authenticates by itself; nothing has to be stored between runs."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["oauth2_client_credentials"]
    client_id: Text
    client_secret: Secret
    access_token: None = None

    @field_validator("access_token", mode="before")
    @classmethod
    def _none(cls, value: object) -> None:
        """Ignore a token left from another kind of credentials."""


class AccessToken(BaseModel):
    """A fixed OAuth access token."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["oauth2.0"]
    access_token: Secret


class ApiToken(BaseModel):
    """Basic authentication; Zendesk retires API tokens on 2027-04-30."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["api_token"]
    email: Text
    api_token: Secret


class ChatToken(BaseModel):
    """An OAuth access token of a Chat client; Support's credentials do not work for Chat."""

    model_config = ConfigDict(extra="ignore")
    access_token: OptionalSecret = None


Credentials = Annotated[
    RefreshTokenCredentials | ClientCredentials | AccessToken | ApiToken, Field(discriminator="credentials")
]
"""The field ``credentials`` says which kind it is."""
