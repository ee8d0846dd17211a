"""The files of sql/: both dialects have the same views, with the same columns and comments."""

import pytest

from integration_tests.sql.view_files import DIALECTS, FOLDER, VIEWS, declared, statement


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
