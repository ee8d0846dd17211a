"""The rules of manifest.yaml that CONTRIBUTING names; what is declared is read."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any, cast, get_type_hints

import pytest
import yaml
from airbyte_cdk.sources.declarative.models import DeclarativeStream

from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.manifest import load_manifest, resolved, words, written

TEXT = (Path(__file__).parent.parent / "manifest.yaml").read_text("utf-8")
STREAMS = sorted(written())
DEFINITIONS: Mapping[str, Any] = load_manifest()["definitions"]
FAMILIES = sorted(name for name in DEFINITIONS if name.endswith("_stream"))
MOST_LINES = 12
MOST_LINES_OF_MANIFEST = 1700
LONGEST_REPEATED = 30
"""Letters."""
FACTORY_FIELDS = {"type", "class_name", "$parameters", "parameters"}
READ_BY_OURS = {"records", "kind"}
"""Parameters that components of ours read as fields: where an extractor looks, and the kind of votes."""
LISTENED_TO = {"custom_fields", "file_record"}
"""Words of a stream that are read by manifest.py itself."""
CURSOR_WORDS = {"cursor_field", "datetime_format", "start_datetime", "start_time_option", "lookback_window"}
"""What our engine reads of a cursor; the stock CDK reads the others."""


def components(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every component below a node, itself included."""
    for child in node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ():
        yield from components(child)
    if isinstance(node, Mapping) and "type" in node:
        yield node


def custom() -> set[str]:
    """The classes of all custom components."""
    every = (component for stream in STREAMS for component in components(resolved(stream)))
    return {component["class_name"] for component in every if "class_name" in component}


def class_of(name: str) -> type:
    module, _, cls = name.rpartition(".")
    return cast("type", getattr(import_module(module), cls))


def references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        yield from ([node["$ref"]] if "$ref" in node else [])
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def family_of(reference: str) -> str:
    return reference.removeprefix("#/definitions/").partition("/")[0]


def lineage(stream: str) -> set[str]:
    """All families that a stream is made from."""
    found: set[str] = set()
    new = {family_of(written()[stream]["$ref"])}
    while new:
        found |= new
        new = {family_of(name) for family in new for name in references(DEFINITIONS[family])} - found
    return {name for name in found if name.endswith("_stream")}


