"""The documentation site: it builds without a warning, and what it links to is there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).parent.parent
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
LOADED = re.compile(r'<(?:script|img|link|iframe)\b[^>]*?\s(?:src|href)="(https?://[^"]*)"')
NAME = re.compile(r'\s(?:id|name)="([^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's folder; a warning of MkDocs is an error (``strict``)."""
    target = tmp_path_factory.mktemp("site")
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(target)))
    return target


def _pages(site: Path) -> list[Path]:
    return sorted(page for page in site.rglob("*.html") if page.name != "404.html")


@cache
def _text(page: Path) -> str:
    return page.read_text("utf-8")


def _links(page: Path) -> Iterator[tuple[Path, str]]:
    """The pages that a page links to, each with the anchor."""
    for link in LINK.findall(_text(page)):
        parts = urlsplit(link)
        if not parts.scheme:
            yield (page.parent / unquote(parts.path)).resolve() if parts.path else page, parts.fragment


def test_every_link_leads_to_a_place_that_exists(site: Path) -> None:
    dead = [
        f"{page.name}: {target.name}#{anchor}"
        for page in _pages(site)
        for target, anchor in _links(page)
        if not target.exists() or (anchor and unquote(anchor) not in {*NAME.findall(_text(target)), "__skip"})
    ]
    assert dead == []


def test_every_page_can_be_reached_from_the_first(site: Path) -> None:
    reached: set[Path] = set()
    waiting = [site / "index.html"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".html" and page.is_file():
            reached.add(page)
            waiting += [target for target, _ in _links(page)]
    assert set(_pages(site)) - reached == set()


def test_the_site_loads_nothing_from_other_hosts(site: Path) -> None:
    assert [(page.name, address) for page in _pages(site) for address in LOADED.findall(_text(page))] == []


def test_every_stream_has_a_page_with_its_columns(site: Path) -> None:
    schemas = {path.stem for path in (ROOT / "source_zendesk_support" / "schemas").glob("*.json")}
    assert {path.stem for path in (site / "streams").glob("*.html")} == schemas
    tickets = _text(site / "streams" / "tickets.html")
    assert "<td><code>generated_timestamp</code></td>" in tickets
    assert "<td>array of integer</td>" in tickets
    assert "<td>date-time</td>" in tickets
    assert '<code>tickets.requester_id</code> is the key of <a href="users.html">' in tickets


def test_the_joins_are_drawn(site: Path) -> None:
    text = _text(site / "tables.html")
    assert "mermaid" not in text
    assert text.count("<svg role=") == 5
    assert ">ticket_metric_events</text>" in text


def test_llms_txt_lists_pages_that_exist(site: Path) -> None:
    text = (site / "llms.txt").read_text("utf-8")
    pages = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)$", text, re.MULTILINE)
    assert text.startswith("# source-zendesk-support\n\n> Zendesk Support, Guide, Talk and Chat in your warehouse\n")
    assert {"getting-started.html", "troubleshooting.html", "streams/tickets.html"} <= set(pages)
    assert [page for page in pages if not (site / page).is_file()] == []
