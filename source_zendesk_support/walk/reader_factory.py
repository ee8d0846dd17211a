"""Makes the readers of the selected streams, each from its stanza, its saved state and its configured schema."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, Protocol

from airbyte_cdk.models import AirbyteStream
from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.components.base import PagedRetriever
from source_zendesk_support.components.comment_refetcher import CommentRefetcher
from source_zendesk_support.components.cursor_spec import ARCHIVED, BranchCursor, ObjectCursor, WalkCursor, parts_of
from source_zendesk_support.components.custom_objects import ObjectRecordsRetriever
from source_zendesk_support.components.deletions import DELETED_AT, DeletionFinder, finds_deletions
from source_zendesk_support.components.odd_members import OddMembers
from source_zendesk_support.components.page_reader import read_list
from source_zendesk_support.components.parent_list import ParentListRetriever
from source_zendesk_support.components.record_reader import ReaderContext, record_reader_of
from source_zendesk_support.components.thread_pool import ChildThreads
from source_zendesk_support.components.votes import KIND, MAX_PAGES_OF_UNKNOWN_KINDS, VoteListRetriever
from source_zendesk_support.config.model import Config
from source_zendesk_support.custom_fields.columns import properties_of
from source_zendesk_support.custom_fields.definitions import FieldDefinitions
from source_zendesk_support.custom_fields.key_watch import KeyWatch
from source_zendesk_support.custom_fields.object_columns import ObjectFieldReader
from source_zendesk_support.custom_fields.reader import FieldReader
from source_zendesk_support.errors import EndpointUnavailable, WalkError
from source_zendesk_support.files.declared_files import DeclaredFiles
from source_zendesk_support.files.sync_files import SyncFiles
from source_zendesk_support.state.known_rows import KnownRows
from source_zendesk_support.state.legacy_state import load_position
from source_zendesk_support.state.position import Position
from source_zendesk_support.walk.object_walks import CustomObjects, part_state
from source_zendesk_support.walk.stream_reader import StreamReader

logger = logging.getLogger("airbyte")

Schema = Mapping[str, Any]


class DefinedStreams(Protocol):
    """What the manifest says of streams, by their names."""

    @property
    def tables(self) -> Mapping[str, str]:
        """The key of the custom object of each stream that only this account has."""

    def pages(self, name: str) -> PagedRetriever:
        """A stream's retriever, new each time."""

    def fields(self, name: str) -> str:
        """The stream that defines a stream's custom fields; empty if it has none."""

    def files(self, name: str) -> DeclaredFiles | None:
        """Where the files of a stream's records are; None if they have none."""

    def schema(self, name: str) -> Callable[[], Schema]:
        """Reads a stream's schema without custom fields."""


class SelectedStream(NamedTuple):
    """A stream of the catalog.

    Attributes:
        name: of the stream.
        cursor: its STATE.
        readers: one for each walk that it takes part in; hardly any stream has two.
    """

    name: str
    cursor: WalkCursor
    readers: list[StreamReader]


