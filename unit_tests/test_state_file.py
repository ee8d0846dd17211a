"""Every form in which a platform has handed over saved states, and what is none of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_zendesk_support.state_file import read_states

BLOB = {"generated_timestamp": "1779000000", "self": 1, "__class__": "x"}
STREAM = {"stream_descriptor": {"name": "tickets"}, "stream_state": BLOB}
ELSEWHERE = {"stream_descriptor": {"name": "tickets", "namespace": "zendesk"}, "stream_state": BLOB}
NOTHING: dict[str, Any] = {}

FORMS: dict[str, tuple[Any, dict[str, Any]]] = {
    "nothing": (None, {}),
    "an empty object": ({}, {}),
    "an empty list": ([], {}),
    "a message a stream": ([{"type": "STREAM", "stream": STREAM}], {"tickets": BLOB}),
    "without its type": ([{"stream": STREAM}], {"tickets": BLOB}),
    "with more beside": ([{"type": "STREAM", "stream": STREAM, "data": {"tickets": BLOB}}], {"tickets": BLOB}),
    "with a namespace": ([{"type": "STREAM", "stream": ELSEWHERE}], {"tickets": BLOB}),
    "one message alone": ({"type": "STREAM", "stream": STREAM}, {"tickets": BLOB}),
    "a stream without a state": ([{"stream": {**STREAM, "stream_state": None}}], {"tickets": {}}),
    "a stream twice": ([{"stream": {**STREAM, "stream_state": {"a": 1}}}, {"stream": STREAM}], {"tickets": BLOB}),
    "global": ([{"type": "GLOBAL", "global": {"shared_state": {}, "stream_states": [STREAM]}}], {"tickets": BLOB}),
    "legacy in a message": ([{"type": "LEGACY", "data": {"tickets": BLOB, "a": None}}], {"tickets": BLOB, "a": {}}),
    "legacy": ({"tickets": BLOB, "users": {}}, {"tickets": BLOB, "users": {}}),
}  # fmt: skip


def states_of(folder: Path, value: Any) -> dict[str, Any]:
    path = folder / "state.json"
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    streams = [message.stream for message in read_states(str(path))]
    return {stream.stream_descriptor.name: vars(stream.stream_state) for stream in streams if stream}


@pytest.mark.parametrize("form", FORMS)
def test_states_are_found(form: str, tmp_path: Path) -> None:
    value, expected = FORMS[form]
    assert states_of(tmp_path, value) == expected


def test_no_file_means_no_state() -> None:
    assert read_states(None) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"{", "is not valid JSON"),
        (b"\xff\xfe", "is empty"),
        (b"[" * 2_000 + b"]" * 2_000, "is not valid JSON"),
        ("a", "cannot be understood: a."),
        (5, "cannot be understood: 5."),
        (["a"], "cannot be understood: a."),
        ([{"type": "STREAM"}], "cannot be understood: {'type': 'STREAM'}."),
        ([{"stream": {"stream_state": {}}}], "cannot be understood: {'stream_state': {}}."),
        ([{"stream": [1]}], "cannot be understood: [1]."),
        ([{"stream": {**STREAM, "stream_state": [1]}}], "stream tickets cannot be understood: [1]."),
        ([{"stream": {**STREAM, "stream_state": "1779000000"}}], "stream tickets cannot be understood: 1779000000."),
        ([{"global": {"stream_states": 5}}], "cannot be understood: {'stream_states': 5}."),
        (
            [{"global": {"shared_state": {"a": 1}, "stream_states": []}}],
            "cannot be understood: {'shared_state': {'a': 1}",
        ),
        ([{"type": "LEGACY", "data": [1]}], "cannot be understood: {'type': 'LEGACY', 'data': [1]}."),
        ({"tickets": "1779000000"}, "stream tickets cannot be understood: 1779000000."),
        ({"type": "ODD"}, "cannot be understood: {'type': 'ODD'}."),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_no_state_is_named(value: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(AirbyteTracedException) as raised:
        states_of(tmp_path, value)
    assert raised.value.failure_type == FailureType.config_error
    assert words in str(raised.value.message)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AirbyteTracedException, match="cannot be read: No such file") as raised:
        read_states(str(tmp_path / "none.json"))
    assert raised.value.failure_type == FailureType.config_error
