"""Hooks of MkDocs, which the site's build calls by their names (https://www.mkdocs.org/dev-guide/plugins/#events)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from scripts.site.links import OUTSIDE_DOCS, site_links
from scripts.site.relation_picture import with_pictures
from scripts.site.stream_page import index, linked, stream_pages

ROOT = Path(__file__).parent.parent.parent


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Adds the pages of the streams to the navigation, below the list of streams."""
    (streams,) = (entry["Streams"] for entry in config.nav or () if "Streams" in entry)
    streams += [{product: [f"streams/{name}.md" for name in pages]} for product, pages in stream_pages().items()]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are not in docs/."""
    for page, text in _added_pages():
        files.append(File.generated(config, page, content=text))
    return files


def _added_pages() -> Iterator[tuple[str, str]]:
    for document, page in OUTSIDE_DOCS.items():
        yield page, site_links((ROOT / document).read_text("utf-8"), document, page)
    for pages in stream_pages().values():
        yield from ((f"streams/{name}.md", text) for name, text in pages.items())


def on_page_markdown(markdown: str, *, page: Any, **_: object) -> str:
    """A document of docs/ as the site has it."""
    path = page.file.src_uri
    if page.file.generated_by:
        return markdown
    text = site_links(markdown, f"docs/{path}", path)
    return linked(text) if path == "streams.md" else with_pictures(text)


def on_post_build(config: MkDocsConfig) -> None:
    """Writes llms.txt (https://llmstxt.org/), which tells a language model what the site has."""
    lines = [f"# {config.site_name}", "", f"> {config.site_description}", *_listed(config.nav or (), "")]
    lines += ["", "## Streams", "", *(f"- [{name}](streams/{name}.html)" for name in index()), ""]
    (Path(config.site_dir) / "llms.txt").write_text("\n".join(lines), "utf-8")


def _listed(nav: Any, heading: str) -> Iterator[str]:
    if heading:
        yield from ("", f"## {heading}", "")
    for title, target in (pair for entry in nav if isinstance(entry, dict) for pair in entry.items()):
        if isinstance(target, str):
            yield f"- [{title}]({target.removesuffix('.md')}.html)"
        elif title != "Streams":
            yield from _listed(target, title)