class StreamReaderFactory:
    """Makes readers for one sync.

    Args:
        config: the user's config.
        definitions: of the streams.
        client: fetches pages.
        threads: fetch children.
        field_definitions: of the account's custom fields.
        repository: takes the messages that the CDK requests outside of a walk.
        write_slots: bounds the messages that wait for the main thread.
        objects: the account's custom objects.
        files: downloads files.
        role: of the signed-in user, looked up when it is first needed; empty if it is not known.
    """

    def __init__(
        self,
        config: Config,
        definitions: DefinedStreams,
        client: ZendeskClient,
        threads: ChildThreads,
        field_definitions: FieldDefinitions,
        repository: MessageRepository,
        write_slots: threading.Semaphore,
        objects: CustomObjects,
        files: SyncFiles,
        role: Callable[[], str] = str,
    ) -> None:
        self._definitions = definitions
        self._client = client
        self._threads = threads
        self._refetcher = CommentRefetcher(client)
        self._field_definitions = field_definitions
        self._repository = repository
        self._write_slots = write_slots
        self._files = files
        self._reads_archived_audits = config.ticket_audits_archived
        self._custom_fields = config.custom_fields
        self._tombstones = config.tombstones
        self._role = role
        self._objects = objects

    def checked(self, name: str, state: Mapping[str, Any], *, is_full_refresh: bool) -> PagedRetriever:
        """A stream's retriever, if its state can be understood; nothing is requested.

        Raises:
            AirbyteTracedException: configuration error; the state cannot be understood.
        """
        retriever, state = self._definitions.pages(name), _resumed(state, is_full_refresh=is_full_refresh)
        for pages, blob in ((retriever, state), (retriever.archived, state.get(ARCHIVED))):
            if pages and pages.form:
                load_position(name, blob, pages.form, pages.start)
        if form := retriever.form:
            for blob in parts_of(state).values():
                load_position(name, blob, form, retriever.start)
        return retriever

    def selected(
        self, stream: AirbyteStream, retriever: PagedRetriever, state: Mapping[str, Any], *, is_full_refresh: bool
    ) -> SelectedStream:
        """A stream with a reader for its walk, and another one for the archived rows if they are wanted.

        Args:
            stream: as the catalog has it.
            retriever: of the stream.
            state: as the last sync left it.
            is_full_refresh: all rows are wanted. Only an unfinished full refresh is resumed then.

        Raises:
            AirbyteTracedException: configuration error; the state cannot be understood.
        """
        state = _resumed(state, is_full_refresh=is_full_refresh)
        retriever = self._cheapest(retriever)
        cursor = WalkCursor(stream.name, retriever.form, state, self._repository)
        key_watch = self._key_watch(stream)

        read = partial(self._reader, key_watch=key_watch, is_full_refresh=is_full_refresh)
        if self._objects.is_gone(stream.name, self._definitions.tables):
            return SelectedStream(stream.name, cursor, [])
        if readers := self._by_object(retriever, cursor, state, read):
            return SelectedStream(stream.name, cursor, readers)
        readers = [read(retriever, cursor, state, schema=stream.json_schema)]
        archived = retriever.archived if self._reads_archived_audits else None
        if archived and archived.form:
            readers.append(read(archived, BranchCursor(cursor, ARCHIVED, archived.form), state.get(ARCHIVED)))
            retriever.reach_back(readers[-1].position.bookmark)
        return SelectedStream(stream.name, cursor, readers)

    def _by_object(
        self,
        retriever: PagedRetriever,
        cursor: WalkCursor,
        state: Mapping[str, Any],
        read: Callable[..., StreamReader],
    ) -> list[StreamReader]:
        """A reader for each custom object; none if there are no objects, or if these are other records."""
        if not isinstance(retriever, ObjectRecordsRetriever) or retriever.name in self._definitions.tables:
            return []
        cursor.begin(Position(bookmark=retriever.start))
        self._objects.drop_gone(retriever.name, cursor)
        found = []
        for key, export in self._objects.exports(retriever):
            if form := export.form:
                part = part_state(state, key)
                own = ObjectCursor(cursor, key, retriever.name, form, part, self._repository)
                found.append(read(export, own, part))
        return found

    def _cheapest(self, retriever: PagedRetriever) -> PagedRetriever:
        """One list of all children instead of a request for each parent, if Zendesk serves it."""
        listed = retriever.listed if isinstance(retriever, ParentListRetriever) else None
        if not listed or not self._is_served(listed):
            return retriever
        listed.requires = retriever.requires
        return listed

    def _is_served(self, listed: VoteListRetriever) -> bool:
        """Whether Zendesk serves a list; the pages that show it stay in the page cache."""
        kinds = set[str]()
        try:
            for page in islice(read_list(listed, self._client), MAX_PAGES_OF_UNKNOWN_KINDS):
                kinds.update(str(row.get(KIND)) for row in page.rows)
                verdict = listed.serves(kinds, is_complete=page.after.done)
                if verdict is not None:
                    return verdict
        except EndpointUnavailable:
            return False
        except (WalkError, AirbyteTracedException):
            return True  # the walk meets the same error, and reports it
        return False

    def _reader(
        self,
        retriever: PagedRetriever,
        cursor: WalkCursor | BranchCursor,
        state: object,
        *,
        key_watch: KeyWatch,
        is_full_refresh: bool,
        schema: Schema | None = None,
    ) -> StreamReader:
        name, start = retriever.name, retriever.start
        position = load_position(name, state, retriever.form, start) if retriever.form else Position(bookmark=0)
        is_saved = position != Position(bookmark=start)
        deletions = None if schema is None or is_full_refresh else self._deletion_finder(retriever, schema)
        position = replace(position, known=(position.known or KnownRows()) if deletions else None)
        odd_members = OddMembers(name)
        context = ReaderContext(name, retriever, position, self._client, self._threads, self._refetcher, odd_members)
        return StreamReader(
            retriever,
            cursor,
            position,
            record_reader_of(context),
            odd_members,
            self._client.progress.of(name),
            self._write_slots,
            is_saved=is_saved,
            is_full_refresh=is_full_refresh,
            fields=self._field_reader(name, schema, odd_members) if schema is not None else None,
            key_watch=key_watch,
            deletions=deletions,
            files=self._files.of(self._definitions.files(name), retriever, position.failed_files),
        )

    def _deletion_finder(self, retriever: PagedRetriever, configured: Schema) -> DeletionFinder | None:
        """Finds deleted rows, if they are wanted, and if the catalog has their column."""
        if not self._tombstones or not finds_deletions(retriever):
            return None
        columns = properties_of(configured)
        if columns and DELETED_AT not in columns:
            logger.warning(
                "Stream %s: the option tombstones is on, but the configured schema has no column %s. Refresh the "
                "connection's schema to find deleted rows.",
                retriever.name,
                DELETED_AT,
            )
            return None
        declared = properties_of(self._definitions.schema(retriever.name)())
        texts = frozenset(name for name in retriever.key_fields if "integer" not in declared[name]["type"])
        return DeletionFinder(retriever, self._client, self._role, texts)

    def _key_watch(self, stream: AirbyteStream) -> KeyWatch:
        schema = self._definitions.schema(stream.name)
        return KeyWatch(stream.name, properties_of(stream.json_schema), lambda: properties_of(schema()))

    def _field_reader(
        self, name: str, configured: Schema, odd_members: OddMembers
    ) -> FieldReader | ObjectFieldReader | None:
        """Makes custom fields arrive as the catalog declares them; None if the stream has none."""
        if name in self._definitions.tables:
            return ObjectFieldReader(name, configured, self._definitions.schema(name)())
        defined_by = self._definitions.fields(name)
        if not defined_by or not self._custom_fields.expand:
            return None
        static = self._definitions.schema(name)()
        return FieldReader(
            name, defined_by, configured, static, self._field_definitions, self._custom_fields, odd_members
        )


def _resumed(state: Mapping[str, Any], *, is_full_refresh: bool) -> Mapping[str, Any]:
    """The state from which a stream resumes."""
    return {} if is_full_refresh and not _is_of_full_refresh(state) else state


def _is_of_full_refresh(state: Mapping[str, Any]) -> bool:
    """Whether a state is that of an unfinished full refresh."""
    others = (state.get(ARCHIVED), *parts_of(state).values())
    return bool(state.get("full") or any(isinstance(other, Mapping) and other.get("full") for other in others))
