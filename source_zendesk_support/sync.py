"""One sync's parts, wired: the selected streams, grouped by the pages they are read from."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from airbyte_cdk.models import (
    AirbyteMessage,
    AirbyteStateMessage,
    AirbyteStream,
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
from source_zendesk_support.components.connection import Connection
from source_zendesk_support.components.cursor import ARCHIVED, BranchCursor, WalkCursor
from source_zendesk_support.components.definitions import Definitions
from source_zendesk_support.components.field_reads import FieldReads
from source_zendesk_support.components.field_schemas import FieldSchemas
from source_zendesk_support.components.gate import Gate, chat_token_refused
from source_zendesk_support.components.member import Member
from source_zendesk_support.components.newest_first import NewestFirst
from source_zendesk_support.components.pages import Pages, Row
from source_zendesk_support.components.parents import Parents
from source_zendesk_support.components.per_parent import PerParent
from source_zendesk_support.components.position import Position
from source_zendesk_support.components.progress import Progress
from source_zendesk_support.components.riders import Embedded
from source_zendesk_support.components.sign_in import Save
from source_zendesk_support.components.state import load
from source_zendesk_support.components.stream import StreamWalks
from source_zendesk_support.components.walk import Walk
from source_zendesk_support.components.zendesk import Zendesk
from source_zendesk_support.config import Config
from source_zendesk_support.errors import Refused
from source_zendesk_support.manifest import Stanzas

logger = logging.getLogger("airbyte")

PROOF = "account_settings"
"""The stanza whose endpoint every account answers to every agent."""


class Part(NamedTuple):
    """One stream in one walk.

    Attributes:
        pages: the family's rules.
        member: the stream's place in the walk.
        cursor: the stream's STATE.
    """

    pages: Pages
    member: Member
    cursor: WalkCursor


class Sync:
    """Everything that lives as long as one command.

    Args:
        config: the user's config.
        stanzas: the manifest.
        repository: takes messages that the CDK asks for outside of a walk.
        save: takes new tokens before they are used.
    """

    def __init__(self, config: Config, stanzas: Stanzas, repository: MessageRepository, save: Save) -> None:
        self.progress = Progress()
        budget = Budget(stanzas.limits, config.num_workers, config.max_quota_percent / 100)
        self._own_chat_token = config.chat_credentials.access_token is not None
        connection = Connection(config.marketplace.headers())
        self.sign_in = stanzas.sign_in(connection, save, chat_apart=self._own_chat_token)
        self.zendesk = Zendesk(budget, ServerClock(), self.progress, connection, self.sign_in)
        self.has_scopes = config.credentials.credentials != "api_token"
        self.chat_only = config.chat_only
        self._stanzas = stanzas
        self._repository = repository
        self._archived = config.ticket_audits_archived
        self._custom_fields = config.custom_fields
        self._definitions = Definitions(stanzas.pages, self.zendesk)
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

    def look(self, path: str, key: str) -> Any:
        """What an endpoint holds under ``key`` that is no stream; raises as ``prove``."""
        proof = self._stanzas.pages(PROOF).ask(Position(0), self.zendesk.clock.now())
        url = proof.url.replace(urlsplit(proof.url).path, f"/api/v2/{path}")
        asked = replace(proof, url=url, records="", where=path, check=lambda _envelope: None)
        answer = self.zendesk.page(asked)
        answer.release()
        return answer.envelope.get(key) if isinstance(answer.envelope, dict) else None

    def probe(self, name: str) -> None:
        """One call that shows whether a stream may be read; raises as ``prove``."""
        self.zendesk.page(self._stanzas.pages(name).probe(self.zendesk.clock.now())).release()

    def judge_chat(self, name: str, refused: Refused) -> None:
        """Raise a configuration error where Chat has refused credentials that are meant for it."""
        if self._own_chat_token and refused.status == requests.codes.unauthorized:
            raise chat_token_refused(name, refused)

    def needs(self, name: str) -> str:
        """The product, plan or add-on that a stream needs."""
        return self._stanzas.requires(name)

    def gated_with(self, name: str) -> list[str]:
        """All streams that need what this one needs."""
        return [other for other in self._stanzas.names if self.needs(other) == self.needs(name)]

    @property
    def calls(self) -> int:
        """Calls made so far, those for tokens included."""
        return self.progress.calls + self.sign_in.calls

    def described(self) -> list[DefaultStream]:
        """All streams, as ``discover`` shows them; schemas of custom fields are asked for when they are looked at."""
        return [self._described(name) for name in self._stanzas.names]

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
            part
            for stream in known
            for part in self._parts(
                stream.stream, states.get_stream_state(stream.stream.name, None), full=_is_full(stream)
            )
        ]
        gate = Gate(self.prove, _by_endpoint(parts), _overwritten(known), own_chat_token=self._own_chat_token)
        walks = self._grouped(parts, gate)
        return [
            self._stream(name, own[0].cursor, [walks[part.pages.shared_by] for part in own], self._stanzas.schema(name))
            for name, own in _by_stream(parts).items()
        ]

    def _grouped(self, parts: Iterable[Part], gate: Gate) -> dict[object, Walk]:
        """One walk for all parts that can be read from the same pages."""
        groups: dict[object, list[Part]] = {}
        for part in parts:
            groups.setdefault(part.pages.shared_by, []).append(part)
        walks = {
            key: Walk(group[0].pages, [part.member for part in group], self.zendesk, gate, self._outbox)
            for key, group in groups.items()
        }
        self._walks = list(walks.values())
        return walks

    @property
    def failed(self) -> list[str]:
        """The streams that were not read whole."""
        return sorted(name for walk in self._walks for name in walk.failed)

    def under_way(self) -> Iterator[AirbyteMessage]:
        """STATE of the streams that are being read, as it stands."""
        return (state for walk in self._walks for state in walk.under_way)

    def _parts(self, stream: AirbyteStream, state: Mapping[str, Any], *, full: bool) -> list[Part]:
        """A stream's walk, and a second one where it was asked for."""
        name = stream.name
        pages = self._stanzas.pages(name)
        # full_refresh means everything: only a pass that was itself begun as one is gone on with.
        state = {} if full and not _begun_as_full(state) else state
        cursor = WalkCursor(name, pages.form, state, self._repository)
        parts = [self._part(pages, cursor, cursor, state, full=full)]
        self._set_fields(parts[0], stream.json_schema)
        archived = pages.archived if isinstance(pages, NewestFirst) and self._archived else None
        if archived and archived.form:
            branch = BranchCursor(cursor, ARCHIVED, archived.form)
            parts.append(self._part(archived, cursor, branch, state.get(ARCHIVED) or {}, full=full))
        return parts

    def _part(
        self,
        pages: Pages,
        cursor: WalkCursor,
        place: WalkCursor | BranchCursor,
        state: Mapping[str, Any],
        *,
        full: bool,
    ) -> Part:
        position = load(pages.name, state, pages.form, pages.start) if pages.form else Position(bookmark=0)
        member = Member(pages.name, place, pages.form, position, _rows_as_they_are, include=pages.include, full=full)
        self._set_extraction(member, pages)
        return Part(pages, member, cursor)

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

    def _set_fields(self, part: Part, configured: Mapping[str, Any]) -> None:
        """Have custom fields arrive as the catalog declares them, where the stream's rows carry any."""
        member = part.member
        defined_by = self._stanzas.fields(member.name)
        if not defined_by or not self._custom_fields.expand:
            return
        static = self._stanzas.schema(member.name)()
        fields = FieldReads(member.name, defined_by, configured, static, self._definitions, self._custom_fields)
        extract = member.extract
        member.extract = lambda rows, envelope: (fields.rows(batch) for batch in extract(rows, envelope))
        member.prepare, member.ended = fields.prepare, fields.ended

    def _described(self, name: str) -> DefaultStream:
        static = self._stanzas.schema(name)
        schemas = FieldSchemas(self._definitions, self._custom_fields)
        completed = cache(lambda: schemas.completed(name, self._stanzas.fields(name), static()))
        return self._stream(name, WalkCursor(name, None, {}, self._repository), [], completed)

    def _stream(
        self, name: str, cursor: WalkCursor, walks: Sequence[Walk], schema: Callable[[], Mapping[str, Any]]
    ) -> DefaultStream:
        rules = self._stanzas.cursor(name)
        return DefaultStream(
            partition_generator=StreamWalks(name, walks),
            name=name,
            json_schema=schema,
            primary_key=self._stanzas.primary_key(name),
            cursor_field=CursorField(rules.field) if rules else None,
            logger=logger,
            cursor=cursor,
        )


def _rows_as_they_are(rows: Sequence[Row], envelope: Any) -> Iterable[Sequence[Row]]:
    return [rows]


def _is_full(stream: ConfiguredAirbyteStream) -> bool:
    return bool(stream.sync_mode == SyncMode.full_refresh)


def _begun_as_full(state: Mapping[str, Any]) -> bool:
    return bool(state.get("full") or (state.get(ARCHIVED) or {}).get("full"))


def _by_stream(parts: Iterable[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.member.name, []).append(part)
    return found


def _by_endpoint(parts: Iterable[Part]) -> dict[str, list[str]]:
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
