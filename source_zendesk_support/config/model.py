"""The user's config, read once, at the door; nothing behind it sees a raw dict."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from source_zendesk_support.config.credentials import AccessToken, ChatToken, Credentials
from source_zendesk_support.config.migration import CREDENTIAL_TYPES, migrate_config
from source_zendesk_support.config.subdomain import DOMAIN, parse_base_url, parse_subdomain
from source_zendesk_support.errors import config_error
from source_zendesk_support.masking import safe_text
from source_zendesk_support.times import epoch, iso

MIN_WORKERS = 2
MAX_WORKERS = 40
EARLIEST_START_SECONDS = 0
"""Epoch seconds; an earlier start_date says the same, and no endpoint takes a negative time."""
MAX_PROBLEM_CHARACTERS = 300
"""Of one field; pydantic quotes what was typed where it names the kinds of credentials."""
COMPACT_DATE = re.compile("[0-9]{4,8}")
"""A date as 20240131, which would count as seconds of the year 1970."""
HeaderText = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[ -~]*\z")]


class CustomFieldOptions(BaseModel):
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


class MarketplaceConfig(BaseModel):
    """How an app of Zendesk's marketplace names itself; one line of printable ASCII each, as it goes into headers."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)
    name: HeaderText = ""
    organization_id: HeaderText = ""
    app_id: HeaderText = ""

    def headers(self) -> dict[str, str]:
        """Zendesk's headers for those that are given."""
        values = {"Name": self.name, "Organization-Id": self.organization_id, "App-Id": self.app_id}
        return {f"X-Zendesk-Marketplace-{name}": value for name, value in values.items() if value}


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
        marketplace: names the marketplace app on whose behalf the calls are made.
        base_url: another host to talk to instead of Zendesk (a proxy, or the simulated account).
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    subdomain: str
    credentials: Credentials
    chat_credentials: ChatToken = ChatToken()
    start_date: int | None = None
    num_workers: int = Field(default=4, le=MAX_WORKERS)
    max_quota_percent: int = Field(default=100, ge=1, le=100)
    metric_events_lookback_minutes: int = Field(default=30, ge=0, le=120)
    ticket_audits_archived: bool = False
    custom_fields: CustomFieldOptions = CustomFieldOptions()
    marketplace: MarketplaceConfig = MarketplaceConfig()
    base_url: str = ""

    @field_validator("subdomain")
    @classmethod
    def _parse_subdomain(cls, value: str) -> str:
        return parse_subdomain(value)

    @field_validator("start_date", mode="before")
    @classmethod
    def _parse_start_date(cls, value: object) -> object:
        if value in (None, ""):
            return None
        try:
            moment = epoch("" if COMPACT_DATE.fullmatch(str(value).strip()) else value)
        except ValueError as error:
            raise ValueError(f"{safe_text(value, 50)!r} is no date; write it like 2024-01-31T00:00:00Z") from error
        if moment > time.time():
            raise ValueError(f"{iso(moment)} lies in the future; nothing could be read")
        return max(moment, EARLIEST_START_SECONDS)

    @field_validator("num_workers")
    @classmethod
    def _at_least_minimum(cls, value: int) -> int:
        return max(value, MIN_WORKERS)

    @field_validator("base_url")
    @classmethod
    def _parse_base_url(cls, value: str) -> str:
        return parse_base_url(value)

    @field_validator("chat_credentials", "custom_fields", "marketplace", mode="before")
    @classmethod
    def _default_for_null(cls, value: object) -> object:
        return {} if value is None else value

    @model_validator(mode="before")
    @classmethod
    def _migrated(cls, value: Any) -> Any:
        return migrate_config(value) if isinstance(value, dict) else value

    @property
    def chat_only(self) -> bool:
        """The one token there is belongs to Chat, as in a config of the Chat connector."""
        chat = self.chat_credentials.access_token
        return chat is not None and isinstance(self.credentials, AccessToken) and self.credentials.access_token == chat

    def declarative(self) -> dict[str, Any]:
        """The same config as the manifest's templates see it."""
        chat = self.chat_credentials.access_token
        secrets = {name: _plain(value) for name, value in self.credentials}
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
        raise _config_error(error) from None


def _plain(value: Any) -> Any:
    """As templates need it; what is not there is empty."""
    if value is None:
        return ""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _config_error(error: ValidationError) -> AirbyteTracedException:
    problems = "; ".join(_problem(detail["loc"], detail["msg"]) for detail in error.errors(include_input=False))
    return config_error(f"The configuration is not valid: {problems}.")


def _problem(location: tuple[int | str, ...], message: str) -> str:
    path = [str(part) for index, part in enumerate(location) if not (index == 1 and part in CREDENTIAL_TYPES)]
    return f"{'.'.join(path) or 'config'}: {safe_text(message.removeprefix('Value error, '), MAX_PROBLEM_CHARACTERS)}"
