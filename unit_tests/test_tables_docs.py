"""docs/tables.md draws only joins that the schemas allow."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
JOINS = re.findall(
    r"^    (\w+) [}|]o--[|o]\| (\w+) : (\w+)$", (ROOT / "docs" / "tables.md").read_text("utf-8"), flags=re.MULTILINE
)


def properties(stream: str) -> Any:
    text = (ROOT / "source_zendesk_support" / "schemas" / f"{stream}.json").read_text("utf-8")
    return json.loads(text)["properties"]


def kinds(schema: Any) -> set[str]:
    named = schema["type"]
    return {named} if isinstance(named, str) else set(named) - {"null"}


def test_page_draws_joins() -> None:
    assert len(JOINS) == 53
    assert ("ticket_comments", "tickets", "ticket_id") in JOINS


@pytest.mark.parametrize(("left", "right", "column"), JOINS)
def test_column_holds_what_the_other_tables_key_is(left: str, right: str, column: str) -> None:
    assert kinds(properties(left)[column]) == kinds(properties(right)["id"])
