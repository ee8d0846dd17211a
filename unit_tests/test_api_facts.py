"""docs/zendesk-api.md: every fact has its mark and its source, and every citation of one leads to it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from unit_tests.test_docs import anchors

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "zendesk-api.md").read_text("utf-8")
SECTIONS = {heading.splitlines()[0]: heading for heading in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
FOLDERS = ("benchmarks", "demo", "docs", "integration_tests", "scripts", "source_zendesk_support", "unit_tests")
FILES = sorted(
    path
    for path in [*ROOT.glob("*.*"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*"))]
    if path.suffix in {".md", ".py", ".sh", ".yaml", ".yml"} and path != Path(__file__)
)
CITATION = re.compile(r"zendesk-api\.md#([\w-]+)(?:\s+\((\d+(?:,\s\d+)*)\))?")
MARK = re.compile(
    r"\((documented|observed|unconfirmed),\s+\[[^\]]+\]\(https://(?:developer|support)\.zendesk\.com/[^)\s]*\)\)"
)
ELSEWHERE = re.compile(r"\b(?:FACTS|MORE_STREAMS|WITHOUT_EXPORTS|AUTH\.md|RECORDS\.md|RECORDS section)\b")
"""Documents that are not in this repository."""


def facts(section: str) -> dict[int, str]:
    """The numbered facts of a section."""
    parts = re.split(r"^(\d+)\. ", SECTIONS[section], flags=re.MULTILINE)[1:]
    return {int(number): text for number, text in zip(parts[::2], parts[1::2], strict=True)}


def numbers_of(anchor: str) -> set[int]:
    """The facts that stand under an anchor of the page."""
    return next(set(facts(section)) for section in SECTIONS if anchors(f"## {section}") == {anchor})


def citations() -> Iterator[tuple[str, str, list[int]]]:
    """Every citation: the file, the anchor, and the facts it names."""
    for path in FILES:
        for anchor, numbers in CITATION.findall(path.read_text("utf-8")):
            yield str(path.relative_to(ROOT)), anchor, [int(number) for number in re.findall(r"\d+", numbers)]


@pytest.mark.parametrize("section", SECTIONS)
def test_facts_are_numbered_without_a_gap(section: str) -> None:
    numbers = re.findall(r"^(\d+)\. ", SECTIONS[section], re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert numbers


@pytest.mark.parametrize("section", SECTIONS)
def test_every_fact_has_one_mark_and_zendesks_page(section: str) -> None:
    assert [number for number, text in facts(section).items() if len(MARK.findall(text)) != 1] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_only_an_unconfirmed_fact_says_how_either_answer_works(section: str) -> None:
    for number, text in facts(section).items():
        assert ("(unconfirmed," in text) == ("*Either way*" in text), number


def test_every_citation_leads_to_a_fact() -> None:
    found = list(citations())
    known = anchors(PAGE)
    assert len(found) > 30
    assert [citation for citation in found if citation[1] not in known] == []
    assert [citation for citation in found if not numbers_of(citation[1]).issuperset(citation[2])] == []


def test_nothing_cites_a_document_that_is_not_here() -> None:
    assert [str(path) for path in FILES if ELSEWHERE.search(path.read_text("utf-8"))] == []
