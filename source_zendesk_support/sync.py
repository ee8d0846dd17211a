"""One sync's parts, wired: the selected streams, grouped by the pages they are read from."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
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

from source_zendesk_support.account import MOST_CALLS, AccountProbe
from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.clock import ServerClock
from source_zendesk_support.api.oauth import Save
from source_zendesk_support.api.transport import HttpTransport
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.cursor_export import CursorExportRetriever
from source_zendesk_support.components.cursor_spec import WalkCursor
from source_zendesk_support.components.time_export import TimeExportRetriever
from source_zendesk_support.config.model import Config
from source_zendesk_support.custom_fields.definitions import FieldDefinitions
from source_zendesk_support.custom_fields.schema import FieldSchemas
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.parts import StreamReaderFactory, WalkMember
from source_zendesk_support.progress import SyncProgress
from source_zendesk_support.rate_limits.budget import Budget
from source_zendesk_support.walk.account_proof import AccountProof
from source_zendesk_support.walk.export_access import ExportAccess
from source_zendesk_support.walk.export_walk import ExportWalk
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.partition import WalkPartitionGenerator
from source_zendesk_support.walk.stream_reader import StreamReader
from source_zendesk_support.walk.walk import Walk

logger = logging.getLogger("airbyte")

PIECES_WAITING = 4
"""Encoded pieces of pages that may wait for the main thread, which does nothing but write them."""


class Sync:
    """Everything that lives as long as one command.

    Args:
        config: the user's config.
        stanzas: the manifest.
        repository: takes messages that the CDK asks for outside of a walk.
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
        stanzas: StreamDefinitions,
        repository: MessageRepository,
        save: Save,
        *,
        brief: bool = False,
    ) -> None:
        self.progress = SyncProgress()
        slots = max(config.num_workers, MOST_CALLS) if brief else config.num_workers
        budget = Budget(stanzas.limits, slots, config.max_quota_percent / 100)
        connection = HttpTransport(config.marketplace.headers())
        chat_apart = config.chat_credentials.access_token is not None
        sign_in = stanzas.sign_in(connection, save, chat_apart=chat_apart, lazy=brief)
        self._zendesk = ZendeskClient(budget, ServerClock(), self.progress, connection, sign_in)
        self.account = AccountProbe(config, stanzas, self._zendesk)
        self._zendesk.on_foreign = AccountProof(self.account.prove).contradict
        self._stanzas = stanzas
        self._repository = repository
        definitions = FieldDefinitions(stanzas.pages, self._zendesk)
        self._parts = StreamReaderFactory(config, stanzas, self._zendesk, definitions, repository)
        self._schemas = FieldSchemas(definitions, config.custom_fields)
        self._config = config
        self._user = cache(self.account.signed_in_user)
        self._access = ExportAccess(
            config.exports, config.first_sync, cache(self.account.signed_in_user), self._zendesk
        )
        self._walks: list[Walk] = []
        self._outbox = threading.Semaphore(PIECES_WAITING)

    def described(self) -> list[DefaultStream]:
        """All streams, as ``discover`` shows them; schemas of custom fields are asked for when they are looked at."""
        return [self._described(name) for name in self._stanzas.names]

    def selected(
        self, catalog: ConfiguredAirbyteCatalog, states: Mapping[str, Mapping[str, Any]]
    ) -> list[DefaultStream]:
        """The catalog's streams, ready to be read; those that the manifest does not have are left out.

        Raises:
            AirbyteTracedException: configuration error; a state cannot be understood.
        """
        known = [stream for stream in catalog.streams if stream.stream.name in self._stanzas.names]
        parts = [
            part
            for stream in known
            for part in self._parts.of(stream.stream, states.get(stream.stream.name, {}), full=_is_full(stream))
        ]
        account = self.account
        gate = Gate(
            account.prove,
            _by_endpoint(parts),
            _overwritten(known),
            own_chat_token=account.own_chat_token,
            user=self._user,
        )
        walks = self._grouped(parts, gate)
        for own in _by_stream(parts).values():
            for earlier, later in pairwise(own):  # the second one leaves out what the first has sent
                walks[later.pages.shared_by].follow(walks[earlier.pages.shared_by])
        return [
            self._stream(name, own[0].cursor, [walks[part.pages.shared_by] for part in own], self._stanzas.schema(name))
            for name, own in _by_stream(parts).items()
        ]

    def _grouped(self, parts: Iterable[WalkMember], gate: Gate) -> dict[object, Walk]:
        """One walk for all parts that can be read from the same pages."""
        groups: dict[object, list[WalkMember]] = {}
        for part in parts:
            groups.setdefault(part.pages.shared_by, []).append(part)
        walks = {
            key: self._walk(group[0].pages, [part.member for part in group], gate) for key, group in groups.items()
        }
        self._walks = list(walks.values())
        return walks

    def _walk(self, pages: PagedRetriever, members: Sequence[StreamReader], gate: Gate) -> Walk:
        """A walk over pages; one that reads lists instead, if the family has any and its export is closed."""
        if isinstance(pages, CursorExportRetriever | TimeExportRetriever) and pages.list_form:
            form, workers = pages.list_form, self._config.num_workers
            return ExportWalk(pages, members, self._zendesk, gate, self._outbox, form, self._access, workers)
        return Walk(pages, members, self._zendesk, gate, self._outbox)

    @property
    def failed(self) -> list[str]:
        """The streams that were not read whole."""
        return sorted(name for walk in self._walks for name in walk.failed)

    @property
    def failure_type(self) -> FailureType:
        """Of all walks together: whether the user must act, or we, or time alone."""
        kinds = {walk.failure_type for walk in self._walks}
        order = (FailureType.config_error, FailureType.system_error, FailureType.transient_error)
        return next((kind for kind in order if kind in kinds), FailureType.system_error)

    def under_way(self) -> Iterator[AirbyteMessage]:
        """STATE of the streams that are being read, as it stands."""
        return (state for walk in self._walks for state in walk.under_way)

    def _described(self, name: str) -> DefaultStream:
        static = self._stanzas.schema(name)
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
        )


def _is_full(stream: ConfiguredAirbyteStream) -> bool:
    return bool(stream.sync_mode == SyncMode.full_refresh)


def _by_stream(parts: Iterable[WalkMember]) -> dict[str, list[WalkMember]]:
    found: dict[str, list[WalkMember]] = {}
    for part in parts:
        found.setdefault(part.member.name, []).append(part)
    return found


def _by_endpoint(parts: Iterable[WalkMember]) -> dict[str, list[str]]:
    """The selected streams of each endpoint: they are refused together, and told of in one message."""
    found: dict[str, list[str]] = {}
    for part in parts:
        found.setdefault(part.pages.endpoint, []).append(part.member.name)
    return found


def _overwritten(streams: Iterable[ConfiguredAirbyteStream]) -> frozenset[str]:
    """Streams whose destination table is emptied by a sync without records."""
    return frozenset(
        stream.stream.name
        for stream in streams
        if _is_full(stream) and stream.destination_sync_mode == DestinationSyncMode.overwrite
    )
