"""The user's config as a typed model; no other module sees the raw dict."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from pydantic import (
    AliasChoices,
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
MAX_FILE_MEGABYTES = 1500
"""Airbyte transfers no larger files."""
EARLIEST_START_SECONDS = 0
"""An earlier start_date means the same, and no endpoint accepts a negative time."""
MAX_PROBLEM_CHARACTERS = 300
"""Limit for one field's message; pydantic quotes the input in its messages about credentials."""
COMPACT_DATE = re.compile("[0-9]{4,8}")
"""A date such as 20240131, which would be read as seconds in 1970."""
HeaderText = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[ -~]*\z")]


class CustomFieldOptions(BaseModel):
    """Options for custom fields.

    Attributes:
        expand: convert them to typed columns and properties.
        naming: ticket columns are named after the field's id, or after its title.
        labels: dropdown and multiselect ticket fields get a second column with the labels that agents see.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    expand: bool = True
    naming: Literal["id", "title"] = "id"
    labels: bool = False


class CustomObjectOptions(BaseModel):
    """Options for custom objects.

    Attributes:
        tables: offer a stream for each object, with a column for each of its fields.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    tables: bool = False


class FileOptions(BaseModel):
    """Options for the files of attachments.

    Attributes:
        download: also if the configured catalog does not include them, as on the command line and in PyAirbyte.
        max_megabytes: larger files are skipped; of 1,000,000 bytes.
        content_types: MIME types such as ``application/pdf`` or ``image/*``; empty: all.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    download: bool = False
    max_megabytes: int = Field(default=1000, ge=1, le=MAX_FILE_MEGABYTES)
    content_types: tuple[str, ...] = ()


class MarketplaceConfig(BaseModel):
    """Identifies an app of Zendesk's marketplace in headers; each value is one line of printable ASCII."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)
    name: HeaderText = ""
    organization_id: HeaderText = ""
    application_id: HeaderText = Field(default="", validation_alias=AliasChoices("application_id", "app_id"))
    """``app_id`` is its name in configs of version 0.1; Airbyte's acceptance suite takes that name for a secret's."""

    def headers(self) -> dict[str, str]:
        """Zendesk's headers for the values that are set."""
        values = {"Name": self.name, "Organization-Id": self.organization_id, "App-Id": self.application_id}
        return {f"X-Zendesk-Marketplace-{name}": value for name, value in values.items() if value}


class Config(BaseModel):
    """The configuration. Fields of other connectors and older versions are ignored.

    Attributes:
        subdomain: ``acme`` of ``acme.zendesk.com``.
        chat_credentials: credentials for Chat; if empty, the main credentials are used.
        start_date: epoch seconds; without a state, older data is not read. None: each stream's default.
        num_workers: maximum number of pages fetched or processed concurrently.
        max_quota_percent: share of every rate limit that may be used.
        metric_events_lookback_minutes: lookback for late metric events.
        ticket_audits_archived: also read the audits of archived tickets, one call each.
        custom_fields: options for the account's custom fields.
        custom_objects: options for the account's custom objects.
        exports: auto: lists are read if an export is closed; always, never: only exports, only lists.
        first_sync: how tickets are read without a state: from the export, or by their ids.
        tombstones: rows that are no longer listed are emitted once more, with the time at which they were missed.
        files: options for the files of attachments.
        marketplace: the marketplace app that makes the calls.
        base_url: another host to use instead of Zendesk (a proxy, or the simulated account).
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
    custom_objects: CustomObjectOptions = CustomObjectOptions()
    exports: Literal["auto", "always", "never"] = "auto"
    first_sync: Literal["exports", "by_id"] = "exports"
    tombstones: bool = False
    files: FileOptions = FileOptions()
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
            raise ValueError(f"{safe_text(value, 50)!r} is not a date; write it like 2024-01-31T00:00:00Z") from error
        if moment > time.time():
            raise ValueError(f"{iso(moment)} is in the future; nothing would be read")
        return max(moment, EARLIEST_START_SECONDS)

    @field_validator("num_workers")
    @classmethod
    def _at_least_minimum(cls, value: int) -> int:
        return max(value, MIN_WORKERS)

    @field_validator("base_url")
    @classmethod
    def _parse_base_url(cls, value: str) -> str:
        return parse_base_url(value)

    @field_validator("exports", mode="before")
    @classmethod
    def _exports(cls, value: object) -> object:
        return "auto" if value in (None, "") else value

    @field_validator("first_sync", mode="before")
    @classmethod
    def _first_sync(cls, value: object) -> object:
        return "exports" if value in (None, "") else value

    @field_validator("tombstones", mode="before")
    @classmethod
    def _tombstones(cls, value: object) -> object:
        return False if value in (None, "") else value

    @field_validator("chat_credentials", "custom_fields", "custom_objects", "files", "marketplace", mode="before")
    @classmethod
    def _default_for_null(cls, value: object) -> object:
        return {} if value is None else value

    @model_validator(mode="before")
    @classmethod
    def _migrated(cls, value: Any) -> Any:
        return migrate_config(value) if isinstance(value, dict) else value

    @property
    def chat_only(self) -> bool:
        """Whether the only token belongs to Chat, as in a config of the Chat connector."""
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
        AirbyteTracedException: configuration error that names the field; it never contains a value of the credentials.
    """
    try:
        return Config.model_validate(dict(raw))
    except ValidationError as error:
        raise _config_error(error) from None


def _plain(value: Any) -> Any:
    """A value for templates; None becomes empty text."""
    if value is None:
        return ""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _config_error(error: ValidationError) -> AirbyteTracedException:
    problems = "; ".join(_problem(detail["loc"], detail["msg"]) for detail in error.errors(include_input=False))
    return config_error(f"The configuration is not valid: {problems}.")


def _problem(location: tuple[int | str, ...], message: str) -> str:
    path = [str(part) for index, part in enumerate(location) if not (index == 1 and part in CREDENTIAL_TYPES)]
    return f"{'.'.join(path) or 'config'}: {safe_text(message.removeprefix('Value error, '), MAX_PROBLEM_CHARACTERS)}"
