"""The CDK's entry point, writing through our own door: batches of records, and a flush after each STATE."""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import getproxies

import orjson
from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.models import AirbyteMessage, ConnectorSpecification, Type
from airbyte_cdk.utils.airbyte_secrets_utils import update_secrets
from airbyte_cdk.utils.constants import ENV_REQUEST_CACHE_PATH
from airbyte_cdk.utils.memory_monitor import MemoryMonitor

from source_zendesk_support.config import parse
from source_zendesk_support.errors import config_error
from source_zendesk_support.interrupt import ended_by_signals
from source_zendesk_support.output import Output
from source_zendesk_support.source import SourceZendeskSupport
from source_zendesk_support.temp import temp_folder

logger = logging.getLogger("airbyte")

LOOK_AT_MEMORY_EVERY = 20
SECRET = re.compile(r"token(?!_expiry)|secret|password", re.IGNORECASE)


class Entrypoint(AirbyteEntrypoint):
    """What a command says is the CDK's; how it is written is ours, for speed and for prompt checkpoints.

    Args:
        source: the connector.
        output: where everything is written.
    """

    def __init__(self, source: SourceZendeskSupport, output: Output) -> None:
        super().__init__(source)
        self._zendesk = source
        self._output = output
        # A message is some 250 records here, so the CDK's 5,000 messages between two looks would be a million of them.
        self._memory_monitor = MemoryMonitor(check_interval=LOOK_AT_MEMORY_EVERY)

    @staticmethod
    def validate_connection(source_spec: ConnectorSpecification, config: Mapping[str, Any]) -> None:
        """Name the field that is wrong. The CDK's schema check would print the whole config, tokens included."""
        parse(config)

    @staticmethod
    def set_up_secret_filter(config: Mapping[str, Any], connection_specification: Mapping[str, Any]) -> None:
        """Hide every value that is called a secret, also where the spec does not know the option it belongs to."""
        # The longest first: one secret may be part of another, and what is left of the longer one must not stay.
        found = filter(None, (*secrets_in(config), *proxy_secrets()))
        update_secrets(sorted(found, key=len, reverse=True))

    def execute(self, arguments: argparse.Namespace) -> None:
        """Run one command and write what it says."""
        if arguments.debug:
            logger.setLevel(logging.DEBUG)
        with (
            temp_folder() as folder,
            ended_by_signals(self._output, folder),
        ):
            os.environ[ENV_REQUEST_CACHE_PATH] = folder
            for message in self._messages(folder, arguments):
                self._output.send(message)
                self._memory_monitor.check_memory_usage()

    def _messages(self, folder: str, arguments: argparse.Namespace) -> Iterable[AirbyteMessage]:
        spec = self._zendesk.spec(self.logger)
        if arguments.command == "spec":
            return [AirbyteMessage(type=Type.SPEC, spec=spec)]
        config = self._zendesk.configure(read_json(arguments.config, "config"), folder)
        if arguments.command == "check":
            return self.check(spec, config)
        if arguments.command == "discover":
            return self.discover(spec, config)
        self.set_up_secret_filter(config, spec.connectionSpecification)
        self.validate_connection(spec, config)
        catalog = self._zendesk.read_catalog(arguments.catalog)
        return self._zendesk.pages(config, catalog, self._zendesk.read_state(arguments.state))


def secrets_in(value: Any) -> Iterator[str]:
    """Every string that stands under a name like a secret's, at any depth, and the basic header that is made of it."""
    if isinstance(value, list):
        for item in value:
            yield from secrets_in(item)
    if not isinstance(value, Mapping):
        return
    for name, inner in value.items():
        if isinstance(inner, str) and SECRET.search(name):
            yield from _as_shown(inner)
            if isinstance(value.get("email"), str):
                yield b64encode(f"{value['email'].strip()}/token:{inner.strip()}".encode("utf-8", "replace")).decode()
        yield from secrets_in(inner)


def _as_shown(secret: str) -> Iterator[str]:
    """The ways in which messages may write a secret: as it is, without what stands around it, as Python, as JSON."""
    bare = secret.strip()
    yield from dict.fromkeys((secret, bare, repr(bare)[1:-1], json.dumps(bare)[1:-1]))


def proxy_secrets() -> Iterator[str]:
    """The passwords in the addresses of the proxies that this machine's environment names, and their basic headers."""
    for address in getproxies().values():
        user, colon, password = address.rpartition("@")[0].rpartition("//")[2].partition(":")
        if colon and password:
            yield from (*_as_shown(password), *_as_shown(unquote(password)))
            yield b64encode(f"{unquote(user)}:{unquote(password)}".encode("utf-8", "replace")).decode()


def read_json(path: str, what: str) -> Mapping[str, Any]:
    """A JSON object from a file.

    Raises:
        AirbyteTracedException: configuration error; the file is missing or holds something else.
    """
    try:
        value = orjson.loads(Path(path).read_bytes())
    except OSError as error:
        raise config_error(f"The {what} file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise config_error(f"The {what} file {path} is not valid JSON.") from error
    if not isinstance(value, dict):
        raise config_error(f"The {what} file {path} does not hold a JSON object.")
    return value
