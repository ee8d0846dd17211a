"""One sync's parts, wired: the selected streams, grouped by the pages they are read from."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from airbyte_cdk.models import (
    AirbyteMessage,
    AirbyteStateMessage,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    SyncMode,
)
from airbyte_cdk.sources.connector_state_manager import ConnectorStateManager
from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.sources.streams.concurrent.cursor import CursorField
from airbyte_cdk.sources.streams.concurrent.default_stream import DefaultStream

from source_zendesk_support.components.budget import Budget
from source_zendesk_support.components.clock import ServerClock
from source_zendesk_support.components.comments import Comments, Rereads
from source_zendesk_support.components.cursor import WalkCursor
from source_zendesk_support.components.gate import Gate
from source_zendesk_support.components.member import Member
from source_zendesk_support.components.pages import Pages, Row
from source_zendesk_support.components.parents import Parents
from source_zendesk_support.components.per_parent import PerParent
from source_zendesk_support.components.position import Position
from source_zendesk_support.components.progress import Progress
from source_zendesk_support.components.riders import Embedded
from source_zendesk_support.components.state import load
from source_zendesk_support.components.stream import OneWalk
from source_zendesk_support.components.walk import Walk
from source_zendesk_support.components.zendesk import Zendesk
from source_zendesk_support.config import Config
from source_zendesk_support.manifest import Stanzas

logger = logging.getLogger("airbyte")

PROOF = "account_settings"
"""The stanza whose endpoint every account answers to every agent."""


class Sync:
    """Everything that lives as long as one command.

    Args:
        config: the user's config.
        stanzas: the manifest.
        repository: takes messages that the CDK asks for outside of a walk.
    """

    def __init__(self, config: Config, stanzas: Stanzas, repository: MessageRepository) -> None:
        self.progress = Progress()
        budget = Budget(stanzas.limits, config.num_workers, config.max_quota_percent / 100)
        self.zendesk = Zendesk(budget, ServerClock(), self.progress)
        self._stanzas = stanzas
        self._repository = repository
        self._own_chat_token = config.chat_credentials.access_token is not None
        self._rereads = Rereads(self.zendesk)
        self._workers = config.num_workers
        self._walks: list[Walk] = []
        self._outbox = threading.Semaphore(config.num_workers)

    def prove(self) -> Any:
        """One call that shows whether this is an account, and the credentials its own.

        Returns:
            The account's settings.

        Raises:
            Refused, BadRequest, AirbyteTracedException: what the call met.
        """
        pages = self._stanzas.pages(PROOF)
        answer = self.zendesk.page(replace(pages.ask(Position(0), self.zendesk.clock.now()), proves=True))
        answer.release()
        return answer.envelope

    def described(self) -> list[DefaultStream]:
        """All streams, as ``discover`` shows them."""
        return [self._stream(name, None, self._cursor(name, {})) for name in self._stanzas.names]

    def selected(
        self, catalog: ConfiguredAirbyteCatalog, state: list[AirbyteStateMessage] | None
    ) -> list[DefaultStream]:
        """The catalog's streams, ready to be read; those that the manifest does not have are left out.

        Raises:
            AirbyteTracedException: configuration error; a state cannot be understood.
        """
        states = ConnectorStateManager(state)
        known = [stream for stream in catalog.streams if stream.stream.name in self._stanzas.names]
        parts = [
            self._part(stream.stream.name, states.get_stream_state(stream.stream.name, None), full=_is_full(stream))
            for stream in known
        ]
        gate = Gate(self.prove, _by_endpoint(parts), _overwritten(known), own_chat_token=self._own_chat_token)
        groups: dict[object, list[tuple[Pages, Member, WalkCursor]]] = {}
        for part in parts:
            groups.setdefault(part[0].shared_by, []).append(part)
        return [stream for group in groups.values() for stream in self._walk(group, gate)]

    def _walk(self, group: list[tuple[Pages, Member, WalkCursor]], gate: Gate) -> Iterable[DefaultStream]:
        members = [member for _, member, _ in group]
        self._walks.append(walk := Walk(group[0][0], members, self.zendesk, gate, self._outbox))
        return [self._stream(member.name, walk, cursor) for _, member, cursor in group]

    @property
    def failed(self) -> list[str]:
        """The streams that were not read whole."""
        return sorted(name for walk in self._walks for name in walk.failed)

    def under_way(self) -> Iterator[AirbyteMessage]:
        """STATE of the streams that are being read, as it stands."""
        return (state for walk in self._walks for state in walk.under_way)

    def _part(self, name: str, state: Mapping[str, Any], *, full: bool) -> tuple[Pages, Member, WalkCursor]:
        pages = self._stanzas.pages(name)
        # full_refresh means everything: only a pass that was itself begun as one is gone on with.
        state = {} if full and not state.get("full") else state
        cursor = self._cursor(name, state, pages)
        position = load(name, state, pages.form, pages.start) if pages.form else Position(bookmark=0)
        member = Member(name, cursor, pages.form, position, _rows_as_they_are, include=pages.include, full=full)
        self._set_extraction(member, pages)
        return pages, member, cursor

    def _set_extraction(self, member: Member, pages: Pages) -> None:
        """What a stream takes from a page: its rows, what is embedded in them, or what must be asked for each."""
        extractor = pages.record_selector.extractor
        if isinstance(extractor, Embedded):
            member.extract = lambda rows, envelope: [extractor.records(rows, envelope)]
        elif isinstance(extractor, Comments):
            extractor.bind(self._rereads, member.name)
            member.asks, member.extract = True, extractor.batches
            member.refused_parents = lambda: self._rereads.refused
        elif isinstance(extractor, PerParent):
            extractor.bind(self.zendesk, self._workers, member.name, member.position.bookmark)
            member.asks = True
            member.refused_parents = lambda: extractor.refused
            by_parent = lambda rows, _envelope: extractor.batches(rows)  # noqa: E731
            member.extract = pages.batches if isinstance(pages, Parents) else by_parent

    def _cursor(self, name: str, state: Mapping[str, Any], pages: Pages | None = None) -> WalkCursor:
        return WalkCursor(name, pages.form if pages else None, state, self._repository)

    def _stream(self, name: str, walk: Walk | None, cursor: WalkCursor) -> DefaultStream:
        rules = self._stanzas.cursor(name)
        return DefaultStream(
            partition_generator=OneWalk(name, walk),
            name=name,
            json_schema=self._stanzas.schema(name),
            primary_key=self._stanzas.primary_key(name),
            cursor_field=CursorField(rules.field) if rules else None,
            logger=logger,
            cursor=cursor,
        )


def _rows_as_they_are(rows: Sequence[Row], envelope: Any) -> Iterable[Sequence[Row]]:
    return [rows]


def _is_full(stream: ConfiguredAirbyteStream) -> bool:
    return bool(stream.sync_mode == SyncMode.full_refresh)


def _by_endpoint(parts: Iterable[tuple[Pages, Member, WalkCursor]]) -> dict[str, list[str]]:
    """The selected streams of each endpoint: they are refused together, and told of in one message."""
    found: dict[str, list[str]] = {}
    for pages, member, _ in parts:
        found.setdefault(pages.endpoint, []).append(member.name)
    return found


def _overwritten(streams: Iterable[ConfiguredAirbyteStream]) -> frozenset[str]:
    """Streams whose destination table is emptied by a sync without records."""
    return frozenset(
        stream.stream.name
        for stream in streams
        if _is_full(stream) and stream.destination_sync_mode == DestinationSyncMode.overwrite
    )
