"""Any JSON value is understood as a saved state, refused in words, or holds nothing at all."""

import json
from typing import Any

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from unit_tests.state.saved_states import BLOB, CAMEL, LOG, SNAKE, found_states

WRAPPERS = [
    lambda inner: [inner],
    lambda inner: {"state": inner},
    lambda inner: {"stateType": "stream", "streamState": inner, "connectionId": "c-1"},
    lambda inner: {"connectionState": inner, "connectionId": None},
    lambda inner: {"type": "GLOBAL", "global": {"stream_states": inner, "shared_state": None}},
    json.dumps,
    lambda inner: [{"type": "STATE", "state": inner}, LOG] if not isinstance(inner, str) else [inner],
]
BLOBS = st.dictionaries(st.sampled_from(["updated_at", "cursor", "state", "type"]), st.text() | st.integers())


@given(
    streams=st.dictionaries(st.sampled_from(["tickets", "groups", "users", "tags"]), BLOBS, min_size=1),
    notation=st.sampled_from(["stream_descriptor stream_state", "streamDescriptor streamState"]),
    wrappers=st.lists(st.sampled_from(WRAPPERS), max_size=5),
)
def test_exactly_the_streams_in_it_are_found(streams: dict[str, Any], notation: str, wrappers: list[Any]) -> None:
    descriptor, state = notation.split()
    value: Any = [{descriptor: {"name": name}, state: blob} for name, blob in streams.items()]
    for wrap in wrappers:
        value = wrap(value)
    assert found_states(value) == streams


KEYS = ["type", "stream", "global", "data", "state", "streamState", "stream_states", "tickets", "x", "bookmarks"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from([SNAKE[0], CAMEL[0]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


@given(value=JSON)
def test_nothing_is_passed_over_in_silence(value: Any) -> None:
    """Any JSON value is understood, refused in words, or holds nothing at all."""
    try:
        found = found_states(value)
    except AirbyteTracedException as error:
        assert error.failure_type == FailureType.config_error  # noqa: PT017  other outcomes are right, too
        return
    if not found:
        assert not list(_values(value))
    if BLOB in list(_blobs(value)):
        assert any(blob == BLOB or BLOB in list(_blobs(blob)) for blob in found.values())


def _values(value: Any) -> Any:
    """What is neither empty nor the type of a message."""
    if isinstance(value, list):
        yield from (found for item in value for found in _values(item))
    elif isinstance(value, dict):
        yield from (found for name, item in value.items() if name != "type" for found in _values(item))
    elif value is not None:
        yield value


def _blobs(value: Any) -> Any:
    """Every object in it, at any depth."""
    items = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    yield from ([value] if isinstance(value, dict) else [])
    yield from (found for item in items for found in _blobs(item))
