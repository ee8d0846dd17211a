"""The CDK's entry point, with ``read`` writing pages instead of records."""

from __future__ import annotations

import argparse
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.utils.constants import ENV_REQUEST_CACHE_PATH
from airbyte_cdk.utils.memory_monitor import MemoryMonitor

from source_zendesk_support.errors import config_error
from source_zendesk_support.output import Output
from source_zendesk_support.source import SourceZendeskSupport

logger = logging.getLogger("airbyte")

LOOK_AT_MEMORY_EVERY = 20


class Entrypoint(AirbyteEntrypoint):
    """``spec``, ``check`` and ``discover`` are the CDK's; ``read`` is ours, for speed and for prompt checkpoints.

    Args:
        source: the connector.
        output: where everything is written.
    """

    def __init__(self, source: SourceZendeskSupport, output: Output) -> None:
        super().__init__(source)
        self._zendesk = source
        self._output = output
        # A message is a whole page here, so the CDK's 5,000 messages between two looks would be millions of records.
        self._memory_monitor = MemoryMonitor(check_interval=LOOK_AT_MEMORY_EVERY)

    def execute(self, arguments: argparse.Namespace) -> None:
        """Run one command and write what it says."""
        if arguments.command == "read":
            self._read(arguments)
            return
        for line in self.run(arguments):
            self._output.write(f"{line}\n")
        self._output.flush()

    def _read(self, arguments: argparse.Namespace) -> None:
        if arguments.debug:
            logger.setLevel(logging.DEBUG)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            os.environ[ENV_REQUEST_CACHE_PATH] = folder
            self._read_with(folder, arguments)

    def _read_with(self, folder: str, arguments: argparse.Namespace) -> None:
        spec = self._zendesk.spec(self.logger)
        config = self._zendesk.configure(read_json(arguments.config, "config"), folder)
        self.set_up_secret_filter(config, spec.connectionSpecification)
        self.validate_connection(spec, config)
        catalog = self._zendesk.read_catalog(arguments.catalog)
        state = self._zendesk.read_state(arguments.state)
        for message in self._zendesk.pages(config, catalog, state):
            self._output.send(message)
            self._memory_monitor.check_memory_usage()


def read_json(path: str, what: str) -> Mapping[str, Any]:
    """A JSON object from a file.

    Raises:
        AirbyteTracedException: configuration error; the file is missing or holds something else.
    """
    try:
        value = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise config_error(f"The {what} file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise config_error(f"The {what} file {path} is not valid JSON.") from error
    if not isinstance(value, dict):
        raise config_error(f"The {what} file {path} does not hold a JSON object.")
    return value
