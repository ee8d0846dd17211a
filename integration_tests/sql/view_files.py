"""The files of sql/: one view each, in two dialects, and recipes that run in both."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "sql"
DIALECTS = ("duckdb", "postgres")
VIEWS = sorted(path.stem for path in (FOLDER / "duckdb").glob("*.sql"))
RECIPES = sorted(path.stem for path in (FOLDER / "recipes").glob("*.sql"))
_HEAD = re.compile(r"CREATE OR REPLACE VIEW (\w+)\s+\(([^)]*)\) AS")


def statement(dialect: str, view: str) -> str:
    """The statement that creates a view."""
    return (FOLDER / dialect / f"{view}.sql").read_text("utf-8")


def recipe(name: str) -> str:
    """A query over the views and the tables."""
    return (FOLDER / "recipes" / f"{name}.sql").read_text("utf-8")


def declared(dialect: str, view: str) -> tuple[str, list[str]]:
    """The view's name and its columns, as its statement declares them."""
    found = _HEAD.search(statement(dialect, view))
    assert found, f"{dialect}/{view}.sql does not declare its columns"
    return found[1], [column.strip() for column in found[2].split(",")]
