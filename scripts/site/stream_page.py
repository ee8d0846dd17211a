"""The page of a stream: what docs/streams.md says of it, its columns with their types, and how it joins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from scripts.make_stream_docs import COLUMNS, CONFIG, ROOT, StreamFacts, stream_facts
from scripts.site.relation_picture import RELATION
from source_zendesk_support.config.model import parse
from source_zendesk_support.manifest import StreamDefinitions

Schema = Mapping[str, Any]


@cache
def stream_pages() -> Mapping[str, Mapping[str, str]]:
    """Markdown of all streams' pages, by product and by stream."""
    stanzas = StreamDefinitions(parse(CONFIG).declarative())
    pages: dict[str, dict[str, str]] = {}
    for facts in stream_facts():
        name = facts.entry.stream
        pages.setdefault(facts.entry.product, {})[name] = _page(facts, stanzas.schema(name)())
    return pages


def _page(facts: StreamFacts, schema: Schema) -> str:
    name, page = facts.entry.stream, facts.entry.page
    reported = zip(COLUMNS[1:], facts.cells[1:], strict=True)
    return "\n".join(
        [
            f"# {name}",
            f"A stream of {facts.entry.product}. [Zendesk's page of the endpoint]({page})\n",
            "| property | value |\n| --- | --- |",
            *(f"| {title} | {_cell(value)} |" for title, value in reported),
            "\n[What these words mean](../streams.md)\n",
            "## Columns\n",
            "| column | type | description |\n| --- | --- | --- |",
            *_columns(schema),
            *_joins(name),
            "",
        ]
    )


def _columns(schema: Schema) -> Iterator[str]:
    for column, declared in sorted(schema["properties"].items()):
        yield f"| `{column}` | {type_name(declared)} | {_cell(declared.get('description', ''))} |"


def type_name(declared: Schema) -> str:
    """A declared type in a reader's words, such as *date-time* or *array of integer*."""
    named = declared.get("type", "any")
    kinds = [named] if isinstance(named, str) else [kind for kind in named if kind != "null"]
    if kinds == ["array"] and "items" in declared:
        return f"array of {type_name(declared['items'])}"
    return str(declared["format"]) if "format" in declared else " or ".join(kinds)


def _joins(name: str) -> Iterator[str]:
    text = (ROOT / "docs" / "tables.md").read_text("utf-8")
    lines = [_join(name, *relation) for relation in RELATION.findall(text) if name in relation[:2]]
    if lines:
        yield "\n## Joins\n"
        yield from lines


def _join(name: str, child: str, parent: str, column: str) -> str:
    left = f"`{child}.{column}`" if child == name else f"[`{child}.{column}`]({child}.md)"
    right = f"`{parent}`" if parent == name else f"[`{parent}`]({parent}.md)"
    return f"- {left} is the key of {right}"


def index() -> Iterable[str]:
    """Names of all streams, in the order of docs/streams.md."""
    return (name for pages in stream_pages().values() for name in pages)


def linked(text: str) -> str:
    """The list of streams with each name leading to its page."""
    return re.sub(r"^\| \[`(\w+)`\]\([^)]+\)", r"| [`\1`](streams/\1.md)", text, flags=re.MULTILINE)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
