"""One saved state of two streams, as the protocol and as Airbyte's UI write it."""

from typing import Any

from source_zendesk_support.manifest import written
from source_zendesk_support.state.state_file import states_in

BLOB = {"generated_timestamp": "1717200000", "cursor": "MTc5", "v": 1}
OTHER = {"updated_at": "2024-05-17T06:40:00Z", "self": 1, "__class__": "x"}
STREAMS: dict[str, Any] = {"tickets": BLOB, "groups": OTHER}
SNAKE: list[dict[str, Any]] = [
    {"stream_descriptor": {"name": name}, "stream_state": blob} for name, blob in STREAMS.items()
]
CAMEL: list[dict[str, Any]] = [
    {"streamDescriptor": {"name": name}, "streamState": blob} for name, blob in STREAMS.items()
]
MESSAGES = [{"type": "STREAM", "stream": stream} for stream in SNAKE]
PRINTED = [{"type": "STATE", "state": {**message, "sourceStats": {"recordCount": 3.0}}} for message in MESSAGES]
LOG = {"type": "LOG", "log": {"level": "INFO", "message": "x"}}
RECORD = {"type": "RECORD", "record": {"stream": "tickets", "data": {"id": 1}, "emitted_at": 1}}


def names(found: dict[str, Any]) -> dict[str, Any]:
    return {name: dict(blob) for name, blob in found.items() if name != "tickets_search"}


def found_states(value: Any) -> dict[str, Any]:
    """The states in a JSON value, by stream."""
    return dict(states_in(value, written()))
