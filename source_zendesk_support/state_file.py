"""The file of saved states, as every generation of the Airbyte protocol has written it.

    [{"type": "STREAM", "stream": {"stream_descriptor": {"name": "tickets"}, "stream_state": {…}}}, …]
    [{"type": "GLOBAL", "global": {"stream_states": [{"stream_descriptor": …, "stream_state": …}, …]}}]
    [{"type": "LEGACY", "data": {"tickets": {…}, …}}]
    {"tickets": {…}, …}

airbyte-cdk 7 takes the first two, passes over the third in silence, and fails on the fourth with a stack trace. A
stream whose state is passed over is read anew, which costs days; so what is not one of these is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airbyte_cdk.models import (
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStreamState,
    StreamDescriptor,
)

from source_zendesk_support.components.state.saved import not_understood
from source_zendesk_support.errors import config_error
from source_zendesk_support.foreign_text import shown
from source_zendesk_support.json_files import read_json


def read_states(path: str | None) -> list[AirbyteStateMessage]:
    """One message a stream; none without a file, or from one that holds nothing.

    Raises:
        AirbyteTracedException: configuration error; the file or a part of it cannot be understood.
    """
    found = dict(_streams(read_json(path, "state"))) if path else {}
    return [
        AirbyteStateMessage(
            type=AirbyteStateType.STREAM,
            stream=AirbyteStreamState(
                stream_descriptor=StreamDescriptor(name=name), stream_state=AirbyteStateBlob(blob)
            ),
        )
        for name, blob in found.items()
    ]


def _streams(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and state of every stream; of a name that comes twice the last one counts, as in the protocol."""
    for message in value if isinstance(value, list) else [value or {}]:
        if not isinstance(message, Mapping):
            raise _no_state(message)
        yield from _of_message(message)


def _of_message(message: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    whole = message.get("global")
    if "stream" in message:
        yield _of_stream(message["stream"])
    elif isinstance(whole, Mapping) and isinstance(whole.get("stream_states"), list) and not whole.get("shared_state"):
        yield from map(_of_stream, whole["stream_states"])
    elif isinstance(message.get("data", message), Mapping) and "global" not in message:
        legacy = message.get("data", message)
        if "type" in legacy:
            raise _no_state(message)
        yield from ((name, _blob(name, blob)) for name, blob in legacy.items())
    else:
        raise _no_state(message)


def _of_stream(stream: Any) -> tuple[str, Mapping[str, Any]]:
    """Our streams have no namespace; one that a platform has added changes nothing."""
    descriptor = stream.get("stream_descriptor") if isinstance(stream, Mapping) else None
    if not isinstance(descriptor, Mapping) or not isinstance(descriptor.get("name"), str):
        raise _no_state(stream)
    return descriptor["name"], _blob(descriptor["name"], stream.get("stream_state"))


def _blob(name: str, blob: Any) -> Mapping[str, Any]:
    if blob is None:
        return {}
    if isinstance(blob, Mapping):
        return blob
    raise not_understood(name, blob)


def _no_state(value: object) -> Exception:
    return config_error(
        f"The saved state cannot be understood: {shown(value)}. It is a list of messages, one a stream, as the "
        f"last sync has written them. Restore it, or reset the streams to read them anew."
    )
