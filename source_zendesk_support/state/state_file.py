"""Reads saved states from a file, or from messages in the process.

airbyte-cdk 7 accepts two of the shapes in ``state_shapes.py``, ignores some silently, and fails on others with a stack
trace.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from airbyte_cdk.models import (
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateMessageSerializer,
    AirbyteStateType,
    AirbyteStreamState,
    StreamDescriptor,
)

from source_zendesk_support.errors import config_error
from source_zendesk_support.json_files import not_json_error, read_text
from source_zendesk_support.masking import safe_text
from source_zendesk_support.object_tables import may_be_table
from source_zendesk_support.retired_streams import RETIRED_STREAMS, with_current_name
from source_zendesk_support.state.state_shapes import stream_states, unreadable_state_error

logger = logging.getLogger("airbyte")

MAX_NAMES_CHARACTERS = 500
StreamStates = dict[str, Mapping[str, Any]]


def read_states(path: str | None, streams: Collection[str]) -> list[AirbyteStateMessage]:
    """One message for each of ``streams``; none without a file, or if it contains an empty list or object.

    The others have been named in a warning by then, which a read would repeat.

    Raises:
        AirbyteTracedException: configuration error; the file or a part of it cannot be understood.
    """
    found = {} if path is None else states_in(_content(path), streams)
    return [
        AirbyteStateMessage(
            type=AirbyteStateType.STREAM,
            stream=AirbyteStreamState(
                stream_descriptor=StreamDescriptor(name=name), stream_state=AirbyteStateBlob(blob)
            ),
        )
        for name, blob in found.items()
        if name in streams or may_be_table(name, streams)
    ]


def states_of(messages: Iterable[Any] | None, streams: Collection[str]) -> StreamStates:
    """The same for messages in the process, as objects or as their JSON values."""
    return states_in([_plain(message) for message in messages or ()], streams)


def states_in(value: Any, streams: Collection[str]) -> StreamStates:
    """States by stream name; if a name occurs twice, the last state counts, as in the protocol.

    Args:
        value: the JSON value that contains them.
        streams: names of the streams that exist.

    Raises:
        AirbyteTracedException: configuration error; a part cannot be understood, or none of its streams exists here.
    """
    found = dict(stream_states(value, streams))
    strange = sorted(name for name in found.keys() - set(streams) if not may_be_table(name, streams))
    if strange and len(strange) == len(found) and not RETIRED_STREAMS.keys() & found.keys():
        raise unreadable_state_error(value, f"the state of streams that do not exist here: {_named(strange)}")
    if strange:
        logger.warning(
            "The saved state names streams that do not exist here: %s. Their state is ignored.",
            _named(strange),
        )
    return found


def _named(streams: Iterable[str]) -> str:
    return safe_text(", ".join(map(with_current_name, streams)), MAX_NAMES_CHARACTERS)


def _plain(message: Any) -> Any:
    return AirbyteStateMessageSerializer.dump(message) if isinstance(message, AirbyteStateMessage) else message


def _content(path: str) -> Any:
    """The file's JSON value, or the messages in its lines."""
    text = read_text(path, "state")
    if not text:
        raise config_error(f"The state file {path} is empty. To start without a saved state, omit --state.")
    try:
        return orjson.loads(text)
    except ValueError as error:
        messages = _printed_messages(text)
        if not messages:
            raise not_json_error(path, "state") from error
        return messages


def _printed_messages(text: str) -> list[Any]:
    """The messages that a sync has printed, one per line; empty if the lines are something else.

    The last line may be cut off if the sync was killed. Lines that are not JSON come from other programs.
    """
    *lines, last = [line for line in text.splitlines() if line.lstrip()[:1] in ("{", "[")] or [""]
    try:
        return [*map(orjson.loads, lines), *_parsed_if_complete(last)]
    except ValueError:
        return []


def _parsed_if_complete(line: str) -> list[Any]:
    try:
        return [orjson.loads(line)]
    except ValueError:
        return []
