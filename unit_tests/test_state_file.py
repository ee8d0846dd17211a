"""A saved state in any shape is understood, with exactly the streams in it, or refused and named; never ignored."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.models import (
    AirbyteStateBlob,
    AirbyteStateMessage,
    AirbyteStateType,
    AirbyteStreamState,
    FailureType,
    StreamDescriptor,
)
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.source import SourceZendeskSupport
from source_zendesk_support.state_file import read_states, states_in, states_of
from unit_tests.account import NEWEST_TICKET, Account
from unit_tests.reading import CONFIG, catalog_of

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
DUMPED = [
    {"type": "STREAM", "stream": stream, "global": None, "data": None, "sourceStats": None, "destinationStats": None}
    for stream in SNAKE
]

SPACED = [{"streamDescriptor": {"name": name, "namespace": "z"}, "streamState": blob} for name, blob in STREAMS.items()]
NULL_SPACED = [{**each, "streamDescriptor": {**each["streamDescriptor"], "namespace": None}} for each in SPACED]
MIXED = [{"streamDescriptor": each["stream_descriptor"], "stream_state": each["stream_state"]} for each in SNAKE]
API = {"stateType": "stream", "connectionId": "c-1", "streamState": CAMEL, "globalState": None, "state": None}
API_GLOBAL = {"stateType": "global", "streamState": None, "globalState": {"sharedState": None, "streamStates": CAMEL}}
ROWS = [
    {"source_name": "zendesk", "stream_name": name, "table_name": name, "state_json": json.dumps(message)}
    for name, message in zip(STREAMS, MESSAGES, strict=True)
]

UNDERSTOOD: dict[str, Any] = {
    "Airbyte's UI": CAMEL,
    "with a namespace": SPACED,
    "with null namespaces": NULL_SPACED,
    "both notations": [CAMEL[0], SNAKE[1]],
    "both notations within one": MIXED,
    "messages in camel case": [{"type": "STREAM", "stream": each} for each in CAMEL],
    "types in lower case": [{"type": "stream", "stream": each} for each in SNAKE],
    "bare streams": SNAKE,
    "the list in an object": {"streamState": CAMEL},
    "the list in another object": {"state": CAMEL},
    "messages in an object": {"state": MESSAGES},
    "Airbyte's API": API,
    "to Airbyte's API": {"connectionId": "c-1", "connectionState": {"stateType": "stream", "streamState": CAMEL}},
    "Airbyte's API, global": {"stateType": "global", "globalState": {"sharedState": {}, "streamStates": CAMEL}},
    "Airbyte's API, global and null": API_GLOBAL,
    "Airbyte's API, legacy": {"stateType": "legacy", "connectionId": "c-1", "state": STREAMS},
    "messages without a type": [{"stream": each} for each in SNAKE],
    "messages with more beside": [{**message, "data": STREAMS} for message in MESSAGES],
    "a legacy message": [{"type": "LEGACY", "data": STREAMS}],
    "a list of a global message": [{"type": "GLOBAL", "global": {"shared_state": {}, "stream_states": SNAKE}}],
    "global message": {"type": "GLOBAL", "global": {"stream_states": SNAKE}},
    "global, as dumped": {"type": "GLOBAL", "stream": None, "global_": {"shared_state": None, "stream_states": SNAKE}},
    "dumped with nulls": DUMPED,
    "printed": PRINTED,
    "printed among others": [LOG, RECORD, *PRINTED, {"type": "TRACE", "trace": {}}],
    "legacy": STREAMS,
    "legacy beside a stream that is gone": {**STREAMS, "tickets_search": {"updated_at": "1"}},
    "PyAirbyte's table": ROWS,
    "a table of blobs": [{"stream_name": name, "state_json": json.dumps(blob)} for name, blob in STREAMS.items()],
    "text that holds JSON": json.dumps(CAMEL),
    "text that holds text": json.dumps(json.dumps(CAMEL)),
    "states as text": [{**each, "streamState": json.dumps(each["streamState"])} for each in CAMEL],
    "lists in a list": [[CAMEL[0]], [CAMEL[1]]],
}


def names(found: dict[str, Any]) -> dict[str, Any]:
    return {name: dict(blob) for name, blob in found.items() if name != "tickets_search"}


@pytest.mark.parametrize("shape", UNDERSTOOD)
def test_every_platforms_shape_is_understood(shape: str) -> None:
    assert names(states_in(UNDERSTOOD[shape])) == STREAMS


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, PRINTED)),
        "\n".join(map(json.dumps, [LOG, RECORD, PRINTED[0], RECORD, LOG, PRINTED[1], LOG])) + "\n",
        "Unable to find image locally\n" + "\r\n".join(map(json.dumps, PRINTED)),
        "\n".join(map(json.dumps, [LOG, *PRINTED])) + '\n{"type":"RECORD","record":{"stream":"tick',
        "\n".join(map(json.dumps, CAMEL)),
        "\n".join(map(json.dumps, MESSAGES)),
    ],
    ids=["only states", "a whole output", "with other words", "cut off by a kill", "streams a line", "messages a line"],
)
def test_lines_that_a_sync_has_printed_are_understood(text: str, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(text, "utf-8")
    states = [message.stream for message in read_states(str(path))]
    assert {each.stream_descriptor.name: vars(each.stream_state) for each in states if each} == STREAMS


def test_one_message_alone_and_streams_without_a_state_are_understood() -> None:
    assert states_in(MESSAGES[0]) == {"tickets": BLOB}
    assert states_in([{"stream": {**SNAKE[0], "stream_state": None}}]) == {"tickets": {}}
    assert states_in([{"type": "LEGACY", "data": {"tickets": BLOB, "a": None}}]) == {"tickets": BLOB, "a": {}}


def test_the_last_state_of_a_stream_counts() -> None:
    earlier = {"type": "STATE", "state": {"type": "STREAM", "stream": {**SNAKE[0], "stream_state": {"a": 1}}}}
    assert states_in([earlier, *PRINTED]) == STREAMS


NOTHING: list[Any] = [
    None,
    {},
    [],
    [{}],
    {"streamState": []},
    {"state": {}},
    {"type": "LEGACY", "data": {}},
    {"stateType": "not_set", "connectionId": "c-1", "state": None},
    {"type": "GLOBAL", "global": {"stream_states": []}},
]


@pytest.mark.parametrize("nothing", NOTHING, ids=str)
def test_what_holds_nothing_is_no_state(nothing: Any) -> None:
    assert states_in(nothing) == {}


SECRET = "never-to-be-shown"
REFUSED: list[tuple[Any, str]] = [
    ({"bookmarks": {"tickets": {"updated_at": "2026-01-01"}}}, "a Singer state (bookmarks)"),
    ({"bookmarks": {}, "currently_syncing": None}, "a Singer state (bookmarks)"),
    ({"type": "STATE", "value": {"bookmarks": {}}}, "a message of another protocol"),
    ({"singer_state": {"bookmarks": {}}}, "a Singer state"),
    ({"state": {"bookmarks": {}}}, "a Singer state (bookmarks)"),
    ({"streams": [{"stream": {"name": "tickets", "json_schema": {}}}]}, "a catalog"),
    ({"streams": {"tickets": OTHER}}, "the state of another tool (streams)"),
    ({"type": "CATALOG", "catalog": {"streams": []}}, "a catalog"),
    ({"subdomain": "acme", "credentials": {"api_token": SECRET}}, "a configuration"),
    (LOG, "a log message"),
    ([LOG, RECORD], "a log message"),
    ({"type": "RECORD", "record": {"stream": "tickets", "data": {"email": SECRET}}}, "a record message"),
    ({"type": "CONTROL", "control": {"connectorConfig": {"config": {"x": SECRET}}}}, "a control message"),
    ({"updated_at": "2024-05-17T06:40:00Z"}, "an object with the keys updated_at"),
    ({"foo": 1, "bar": {}}, "an object with the keys bar, foo"),
    ({"state": {"updated_at": "1"}, "parent_state": {}}, "an object with the keys parent_state, state"),
    ({"state": CAMEL, "tickets": OTHER}, "an object with the keys state"),
    ({"calls": {"updated_at": "1"}}, "the state of streams that do not exist here: calls (here talk_calls)"),
    ([{"streamDescriptor": {"name": "Tickets"}, "streamState": OTHER}], "do not exist here: Tickets"),
    ({"streamStates": {"sharedState": {}}}, "sharedState"),
    ({"type": "GLOBAL", "global": {"shared_state": {"lsn": 1}, "stream_states": SNAKE}}, "several streams share"),
    ([{"streamDescriptor": {}, "streamState": OTHER}], "a state without the name of its stream"),
    ([{"streamDescriptor": {"name": "tickets"}, "streamState": [1]}], "stream tickets cannot be understood: [1]"),
    ([None], "a single value"),
    (0, "a single value"),
    (False, "a single value"),
    ("", "a single value"),
    ("tickets", "a single value"),
    ("a", "cannot be understood: a."),
    (5, "cannot be understood: 5."),
    (["a"], "cannot be understood: a."),
    ([{"type": "STREAM"}], "cannot be understood: {'type': 'STREAM'}."),
    ([{"stream": {"stream_state": {}}}], "cannot be understood: {'stream_state': {}}."),
    ([{"stream": [1]}], "cannot be understood: [1]."),
    ([{"stream": {**SNAKE[0], "stream_state": "17"}}], "stream tickets cannot be understood: 17."),
    ([{"global": {"stream_states": 5}}], "cannot be understood: {'stream_states': 5}."),
    ([{"global": {"shared_state": {"a": 1}, "stream_states": []}}], "understood: {'shared_state': {'a': 1}"),
    ([{"type": "LEGACY", "data": [1]}], "cannot be understood: {'type': 'LEGACY', 'data': [1]}."),
    ({"tickets": "17"}, "stream tickets cannot be understood: 17."),
    ({"type": "ODD"}, "cannot be understood: {'type': 'ODD'}."),
    ([[[[[[[[[[[[[[CAMEL]]]]]]]]]]]]]], "nested too deeply"),
]


@pytest.mark.parametrize(("value", "found"), REFUSED, ids=[str(value)[:60] for value, _ in REFUSED])
def test_what_is_no_state_is_refused_by_what_it_is(value: Any, found: str) -> None:
    with pytest.raises(AirbyteTracedException) as raised:
        states_in(value)
    message = str(raised.value.message)
    assert (raised.value.failure_type, found in message) == (FailureType.config_error, True), message
    assert SECRET not in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"{\n  ", "is not valid JSON"),
        (b"[" * 2_000 + b"]" * 2_000, "is not valid JSON"),
        (b"\n".join([json.dumps(LOG).encode()] * 2), "a log message"),
    ],
    ids=range(6),
)
def test_a_file_without_states_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    with pytest.raises(AirbyteTracedException, match=words):
        read_states(str(path))


def test_a_file_that_is_missing_is_an_error_and_no_path_at_all_is_none() -> None:
    for path in ("none.json", ""):  # as of a shell variable that was never set
        with pytest.raises(AirbyteTracedException, match=r"cannot be read: (No such file|Is a directory)") as raised:
            read_states(path)
        assert raised.value.failure_type == FailureType.config_error
    assert read_states(None) == []


@pytest.mark.parametrize("gone", ["tickets_search", "calls"])
def test_streams_that_are_gone_are_named_once(gone: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        states_in({"tickets": BLOB, gone: OTHER})
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith(f"The saved state names streams that do not exist here: {gone}")


def test_a_state_of_removed_streams_alone_is_no_reason_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    assert states_in({"tickets_search": OTHER}) == {"tickets_search": OTHER}
    assert "tickets_search" in caplog.text


def message_of(name: str, blob: dict[str, Any], namespace: str | None = None) -> AirbyteStateMessage:
    descriptor = StreamDescriptor(name=name, namespace=namespace)
    stream = AirbyteStreamState(stream_descriptor=descriptor, stream_state=AirbyteStateBlob(blob))
    return AirbyteStateMessage(type=AirbyteStateType.STREAM, stream=stream)


LEGACY = AirbyteStateMessage(type=AirbyteStateType.LEGACY, data=STREAMS)
IN_PROCESS: dict[str, Any] = {
    "objects": [message_of(name, blob) for name, blob in STREAMS.items()],
    "objects with a namespace": [message_of(name, blob, "zendesk") for name, blob in STREAMS.items()],
    "a legacy object": [LEGACY],
    "what objects are made of": MESSAGES,
    "Airbyte's UI": CAMEL,
}


@pytest.mark.parametrize("form", IN_PROCESS)
def test_states_that_are_handed_over_in_the_process_are_understood_alike(form: str) -> None:
    assert names(states_of(IN_PROCESS[form])) == STREAMS


@pytest.mark.parametrize("form", IN_PROCESS)
def test_a_sync_in_the_process_goes_on_from_them(form: str, account: Account) -> None:
    url = "/api/v2/incremental/tickets/cursor?cursor=MTc5&per_page=1000&support_type_scope=all"
    account.on(url, {"tickets": [], "after_cursor": "MTgw", "end_of_stream": True})
    source = SourceZendeskSupport(config=CONFIG)
    list(source.read(logging.getLogger("airbyte"), CONFIG, catalog_of(["tickets"]), IN_PROCESS[form]))
    assert account.asked == [url, NEWEST_TICKET]


def test_a_state_of_another_tool_stops_a_sync_in_the_process(account: Account) -> None:
    source = SourceZendeskSupport(config=CONFIG)
    state: list[Any] = [{"bookmarks": {"tickets": OTHER}}]
    with pytest.raises(AirbyteTracedException, match="a Singer state"):
        list(source.read(logging.getLogger("airbyte"), CONFIG, catalog_of(["tickets"]), state))
    assert account.asked == []


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
    assert states_in(value) == streams


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
        found = states_in(value)
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
