"""How a config may sign in: one model for each kind of credentials. No secret is shown when one is printed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class Refreshed(BaseModel):
    """OAuth with a refresh token, which is good for one use: Zendesk sends a new one with every access token."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["oauth2_refresh"]
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    refresh_token: SecretStr = Field(min_length=1)
    access_token: SecretStr | None = None
    token_expiry_date: Any = None


class Client(BaseModel):
    """A confidential OAuth client that signs in by itself; nothing of it has to be stored between runs."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["oauth2_client_credentials"]
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    access_token: None = None

    @field_validator("access_token", mode="before")
    @classmethod
    def _none(cls, value: object) -> None:
        """A token that was left here from another kind of credentials is not used."""


class AccessToken(BaseModel):
    """An OAuth access token as it is."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["oauth2.0"]
    access_token: SecretStr = Field(min_length=1)


class ApiToken(BaseModel):
    """Basic authentication; Zendesk ends API tokens on 2027-04-30."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["api_token"]
    email: str = Field(min_length=3)
    api_token: SecretStr = Field(min_length=1)


class ChatToken(BaseModel):
    """An OAuth access token of a Chat client; Support's credentials do not open Chat."""

    model_config = ConfigDict(extra="ignore")
    access_token: SecretStr | None = None


Credentials = Annotated[Refreshed | Client | AccessToken | ApiToken, Field(discriminator="credentials")]
"""Which of them it is, its own field ``credentials`` says."""
