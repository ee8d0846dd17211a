"""One sync: the selected streams, grouped into walks by the pages that they are read from."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from airbyte_cdk.models import (
    AirbyteMessage,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    FailureType,
    SyncMode,
)
from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.sources.streams.concurrent.cursor import CursorField
from airbyte_cdk.sources.streams.concurrent.default_stream import DefaultStream

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import ServerClock
from source_zendesk_support.api.file_transfer import FileTransfer
from source_zendesk_support.api.oauth import SaveTokens, TokenRenewal
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.check.account_probe import MAX_CHECK_CALLS, AccountProbe
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_export import CursorExportRetriever
from source_zendesk_support.components.cursor_spec import WalkCursor
from source_zendesk_support.components.deletions import finds_deletions, with_mark
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.components.time_export import TimeExportRetriever
from source_zendesk_support.config.model import Config
from source_zendesk_support.custom_fields.definitions import FieldDefinitions
from source_zendesk_support.custom_fields.object_columns import ObjectSchemas
from source_zendesk_support.custom_fields.schema import FieldSchemas
from source_zendesk_support.files.sync_files import SyncFiles
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.object_tables import may_be_table
from source_zendesk_support.pacing import pacing_for
from source_zendesk_support.progress import SyncProgress
from source_zendesk_support.rate_limits.budget import Budget
from source_zendesk_support.walk.account_proof import AccountProof
from source_zendesk_support.walk.export_access import ExportAccess
from source_zendesk_support.walk.export_walk import ExportWalk
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.object_walks import CustomObjects
from source_zendesk_support.walk.partition import WalkPartitionGenerator
from source_zendesk_support.walk.reader_factory import SelectedStream, StreamReaderFactory
from source_zendesk_support.walk.signed_in_user import UserLookup
from source_zendesk_support.walk.stream_reader import StreamReader
from source_zendesk_support.walk.walk import Walk

logger = logging.getLogger("airbyte")

WRITE_SLOTS = 4
"""Messages with records that may wait for the main thread, which does nothing but write them."""


class Sync:
    """Everything that lives as long as one command.

    Args:
        config: the user's config.
        repository: takes messages that the CDK requests outside of a walk.
        save: takes new tokens before they are used.
        brief: the command has a few questions only: none of them waits for another one's slot, and the access token is
            used until Zendesk refuses it.

    Attributes:
        account: answers what is no stream.
        progress: what was read.
    """

    def __init__(
        self,
        config: Config,
        repository: MessageRepository,
        save: SaveTokens,
        *,
        brief: bool = False,
    ) -> None:
        pacing = pacing_for(config.base_url)
        connection = HttpTransport(config.marketplace.headers(), pacing)
        stanzas = StreamDefinitions(config.declarative(), TokenRenewal(connection, save, lazy=brief))
        self.progress = SyncProgress()
        slots = max(config.num_workers, MAX_CHECK_CALLS) if brief else config.num_workers
        budget = Budget(stanzas.limits, slots, config.max_quota_percent / 100)
        self._zendesk = ZendeskClient(budget, ServerClock(), self.progress, connection, stanzas.authenticator, pacing)
        self.account = AccountProbe(config, stanzas, self._zendesk)
        self._zendesk.on_foreign_response = AccountProof(self.account.probe_account).contradict
        self._stanzas = stanzas
        self._repository = repository
        definitions = FieldDefinitions(stanzas.pages, self._zendesk)
        self._objects = CustomObjects(stanzas.pages, self._zendesk)
        self._object_schemas = ObjectSchemas(stanzas.pages, self._zendesk)
        self._has_tables = config.custom_objects.tables
        self._threads = ChildThreads(config.num_workers)
        base_url = str(config.declarative()["base_url"])
        sign_in = stanzas.authenticator
        transfer = FileTransfer(budget, self.progress, connection, sign_in, base_url, config.subdomain, pacing)
        self._files = SyncFiles(config.files, self._zendesk, transfer, self._threads, pacing)
        self._readers = StreamReaderFactory(
            config,
            stanzas,
            self._zendesk,
            self._threads,
            definitions,
            repository,
            threading.Semaphore(WRITE_SLOTS),
            self._objects,
            self._files,
            role=lambda: self._user.user().full_role,
        )
        self._tombstones = config.tombstones
        self._schemas = FieldSchemas(definitions, config.custom_fields)
        self._user = UserLookup(self.account.signed_in_user)
        self._export_access = ExportAccess(config, self._user, self._zendesk, self._threads)
        self._walks: list[Walk] = []
        self._includes: dict[str, set[str]] = {}

    def described(self) -> list[DefaultStream]:
        """All streams, as ``discover`` shows them. Schemas of custom fields are fetched when they are needed.

        Raises:
            AirbyteTracedException: tables of custom objects are wanted, but nothing can be read with these credentials,
                or there is no such account.
        """
        if self._has_tables:
            self._stanzas.add_tables(self._objects.offered())
        return [self._described(name) for name in self._stanzas.names]

    def selected(
        self, catalog: ConfiguredAirbyteCatalog, states: Mapping[str, Mapping[str, Any]]
    ) -> list[DefaultStream]:
        """The catalog's streams, ready to be read; those that the manifest does not have are skipped.

        Raises:
            AirbyteTracedException: configuration error; a state cannot be understood.
        """
        names = [stream.stream.name for stream in catalog.streams]
        if tables := [name for name in names if may_be_table(name, self._stanzas.names)]:
            self._stanzas.add_tables(self._objects.keys, tables)
        self._files.included = {stream.stream.name for stream in catalog.streams if stream.include_files}
        known = [stream for stream in catalog.streams if stream.stream.name in self._stanzas.names]
        # All states first: one that cannot be understood is reported before anything is requested.
        retrievers = [self._checked(stream, states.get(stream.stream.name, {})) for stream in known]
        selected = [
            self._readers.selected(
                stream.stream, pages, states.get(stream.stream.name, {}), is_full_refresh=_is_full_refresh(stream)
            )
            for stream, pages in zip(known, retrievers, strict=True)
        ]
        self._threads.start()
        walks = self._grouped(selected, self._gate(known, selected))
        return [
            self._stream(
                stream.name,
                stream.cursor,
                [walks[_walk_key(reader)] for reader in stream.readers],
                self._stanzas.schema(stream.name),
            )
            for stream in selected
        ]

    def _checked(self, stream: ConfiguredAirbyteStream, state: Mapping[str, Any]) -> PagedRetriever:
        return self._readers.checked(stream.stream.name, state, is_full_refresh=_is_full_refresh(stream))

    def _gate(self, catalog: Iterable[ConfiguredAirbyteStream], selected: Iterable[SelectedStream]) -> Gate:
        return Gate(
            self.account.probe_account,
            _names_by_endpoint(selected),
            _overwritten(catalog),
            own_chat_token=self.account.own_chat_token,
            user=self._user,
        )

    def _grouped(self, selected: Iterable[SelectedStream], gate: Gate) -> dict[object, Walk]:
        """One walk for all streams that can be read from the same pages."""
        groups: dict[object, list[StreamReader]] = {}
        for reader in (reader for stream in selected for reader in stream.readers):
            groups.setdefault(_walk_key(reader), []).append(reader)
            if cached := _cached_list(reader.retriever):
                self._includes.setdefault(cached, set()).add(reader.retriever.include)
        walks = {key: self._walk(readers[0].retriever, readers, gate) for key, readers in groups.items()}
        self._walks = list(walks.values())
        return walks

    def _walk(self, retriever: PagedRetriever, readers: Sequence[StreamReader], gate: Gate) -> Walk:
        """A walk over pages; one that reads lists instead, if the family has any and its export is closed."""
        if isinstance(retriever, CursorExportRetriever | TimeExportRetriever) and retriever.list_form:
            return ExportWalk(retriever, readers, self._zendesk, gate, retriever.list_form, self._export_access)
        return Walk(retriever, readers, self._zendesk, gate, self._includes.get(_cached_list(retriever), ()))

    @property
    def failed(self) -> list[str]:
        """The streams that failed."""
        return sorted(name for walk in self._walks for name in walk.failed)

    @property
    def failure_type(self) -> FailureType:
        """Of all walks together: whether the user must act, or we, or nobody."""
        kinds = {walk.failure_type for walk in self._walks}
        order = (FailureType.config_error, FailureType.system_error, FailureType.transient_error)
        return next((kind for kind in order if kind in kinds), FailureType.system_error)

    def current_states(self) -> Iterator[AirbyteMessage]:
        """The present STATE of the streams that are being read."""
        return (state for walk in self._walks for state in walk.current_states)

    def _described(self, name: str) -> DefaultStream:
        static = self._stanzas.schema(name)
        if key := self._stanzas.tables.get(name):
            table = cache(lambda: self._object_schemas.completed(name, key, static()))
            return self._stream(name, WalkCursor(name, None, {}, self._repository), [], table)
        if self._tombstones and finds_deletions(self._stanzas.pages(name)):
            return self._stream(name, WalkCursor(name, None, {}, self._repository), [], lambda: with_mark(static()))
        completed = cache(lambda: self._schemas.completed(name, self._stanzas.fields(name), static()))
        return self._stream(name, WalkCursor(name, None, {}, self._repository), [], completed)

    def _stream(
        self, name: str, cursor: WalkCursor, walks: Sequence[Walk], schema: Callable[[], Mapping[str, Any]]
    ) -> DefaultStream:
        rules = self._stanzas.cursor(name)
        return DefaultStream(
            partition_generator=WalkPartitionGenerator(name, walks),
            name=name,
            json_schema=schema,
            primary_key=self._stanzas.primary_key(name),
            cursor_field=CursorField(rules.field) if rules else None,
            logger=logger,
            cursor=cursor,
            supports_file_transfer=self._stanzas.files(name) is not None,
        )


def _walk_key(reader: StreamReader) -> object:
    return reader.retriever.walk_key(reader.position)


def _cached_list(retriever: PagedRetriever) -> str:
    """The cached list that several walks read and must request alike; empty if it is not cached."""
    return retriever.endpoint.removesuffix(".json") if retriever.requester.use_cache else ""


def _is_full_refresh(stream: ConfiguredAirbyteStream) -> bool:
    return bool(stream.sync_mode == SyncMode.full_refresh)


def _names_by_endpoint(selected: Iterable[SelectedStream]) -> dict[str, list[str]]:
    """The selected streams of each endpoint. They are refused together, and share one message."""
    found: dict[str, list[str]] = {}
    for stream in selected:
        for reader in stream.readers:
            found.setdefault(reader.retriever.endpoint, []).append(stream.name)
    return found


def _overwritten(streams: Iterable[ConfiguredAirbyteStream]) -> frozenset[str]:
    """Streams whose destination table is emptied by a sync without records."""
    return frozenset(
        stream.stream.name
        for stream in streams
        if _is_full_refresh(stream) and stream.destination_sync_mode == DestinationSyncMode.overwrite
    )
