"""docs/streams.md says of every stream what the manifest says."""

from typing import Any

import pytest

from scripts.make_stream_docs import CONFIG, HISTORY, MARKS, SINGLE, TARGET, document, entries, removal
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions, load_manifest


def schema_of(stream: str) -> Any:
    return StreamDefinitions(parse(CONFIG).declarative()).schema(stream)()


def test_page_is_what_make_docs_would_write() -> None:
    assert TARGET.read_text("utf-8") == document(), "docs/streams.md is stale: run `make docs`"


def test_every_stanza_has_its_product_and_an_api_page() -> None:
    found = entries()
    assert [entry.stream for entry in found] == [stanza["$parameters"]["name"] for stanza in load_manifest()["streams"]]
    assert {entry.product for entry in found} >= {"Support", "Guide", "Talk", "Chat"}
    assert all(entry.page.startswith("https://developer.zendesk.com/api-reference/") for entry in found)


def test_removals_are_told_of_streams_that_exist() -> None:
    streams = {entry.stream for entry in entries()}
    assert {*MARKS, *HISTORY, *SINGLE} <= streams
    assert {removal(stream) for stream in HISTORY} == {"never removed"}


@pytest.mark.parametrize("stream", sorted(stream for stream, mark in MARKS.items() if "`" in mark))
def test_deletion_mark_is_a_field_of_its_stream(stream: str) -> None:
    assert MARKS[stream].split("`")[1] in schema_of(stream)["properties"]
