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
from source_zendesk_support.config.migration import KINDS, normalised
from source_zendesk_support.config.subdomain import DOMAIN, bare_subdomain, safe_base_url
from source_zendesk_support.errors import config_error
from source_zendesk_support.foreign_text import shown
from source_zendesk_support.times import epoch, iso

FEWEST_WORKERS = 2
MOST_WORKERS = 40
EVERYTHING = 0
"""Epoch seconds; an earlier start_date says the same, and no endpoint takes a negative time."""
LONGEST_PROBLEM_CHARACTERS = 300
"""Of one field; pydantic quotes what was typed where it names the kinds of credentials."""
HYPHENLESS = re.compile("[0-9]{4,8}")
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
        exports: auto: lists are read where an export is closed; always, never: only exports, only lists.
        first_sync: how tickets are read without a state: from the export, or by their ids.
        marketplace: names the marketplace app on whose behalf the calls are made.
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
    custom_fields: CustomFieldOptions = CustomFieldOptions()
    exports: Literal["auto", "always", "never"] = "auto"
    first_sync: Literal["exports", "by_id"] = "exports"
    marketplace: MarketplaceConfig = MarketplaceConfig()
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
            moment = epoch("" if HYPHENLESS.fullmatch(str(value).strip()) else value)
        except ValueError as error:
            raise ValueError(f"{shown(value, 50)!r} is no date; write it like 2024-01-31T00:00:00Z") from error
        if moment > time.time():
            raise ValueError(f"{iso(moment)} lies in the future; nothing could be read")
        return max(moment, EVERYTHING)

    @field_validator("num_workers")
    @classmethod
    def _at_least_two(cls, value: int) -> int:
        return max(value, FEWEST_WORKERS)

    @field_validator("base_url")
    @classmethod
    def _safe(cls, value: str) -> str:
        return safe_base_url(value)

    @field_validator("exports", mode="before")
    @classmethod
    def _exports(cls, value: object) -> object:
        return "auto" if value in (None, "") else value

    @field_validator("first_sync", mode="before")
    @classmethod
    def _first_sync(cls, value: object) -> object:
        return "exports" if value in (None, "") else value

    @field_validator("chat_credentials", "custom_fields", "marketplace", mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return {} if value is None else value

    @model_validator(mode="before")
    @classmethod
    def _migrated(cls, value: Any) -> Any:
        return normalised(value) if isinstance(value, dict) else value

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
        raise _named(error) from None


def _plain(value: Any) -> Any:
    """As templates need it; what is not there is empty."""
    if value is None:
        return ""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _named(error: ValidationError) -> AirbyteTracedException:
    problems = "; ".join(_problem(detail["loc"], detail["msg"]) for detail in error.errors(include_input=False))
    return config_error(f"The configuration is not valid: {problems}.")


def _problem(location: tuple[int | str, ...], message: str) -> str:
    path = [str(part) for index, part in enumerate(location) if not (index == 1 and part in KINDS)]
    return f"{'.'.join(path) or 'config'}: {shown(message.removeprefix('Value error, '), LONGEST_PROBLEM_CHARACTERS)}"