def templates(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, child in node.items():
            yield from templates(key)
            yield from templates(child) if key != "$parameters" else ()
    elif isinstance(node, list):
        for child in node:
            yield from templates(child)
    elif isinstance(node, str) and "{{" in node:
        yield node


def test_manifest_is_shorter_than_1700_lines() -> None:
    """What makes it longer wants a family."""
    assert TEXT.count("\n") < MOST_LINES_OF_MANIFEST


def test_there_are_no_jinja_blocks_and_no_anchors() -> None:
    assert "{%" not in TEXT
    kinds = {type(token).__name__ for token in yaml.scan(TEXT)}
    assert not kinds & {"AnchorToken", "AliasToken"}


@pytest.mark.parametrize("family", FAMILIES)
def test_family_serves_two_streams_or_more(family: str) -> None:
    assert len([stream for stream in STREAMS if family in lineage(stream)]) > 1


def test_every_definition_is_used() -> None:
    used = {family_of(reference) for reference in references(load_manifest())}
    assert set(DEFINITIONS) == used
    statuses = {name.removeprefix("#/definitions/statuses/") for name in references(DEFINITIONS)}
    assert set(DEFINITIONS["statuses"]) <= statuses


def test_override_is_no_longer_than_12_lines() -> None:
    section = TEXT.partition("\nstreams:\n")[2].partition("\n# What `check`")[0]
    stanzas = re.split(r"\n(?=  - \$ref)", "\n" + section)[1:]
    assert len(stanzas) == len(STREAMS)
    for stanza in stanzas:
        lines = [line for line in stanza.split("\n") if line.startswith("    ")]
        assert len(lines) - 1 <= MOST_LINES, stanza  # one of them is $parameters


def test_phrase_is_written_once() -> None:
    words = r"requires|error_message|stop_condition|cursor_value"
    phrases = Counter(re.findall(rf"^ +(?:{words}): ([^{{\s].*)$", TEXT, re.MULTILINE))
    assert [phrase for phrase, count in phrases.items() if count > 1 and len(phrase) > LONGEST_REPEATED] == []


@pytest.mark.parametrize("stream", STREAMS)
def test_parameters_are_what_templates_read(stream: str) -> None:
    """A parameter reaches every nested component as a field, so words of our engine are fields of the stream."""
    text = " ".join(templates(resolved(stream)))
    read = set(re.findall(r"parameters(?:\['|\.get\(')(\w+)'", text)) | {"name", "primary_key"}
    assert set(written()[stream]["$parameters"]) <= read | READ_BY_OURS


@pytest.mark.parametrize("stream", STREAMS)
def test_stream_has_a_primary_key(stream: str) -> None:
    assert written()[stream]["$parameters"]["primary_key"]


@pytest.mark.parametrize("stream", STREAMS)
def test_words_of_our_engine_stand_on_the_stream_and_are_read(stream: str) -> None:
    retriever = resolved(stream)["retriever"]
    cls = class_of(retriever["class_name"]) if "class_name" in retriever else ListRetriever
    known = {field.name for field in fields(cls)}
    assert words(stream).keys() <= known | LISTENED_TO
    assert not words(stream).keys() & DeclarativeStream.__fields__.keys()
    nested = {key for component in components(resolved(stream)["retriever"]) for key in component}
    leaked = {"requires", "custom_fields", "include", "state_key", "cached"} & nested
    assert not leaked


@pytest.mark.parametrize("stream", STREAMS)
def test_custom_component_reads_all_that_is_declared_for_it(stream: str) -> None:
    shared = set(written()[stream]["$parameters"])
    for component in components(resolved(stream)):
        if "class_name" in component:
            own = set(component.get("$parameters", {})) | shared
            unread = component.keys() - get_type_hints(class_of(component["class_name"])).keys() - FACTORY_FIELDS - own
            assert not unread, component["class_name"]


@pytest.mark.parametrize("stream", STREAMS)
def test_cursor_of_a_custom_retriever_says_nothing_that_only_the_stock_cdk_reads(stream: str) -> None:
    cursor = resolved(stream).get("incremental_sync")
    if cursor and resolved(stream)["retriever"]["type"] == "CustomRetriever":
        shared = set(written()[stream]["$parameters"]) | FACTORY_FIELDS
        assert cursor.keys() - shared <= CURSOR_WORDS


@pytest.mark.parametrize("name", sorted(custom()))
def test_docstring_of_a_custom_component_shows_its_yaml_and_says_why_no_stock_one_does(name: str) -> None:
    text = class_of(name).__doc__ or ""
    assert f"class_name: {name}" in text
    assert re.search(r"\bNot ``|\bNo stock ", text), "why no stock component does"


def test_streams_are_in_alphabetical_order_within_their_product() -> None:
    products = re.split(r"  # ── .* ──\n", TEXT.partition("\nstreams:\n")[2])[1:]
    for product in products:
        names = re.findall(r"^    \$parameters: \{name: (\w+)", product, re.MULTILINE)
        assert names == sorted(names)


def test_every_stanza_names_its_page_of_the_api() -> None:
    stanzas = re.findall(r"^  - \$ref: (.*)$", TEXT.partition("\nstreams:\n")[2], re.MULTILINE)
    page = re.compile(r'"#/definitions/\w+_stream" # https://developer\.zendesk\.com/api-reference/\S+')
    assert len(stanzas) == len(STREAMS)
    assert [stanza for stanza in stanzas if not page.fullmatch(stanza)] == []
