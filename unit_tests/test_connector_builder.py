"""The manifest in the CDK's own hands: its schema, and loading and reading it as the Connector Builder does.

docs/connector-builder.md says in words what these tests show.
"""

from copy import deepcopy
from typing import Any

import pytest
import requests_mock
from airbyte_cdk.connector_builder.connector_builder_handler import (
    TestLimits,
    create_source,
    read_stream,
    resolve_manifest,
)
from airbyte_cdk.models import SyncMode, Type
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from airbyte_cdk.sources.declarative.parsers.custom_code_compiler import AirbyteCustomCodeNotPermittedError
from jsonschema import ValidationError

from source_zendesk_support.manifest import load_manifest, resolved, written
from unit_tests.reading import CONFIG, catalog_of

PLAIN = [name for name in written() if resolved(name)["retriever"]["type"] == "SimpleRetriever"]
UNSAFE = "AIRBYTE_ENABLE_UNSAFE_CODE"


def manifest_of(streams: list[str]) -> dict[str, Any]:
    manifest = deepcopy(dict(load_manifest()))
    return {
        **manifest,
        "streams": [stream for stream in manifest["streams"] if stream["$parameters"]["name"] in streams],
    }


def config_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """A user's config, with what the connector itself would fill in, and the manifest."""
    chat = {"credentials": "oauth2.0", "access_token": "made-up"}
    address = "https://acme.zendesk.com"
    return {**CONFIG, "base_url": address, "chat_credentials": chat, "__injected_declarative_manifest": manifest}


def test_the_schema_of_the_cdk_accepts_the_manifest() -> None:
    source = ConcurrentDeclarativeSource(source_config=deepcopy(dict(load_manifest())))
    assert len(source.resolved_manifest["streams"]) == 145


def test_the_schema_of_the_cdk_would_find_a_mistake() -> None:
    manifest = manifest_of(["tags"])
    manifest["definitions"]["requester"]["http_methods"] = manifest["definitions"]["requester"].pop("url")
    manifest["definitions"]["cursor_list_stream"]["retriever"].pop("requester")
    manifest["definitions"]["single_page_stream"]["retriever"].pop("requester")
    with pytest.raises(ValidationError):
        ConcurrentDeclarativeSource(source_config=manifest)


def test_the_builder_resolves_all_streams() -> None:
    message = resolve_manifest(create_source(config_of(manifest_of(list(written()))), TestLimits()))
    assert message.type == Type.RECORD
    assert message.record
    assert len(message.record.data["manifest"]["streams"]) == 145


def test_the_builder_refuses_our_authenticators_unless_custom_code_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(UNSAFE, raising=False)
    config = config_of(manifest_of(["tags"]))
    with pytest.raises(AirbyteCustomCodeNotPermittedError):
        create_source(config, TestLimits()).streams(config)


def test_the_builder_builds_the_plain_streams_if_custom_code_is_allowed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a warning: the CDK has one for each stop condition that a smaller page size might deceive."""
    monkeypatch.setenv(UNSAFE, "true")
    config = config_of(manifest_of(PLAIN))
    with caplog.at_level("WARNING"):
        assert [stream.name for stream in create_source(config, TestLimits()).streams(config)] == PLAIN
    assert caplog.messages == []


def test_the_builder_reads_a_plain_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UNSAFE, "true")
    config = config_of(manifest_of(["groups"]))
    rows = [{"id": 1, "updated_at": "2024-05-01T00:00:00Z"}, {"id": 2, "updated_at": "2024-06-01T00:00:00Z"}]
    with requests_mock.Mocker() as mocker:
        mocker.get("https://acme.zendesk.com/api/v2/groups", json={"groups": rows, "meta": {"has_more": False}})
        source = create_source(config, TestLimits(), catalog_of(["groups"]), [])
        message = read_stream(source, config, catalog_of(["groups"], SyncMode.incremental), [], TestLimits())
    assert message.record, message
    (page,) = message.record.data["slices"][0]["pages"]
    assert page["records"] == rows
    assert page["request"]["url"].startswith("https://acme.zendesk.com/api/v2/groups?")


def test_the_builder_cannot_build_a_stream_with_a_retriever_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UNSAFE, "true")
    config = config_of(manifest_of(["tickets"]))
    with pytest.raises(ValueError, match=r"Please provide DefaultPaginator\.\$parameters\.url_base"):
        create_source(config, TestLimits()).streams(config)
