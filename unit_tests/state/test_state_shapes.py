"""A saved state in any shape is understood, with exactly the streams in it, or refused and named; never ignored."""

import json
import logging
from typing import Any

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from unit_tests.state.saved_states import (
    BLOB,
    CAMEL,
    LOG,
    MESSAGES,
    OTHER,
    PRINTED,
    RECORD,
    SNAKE,
    STREAMS,
    found_states,
    names,
)

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


@pytest.mark.parametrize("shape", UNDERSTOOD)
def test_every_platforms_shape_is_understood(shape: str) -> None:
    assert names(found_states(UNDERSTOOD[shape])) == STREAMS


def test_one_message_alone_and_streams_without_a_state_are_understood() -> None:
    assert found_states(MESSAGES[0]) == {"tickets": BLOB}
    assert found_states([{"stream": {**SNAKE[0], "stream_state": None}}]) == {"tickets": {}}
    assert found_states([{"type": "LEGACY", "data": {"tickets": BLOB, "a": None}}]) == {"tickets": BLOB, "a": {}}


def test_the_last_state_of_a_stream_counts() -> None:
    earlier = {"type": "STATE", "state": {"type": "STREAM", "stream": {**SNAKE[0], "stream_state": {"a": 1}}}}
    assert found_states([earlier, *PRINTED]) == STREAMS


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
    assert found_states(nothing) == {}


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
        found_states(value)
    message = str(raised.value.message)
    assert (raised.value.failure_type, found in message) == (FailureType.config_error, True), message
    assert SECRET not in message


@pytest.mark.parametrize("gone", ["tickets_search", "calls"])
def test_streams_that_are_gone_are_named_once(gone: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found_states({"tickets": BLOB, gone: OTHER})
    (reported,) = [record.getMessage() for record in caplog.records]
    assert reported.startswith(f"The saved state names streams that do not exist here: {gone}")


def test_a_state_of_removed_streams_alone_is_no_reason_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    assert found_states({"tickets_search": OTHER}) == {"tickets_search": OTHER}
    assert "tickets_search" in caplog.text


@pytest.mark.parametrize("empty", [{"global": []}, {"global": {"stream_states": []}}, {"stream_states": []}], ids=str)
def test_states_beside_an_empty_container_are_found(empty: dict[str, Any]) -> None:
    assert found_states({**empty, "state": CAMEL}) == STREAMS


def test_single_value_beside_an_empty_container_is_refused() -> None:
    with pytest.raises(AirbyteTracedException, match="cannot be understood"):
        found_states({"global": [], "data": False})
