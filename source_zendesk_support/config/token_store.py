"""Stores new tokens in the config file and emits them as a CONTROL message for Airbyte."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from airbyte_cdk.models import (
    AirbyteControlConnectorConfigMessage,
    AirbyteControlMessage,
    AirbyteMessage,
    OrchestratorType,
    Type,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.config.atomic_file import AtomicFile
from source_zendesk_support.config.migration import migrate_config, with_tokens
from source_zendesk_support.json_files import read_json

logger = logging.getLogger("airbyte")

TOKEN_FIELDS = ("access_token", "refresh_token", "token_expiry_date")
_NOT_REPLACED = (
    "The config file %s cannot be updated (%s), and its refresh token has been used: the next run needs the new token "
    "from this run's CONTROL message. Airbyte stores it automatically; elsewhere, make the file writable, or use "
    "OAuth client credentials, which never change."
)
_CHANGED = "since this run started, it was overwritten with other credentials or invalid JSON"


class ConfigFile:
    """Stores new tokens; they have left this process when ``save`` returns.

    Args:
        path: the file of ``--config``.
        send: writes a message and flushes it.
        config: the file's content when it was read.
    """

    def __init__(self, path: str, send: Callable[[AirbyteMessage], None], config: Mapping[str, Any]) -> None:
        self._path = path
        self._replacement = AtomicFile(Path(path))
        self._send = send
        self._refresh_token = _refresh_token_of(config)
        self._warned = False

    def save(self, config: Mapping[str, Any]) -> None:
        """Write the tokens to the file and emit the config; if the file cannot be replaced, warn once and continue.

        The file comes first, because the reader of stdout may be slow or gone.
        """
        problem = self._replace(config["credentials"])
        self._send(control_message(config))
        if problem and not self._warned:
            self._warned = True
            logger.warning(_NOT_REPLACED, self._path, problem)

    def _replace(self, credentials: Mapping[str, Any]) -> str:
        """Replace only the tokens in the file, not edits by a person. Returns the problem, or empty text."""
        tokens = _tokens_in(credentials)
        try:
            current = self._current()
            if current is None:
                return _CHANGED
            content = orjson.dumps(with_tokens(current, tokens), option=orjson.OPT_INDENT_2)
            self._replacement.write(content)
        except OSError as error:
            return error.strerror or type(error).__name__
        self._refresh_token = _refresh_token_of({"credentials": tokens})
        return ""

    def _current(self) -> dict[str, Any] | None:
        """The config in the file now; None if it is invalid or has other credentials than at the start.

        Raises:
            OSError: the file cannot be replaced.
        """
        self._replacement.check()
        try:
            current = read_json(self._path, "config")
        except AirbyteTracedException:
            return None
        return current if _refresh_token_of(current) == self._refresh_token else None


def recover_tokens(path: str) -> None:
    """Recover the tokens of a run that was killed while it stored them: those in the file are already used."""
    replacement = AtomicFile(Path(path))
    with suppress(OSError):
        for content in replacement.leftovers():
            recovered = _recovered_config(path, content)
            if recovered is not None:
                replacement.write(recovered)
                logger.warning("The config file %s now contains the tokens that a killed run was about to store.", path)


def _recovered_config(path: str, content: bytes) -> bytes | None:
    """The file's config with the tokens of a leftover; None if that is incomplete or has other credentials.

    If the file itself is not JSON, the run was killed while writing it, and the leftover is the config.
    """
    try:
        tokens = _tokens_in(orjson.loads(content)["credentials"])
    except (ValueError, TypeError, KeyError):
        return None
    try:
        current = read_json(path, "config")
    except AirbyteTracedException:
        return content
    if _client_of(current) != _client_of(orjson.loads(content)):
        return None
    return orjson.dumps(with_tokens(current, tokens), option=orjson.OPT_INDENT_2)


def control_message(config: Mapping[str, Any]) -> AirbyteMessage:
    """The message that tells Airbyte to store this config in place of the old one."""
    changed = AirbyteControlConnectorConfigMessage(config=dict(config))
    control = AirbyteControlMessage(
        type=OrchestratorType.CONNECTOR_CONFIG, emitted_at=time.time() * 1000, connectorConfig=changed
    )
    return AirbyteMessage(type=Type.CONTROL, control=control)


def _tokens_in(credentials: Mapping[str, Any]) -> dict[str, Any]:
    return {name: credentials[name] for name in TOKEN_FIELDS if name in credentials}


def _refresh_token_of(config: Any) -> str | None:
    """The refresh token of a config in any form; None if it has none."""
    return _credential(config, "refresh_token")


def _client_of(config: Any) -> str | None:
    """The OAuth client of a config's tokens."""
    return _credential(config, "client_id")


def _credential(config: Any, name: str) -> str | None:
    credentials = migrate_config(config).get("credentials") if isinstance(config, Mapping) else None
    value = credentials.get(name) if isinstance(credentials, Mapping) else None
    return value.strip() if isinstance(value, str) else None
