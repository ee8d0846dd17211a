"""One stream in one walk: where it goes on, what it takes from a page, and what becomes of its custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from airbyte_cdk.models import AirbyteStream
from airbyte_cdk.sources.message import MessageRepository

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.comments import CommentExtractor
from source_zendesk_support.components.cursor_spec import ARCHIVED, BranchCursor, WalkCursor
from source_zendesk_support.components.lists import NewestFirstListRetriever
from source_zendesk_support.components.parent_list import ParentListRetriever
from source_zendesk_support.components.refused_parents import RefusedParents
from source_zendesk_support.components.rereads import CommentRefetcher
from source_zendesk_support.components.sideloads import SideloadExtractor
from source_zendesk_support.components.substream import SubstreamExtractor
from source_zendesk_support.config.model import Config
from source_zendesk_support.custom_fields.columns import properties_of
from source_zendesk_support.custom_fields.definitions import FieldDefinitions
from source_zendesk_support.custom_fields.key_watch import KeyWatch
from source_zendesk_support.custom_fields.reader import FieldReader
from source_zendesk_support.manifest import StreamDefinitions
from source_zendesk_support.state.legacy_state import load_position
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.stream_reader import StreamReader


class WalkMember(NamedTuple):
    """One stream in one walk.

    Attributes:
        pages: the family's rules.
        member: the stream's place in the walk.
        cursor: the stream's STATE.
    """

    pages: PagedRetriever
    member: StreamReader
    cursor: WalkCursor


class StreamReaderFactory:
    """Makes the parts of all selected streams.

    Args:
        config: the user's config.
        stanzas: the manifest.
        zendesk: asks for what is not in a walk's own pages.
        definitions: of the account's custom fields.
        repository: takes messages that the CDK asks for outside of a walk.
    """

    def __init__(
        self,
        config: Config,
        stanzas: StreamDefinitions,
        zendesk: ZendeskClient,
        definitions: FieldDefinitions,
        repository: MessageRepository,
    ) -> None:
        self._stanzas = stanzas
        self._zendesk = zendesk
        self._definitions = definitions
        self._repository = repository
        self._archived = config.ticket_audits_archived
        self._custom_fields = config.custom_fields
        self._workers = config.num_workers
        self._rereads = CommentRefetcher(zendesk)

    def of(self, stream: AirbyteStream, state: Mapping[str, Any], *, full: bool) -> list[WalkMember]:
        """A stream's part in its walk, and a second one where it was asked for.

        Args:
            stream: as the catalog has it.
            state: what the last sync left of it.
            full: everything is to be read.

        Raises:
            AirbyteTracedException: configuration error; the state cannot be understood.
        """
        name = stream.name
        pages = self._stanzas.pages(name)
        # full_refresh means everything: only a pass that was itself begun as one is gone on with.
        state = {} if full and not _begun_as_full(state) else state
        cursor = WalkCursor(name, pages.form, state, self._repository)
        parts = [self._part(pages, cursor, cursor, state, full=full)]
        self._set_fields(parts[0], stream.json_schema)
        archived = pages.archived if isinstance(pages, NewestFirstListRetriever) and self._archived else None
        if isinstance(pages, NewestFirstListRetriever) and archived and archived.form:
            branch = BranchCursor(cursor, ARCHIVED, archived.form)
            second = self._part(archived, cursor, branch, state.get(ARCHIVED), full=full)
            pages.reach_back(second.member.position.bookmark)
            parts.append(second)
        keys = KeyWatch(name, properties_of(stream.json_schema), lambda: properties_of(self._stanzas.schema(name)()))
        for part in parts:
            part.member.keys = keys
        return parts

    def _part(
        self,
        pages: PagedRetriever,
        cursor: WalkCursor,
        place: WalkCursor | BranchCursor,
        state: object,
        *,
        full: bool,
    ) -> WalkMember:
        start = pages.start
        position = load_position(pages.name, state, pages.form, start) if pages.form else Position(bookmark=0)
        saved = position != Position(bookmark=start)
        member = StreamReader(pages.name, place, pages.form, position, include=pages.include, full=full, saved=saved)
        self._set_extraction(member, pages)
        return WalkMember(pages, member, cursor)

    def _set_extraction(self, member: StreamReader, pages: PagedRetriever) -> None:
        """What a stream takes from a page: its rows, what is embedded in them, or what must be asked for each."""
        extractor = pages.record_selector.extractor
        if isinstance(extractor, SideloadExtractor):
            extractor.odd = member.odd
            member.extract = extractor.records_of
        elif isinstance(extractor, CommentExtractor):
            lacking = RefusedParents(member.name, member.position, listed=False)
            extractor.bind(self._rereads, member.name, member.odd, lacking)
            member.refused = lambda done: lacking.stored(done=done)
            member.asks, member.extract, member.child_batches = True, extractor.records_of, extractor.changed
            member.ended = extractor.ended
            member.refused_parents = lambda: self._rereads.refused
        elif isinstance(extractor, SubstreamExtractor):
            refused = RefusedParents(member.name, member.position, listed=isinstance(pages, ParentListRetriever))
            extractor.bind(self._zendesk, self._workers, member.name, member.position, member.odd, refused)
            member.refused = lambda done: refused.stored(done=done)
            member.asks, member.extract, member.visited = True, None, lambda: extractor.visited
            member.refused_parents = lambda: extractor.refused
            member.child_batches = pages.batches if isinstance(pages, ParentListRetriever) else extractor.batches

    def _set_fields(self, part: WalkMember, configured: Mapping[str, Any]) -> None:
        """Have custom fields arrive as the catalog declares them, where the stream's rows carry any."""
        member = part.member
        defined_by = self._stanzas.fields(member.name)
        if not defined_by or not self._custom_fields.expand:
            return
        static = self._stanzas.schema(member.name)()
        fields = FieldReader(
            member.name, defined_by, configured, static, self._definitions, self._custom_fields, member.odd
        )
        member.finish = fields.row
        member.prepare, member.ended = fields.prepare, fields.ended


def _begun_as_full(state: Mapping[str, Any]) -> bool:
    archived = state.get(ARCHIVED)
    return bool(state.get("full") or (isinstance(archived, Mapping) and archived.get("full")))
