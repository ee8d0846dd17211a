"""The user's config, read once, at the door; nothing behind it sees a raw dict."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from source_zendesk_support.errors import config_error
from source_zendesk_support.times import epoch, iso

SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
DOMAIN = ".zendesk.com"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
FEWEST_WORKERS = 2
MOST_WORKERS = 40


class ApiToken(BaseModel):
    """Basic authentication; Zendesk ends API tokens on 2027-04-30."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["api_token"]
    email: str = Field(min_length=3)
    api_token: SecretStr = Field(min_length=1)


class AccessToken(BaseModel):
    """An OAuth access token as it is."""

    model_config = ConfigDict(extra="ignore")
    credentials: Literal["oauth2.0"]
    access_token: SecretStr = Field(min_length=1)


class ChatToken(BaseModel):
    """An OAuth access token of a Chat client; Support's credentials do not open Chat."""

    model_config = ConfigDict(extra="ignore")
    access_token: SecretStr | None = None


class CustomFields(BaseModel):
    """What becomes of custom fields.

    Attributes:
        expand: they become typed columns and properties.
        naming: ticket columns are named after the field's id, or after its title.
        labels: dropdown and multiselect ticket fields get a second column with what agents read.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    expand: bool = True
    naming: Literal["id", "title"] = "id"
    labels: bool = False


Credentials = Annotated[ApiToken | AccessToken, Field(discriminator="credentials")]


class Config(BaseModel):
    """What a user may say. Fields of other connectors and of older versions are tolerated and ignored.

    Attributes:
        subdomain: ``acme`` of ``acme.zendesk.com``.
        chat_credentials: signs in to Chat; the main credentials do where it is empty.
        start_date: epoch seconds; older data is not read where there is no state. None: each stream's default.
        num_workers: how many pages may be in hand at once.
        max_quota_percent: the part of every limit that may be used.
        metric_events_lookback_minutes: how far back late metric events are looked for.
        ticket_audits_archived: read the audits of archived tickets, too, one call each.
        custom_fields: what becomes of the fields that the account has defined.
        base_url: another host to talk to instead of Zendesk (a proxy, or the simulated account).
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    subdomain: str
    credentials: Credentials
    chat_credentials: ChatToken = ChatToken()
    start_date: int | None = None
    num_workers: int = Field(default=4, le=MOST_WORKERS)
    max_quota_percent: int = Field(default=100, ge=1, le=100)
    metric_events_lookback_minutes: int = Field(default=30, ge=0, le=120)
    ticket_audits_archived: bool = False
    custom_fields: CustomFields = CustomFields()
    base_url: str = ""

    @field_validator("subdomain")
    @classmethod
    def _bare(cls, value: str) -> str:
        return bare_subdomain(value)

    @field_validator("start_date", mode="before")
    @classmethod
    def _seconds(cls, value: object) -> object:
        if value in (None, ""):
            return None
        try:
            moment = epoch(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is no date; write it like 2024-01-31T00:00:00Z") from error
        if moment > time.time():
            raise ValueError(f"{iso(moment)} lies in the future; nothing could be read")
        return moment

    @field_validator("num_workers", mode="before")
    @classmethod
    def _at_least_two(cls, value: object) -> object:
        return max(value, FEWEST_WORKERS) if isinstance(value, int) else value

    @field_validator("base_url")
    @classmethod
    def _safe(cls, value: str) -> str:
        parts = urlsplit(value.strip())
        if value and (parts.scheme not in ("https", "http") or not parts.hostname):
            raise ValueError("not a URL")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("http would send the credentials in clear text; use https")
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/api/v2')}" if value else ""

    @model_validator(mode="before")
    @classmethod
    def _recognise(cls, value: Any) -> Any:
        """Credentials saved without their const are recognised by what they hold."""
        credentials = value.get("credentials") if isinstance(value, dict) else None
        if not isinstance(credentials, dict) or "credentials" in credentials:
            return value
        kind = "api_token" if "api_token" in credentials else "oauth2.0"
        return {**value, "credentials": {**credentials, "credentials": kind}}

    def declarative(self) -> dict[str, Any]:
        """The same config as the manifest's templates see it."""
        credentials, chat = self.credentials, self.chat_credentials.access_token
        secrets = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in credentials
        }
        return {
            "base_url": self.base_url or f"https://{self.subdomain}{DOMAIN}",
            "subdomain": self.subdomain,
            "credentials": secrets,
            "chat_credentials": {"credentials": "oauth2.0", "access_token": chat.get_secret_value()}
            if chat
            else secrets,
            "start_date": self.start_date,
            "metric_events_lookback_minutes": self.metric_events_lookback_minutes,
        }


def parse(raw: Mapping[str, Any]) -> Config:
    """The config as one typed model.

    Raises:
        AirbyteTracedException: configuration error that names the field; it never shows a value of the credentials.
    """
    try:
        return Config.model_validate(dict(raw))
    except ValidationError as error:
        raise _named(error) from None


def bare_subdomain(value: str) -> str:
    """``acme`` of whatever was typed or pasted: ``acme``, ``ACME``, ``acme.zendesk.com``, ``https://acme.zendesk.com/agent``.

    Raises:
        ValueError: it names no account at Zendesk; the reason is the message.
    """
    text = value.strip().lower()
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be seen; type it again")
    host = urlsplit(text).netloc if text.startswith("https://") else text
    bare = host.removesuffix(DOMAIN)
    if not SUBDOMAIN.fullmatch(bare):
        raise ValueError(f"{value!r} names no account; for https://acme.zendesk.com it is acme")
    return bare


def _named(error: ValidationError) -> AirbyteTracedException:
    problems = "; ".join(_problem(detail["loc"], detail["msg"]) for detail in error.errors(include_input=False))
    return config_error(f"The configuration is not valid: {problems}.")


def _problem(location: tuple[int | str, ...], message: str) -> str:
    tags = {"api_token", "oauth2.0"}
    path = [str(part) for index, part in enumerate(location) if not (index == 1 and part in tags)]
    return f"{'.'.join(path) or 'config'}: {message.removeprefix('Value error, ')}"
