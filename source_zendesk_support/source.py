"""The source: spec, check, discover and read."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from airbyte_cdk.config_observation import emit_configuration_as_airbyte_control_message
from airbyte_cdk.models import (
    AirbyteCatalog,
    AirbyteConnectionStatus,
    AirbyteMessage,
    AirbyteStateMessage,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteCatalogSerializer,
    Status,
    Type,
)
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from airbyte_cdk.sources.message import InMemoryMessageRepository
from airbyte_cdk.sources.streams.concurrent.abstract_stream import AbstractStream
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from serpyco_rs import SchemaValidationError

from source_zendesk_support.check.connection_check import CHECK_LIMIT_SECONDS, ConnectionCheck
from source_zendesk_support.check.parallel_calls import ParallelCalls
from source_zendesk_support.config.migration import with_tokens
from source_zendesk_support.config.model import MIN_WORKERS, parse
from source_zendesk_support.errors import config_error
from source_zendesk_support.heartbeat import Heartbeat
from source_zendesk_support.json_files import read_json
from source_zendesk_support.manifest import frame, resolved, written
from source_zendesk_support.pacing import pacing_for
from source_zendesk_support.retired_streams import RETIRED_STREAMS
from source_zendesk_support.state.state_file import read_states, states_of
from source_zendesk_support.sync import Sync
from source_zendesk_support.walk.record_batch import RecordBatch

COMMAND_PREFIX = "__"
"""Prefix of config keys in which the CDK's runners look for code, a manifest or a command."""


