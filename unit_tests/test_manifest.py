"""The manifest as a command uses it, against what the CDK makes of the whole."""

import time
from functools import cache

import pytest
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource

from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions, load_manifest, resolved, written
from source_zendesk_support.source import SourceZendeskSupport
from unit_tests.reading import CONFIG

STREAMS = sorted(written())


@cache
def definitions() -> StreamDefinitions:
    return StreamDefinitions(parse(CONFIG).declarative())


@cache
def whole() -> ConcurrentDeclarativeSource:
    """The CDK's own source; it checks the manifest against the schema of its components."""
    return ConcurrentDeclarativeSource(source_config=dict(load_manifest()), config=CONFIG)


@pytest.mark.parametrize("stream", STREAMS)
def test_stream_is_resolved_just_as_the_cdk_does_it(stream: str) -> None:
    (stanza,) = (stanza for stanza in whole().resolved_manifest["streams"] if stanza["name"] == stream)
    definitions().pages(stream)  # which changes nothing of it
    assert resolved(stream) == stanza


def test_the_source_offers_its_complete_manifest() -> None:
    ours, theirs = SourceZendeskSupport(config=CONFIG).resolved_manifest, whole().resolved_manifest
    assert list(written()) == [stanza["name"] for stanza in theirs["streams"]]
    assert ours == {key: theirs[key] for key in theirs if key != "definitions"}


@pytest.mark.parametrize("stream", STREAMS)
def test_what_a_stream_needs_is_what_its_walk_reports(stream: str) -> None:
    assert definitions().requires(stream) == definitions().pages(stream).requires


def test_what_streams_need_is_known_without_building_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` asks it of every stream for each of its probes, and building one takes milliseconds."""
    monkeypatch.setattr(StreamDefinitions, "pages", None)
    assert definitions().requires("article_votes") == "Guide"
    assert definitions().requires("audit_logs") == "the audit log (Enterprise)"
    assert definitions().requires("chats") == "Chat, and an OAuth token of Chat (chat_credentials)"
    assert definitions().requires("tickets") == ""


def test_all_streams_share_the_objects_that_hold_credentials() -> None:
    found = {id(definitions().pages(stream).requester.get_authenticator()) for stream in STREAMS}
    assert found == {id(definitions().authenticator)}


@pytest.mark.parametrize(
    ("stream", "days"), [("groups", 730), ("tickets", 730), ("article_votes", 730), ("audit_logs", 3650)]
)
def test_without_a_start_date_so_many_days_are_read(stream: str, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    config = {key: value for key, value in CONFIG.items() if key != "start_date"}
    fields = StreamDefinitions(parse(config).declarative())
    cursor = fields.cursor(stream)
    assert cursor is not None
    assert cursor.start == pytest.approx(time.time() - days * 86_400, abs=60)


def test_page_sizes_never_fall_below_the_declared_minimum() -> None:
    assert definitions().pages("tags").minimum_page_size == 25


def test_several_streams_read_these_pages() -> None:
    """They are fetched once and kept; a forgotten one costs requests, one too many costs disk."""
    kept = {stream for stream in STREAMS if definitions().pages(stream).requester.use_cache}
    parents = {
        "article_attachments",
        "article_comment_votes",
        "article_comments",
        "article_votes",
        "article_translations",
        "category_translations",
        "custom_object_access_rules",
        "custom_object_fields",
        "custom_object_permission_policies",
        "custom_object_records",
        "custom_object_triggers",
        "post_comment_votes",
        "post_comments",
        "post_votes",
        "schedule_holidays",
        "section_subscriptions",
        "section_translations",
        "topic_subscriptions",
    }
    embedded = {
        "account_attribute_values",
        "account_attributes",
        "dynamic_content_items",
        "dynamic_content_variants",
        "organization_field_options",
        "ticket_field_options",
        "user_field_options",
    }
    lists = {"categories", "custom_objects", "guide_votes", "posts", "schedules", "sections", "topics"}
    assert kept == parents | embedded | lists | {"organization_fields", "ticket_fields", "user_fields"}
