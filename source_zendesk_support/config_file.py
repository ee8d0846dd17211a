"""New tokens outlive the process: as a CONTROL message for Airbyte, and in the config file where nobody reads it."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Callable, Mapping
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

logger = logging.getLogger("airbyte")


class ConfigFile:
    """Where a config goes that holds new tokens; it is out of this process when ``save`` returns.

    Args:
        path: the file of ``--config``.
        send: writes a message and flushes it.
    """

    def __init__(self, path: str, send: Callable[[AirbyteMessage], None]) -> None:
        self._path = Path(path)
        self._send = send
        self._warned = False

    def save(self, config: Mapping[str, Any]) -> None:
        """Emit the config, then replace the file; where that cannot be done, warn once and go on."""
        self._send(control_message(config))
        try:
            replace_whole(self._path, orjson.dumps(config, option=orjson.OPT_INDENT_2))
        except OSError as error:
            if not self._warned:
                logger.warning(
                    "The config file %s cannot be replaced (%s), and its refresh token is used up: the next run needs "
                    "the new one from this run's CONTROL message. Airbyte stores it by itself; elsewhere, make the "
                    "file writable, or use OAuth client credentials, which never change.",
                    self._path,
                    error.strerror,
                )
            self._warned = True


def control_message(config: Mapping[str, Any]) -> AirbyteMessage:
    """What tells Airbyte to store this config in place of the old one."""
    changed = AirbyteControlConnectorConfigMessage(config=dict(config))
    control = AirbyteControlMessage(
        type=OrchestratorType.CONNECTOR_CONFIG, emitted_at=time.time() * 1000, connectorConfig=changed
    )
    return AirbyteMessage(type=Type.CONTROL, control=control)


def replace_whole(path: Path, content: bytes) -> None:
    """Replace a file, mode kept, so that a reader sees the old content or the new, and a crash leaves one of them.

    Raises:
        OSError: the file, or its folder, is not writable.
    """
    target = path.resolve()
    with target.open("rb+"):  # a file that may not be written must not be replaced either
        mode = target.stat().st_mode
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode & 0o7777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
