"""The CDK's entry point with our own writer: batches of records, and a flush after each STATE."""

from __future__ import annotations

import argparse
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.request import getproxies

from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.models import AirbyteMessage, ConnectorSpecification, Type
from airbyte_cdk.utils.memory_monitor import MemoryMonitor

from source_zendesk_support.api.network_faults import passwords_in
from source_zendesk_support.config.model import parse
from source_zendesk_support.errors import config_error
from source_zendesk_support.json_files import read_json
from source_zendesk_support.masking import add_secrets, basic_auth_values
from source_zendesk_support.output import MessageWriter
from source_zendesk_support.signals import closed_by_signals
from source_zendesk_support.source import SourceZendeskSupport

logger = logging.getLogger("airbyte")

MEMORY_CHECK_INTERVAL_MESSAGES = 20
NO_FOLDER = ""
"""The CDK would write the config there; see ``SourceZendeskSupport.write_config``."""
SECRET_NAME = re.compile(r"token(?!_expiry)|secret|password", re.IGNORECASE)


class ZendeskEntrypoint(AirbyteEntrypoint):
    """Runs the CDK's commands with our own output, for speed and prompt checkpoints.

    Args:
        source: the connector.
        output: writes all messages.
        config: the content of ``--config``, which can be read only once if it is a pipe.
    """

    def __init__(self, source: SourceZendeskSupport, output: MessageWriter, config: Mapping[str, Any]) -> None:
        super().__init__(source)
        self._config = config
        self._zendesk = source
        self._output = output
        # A message contains about 250 records here, so the CDK's interval of 5,000 messages would be a million records.
        self._memory_monitor = MemoryMonitor(check_interval=MEMORY_CHECK_INTERVAL_MESSAGES)

    @staticmethod
    def validate_connection(source_spec: ConnectorSpecification, config: Mapping[str, Any]) -> None:
        """Name the invalid field. The CDK's schema check would print the complete config, including tokens."""
        parse(config)

    @staticmethod
    def set_up_secret_filter(config: Mapping[str, Any], connection_specification: Mapping[str, Any]) -> None:
        """Mask every value under a secret's name, even if the spec does not know the field."""
        add_secrets([*secrets_in(config), *passwords_in({"proxies": getproxies()})], forget=True)

    def execute(self, arguments: argparse.Namespace) -> None:
        """Run one command and write its messages."""
        if arguments.debug:
            logger.setLevel(logging.DEBUG)
        with closed_by_signals(self._output):
            for message in self._messages(arguments):
                self._output.send(message)
                self._memory_monitor.check_memory_usage()

    def _messages(self, arguments: argparse.Namespace) -> Iterable[AirbyteMessage]:
        spec = self._zendesk.spec(self.logger)
        if arguments.command == "spec":
            return [AirbyteMessage(type=Type.SPEC, spec=spec)]
        config = self._zendesk.configure(self._config, NO_FOLDER)
        if arguments.command == "check":
            return self.check(spec, config)
        if arguments.command == "discover":
            return self.discover(spec, config)
        self.set_up_secret_filter(config, spec.connectionSpecification)
        self.validate_connection(spec, config)
        catalog = self._zendesk.read_catalog(arguments.catalog)
        return self._zendesk.pages(config, catalog, self._zendesk.read_state(arguments.state))


def secrets_in(value: Any) -> Iterator[str]:
    """Every string under a secret's name, at any depth, and the Basic header made from it."""
    if isinstance(value, list):
        for item in value:
            yield from secrets_in(item)
    if not isinstance(value, Mapping):
        return
    for name, inner in value.items():
        if isinstance(inner, str) and SECRET_NAME.search(name):
            yield inner
            if isinstance(value.get("email"), str):
                yield from basic_auth_values(value["email"], inner)
        yield from secrets_in(inner)


def read_config(path: str) -> dict[str, Any]:
    """The user's config.

    Raises:
        AirbyteTracedException: configuration error; the file is missing or has other content.
    """
    value = read_json(path, "config")
    if not isinstance(value, dict):
        raise config_error(f"The config file {path} does not contain a JSON object.")
    return value