class SourceZendeskSupport(ConcurrentDeclarativeSource):
    """Zendesk Support, Guide, Talk and Chat.

    The CDK reads the manifest, answers ``spec`` and runs the threads. Streams are built here, because the CDK's streams
    emit STATE only when they end (see ``walk/walk.py``).

    Args:
        catalog: as passed by the CDK's entry points; ``read`` gets it again.
        config: the raw config.
        state: as above.
        config_path: the config's file, for values that must be written back.

    Attributes:
        save_config: stores the user's config with new tokens; our own command also writes it to the file.
    """

    def __init__(
        self,
        catalog: ConfiguredAirbyteCatalog | None = None,
        config: Mapping[str, Any] | None = None,
        state: list[AirbyteStateMessage] | None = None,
        config_path: str | None = None,
        **_: Any,
    ) -> None:
        super().__init__(catalog=catalog, config=None, state=None, source_config=frame())
        # Without the config, because the CDK would run code from it. Afterwards it only migrates the config.
        self._config = self._migrate_and_transform_config(config_path, config) or {}
        self._config_for_validation = self._config
        self._log_ignored_settings(config or {})
        self.save_config: Callable[[dict[str, Any]], None] = emit_configuration_as_airbyte_control_message
        # The CDK's own repository would queue a stream's last STATE after its COMPLETE.
        self._states = InMemoryMessageRepository()

    def _log_ignored_settings(self, config: Mapping[str, Any]) -> None:
        """Log settings that are ignored or changed."""
        if commands := sorted(name for name in config if name.startswith(COMMAND_PREFIX)):
            self.logger.warning(
                "The configuration contains %s. This connector ignores code, manifests and commands in a "
                "configuration.",
                ", ".join(commands),
            )
        workers = config.get("num_workers")
        if isinstance(workers, int | float) and workers < MIN_WORKERS:
            self.logger.info("num_workers is %s, below the minimum; using 2.", json.dumps(workers))

    @classmethod
    def read_state(cls, state_path: str) -> list[AirbyteStateMessage]:
        """The saved states, of any generation; see ``state/state_file.py``."""
        return read_states(state_path, written())

    @classmethod
    def read_catalog(cls, catalog_path: str) -> ConfiguredAirbyteCatalog:
        """The configured catalog.

        Raises:
            AirbyteTracedException: configuration error; the file contains no catalog.
        """
        value = read_json(catalog_path, "catalog")
        try:
            return ConfiguredAirbyteCatalogSerializer.load(value)
        except (SchemaValidationError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise config_error(
                f"The catalog file {catalog_path} does not contain a configured catalog: an object with a list of "
                "streams, each with the stream from discover, sync_mode and destination_sync_mode."
            ) from error

    @staticmethod
    def write_config(config: Mapping[str, Any], config_path: str) -> None:
        """Do nothing: the CDK's method would leave a copy of the config, including secrets, in the temporary folder."""

    @property
    def resolved_manifest(self) -> Mapping[str, Any]:
        """The complete manifest, as the CDK's own source has it."""
        return {**super().resolved_manifest, "streams": [resolved(name) for name in written()]}

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:
        """Check the credentials and their permissions; see ``check/connection_check.py``."""
        try:
            base_url = str(parse(config).declarative()["base_url"])
            names = super().resolved_manifest["check"]["stream_names"]
            account, calls = (
                self._sync(config, brief=True).account,
                ParallelCalls(CHECK_LIMIT_SECONDS, pacing=pacing_for(base_url)),
            )
            report = ConnectionCheck(account, names, urlsplit(base_url).netloc, calls).run()
        except AirbyteTracedException as error:
            return AirbyteConnectionStatus(status=Status.FAILED, message=error.message)
        logger.info("%s", report)
        return AirbyteConnectionStatus(status=Status.SUCCEEDED, message=report)

    def discover(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteCatalog:
        """All streams."""
        return AirbyteCatalog(streams=[stream.as_airbyte_stream() for stream in self.streams(config)])

    def streams(self, config: Mapping[str, Any]) -> list[AbstractStream]:
        """All streams, described but not read."""
        return list(self._sync(config, brief=True).described())

    def read(
        self,
        logger: logging.Logger,
        config: Mapping[str, Any],
        catalog: ConfiguredAirbyteCatalog,
        state: list[AirbyteStateMessage] | None = None,
    ) -> Iterator[AirbyteMessage]:
        """Ordinary messages, one per record, for entry points other than ours."""
        for message in self.pages(config, catalog, state):
            if isinstance(message, RecordBatch):
                yield from message.messages()
                message.written()
            else:
                yield message

    def pages(
        self,
        config: Mapping[str, Any],
        catalog: ConfiguredAirbyteCatalog,
        state: list[AirbyteStateMessage] | None = None,
    ) -> Iterator[AirbyteMessage]:
        """Messages of one sync. Records are in ``RecordBatch`` messages; call ``written`` after writing one.

        Raises:
            AirbyteTracedException: at the end, if any stream failed.
        """
        sync = self._sync(config)
        streams = sync.selected(catalog, states_of(state, written()))
        unknown = _unknown(catalog, {stream.name for stream in streams})
        yield from (error.as_airbyte_message() for error in unknown)
        try:
            if streams:
                yield from self._run(streams, sync)
        except AirbyteTracedException as error:
            raise _failed_streams_error(error, sync) from error
        finally:
            with suppress(MemoryError):  # the cause has been or is being reported
                self.logger.info("What was read:\n%s", sync.progress.table())
        if unknown:
            raise unknown[0]

    def _run(self, streams: list[Any], sync: Sync) -> Iterator[AirbyteMessage]:
        # The CDK's repository is the public access to the main thread's queue.
        heartbeat = Heartbeat(self._message_repository.emit_message, sync.current_states)
        heartbeat.start()
        try:
            for message in self._concurrent_source.read(streams):
                yield from self._states.consume_queue()
                yield message
                if message.type in (Type.RECORD, Type.STATE):
                    heartbeat.beat()
        finally:
            heartbeat.stop()

    def _sync(self, config: Mapping[str, Any], *, brief: bool = False) -> Sync:
        parsed = parse(config)

        def save(tokens: dict[str, str]) -> None:
            self.save_config(with_tokens(config, tokens))

        return Sync(parsed, self._states, save, brief=brief)


def _failed_streams_error(error: AirbyteTracedException, sync: Sync) -> AirbyteTracedException:
    """The CDK summarizes failures as Python exceptions of type configuration; this names the streams and the type."""
    return AirbyteTracedException(
        message=f"Failed streams: {', '.join(sync.failed)}. Their errors are above; all other streams completed.",
        internal_message=error.internal_message,
        failure_type=sync.failure_type,
    )


def _unknown(catalog: ConfiguredAirbyteCatalog, known: set[str]) -> list[AirbyteTracedException]:
    names = [stream.stream.name for stream in catalog.streams if stream.stream.name not in known]
    return [
        config_error(
            f"There is no stream {name}: {RETIRED_STREAMS.get(name, 'it is misspelled or no longer offered')}. Refresh "
            "the connection's schema, or remove the stream from the catalog. All other streams are read.",
            stream=name,
        )
        for name in names
    ]
