"""Saved states in every shape in which platforms store, show or print them.

    [{"type": "STREAM", "stream": {"stream_descriptor": {"name": "tickets"}, "stream_state": {…}}}, …]   the protocol
    [{"type": "GLOBAL", "global": {"stream_states": [{"stream_descriptor": …, "stream_state": …}, …]}}]
    [{"type": "LEGACY", "data": {"tickets": {…}, …}}]
    {"tickets": {…}, …}
    [{"streamDescriptor": {"name": "tickets"}, "streamState": {…}}, …]                                   Airbyte's UI
    {"stateType": "stream", "streamState": [{"streamDescriptor": …, "streamState": …}, …], …}            Airbyte's API
    {"type": "STATE", "state": {"type": "STREAM", "stream": …}}                                          stdout
    [{"stream_name": "tickets", "state_json": "{…}"}, …]                                                 PyAirbyte

Each may be nested in another one, or be text that contains JSON. A stream whose state is ignored is read from the
start, which costs days; so any other shape is an error that names it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from source_zendesk_support.errors import config_error
from source_zendesk_support.masking import safe_text
from source_zendesk_support.state.legacy_state import invalid_state_error

StreamState = tuple[str, Mapping[str, Any]]

MAX_NESTING_DEPTH = 12
"""Nesting limit of messages; no platform needs half of it."""
_PROTOCOL_NAMES = {
    "streamDescriptor": "stream_descriptor",
    "streamState": "stream_state",
    "streamStates": "stream_states",
    "sharedState": "shared_state",
    "globalState": "global",
    "global_": "global",
    "stateType": "type",
    "state_type": "type",
    "connectionState": "state",
    "connection_state": "state",
    "state_json": "state",
}
"""Other spellings, and the protocol's names."""
_CONTAINERS = ("stream", "global", "data", "state", "stream_state", "stream_states")
"""Fields of a message that may contain states; the first one that does counts, because later ones repeat it."""
_STATELESS_KEYS = frozenset({"shared_state", "sourceStats", "destinationStats", "source_stats", "destination_stats"})
"""Other objects in a message, without a stream's state."""
_OTHER_MESSAGES = frozenset({"CATALOG", "CONNECTION_STATUS", "CONTROL", "LOG", "RECORD", "SPEC", "TRACE"})
"""Messages that a sync prints between its STATE messages."""
_FOREIGN_KEYS = {
    "bookmarks": "a Singer state (bookmarks)",
    "singer_state": "a Singer state",
    "currently_syncing": "a Singer state",
    "value": "a message of another protocol",
    "completed": "a Meltano state",
    "streams": "a catalog, or the state of another tool (streams)",
    "catalog": "a catalog",
    "json_schema": "a stream of a catalog",
    "credentials": "a configuration",
    "subdomain": "a configuration",
    "log": "a log message",
    "record": "a record message",
    "trace": "a trace message",
    "control": "a control message",
    "connectionStatus": "the result of a check",
    "spec": "a specification",
}
"""Keys that identify other kinds of objects. Their content is not shown."""


def stream_states(value: Any, streams: Collection[str], depth: int = 0) -> Iterator[StreamState]:
    """Name and state of every stream, in order.

    Args:
        value: the JSON value that contains them.
        streams: names of the streams that exist.
        depth: how many objects and lists are around it.

    Raises:
        AirbyteTracedException: configuration error; a part of it cannot be understood.
    """
    value = _decoded(value)
    if depth > MAX_NESTING_DEPTH:
        raise unreadable_state_error("", "nested too deeply")
    if isinstance(value, list):
        for item in _without_other_messages(value):
            yield from stream_states(item, streams, depth + 1)
    elif isinstance(value, Mapping):
        yield from _of_object(value, streams, depth)
    elif value is not None or depth:
        raise unreadable_state_error(value, "a single value")


def _decoded(value: Any) -> Any:
    """The JSON object or list in a text; other values unchanged."""
    decoded = value
    for _ in range(MAX_NESTING_DEPTH):
        if not isinstance(decoded, str):
            break
        try:
            decoded = orjson.loads(decoded)
        except ValueError:
            return value
    return decoded if isinstance(decoded, list | Mapping) or decoded is value else value


