"""Converts configs of other and older Zendesk connectors to the current form, before validation.

Every function takes and returns JSON values, never fails, and keeps unknown values: the models in ``model.py`` report
errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CREDENTIAL_TYPES = ("oauth2_refresh", "oauth2_client_credentials", "oauth2.0", "api_token")
"""The values of ``credentials.credentials``, in the spec's order."""
_OTHER_DISCRIMINATORS = ("auth_type", "auth_method")
_TYPE_BY_FIELD = {
    "api_token": "api_token",
    "refresh_token": "oauth2_refresh",
    "access_token": "oauth2.0",
    "client_secret": "oauth2_client_credentials",
}
"""Identifying fields of credentials without a type; the first field present decides."""


def migrate_config(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The config in the current form; a current config is returned unchanged."""
    config = _nest_credentials(dict(raw))
    credentials = config.get("credentials")
    if not isinstance(credentials, dict):
        return config
    if credentials.get("credentials") == "access_token":  # the Chat connector's name
        config = {"chat_credentials": {"access_token": credentials.get("access_token")}, **config}
    return {**config, "credentials": _with_type(credentials)}


def with_tokens(raw: Mapping[str, Any], tokens: Mapping[str, str]) -> dict[str, Any]:
    """The user's config in the current form with new tokens, as it is sent back to Airbyte."""
    config = migrate_config(raw)
    return {**config, "credentials": {**config["credentials"], **tokens}}


def _nest_credentials(config: dict[str, Any]) -> dict[str, Any]:
    """Move ``auth_method`` (old Support), ``email`` and ``access_token`` (old Talk and Chat) into credentials."""
    if config.get("credentials") is not None:
        return config
    method = config.get("auth_method")
    if isinstance(method, dict):
        found: dict[str, Any] = dict(method)
        if found.get("auth_method") == "access_token":
            found["auth_method"] = "oauth2.0"
        config.pop("auth_method")
    elif "access_token" in config:
        kind = "api_token" if config.get("email") else "access_token"
        found = {"credentials": kind, "access_token": config.pop("access_token")}
        found |= {"email": config.pop("email")} if kind == "api_token" else {}
    else:
        return config
    return {**config, "credentials": found}


def _with_type(credentials: Mapping[str, Any]) -> dict[str, Any]:
    """Credentials with their type in the field ``credentials``."""
    found = {name: value for name, value in credentials.items() if name not in _OTHER_DISCRIMINATORS}
    said = [credentials.get(name) for name in ("credentials", *_OTHER_DISCRIMINATORS)]
    kind = next((word for word in said if word), None) or _detect_type(found)
    if kind == "access_token":
        kind = "oauth2.0"
    if kind == "api_token" and "api_token" not in found and "access_token" in found:  # Talk's name for it
        found["api_token"] = found.pop("access_token")
    return {**found, "credentials": kind} if kind else found


def _detect_type(credentials: Mapping[str, Any]) -> str | None:
    if "email" in credentials and "access_token" in credentials:
        return "api_token"
    return next((kind for name, kind in _TYPE_BY_FIELD.items() if name in credentials), None)
