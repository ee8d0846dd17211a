"""What the documents promise about themselves: links lead somewhere, rules say why, verbs exist."""

import json
import re
import subprocess
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from source_zendesk_support.manifest import load_manifest

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
    text = TEXTS[ROOT / "docs" / "behaviors.md"].partition("## What was assumed")[0]
    rules = [part for part in re.split(r"\n(?=##+ )", text)[1:] if "\n\n" in part.strip()]
    assert len(rules) > 25
    assert [rule.splitlines()[0] for rule in rules if "**Why this matters.**" not in rule] == []


def test_readme_is_short() -> None:
    assert len(TEXTS[ROOT / "README.md"].splitlines()) <= 130


def test_no_document_installs_the_package_of_somebody_else() -> None:
    installs = re.compile(r"\b(?:pip|pipx|uv tool|uv pip|uvx)\b[^\n|]*\bsource-zendesk-support\b")
    found = {path.name: installs.findall(text) for path, text in TEXTS.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_every_verb_that_documents_name_is_listed() -> None:
    reported = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  make (\w+) +\w", reported, re.MULTILINE))
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


WITHOUT_AN_ACCOUNT = 11
"""Situations that concern no account, or that no account can play in a test; each says why."""


def situations() -> list[str]:
    """The rows of the tables of situations that other tools' users have met."""
    text = TEXTS[ROOT / "docs" / "reliability.md"].partition("## What other tools' users have met")[2]
    lines = [line for line in text.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    return [line for line in lines if not line.startswith(("| situation", "| ---"))]


def test_every_situation_names_a_test_in_which_a_simulated_account_plays_it() -> None:
    paths = list((ROOT / "integration_tests").rglob("test_*.py"))
    tests = {path.name for path in paths}.union(
        *(re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE) for path in paths)
    )
    rows = situations()
    played = [row for row in rows if tests & {*re.findall(r"\btest_\w+(?:\.py)?", row.rsplit("|", 2)[1])}]
    others = [row for row in rows if row not in played]
    assert len(rows) >= 140
    assert [row for row in others if "; without an account: " not in row] == []
    assert len(others) == WITHOUT_AN_ACCOUNT


JOINS = re.findall(r"^    (\w+) [}|]o--[|o]\| (\w+) : (\w+)$", TEXTS[ROOT / "docs" / "tables.md"], flags=re.MULTILINE)


def properties(stream: str) -> Any:
    text = (ROOT / "source_zendesk_support" / "schemas" / f"{stream}.json").read_text("utf-8")
    return json.loads(text)["properties"]


def kinds(schema: Any) -> set[str]:
    named = schema["type"]
    return {named} if isinstance(named, str) else set(named) - {"null"}


def test_page_draws_joins() -> None:
    assert len(JOINS) == 57
    assert ("ticket_comments", "tickets", "ticket_id") in JOINS


@pytest.mark.parametrize(("left", "right", "column"), JOINS)
def test_column_holds_what_the_other_tables_key_is(left: str, right: str, column: str) -> None:
    assert kinds(properties(left)[column]) == kinds(properties(right)["key" if right == "custom_objects" else "id"])


ROW = re.compile(r"^\| ([\d,]+) \| ([\d,]+) \| ([\dhmin ]+) \| ([\dhmin ]+) \|$", re.MULTILINE)
PLAN = re.compile(r"^\| [A-Z][^|]+ \| ([\d,]+) \| ([\dhmin ]+) \| ([\dhmin ]+) \|$", re.MULTILINE)
HIGH_VOLUME = 3
"""Times the documented limit; https://developer.zendesk.com/api-reference/introduction/rate-limits/"""


def limit(bucket: str) -> int:
    (policy,) = (policy for policy in load_manifest()["api_budget"]["policies"] if policy["bucket"] == bucket)
    assert policy["rates"][0]["interval"] == "PT1M"
    return int(policy["rates"][0]["limit"])


def table(heading: str) -> str:
    """From a table's head to the blank line behind it."""
    text = TEXTS[ROOT / "docs" / "performance.md"]
    return text[text.index(f"| {heading} |") :].partition("\n\n")[0]


def duration(calls: int, a_minute: int) -> str:
    hours, minutes = divmod(ceil(calls / a_minute), 60)
    return " ".join(f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min")) if count)


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize(
    ("rows", "bucket"), [("tickets", "incremental-exports"), ("users", "incremental-exports-cursor")]
)
def test_times_of_exports_follow_from_their_limit(rows: str, bucket: str) -> None:
    found = ROW.findall(table(rows))
    assert len(found) >= 3
    for count, calls, time, high_volume in found:
        assert number(calls) == number(count) // 1000
        assert time == duration(number(calls), limit(bucket))
        assert high_volume == duration(number(calls), limit(bucket) * HIGH_VOLUME)


def test_times_of_plans_follow_from_their_limits() -> None:
    found = PLAN.findall(table("plan"))
    assert [number(a_minute) for a_minute, _, _ in found] == [200, 400, 700, 2500]
    assert number(found[0][0]) == limit("account") == limit("help-center") == limit("chat")
    for a_minute, thousand, many in found:
        assert (thousand, many) == (duration(1_000, number(a_minute)), duration(100_000, number(a_minute)))