def _without_other_messages(items: list[Any]) -> list[Any]:
    """The items without other messages of a sync, if these are a sync's messages."""
    kinds = [item.get("type") if isinstance(item, Mapping) else None for item in items]
    if "STATE" not in kinds:
        return items
    return [item for item, kind in zip(items, kinds, strict=True) if kind not in _OTHER_MESSAGES]


def _in_protocol_names(found: Mapping[str, Any]) -> dict[str, Any]:
    return {_PROTOCOL_NAMES.get(name, name): value for name, value in found.items() if value is not None}


def _of_object(found: Mapping[str, Any], streams: Collection[str], depth: int) -> Iterator[StreamState]:
    message = _in_protocol_names(found)
    containers = [name for name in _CONTAINERS if name in message]
    if "stream_descriptor" in message:
        yield _of_stream(message)
    elif containers:
        if _is_mixed(message):
            raise unreadable_state_error(found, _kind_of(found))
        contents = (list(_of_container(message, container, streams, depth)) for container in containers)
        yield from next(filter(None, contents), [])
    elif str(message.get("type")).lower() != "not_set":  # Airbyte's API for a connection without a state
        yield from _of_legacy(found, streams)


def _is_mixed(message: Mapping[str, Any]) -> bool:
    """Whether there is another object that might also be a state."""
    others = (value for name, value in message.items() if name not in {*_CONTAINERS, *_STATELESS_KEYS})
    return any(isinstance(value, Mapping | list) for value in others)


def _of_container(
    message: Mapping[str, Any], container: str, streams: Collection[str], depth: int
) -> Iterator[StreamState]:
    content = _decoded(message[container])
    if message.get("shared_state"):
        raise unreadable_state_error(message, "a state that several streams share")
    if container == "stream":
        yield _of_stream(content)
    elif "stream_name" in message and _is_blob(content):
        yield _of_stream({"stream_descriptor": {"name": message["stream_name"]}, "stream_state": content})
    elif isinstance(content, Mapping) or (container != "data" and isinstance(content, list)):
        yield from stream_states(content, streams, depth + 1)
    else:
        raise unreadable_state_error(message, _kind_of(message))


def _is_blob(content: object) -> bool:
    """Whether this is one stream's state, not a message that wraps it."""
    return isinstance(content, Mapping) and not {"stream", "stream_descriptor", "streamDescriptor"} & content.keys()


def _of_legacy(found: Mapping[str, Any], streams: Collection[str]) -> Iterator[StreamState]:
    """States by stream name."""
    unknown = {name: blob for name, blob in found.items() if name not in streams}
    foreign = _FOREIGN_KEYS.keys() & unknown.keys()
    if foreign or any(not isinstance(_decoded(blob), Mapping | None) for blob in unknown.values()):
        raise unreadable_state_error(found, _kind_of(unknown))
    yield from ((name, _blob(name, blob)) for name, blob in found.items())


def _of_stream(stream: Any) -> StreamState:
    """Our streams have no namespace; a namespace added by a platform is ignored."""
    message = _in_protocol_names(stream) if isinstance(stream, Mapping) else {}
    descriptor = message.get("stream_descriptor")
    if not isinstance(descriptor, Mapping) or not isinstance(descriptor.get("name"), str):
        raise unreadable_state_error(stream, "a state without the name of its stream")
    return descriptor["name"], _blob(descriptor["name"], message.get("stream_state"))


def _blob(name: str, blob: Any) -> Mapping[str, Any]:
    decoded = _decoded(blob)
    if decoded is None:
        return {}
    if isinstance(decoded, Mapping):
        return decoded
    raise invalid_state_error(name, blob)


def _kind_of(found: Mapping[str, Any]) -> str:
    known = next((kind for name, kind in _FOREIGN_KEYS.items() if name in found), None)
    return known or safe_text(f"an object with the keys {', '.join(sorted(found))}")


def unreadable_state_error(value: object, kind: str) -> Exception:
    """The configuration error that says what was found instead of a state."""
    quoted = "" if kind in _FOREIGN_KEYS.values() else safe_text(value)
    return config_error(
        f"The saved state cannot be understood: {quoted or kind}. It is {kind}. A list of messages is expected, one "
        "per stream, as the last sync wrote them or as Airbyte shows them under Connection state. Restore the state, "
        "or start without one to read everything again."
    )
