"""Saved states come from a file or from messages in the process; a sync resumes from them."""

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

from source_zendesk_support.manifest import written
from source_zendesk_support.source import SourceZendeskSupport
from source_zendesk_support.state.state_file import read_states, states_of
from unit_tests.account import NEWEST_TICKET, Account
from unit_tests.reading import CONFIG, catalog_of
from unit_tests.state.saved_states import CAMEL, LOG, MESSAGES, OTHER, PRINTED, RECORD, STREAMS, names


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
    states = [message.stream for message in read_states(str(path), written())]
    assert {each.stream_descriptor.name: vars(each.stream_state) for each in states if each} == STREAMS


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
        read_states(str(path), written())


def test_a_file_that_is_missing_is_an_error_and_no_path_at_all_is_none() -> None:
    for path in ("none.json", ""):  # as of a shell variable that was never set
        with pytest.raises(AirbyteTracedException, match=r"cannot be read: (No such file|Is a directory)") as raised:
            read_states(path, written())
        assert raised.value.failure_type == FailureType.config_error
    assert read_states(None, written()) == []


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
    assert names(states_of(IN_PROCESS[form], written())) == STREAMS


@pytest.mark.parametrize("form", IN_PROCESS)
def test_a_sync_in_the_process_resumes_from_them(form: str, account: Account) -> None:
    url = "/api/v2/incremental/tickets/cursor?cursor=MTc5&per_page=1000&support_type_scope=all"
    account.on(url, {"tickets": [], "after_cursor": "MTgw", "end_of_stream": True})
    source = SourceZendeskSupport(config=CONFIG)
    list(source.read(logging.getLogger("airbyte"), CONFIG, catalog_of(["tickets"]), IN_PROCESS[form]))
    assert account.requested == [url, NEWEST_TICKET]


def test_a_state_of_another_tool_stops_a_sync_in_the_process(account: Account) -> None:
    source = SourceZendeskSupport(config=CONFIG)
    state: list[Any] = [{"bookmarks": {"tickets": OTHER}}]
    with pytest.raises(AirbyteTracedException, match="a Singer state"):
        list(source.read(logging.getLogger("airbyte"), CONFIG, catalog_of(["tickets"]), state))
    assert account.requested == []
