"""The files of sql/: both dialects have the same views, with the same columns and comments."""

import re

import pytest

from integration_tests.sql.view_files import DIALECTS, FOLDER, RECIPES, VIEWS, declared, recipe, statement


def test_both_dialects_have_the_same_views() -> None:
    assert [sorted(path.name for path in (FOLDER / dialect).iterdir()) for dialect in DIALECTS] == [
        [f"{view}.sql" for view in VIEWS]
    ] * 2


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_the_name_of_its_file_and_the_same_columns_in_both_dialects(view: str) -> None:
    name, columns = declared("duckdb", view)
    assert name == view
    assert declared("postgres", view) == (name, columns)


@pytest.mark.parametrize("view", VIEWS)
def test_a_file_begins_with_the_same_comment_in_both_dialects(view: str) -> None:
    duckdb, postgres = (statement(dialect, view).partition("CREATE")[0] for dialect in DIALECTS)
    assert duckdb == postgres
    assert duckdb.startswith("-- ")


DOCUMENT = (FOLDER.parent / "docs" / "sql.md").read_text("utf-8")


@pytest.mark.parametrize("view", VIEWS)
def test_document_names_each_view_and_its_columns(view: str) -> None:
    (listed,) = re.findall(rf"^- `{view}`:((?:.*\n)(?:  .*\n)*)", DOCUMENT, re.MULTILINE)
    assert re.findall(r"`(\w+)`", listed) == declared("duckdb", view)[1]
    assert f"| [`{view}`](../sql/duckdb/{view}.sql) |" in DOCUMENT


def test_each_query_of_the_document_is_a_recipe() -> None:
    shown = re.findall(r"^```sql\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert sorted(shown) == sorted(re.sub(r"^--.*\n", "", recipe(name), flags=re.MULTILINE) for name in RECIPES)
