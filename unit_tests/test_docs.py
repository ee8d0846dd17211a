"""What the documents promise about themselves: links lead somewhere, rules say why, verbs exist."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
TEXTS = {path: path.read_text("utf-8") for path in DOCUMENTS}
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")


def anchors(text: str) -> set[str]:
    """The names that a heading has on a code host: lower case, words joined by hyphens."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for name, anchor in LINK.findall(TEXTS[document]):
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), name
        assert not anchor or anchor in anchors(TEXTS[target]), f"{name}#{anchor}"


def test_every_rule_says_why_it_matters() -> None:
    text = (ROOT / "docs" / "behaviors.md").read_text("utf-8").partition("## What was assumed")[0]
    rules = [part for part in re.split(r"\n(?=##+ )", text)[1:] if "\n\n" in part.strip()]
    assert len(rules) > 25
    assert [rule.splitlines()[0] for rule in rules if "**Why this matters.**" not in rule] == []


def test_readme_is_short() -> None:
    assert len(TEXTS[ROOT / "README.md"].splitlines()) <= 120


def test_every_verb_that_documents_name_is_listed() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  make (\w+) +\w", told, re.MULTILINE))
    named = {verb for text in TEXTS.values() for verb in re.findall(r"(?:`|^)make ([a-z]+)\b", text, re.MULTILINE)}
    assert {"test", "demo", "audit", "help"} <= named
    assert named - {"help"} <= listed


def test_every_test_that_the_reliability_tables_name_exists() -> None:
    text = TEXTS[ROOT / "docs" / "reliability.md"]
    found = subprocess.run(
        ["git", "grep", "-hoE", r"def test_\w+", "--", "unit_tests", "integration_tests"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    tests = set(re.findall(r"test_\w+", found))
    files = {path.name for folder in ("unit_tests", "integration_tests") for path in (ROOT / folder).rglob("test_*.py")}
    named = set(re.findall(r"\btest_\w+(?:\.py)?", text))
    assert len(named) > 150
    assert sorted(name for name in named if name not in tests | files) == []
