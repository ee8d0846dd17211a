"""What a stream's ``incremental_sync`` says, and the stream's STATE.

airbyte-cdk 7 builds its own cursors only from per-record observation and one state a partition. Ours is moved by
pages, so it takes the declared ``DatetimeBasedCursor`` for its words (field, format of the bookmark, start
option, lookback) and does the moving in the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import isodate
from airbyte_cdk.models import (
    AirbyteMessage,
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStreamState,
    StreamDescriptor,
    Type,
)
from airbyte_cdk.sources.declarative.datetime.min_max_datetime import MinMaxDatetime
from airbyte_cdk.sources.declarative.interpolation import InterpolatedString
from airbyte_cdk.sources.declarative.models import DatetimeBasedCursor
from airbyte_cdk.sources.declarative.models import MinMaxDatetime as DeclaredDatetime
from airbyte_cdk.sources.message import MessageRepository
from airbyte_cdk.sources.streams.concurrent.cursor import Cursor
from airbyte_cdk.sources.streams.concurrent.partitions.partition import Partition
from airbyte_cdk.sources.types import Record

from source_zendesk_support.state.budget import StateBudget
from source_zendesk_support.state.legacy_state import NO_CURSOR
from source_zendesk_support.state.list_place import LISTS
from source_zendesk_support.state.position import MICROSECONDS, Position, StateFormat


@dataclass(frozen=True)
class CursorSpec:
    """The declared cursor of a stream, evaluated.

    Args:
        field: the cursor field that the catalog names.
        notation: how the bookmark is written in STATE: ``%s`` (epoch seconds), ``MICROSECONDS`` or an ISO format.
        start_param: request parameter that takes the bookmark, or empty if the API does not filter.
        lookback: seconds before the bookmark from which rows are fetched again.
        start_datetime: evaluates from when on data is read if there is no state, in epoch seconds.
        reads_all: every pass reads all rows, and only those after the bookmark are emitted.
    """

    field: str
    notation: str
    start_param: str
    lookback: int
    start_datetime: Callable[[], int]
    reads_all: bool = False

    @cached_property
    def start(self) -> int:
        """``start_datetime``, evaluated once, so that it stays the same during a sync."""
        return self.start_datetime()

    def start_value(self, second: int) -> int:
        """An epoch second as ``start_param`` takes it: in microseconds if the bookmark is written so."""
        return second * 1_000_000 if self.notation == MICROSECONDS else second

    @classmethod
    def of(cls, model: DatetimeBasedCursor, config: Mapping[str, Any]) -> CursorSpec:
        """Evaluates a declared cursor."""
        parameters = model.parameters or {}

        def evaluated(text: str) -> str:
            return str(InterpolatedString.create(text, parameters=parameters).eval(config))

        option = model.start_time_option
        lookback = isodate.parse_duration(evaluated(model.lookback_window)) if model.lookback_window else None
        return cls(
            field=evaluated(model.cursor_field),
            notation=model.datetime_format,
            start_param=str(option.field_name) if option else "",
            lookback=int(lookback.total_seconds()) if lookback else 0,
            start_datetime=lambda: _seconds(model.start_datetime, config),
            reads_all=bool(model.is_client_side_incremental),
        )


def _seconds(declared: DeclaredDatetime | str, config: Mapping[str, Any]) -> int:
    if isinstance(declared, str):
        start = MinMaxDatetime.create(declared)
    else:
        text, parameters = declared.datetime, declared.parameters or {}
        start = MinMaxDatetime(text, parameters, datetime_format=declared.datetime_format or "")
    return int(start.get_datetime(config).timestamp())


ARCHIVED = "archived"
OBJECTS = "objects"
"""Under which a state holds the places of the custom objects, by their keys."""
BRANCHES = (ARCHIVED, LISTS)
"""Names under which a state may hold the place of a second walk."""


class WalkCursor(Cursor):
    """Holds one stream's state; the walk moves it, page by page.

    Args:
        stream: the stream's name.
        form: how its position is written; None for streams without a cursor field.
        state: the blob that the connection brought along, emitted again untouched until a page moves it.
        repository: takes the last STATE of a stream, which the CDK reads when the stream ends, also in failure.
    """

    def __init__(
        self, stream: str, form: StateFormat | None, state: Mapping[str, Any], repository: MessageRepository
    ) -> None:
        self._stream = stream
        self._form = form
        self._state: dict[str, Any] = dict(state) if form else {NO_CURSOR: True}
        self._parts: dict[str, Mapping[str, Any]] = parts_of(self._state)
        self._state.pop(OBJECTS, None)
        self._branches = {name: blob for name in BRANCHES if (blob := self._state.pop(name, None))}
        self._repository = repository
        self._budget = StateBudget(stream)
        self.running: bool = False

    @property
    def state(self) -> MutableMapping[str, Any]:
        """The blob that the next STATE message carries."""
        blob = self._budget.limited_blob(self._state, self._branches)
        return {**blob, OBJECTS: self._budget.limited_parts(self._parts)} if self._parts else blob

    def begin(self, position: Position) -> None:
        """Set where the stream starts, if the connection brought no state."""
        if self._form and not self._state:
            self._state = self.written(self._form, position)

    def written(self, form: StateFormat, position: Position) -> dict[str, Any]:
        """A position as the state holds it."""
        return form.write(replace(position, token=self._budget.stored_token(position.token)))

    def move_branch(self, name: str, blob: Mapping[str, Any]) -> None:
        """Set the position of a second walk of the same stream."""
        self._branches[name] = dict(blob)

    def branch(self, name: str) -> Mapping[str, Any] | None:
        """The position of a second walk of the same stream; None if STATE has none."""
        return self._branches.get(name)

    def drop_branch(self, name: str) -> None:
        """Forget the position of a second walk: there is none any more."""
        self._branches.pop(name, None)

    def move_part(self, key: str, blob: Mapping[str, Any]) -> None:
        """Set the position in the records of one custom object. Walks in several threads may do so at the same time."""
        self._parts[key] = blob

    def drop_part(self, key: str) -> None:
        """Forget the position in the records of one custom object: it is gone."""
        self._parts.pop(key, None)

    @property
    def parts(self) -> Mapping[str, Mapping[str, Any]]:
        """The position in the records of each custom object."""
        return dict(self._parts)

    def checkpoint(self, position: Position) -> AirbyteMessage | None:
        """Move to a position; the STATE message that says so, or None for streams without a cursor field."""
        if not self._form:
            return None
        self._state = self.written(self._form, position)
        return self.message()

    def message(self) -> AirbyteMessage:
        """The present STATE."""
        stream = AirbyteStreamState(
            stream_descriptor=StreamDescriptor(name=self._stream), stream_state=AirbyteStateBlob(self.state)
        )
        return AirbyteMessage(type=Type.STATE, state=AirbyteStateMessage(type=AirbyteStateType.STREAM, stream=stream))

    def ensure_at_least_one_state_emitted(self) -> None:
        """Called by the CDK when the stream has ended."""
        self._repository.emit_message(self.message())

    def observe(self, record: Record) -> None:
        """Nothing: pages move the cursor, and the CDK also calls this for messages."""

    def close_partition(self, partition: Partition) -> None:
        """Nothing: the walk has checkpointed its last page."""

    def should_be_synced(self, record: Record) -> bool:
        """Always: the walk has dropped what must not be sent."""
        return True


class ObjectCursor(WalkCursor):
    """The place of one custom object's records, inside the one STATE of their stream.

    Args:
        root: the stream's cursor.
        key: of the object.
        stream: the stream's name.
        form: how its position is written.
        state: of the object.
        repository: as the root's.
    """

    def __init__(
        self,
        root: WalkCursor,
        key: str,
        stream: str,
        form: StateFormat,
        state: Mapping[str, Any],
        repository: MessageRepository,
    ) -> None:
        self._root = root
        self._key = key
        super().__init__(stream, form, state, repository)

    @property
    def running(self) -> bool:
        """Whether the stream has been announced; once for all its objects."""
        return self._root.running

    @running.setter
    def running(self, value: bool) -> None:
        self._root.running = value

    def message(self) -> AirbyteMessage:
        """STATE of the whole stream."""
        self._root.move_part(self._key, self.state)
        return self._root.message()


class BranchCursor:
    """The place of a stream's second walk, inside the stream's one STATE.

    Args:
        root: the stream's cursor.
        name: under which the state holds the branch.
        form: how its position is written.
    """

    def __init__(self, root: WalkCursor, name: str, form: StateFormat) -> None:
        self._root = root
        self._name = name
        self._form = form

    @property
    def running(self) -> bool:
        """Whether the stream has been announced; once for all its walks."""
        return self._root.running

    @running.setter
    def running(self, value: bool) -> None:
        self._root.running = value

    def begin(self, position: Position) -> None:
        """Set where the branch starts, if the state does not say."""
        if self._name not in self._root.state:
            self._root.move_branch(self._name, self._root.written(self._form, position))

    def checkpoint(self, position: Position) -> AirbyteMessage:
        """Move the branch; the STATE of the whole stream."""
        self._root.move_branch(self._name, self._root.written(self._form, position))
        return self._root.message()

    def message(self) -> AirbyteMessage:
        """The present STATE."""
        return self._root.message()


def parts_of(state: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The places of custom objects in a stream's state; none if it holds something else under that name."""
    parts = state.get(OBJECTS)
    return (
        {str(key): blob for key, blob in parts.items() if isinstance(blob, Mapping)}
        if isinstance(parts, Mapping)
        else {}
    )
