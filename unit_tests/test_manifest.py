"""The manifest as a command uses it, against what the CDK makes of the whole."""

from functools import cache

import pytest
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource

from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions, load_manifest, resolved, written
from source_zendesk_support.source import SourceZendeskSupport
from unit_tests.reading import CONFIG

STREAMS = sorted(written())


@cache
def whole() -> ConcurrentDeclarativeSource:
    """The CDK's own source; it checks the manifest against the schema of its components."""
    return ConcurrentDeclarativeSource(source_config=dict(load_manifest()), config=CONFIG)


@pytest.mark.parametrize("stream", STREAMS)
def test_stanza_is_resolved_just_as_the_cdk_does_it(stream: str) -> None:
    (stanza,) = (stanza for stanza in whole().resolved_manifest["streams"] if stanza["name"] == stream)
    assert resolved(stream) == stanza


def test_whole_manifest_is_at_hand_for_whoever_asks_the_source() -> None:
    ours, theirs = SourceZendeskSupport(config=CONFIG).resolved_manifest, whole().resolved_manifest
    assert list(written()) == [stanza["name"] for stanza in theirs["streams"]]
    assert ours == {key: theirs[key] for key in theirs if key != "definitions"}


@pytest.mark.parametrize("stream", STREAMS)
def test_what_a_stream_needs_is_what_its_walk_tells(stream: str) -> None:
    stanzas = StreamDefinitions(parse(CONFIG).declarative())
    assert stanzas.requires(stream) == stanzas.pages(stream).requires


def test_what_streams_need_is_known_without_building_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` asks it of every stream for each of its probes, and building one takes milliseconds."""
    stanzas = StreamDefinitions(parse(CONFIG).declarative())
    monkeypatch.setattr(StreamDefinitions, "pages", None)
    assert stanzas.requires("article_votes") == "Guide"
    assert stanzas.requires("audit_logs") == "the audit log (Enterprise)"
    assert stanzas.requires("tickets") == ""
